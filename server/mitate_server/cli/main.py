"""``mitate``: the commands, on one page."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final[dict[str, str]] = {
    "demo": "See it work: two example sites and a bar to change the visitor.",
    "init": "Make a starter folder for your own site.",
    "serve": "Serve the sites in these folders.",
    "snippet": "Print the tag to paste into your pages.",
    "check": "Say everything that is wrong with a site's folder.",
    "test": "Run the cases beside a site: who visits, and what they must see.",
    "cases": "Write the cases that are missing.",
    "schema": "Let your editor complete and explain a site's files.",
    "explain": "Say what a visitor sees, and why.",
    "preview": "Print a link that shows chosen variants on the real site.",
    "verify": "Replay the proof of a decision, offline.",
}
"""Each command and what it is for; the module of the same name holds it."""

EXAMPLES: Final = """\b
Examples:
  mitate demo                 two example sites, in your browser
  mitate init shop            a starter folder named shop
  mitate serve shop           serve it; the start page has the tag to paste
  mitate check shop           find mistakes (in CI: exit code 1)
  mitate test shop            run its cases (in CI: exit code 1)
  mitate explain shop --visitor "iPhone in Osaka, 23:10, third visit"

\b
Exit codes: 0 done, 1 the site has errors or the server could not start,
2 the command was not understood. NO_COLOR turns colours off."""


class Commands(click.Group):
    """A group that imports a command only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"mitate_server.cli.{cmd_name}"), "command")  # noqa: B009 - typed as Any
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"mitate {version('mitate')}")
        ctx.exit()


@click.group(
    cls=Commands,
    help="Choose what each visitor of a website sees, and say why.",
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Run a command."""
