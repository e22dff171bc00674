"""mitate."""
