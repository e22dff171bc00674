"""The server: HTTP API, start page, command line, and the demonstration. Imported by nobody but its own commands."""

__all__: list[str] = []
