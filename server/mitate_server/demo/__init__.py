"""The demonstration: two complete sites, and a bar that changes who visits them. Nothing in production imports it."""
