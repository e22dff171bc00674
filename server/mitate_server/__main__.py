"""``python -m mitate_server`` is `mitate`."""

from mitate_server.cli import main

main(prog_name="mitate")
