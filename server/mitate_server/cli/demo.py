"""``mitate demo``: two example sites, and a bar to change who visits."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import click

from .look import has_colours, paint

EPILOG = """\b
Examples:
  mitate demo
  mitate demo --port 9000

\b
Exit codes: 0 stopped as asked, 1 the port is taken, 2 the command was not understood."""

PAGES = {"shoes": "a shoe shop", "nagare": "a software company"}


@click.command("demo", epilog=EPILOG)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def command(port: int, host: str) -> None:
    """See it work: two example sites and a bar to change the visitor.

    Change who visits, when, from where; watch the page change, and read why. Nothing is stored.
    The start page opens each site with the preview panel, too. Previews are signed with MITATE_SECRET,
    or with a secret that lasts as long as this run.
    """
    import uvicorn

    from mitate_server.demo.app import create_app
    from mitate_server.logs import configure_logging

    from .serve import listen, run

    configure_logging("info")
    listening = listen(host, port)
    port = listening.getsockname()[1]
    colours = has_colours(sys.stdout)
    config = uvicorn.Config(
        create_app(secret=signing_secret(os.environ.get("MITATE_SECRET", ""))),
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    for name, what in PAGES.items():
        click.echo(f"{paint(f'http://{host}:{port}/demo/{name}', colours, fg='green', bold=True)}  {what}")
    here = seen_from_here(host)
    if here is None:
        click.echo("With the preview panel: leave out --host, since it opens on this machine only.")
    else:
        click.echo("With the preview panel, which says why each slot shows what it shows (on this machine only):")
        for name in PAGES:
            click.echo(f"  http://{here}:{port}/demo/{name}/preview")
    click.echo(f"Their folders: {files('mitate_server.demo') / 'sites'} (change a rule, save, look again)")
    click.echo("Stop with Ctrl+C.")
    try:
        run(lambda: server.run(sockets=[listening]))
    finally:
        listening.close()


def signing_secret(said: str) -> str | None:
    """Give the secret to sign previews with; None, for one of the run's own, where there is none that could."""
    from mitate.tokens import LEAST_SECRET

    size = len(said.encode())
    if 0 < size < LEAST_SECRET:
        click.echo(
            f"MITATE_SECRET is too short to sign previews with: expected at least {LEAST_SECRET} bytes, got {size}. "
            "This run makes its own.",
            err=True,
        )
    return said if size >= LEAST_SECRET else None


def seen_from_here(host: str) -> str | None:
    """Give the name by which this machine reaches itself at the address listened on; None where it doesn't."""
    from mitate_server.proxies import is_loopback_host

    if host in ("0.0.0.0", ""):
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    named = f"[{host}]" if ":" in host else host
    return named if is_loopback_host(named) else None
