"""``mitate serve``: serve the sites in some folders."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from mitate_server.logs import configure_logging
from mitate_server.settings import ROWS, SettingError, Settings, read_file

from .folder import SiteFolder
from .look import has_colours, paint, show_diagnostics

if TYPE_CHECKING:
    import uvicorn

    from mitate_server.settings import Row

EPILOG = """\b
Examples:
  mitate serve shop
  mitate serve shop club --port 9000
  mitate serve shop --host 0.0.0.0 --workers 2 --public-url https://edge.shop.example

\b
Every option can also be a variable (MITATE_PORT=9000), in the environment or
in the file mitate.env beside the folder; the option wins, then the environment.

\b
Exit codes: 0 stopped as asked, 1 a site has errors or the port is taken,
2 the command was not understood."""

ENV_FILE: Final = "mitate.env"
"""The settings file that `mitate init` writes, beside the site's folder and never in it."""


def _options(function: Callable[..., None]) -> Callable[..., None]:
    for row in reversed(ROWS):
        function = _option(row)(function)
    return function


def _option(row: Row) -> Callable[[Callable[..., None]], Callable[..., None]]:
    shown = f" [default: {row.default_text}]" if row.default_text else ""
    meaning = f"{row.about.meaning}{shown} [{row.variable}]"
    if isinstance(row.default, bool):
        return click.option(f"{row.flag}/--no-{row.flag[2:]}", row.name, default=None, help=meaning)
    return click.option(row.flag, row.name, metavar="VALUE", default=None, help=meaning)


@click.command("serve", epilog=EPILOG)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=SiteFolder())
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A settings file; mitate.env beside the folder when absent.",
)
@_options
def command(folders: tuple[Path, ...], env_file: Path | None, **flags: Any) -> None:
    """Serve the sites in these folders.

    Listens on this machine only unless told otherwise. The start page at / shows the state of each site and
    the tag to paste; a change in a folder is served at once, unless it has an error.
    """
    try:
        settings = read_settings(folders, env_file, flags)
    except SettingError as error:
        raise click.UsageError(str(error)) from None
    serve(folders, settings)


def read_settings(folders: tuple[Path, ...], env_file: Path | None, flags: dict[str, Any]) -> Settings:
    """Read the settings: the file, over it the environment, over it the options. Raises `SettingError`."""
    beside = folders[0].resolve().parent
    file = env_file or beside / ENV_FILE
    from_file = read_file(file) if file.is_file() else {}
    said = {
        name: ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for name, value in flags.items()
        if value is not None
    }
    environment = {**from_file, **os.environ}
    settings = Settings.read(environment, said)
    if "data" not in said and "MITATE_DATA" not in environment and settings.data is not None:
        settings = replace(settings, data=beside / settings.data)
    return settings


def serve(folders: tuple[Path, ...], settings: Settings) -> None:
    """Serve until told to stop."""
    import uvicorn

    from mitate import DocumentError, MitateError

    configure_logging(settings.log_level)
    listening = listen(settings.host, settings.port)
    settings = replace(settings, port=listening.getsockname()[1])
    try:
        if settings.workers > 1:
            config = _many(folders, settings)
            announce(folders, settings)
            _run_many(config, listening)
            return
        from mitate_server.app import create_app

        server = uvicorn.Server(uvicorn.Config(create_app(folders, settings), **_uvicorn(settings)))
        announce(folders, settings)
        run(lambda: server.run(sockets=[listening]))
    except DocumentError as error:
        click.echo(show_diagnostics(folders[0], error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        click.echo("The server was not started: a site has errors.", err=True)
        sys.exit(1)
    except MitateError as error:
        raise click.ClickException(f"{error}\nThe server was not started.") from None
    except SettingError as error:
        raise click.UsageError(str(error)) from None
    finally:
        listening.close()


def run(serve: Callable[[], None]) -> None:
    """Serve until Ctrl+C or SIGTERM, which both are ends as asked.

    uvicorn stops gracefully, then raises the signal again for whoever handled it before: for us.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(KeyboardInterrupt):
        serve()


def _uvicorn(settings: Settings) -> dict[str, Any]:
    from mitate_server.connection import Connection

    return {
        "http": Connection,
        "log_config": None,
        "log_level": "debug" if settings.log_level == "debug" else "warning",
        "access_log": False,
        # Whom to believe about addresses is decided in `proxies`, by our own setting.
        "proxy_headers": False,
        "server_header": False,
        "lifespan": "on",
        "timeout_graceful_shutdown": 10,
        "ws": "none",
    }


def _many(folders: tuple[Path, ...], settings: Settings) -> uvicorn.Config:
    import uvicorn

    from mitate_server.app import SITES_VARIABLE
    from mitate_server.stores import open_sites

    open_sites(folders, settings).close()  # an error is said once, here, not by every worker
    os.environ.update(settings.to_environment())
    os.environ[SITES_VARIABLE] = os.pathsep.join(str(folder) for folder in folders)
    return uvicorn.Config(
        "mitate_server.app:from_environment", factory=True, workers=settings.workers, **_uvicorn(settings)
    )


def _run_many(config: uvicorn.Config, listening: socket.socket) -> None:
    from uvicorn.supervisors import Multiprocess

    run(lambda: Multiprocess(config, [listening]).run())


def listen(host: str, port: int) -> socket.socket:
    """Open the port. A port that is taken ends the command with a message that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        import errno

        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"Port {port} is taken by another program. Stop it, or choose another: --port {port + 1 if port < 65535 else 8000}"
            ) from None
        if error.errno == errno.EACCES:
            raise click.ClickException(f"Port {port} needs more rights; choose one above 1023: --port 8000") from None
        raise click.ClickException(f"Cannot listen on {host}, port {port}: {error.strerror or error}") from None
    listening.set_inheritable(True)
    return listening


def announce(folders: tuple[Path, ...], settings: Settings) -> None:
    """Say where to look."""
    colours = has_colours(sys.stderr)
    host = (
        "127.0.0.1"
        if settings.host in ("0.0.0.0", "::")
        else f"[{settings.host}]"
        if ":" in settings.host
        else settings.host
    )
    address = f"http://{host}:{settings.port}/"
    names = ", ".join(str(folder) for folder in folders)
    if settings.start_page != "never":
        click.echo(f"Start page: {paint(address, colours, fg='green', bold=True)}", err=True)
    click.echo(f"Serving {names}. Stop with Ctrl+C.", err=True)
