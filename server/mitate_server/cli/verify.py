"""``mitate verify``: replay the proof of a decision against a site's folder, offline."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import click

from .folder import SiteFolder
from .look import has_colours, paint, show_diagnostics

if TYPE_CHECKING:
    from mitate.model import Site

EPILOG = """\b
Examples:
  mitate explain shop --visitor "iPhone in Osaka" --slot hero --proof hero.json
  mitate verify shop hero.json
  mitate verify shop proofs/*.json --signed
  curl -s … | mitate verify shop -

\b
A proof holds what was read of one visitor, so consent, retention and erasure apply to it.
Its digest shows damage; only a signature with the site's secret (MITATE_SECRET, or
mitate.env beside the folder) shows that nobody made it up.

\b
Exit codes: 0 every proof holds, 1 one doesn't or the site has errors,
2 the command was not understood."""


class Verdict(NamedTuple):
    """What came of one proof. `signature` is "checked", "not checked" or "none"."""

    source: str
    slot: str
    signature: str
    problems: list[str]


@click.command("verify", epilog=EPILOG)
@click.argument("folder", type=SiteFolder())
@click.argument("proofs", metavar="PROOF...", nargs=-1, required=True)
@click.option("--signed", is_flag=True, help="Fail unless the proof is signed with the site's secret.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def command(folder: Path, proofs: Sequence[str], signed: bool, as_json: bool) -> None:
    """Decide again from what a proof holds, and say precisely what comes out otherwise.

    PROOF is a file with one proof or a list of them; - reads it from the input.
    """
    from mitate.document import DocumentError, load

    secret = site_secret(folder)
    if signed and secret is None:
        raise click.UsageError("--signed needs the site's secret: MITATE_SECRET, or mitate.env beside the folder")
    try:
        site = load(folder).site
    except DocumentError as error:
        click.echo(show_diagnostics(folder, error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        sys.exit(1)
    verdicts = [verdict for source in proofs for verdict in _verdicts(site, source, secret, signed)]
    click.echo(_as_json(verdicts) if as_json else _as_text(verdicts))
    sys.exit(any(verdict.problems for verdict in verdicts))


def site_secret(folder: Path) -> str | None:
    """Give the site's secret from the environment, else from the settings file beside the folder."""
    from mitate_server.settings import SettingError, read_file

    from .serve import ENV_FILE

    beside = folder.resolve().parent / ENV_FILE
    try:
        known = read_file(beside) if beside.is_file() else {}
    except SettingError as error:
        raise click.UsageError(str(error)) from None
    return os.environ.get("MITATE_SECRET") or known.get("MITATE_SECRET") or None


def _verdicts(site: Site, source: str, secret: str | None, signed: bool) -> Iterator[Verdict]:
    from mitate.proof import verify

    try:
        found = _read(source)
    except ValueError as error:
        yield Verdict(source, "", "none", [f"this is no proof: {error}"])
        return
    proofs = cast("list[object]", found) if isinstance(found, list) else [found]
    if not proofs:
        yield Verdict(source, "", "none", ["this is no proof: the list is empty"])
    for proof in proofs:
        if not isinstance(proof, dict):
            yield Verdict(source, "", "none", ["this is no proof: expected an object"])
            continue
        said = cast("dict[str, object]", proof)
        checks = secret is not None and (signed or "signature" in said)
        state = "checked" if checks else "not checked" if "signature" in said else "none"
        problems = verify(site, said, secret=secret if checks else None)
        slot = said.get("slot")
        yield Verdict(source, slot if isinstance(slot, str) else "", state, problems)


def _read(source: str) -> object:
    """Read what a file or the input holds. Raises `ValueError` where that is no JSON."""
    import msgspec

    try:
        text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{source}: {error.strerror}", param_hint="PROOF") from None
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"it is not JSON ({error})") from None


_SIGNATURES: Final = {
    "checked": ", signed",
    "not checked": ", signature not checked: no secret here",
    "none": ", not signed",
}


def _as_text(verdicts: Sequence[Verdict]) -> str:
    colours, lines = has_colours(), list[str]()
    for one in verdicts:
        verified = not one.problems
        mark = paint("verified" if verified else "not verified", colours, fg="green" if verified else "red", bold=True)
        signature = _SIGNATURES[one.signature] if verified else ""
        lines.append(f"{mark}  {one.source}" + (f" ({one.slot}{signature})" if one.slot else ""))
        lines += (f"  {problem}" for problem in one.problems)
    return "\n".join(lines)


def _as_json(verdicts: Sequence[Verdict]) -> str:
    import msgspec

    said = [
        {
            "source": one.source,
            "slot": one.slot,
            "verified": not one.problems,
            "signature": one.signature,
            "problems": one.problems,
        }
        for one in verdicts
    ]
    return msgspec.json.format(msgspec.json.encode({"proofs": said}), indent=2).decode()
