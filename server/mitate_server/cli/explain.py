"""``mitate explain``: what an imagined visitor sees, and why. Reads and writes no profile."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from mitate.imagine import Imagined, Place, UnknownWordsError, imagine

from .folder import SiteFolder, cant_write
from .look import has_colours, pad, paint, show_diagnostics

if TYPE_CHECKING:
    from mitate import Diagnostic, ExplainedDecisions, Mitate, Visitor
    from mitate.model import Site

EPILOG = """\b
Examples:
  mitate explain shop --visitor "iPhone in Osaka, 23:10, third visit"
  mitate explain shop --visitor "大阪・iPhone・23:10・3回目"
  mitate explain shop --visitor "Singapore, English, back after 35 days" --tree
  mitate explain shop --url "/?utm_source=newsletter" --no-consent
  mitate explain shop --visitor "iPhone in Osaka" --slot hero --whole
  mitate explain shop --slot hero --proof hero.json
  mitate explain shop --fact interests.nurse-shoes=0.59 --group holdout --json

\b
The words for --visitor, in any order: a device, a city or country, a time, a
weekday or a date, how many visits, days away, a language, an advertisement
(ad "words"), Google, crawler, GPC, before consent, or any fact (name=value).

\b
Exit codes: 0 done, 1 the site has errors, 2 the command was not understood."""


def _fact(text: str) -> tuple[str, object]:
    """Read ``name=value``; a value that is JSON is taken as JSON, everything else as text."""
    import msgspec

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(f"expected name=value, got {text!r}", param_hint="--fact")
    try:
        return name.strip(), msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name.strip(), value


def _check_addresses(options: Mapping[str, Any]) -> None:
    """Refuse what is no address: it would be taken for one that nobody knows."""
    from mitate.cases.imagining import is_ip

    ip, url = options["ip"], options["url"]
    if ip is not None and not is_ip(ip):
        raise click.BadParameter(f"expected an IP address, got {ip!r}", param_hint="--ip")
    if url is not None and not _ADDRESS.match(url):
        said = f"expected an address such as https://shop.example/ or a path such as /sale, got {url!r}"
        raise click.BadParameter(said, param_hint="--url")


_ADDRESS: Final = re.compile(r"/|[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def _read_facts(site: Site, said: Mapping[str, object], hint: str) -> dict[str, object]:
    """Give facts as a context has them; one that the site doesn't know, or that can't be, ends the command."""
    from mitate.cases.imagining import read_fact

    def refuse(found: Diagnostic) -> None:
        more = f" ({found.hint})" if found.hint else ""
        raise click.BadParameter(f"{found.message}{more}", param_hint=hint)

    return {name: read_fact(name, value, "", site, refuse) for name, value in said.items()}


@click.command("explain", epilog=EPILOG)
@click.argument("folder", type=SiteFolder())
@click.option("--visitor", "words", metavar="WORDS", default="", help="Who visits, in words, English or Japanese.")
@click.option("--ip", help="The address they come from (place and company).")
@click.option("--user-agent", help="What their browser calls itself.")
@click.option("--url", help="The page they open: an address, or a path of the site.")
@click.option("--referrer", help="The page they come from.")
@click.option("--language", help="Their browser's language, such as ja-JP.")
@click.option("--at", metavar="TIME", help='When: "2026-12-24T18:00", on their clock unless it has an offset.')
@click.option("--fact", "facts", metavar="NAME=VALUE", multiple=True, help="A fact, outright. May be repeated.")
@click.option("--consent/--no-consent", default=None, help="Whether they agreed; as if they had, when absent.")
@click.option(
    "--group", type=click.Choice(["holdout", "treatment"]), help="Put them into this part of every experiment."
)
@click.option("--slot", "slots", multiple=True, help="Only this slot. May be repeated.")
@click.option(
    "--city-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="MITATE_CITY_FILE",
    help="A city database (.mmdb) for --ip.",
)
@click.option("--whole", is_flag=True, help="Say of every experience for a slot what became of it.")
@click.option("--tree", is_flag=True, help="Show every condition and what it read.")
@click.option(
    "--proof",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write what replays these decisions (mitate verify) to this file; - prints it instead of the answer.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language of the answer; that of your words, else of your terminal."
)
def command(folder: Path, **options: Any) -> None:
    """Say what a visitor sees in each slot, and why.

    The visitor is imagined: nobody's profile is read, nothing is stored.
    """
    from mitate import DocumentError, Mitate, MitateError

    try:
        who = imagine(options["words"])
    except UnknownWordsError as error:
        raise click.BadParameter(str(error), param_hint="--visitor") from None
    _check_addresses(options)
    facts = dict(_fact(text) for text in options["facts"])
    try:
        mitate = Mitate.from_path(folder, city_file=options["city_file"])
    except DocumentError as error:
        click.echo(show_diagnostics(folder, error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        sys.exit(1)
    except MitateError as error:
        raise click.ClickException(str(error)) from None
    unknown = [name for name in options["slots"] if name not in mitate.site.slots]
    if unknown:
        from mitate_rules import suggest

        near = suggest(unknown[0], mitate.site.slots)
        raise click.BadParameter(
            f"there is no slot {unknown[0]!r}" + (f" (did you mean {near!r}?)" if near else ""), param_hint="--slot"
        )
    with mitate:
        _explain(folder, mitate, who, facts, options)


def _explain(folder: Path, mitate: Mitate, who: Imagined, facts: dict[str, object], options: dict[str, Any]) -> None:
    from mitate import Visitor
    from mitate.cases.imagining import address

    # An offset in --at is an instant; without one it is read on the visitor's own clock.
    if options["at"]:
        now = _instant(options["at"], who, mitate.site.timezone)
    else:
        now = who.instant(time.time(), mitate.site.timezone)
    consent = options["consent"] if options["consent"] is not None else who.consent
    granted = consent is not False and not (who.gpc and consent is None)
    visitor = Visitor(
        id="explained-visitor-0000",
        ip=options["ip"] or who.ip,
        user_agent=options["user_agent"] or who.user_agent,
        url=address(options["url"], mitate.site),
        referrer=options["referrer"] or who.referrer,
        language=options["language"] or who.language,
        zone=who.place.zone if who.place is not None else None,
        touch=who.touch,
        screen_width=who.screen,
        consent={"personalization": True, "analytics": True}
        if granted
        else None
        if who.gpc
        else {"personalization": False, "analytics": False},
        gpc=who.gpc,
    )
    language = options["lang"] or language_of(options["words"])
    known = who.known_facts()
    if who.place is not None:
        known["geo.country_name"] = _country(mitate, who.place, language)
    in_words = {name: _fact(f"{name}={value}")[1] for name, value in who.facts.items()}
    said = {**_read_facts(mitate.site, in_words, "--visitor"), **_read_facts(mitate.site, facts, "--fact")}
    decisions = mitate.explain(
        visitor, now=now, profile=who.profile(now), facts={**known, **said}, group=options["group"]
    )
    slots = list(options["slots"]) or list(mitate.site.slots)
    if options["proof"] is not None:
        _prove(folder, decisions, slots, options["proof"])
    if options["proof"] == Path("-"):
        return
    if options["as_json"]:
        _as_json(mitate, decisions, slots, language, now)
    else:
        _as_text(
            mitate,
            visitor,
            decisions,
            slots,
            language,
            now,
            whole=options["whole"],
            tree=options["tree"],
            words=options["words"],
        )


def _prove(folder: Path, decisions: ExplainedDecisions, slots: list[str], file: Path) -> None:
    """Write the proof of one slot, or a list of them; signed where the site's secret is known."""
    import msgspec

    from .verify import site_secret

    secret = site_secret(folder)
    proofs = [decisions.proof(slot, secret=secret) for slot in slots]
    text = msgspec.json.format(msgspec.json.encode(proofs[0] if len(proofs) == 1 else proofs), indent=2)
    if file == Path("-"):
        click.echo(text)
        return
    try:
        file.write_bytes(text + b"\n")
    except OSError as error:
        raise cant_write(file, error) from None


def _country(mitate: Mitate, place: Place, language: str) -> str:
    """Give the country's name as the visitor would be shown it."""
    names = mitate.site.facts["geo.country"].get("values")
    labels = names.get(place.country) if isinstance(names, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    name = labels.get(language) if isinstance(labels, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return name if isinstance(name, str) else place.country_name


def _instant(text: str, who: Imagined, site_zone: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"expected a time such as 2026-12-24T18:00, got {text!r}", param_hint="--at") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(who.place.zone if who.place is not None else site_zone))
    return at.timestamp()


def language_of(words: str) -> str:
    """Give the language of an answer: that of the question, else the terminal's."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", words):
        return "ja"
    if words:
        return "en"
    return (
        "ja"
        if (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "").startswith("ja")
        else "en"
    )


def _as_json(mitate: Mitate, decisions: ExplainedDecisions, slots: list[str], language: str, now: float) -> None:
    import msgspec

    answer = {
        "site": mitate.site.name,
        "version": decisions.version,
        "at": now,
        "purposes": sorted(decisions.purposes),
        "slots": {
            slot: {
                "reason": str(decisions[slot].reason),
                "basis": str(decisions[slot].basis),
                "experience": decisions[slot].experience,
                "variant": decisions[slot].variant,
                "kind": decisions[slot].kind,
                "value": decisions[slot].value,
                "why": decisions.why(slot, language),
                "whole": decisions.whole(slot, language),
                "about": decisions.about(slot, language),
                "tree": decisions.tree(slot, language),
                "waits": [
                    {"experience": offer.experience, "when": offer.when} for offer in decisions.stories[slot].offers
                ],
            }
            for slot in slots
        },
    }
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))


SAYS = {
    "own": {"en": "the page's own content", "ja": "標準表示"},
    "consent": {"en": "consent given", "ja": "同意済み"},
    "no-consent": {"en": "no consent", "ja": "同意なし"},
    "visitor": {"en": "Visitor", "ja": "訪問者"},
    "nobody": {"en": "someone of whom nothing is known", "ja": "何もわからない訪問者"},
}


def _as_text(
    mitate: Mitate,
    visitor: Visitor,
    decisions: ExplainedDecisions,
    slots: list[str],
    language: str,
    now: float,
    *,
    whole: bool,
    tree: bool,
    words: str,
) -> None:
    colours = has_colours()
    zone = visitor.zone or mitate.site.timezone
    when = datetime.fromtimestamp(now, ZoneInfo(zone))
    agreed = SAYS["consent" if "personalization" in decisions.purposes else "no-consent"][language]
    click.echo(f"{paint(SAYS['visitor'][language], colours, bold=True)}  {words or SAYS['nobody'][language]}")
    click.echo(
        paint(f"  {when:%Y-%m-%d %H:%M} {zone} · {agreed} · {mitate.site.name} {decisions.version}", colours, dim=True)
    )
    width = max((len(slot) for slot in slots), default=0)
    for slot in slots:
        one = decisions[slot]
        shown = f"{one.experience} / {one.variant}" if one.kind is not None else SAYS["own"][language]
        click.echo("")
        click.echo(
            f"{paint(pad(slot, width), colours, bold=True)}  {paint(shown, colours, fg='green' if one.kind is not None else None)}  {paint(str(one.reason), colours, fg='cyan')}"
        )
        click.echo(" " * (width + 2) + decisions.why(slot, language))
        for sentence in decisions.whole(slot, language) if whole else ():
            click.echo(" " * (width + 2) + f"· {sentence}")
        if tree:
            for line in decisions.tree(slot, language).splitlines():
                click.echo(" " * (width + 2) + paint(line, colours, dim=True))
