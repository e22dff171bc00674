"""Write the pages of `docs/` and the JSON Schemas of the example sites from the tables; with --check only compare.

`docs/glossary.md` is written by hand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from mitate.cases.form import CASE, ByType
from mitate.context.accounts import COLUMNS
from mitate.context.facts import BUILT_IN
from mitate.document import SCHEMA_NAME
from mitate.document.rules import form_of
from mitate.document.schema import NAME, SITE
from mitate.document.shapes import Anything, Choice, Either, ListOf, MapOf, Named, Number, ObjectOf, Shape, Text, Yes
from mitate.editors import schemas
from mitate_rules import Context, compile_rule
from mitate_rules.operators import TABLE, Operator
from mitate_server.cli.codes import GROUPS
from mitate_server.settings import ROWS, Row

ROOT: Final = Path(__file__).parent.parent
EXAMPLE: Final = "examples/script/shop/site.json"
SITES: Final = ("server/mitate_server/demo/sites/*", "examples/*/*")
GENERATED: Final = "<!-- Written by scripts/reference.py from the tables in the code. -->"

AUDIENCES: Final = {"regulars": {"when": {">=": [{"var": "visits.count"}, 3]}}}
LISTS: Final = {"partners": ["aoi.example", "kaede.example"]}
"""What the examples of operators name."""


def main() -> None:
    """Write what differs, or only name it."""
    stale = {path: text for path, text in files() if not path.is_file() or path.read_text("utf-8") != text}
    if "--check" in sys.argv:
        if stale:
            names = "\n".join(f"  {path.relative_to(ROOT)}" for path in stale)
            raise SystemExit(f"run `python scripts/reference.py`; these are no longer what the code says:\n{names}")
        return
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))


def files() -> Iterator[tuple[Path, str]]:
    """Give every generated file with the text it should have."""
    for name, page in (
        ("operators", operators()),
        ("facts", facts()),
        ("settings", settings()),
        ("document", document()),
        ("findings", findings()),
        ("cases", cases()),
    ):
        yield ROOT / "docs" / f"{name}.md", "\n".join((GENERATED, "", *page)).rstrip() + "\n"
    yield ROOT / "js-snippet/src/rules/table.json", twin_table()
    for pattern in SITES:
        for site in sorted(ROOT.glob(f"{pattern}/site.json")):
            yield from ((site.with_name(name), text) for name, text in schemas(site.parent).items())


def twin_table() -> str:
    """Give what the JavaScript twin knows of each operator: fewest and most operands, what it takes and gives."""
    targeting = {row.name: (row.least, row.most, row.takes, row.gives) for row in TABLE if row.targeting}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in targeting.items())
    official = json.dumps([row.name for row in TABLE if not row.targeting])
    return f'{{\n "targeting": {{\n{lines}\n }},\n "official": {official}\n}}\n'


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Give the lines of a Markdown table and an empty one."""
    head = list(head)
    for row in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


# -- operators

EXAMPLES: Final = {
    "an operation": """[
  {"select": ".price", "text": "{{cart.items|no}} items"},
  {"select": "img.hero", "image": {"src": "/img/nurse.jpg", "alt": "White shoes on a ward"}},
  {"select": ".badge", "classes": {"add": ["new"], "remove": ["sale"]}},
  {"select": ".reviews", "move": {"after": ".price"}},
  {"append": "<p>Free delivery to {{geo.city|your door}}</p>"}
]""",
    "an order": """{
  "items": ".card",
  "key": "data-color",
  "by": "affinity.color",
  "do": "highlight",
  "label": {"en": "the colour you often choose", "ja": "よく選ばれる色です"}
}""",
}
"""How an object looks in a document, by what it is called."""

OPERATOR_GROUPS: Final = {
    "var": "Facts and logic",
    "==": "Comparison",
    "in": "Membership and text",
    "before": "Time",
    "+": "Arithmetic",
    "some": "Lists",
}
"""Which operator begins which group of the table."""


def operators() -> Iterator[str]:
    """Give the page of operators."""
    yield from (
        "# Operators",
        "",
        'A rule is JSON-Logic: an object with one operator, whose operands are facts (`{"var": …}`), values or',
        "further rules. [Facts](facts.md) lists what can be read. A mistake in a rule is found when the site is",
        "loaded, with its line and column and a hint.",
        "",
        "A fact is *known*, *missing* or *withheld*.",
        "",
        "- **Missing**: nobody knows it, such as the company of a visitor at home. An order comparison over it holds",
        "  under neither sign, so that nobody is addressed by a guess: neither `employees < 50` nor its opposite",
        '  matches a visitor of unknown company. Elsewhere a missing fact is `null`: `country != "JP"` holds for a',
        "  visitor of unknown country, and the check says so.",
        "- **Withheld**: consent was not given. A rule whose answer depends on it is undecided and doesn't match.",
        '  A default (`{"var": ["visits.count", 1]}`) serves missing facts, never withheld ones.',
        "",
        "What only the browser knows (`live.*`) is decided in the page, by these operators: "
        + ", ".join(_code(row.name) for row in TABLE if row.snippet)
        + ".",
        "",
    )
    for row in TABLE:
        if not row.targeting:
            break
        if row.name in OPERATOR_GROUPS:
            rows = [one for one in TABLE if one.targeting and _group(one) == row.name]
            yield from (f"## {OPERATOR_GROUPS[row.name]}", "")
            yield from table(
                ("operator", "operands", "what it does", "example", "if the fact is missing"),
                ((_code(one.name), one.operands, one.does, _code(one.example), missing(one)) for one in rows),
            )
    yield from (
        "The examples name the audience and the list of this document:",
        "",
        "```json",
        json.dumps({"audiences": AUDIENCES, "lists": LISTS}),
        "```",
        "",
        "## Not for targeting",
        "",
        'These work in `compile_rule(rule, dialect="jsonlogic")`, which reads rules exactly as JSON-Logic does.',
        "",
    )
    yield from table(
        ("operator", "operands", "what it does", "example", "why not in a site"),
        (
            (_code(row.name), row.arity, row.does, _code(row.example), row.note.replace("…", '"…"'))
            for row in TABLE
            if not row.targeting
        ),
    )


def _group(row: Operator) -> str:
    before = TABLE[: TABLE.index(row) + 1]
    return next(one.name for one in reversed(before) if one.name in OPERATOR_GROUPS)


MISSING_SAID: Final = {
    "var": "`null`, or the default",
    "conditions": "as its conditions say",
    "if": "as its parts say",
    "audience": "as its rule says",
    "time_between": "the clock is always known",
    "weekday": "the clock is always known",
    "numbers": "the result is missing",
}


def missing(row: Operator) -> str:
    """Say what becomes of a condition whose fact is missing, by asking the engine."""
    if row.takes in MISSING_SAID:
        return MISSING_SAID[row.takes]
    if row.gives == "list":
        return "the list is empty"
    rule = json.loads(row.example)
    said = [
        compile_rule(one, BUILT_IN, audiences=AUDIENCES, lists=LISTS)(Context()) is True for one in (rule, {"!": rule})
    ]
    if not any(said):
        return "neither it nor its opposite holds"
    return "it holds" if said[0] else "its opposite holds"


# -- facts

FACT_GROUPS: Final = {
    "Place": ("geo", "request"),
    "Time": ("time", "site_time"),
    "Device": ("device",),
    "Page and campaign": ("page", "campaign", "search"),
    "Visits and events": ("visits", "visit", "events"),
    "Interests": ("interests", "affinity"),
    "Company": ("account",),
    "Person": ("user", "messages", "contacts", "purchases", "cart"),
    "Situation": ("consent", "channel", "live"),
}
SOURCES: Final = {
    "geo": "the visitor's address, looked up in the country file included, or in your city file (`--city-file`)",
    "request": "the request itself",
    "clock": "the clock, in the visitor's zone (the browser's, else the one remembered, else the place's) or the site's",
    "device": "the request's headers and what the browser says of its screen",
    "page": "the page's address, title and referrer",
    "visits": "what is remembered of earlier visits",
    "events": "what is remembered of events",
    "interests": "signals of page views, each halved every half-life; two fresh ones give 0.5",
    "account": "`accounts.csv`, by the network or the e-mail domain",
    "consent": "the visitor's own choice, else the site's policy",
    "backend": "your backend, with the site's secret",
    "browser": "the page as it is used; withheld on the server",
}

LIVE_FACTS: Final = (
    "What happens in the page (`live.*`) is known to the page alone, and there always: numbers begin at 0, the rest is",
    "false until it happens. A rule that asks for it is sent to the page with everything else decided, and shows as soon",
    "as it holds. [Operators](operators.md) says which the page has; `mitate check` names a condition that can't be sent.",
    "",
    "- `live.scroll` is the deepest part of the page that was on the screen so far: its end is 100, and so is a page that",
    "  doesn't scroll. `live.seconds` counts since the page view began, `live.idle` since the last movement of pointer, key,",
    "  scroll or touch; both only while the page is in sight.",
    '- `live.visible.NAME` and `live.clicked.NAME`: a slot of that name, or an element with `data-mitate-name="NAME"`',
    "  or with that id. Visible: half of it, or half a screen of one taller than two, is in view at this moment.",
    "- `live.exit_intent`: the mouse left through the top of the window; by touch, a finger hurried back up (faster than a",
    "  pixel a millisecond) from more than half a screen down.",
    "- `live.rage_click`: three clicks within 30 pixels and a second that selected no text. `live.form_abandoned`: a form",
    "  was changed, not submitted, and left for 10 seconds or with a sign of leaving.",
    "- `live.event.NAME`: an event of `mitate.track`, of the page's `dataLayer`, or one of mitate's own. Names are mapped to",
    "  a-z, 0-9, _ and -: `Add To Cart` is `add-to-cart`.",
    "",
)


def facts() -> Iterator[str]:
    """Give the page of facts."""
    yield from (
        "# Facts",
        "",
        'What rules (`{"var": "geo.country"}`) and blocks (`{{geo.city|your town}}`) may read without declaring it.',
        "Facts of your own are declared under `facts` in the [document](document.md). A `*` stands for a name of",
        "yours: a topic, an event, an address parameter.",
        "",
        "*Purpose* is the consent a fact needs; `necessary` facts come with the request and are usable before",
        "consent. Scores run from 0 to 1 and are shown to people as 0 to 100.",
        "",
    )
    notes = {"Situation": LIVE_FACTS}
    left = dict(BUILT_IN)
    for heading, families in FACT_GROUPS.items():
        rows = {name: left.pop(name) for name in BUILT_IN if name.partition(".")[0] in families}
        yield from (f"## {heading}", "")
        yield from table(
            ("fact", "form", "purpose", "source", "English", "日本語"),
            (
                (
                    _code(name),
                    form_of(fact),
                    str(fact["purpose"]),
                    str(fact["source"]),
                    *(_label(fact, language) for language in ("en", "ja")),
                )
                for name, fact in rows.items()
            ),
        )
        yield from notes.get(heading, ())
    if left:
        raise SystemExit(f"these facts are in no group of the page: {', '.join(left)}")
    costs = {str(fact["source"]): fact["cost"] for fact in BUILT_IN.values()}
    yield from ("## Sources", "", "Only the sources of facts that some live rule or block reads are asked.", "")
    yield from table(
        ("source", "what it is", "µs a fact, about"),
        ((source, SOURCES[source], str(cost)) for source, cost in costs.items()),
    )


def _label(fact: Mapping[str, object], language: str) -> str:
    return cast("Mapping[str, str]", fact["label"])[language].replace("{*}", "…")


# -- settings


def settings() -> Iterator[str]:
    """Give the page of settings."""
    yield from (
        "# Settings",
        "",
        "What `mitate serve` can be told: as an option, as a variable of the environment, or as a line of the file",
        "`mitate.env` beside the site's folder (`--env-file` names another). The option wins, then the environment,",
        "then the file.",
        "",
    )
    yield from table(
        ("option", "variable", "default", "meaning"),
        ((_option(row), _code(row.variable), _default(row), row.about.meaning) for row in ROWS),
    )
    yield from (
        "```sh",
        "mitate serve shop --port 9000",
        "MITATE_PORT=9000 mitate serve shop",
        "```",
    )


def _option(row: Row) -> str:
    return f"`{row.flag}`, `--no-{row.flag[2:]}`" if isinstance(row.default, bool) else _code(row.flag)


def _default(row: Row) -> str:
    return _code(row.default_text) if row.default_text else "none"


# -- what is found


def findings() -> Iterator[str]:
    """Give the page of what `mitate check` finds."""
    yield from (
        "# What `mitate check` finds",
        "",
        "`mitate check FOLDER` says everything that is wrong with a site, each with file, line, column and a hint. An",
        "*error* keeps the site from being served. A site without errors is checked like a program: a *warning* is a",
        "mistake in what rules, schedules and experiments do together, proven and shown by a visitor; a *note* is only",
        "worth knowing. `--strict` lets warnings fail, too; `--overlaps` names experiences that share visitors. Mistakes",
        "in `cases/*.json` are errors as well, though they keep no site from being served.",
        "",
        "In Python: `mitate.check(folder)` gives what is found in the site as a list, `mitate.analyse(folder)` only what",
        "rules do together; `mitate.cases.load(folder)` raises with what is wrong with its cases. Serving never pays for it.",
        "",
        "| `--format` | for |",
        "| --- | --- |",
        "| `text` | people: the line, the place in it, an example visitor, a hint |",
        "| `json` | programs: every field, with `witness` (facts of the visitor) and `patch` (JSON Patch of the file) |",
        "| `github` | GitHub Actions: annotations on the lines of a pull request |",
        "| `sarif` | code scanning and editors: SARIF 2.1.0, with fixes |",
        "",
        "```yaml",
        "- run: mitate check shop --strict --format github",
        "- run: mitate check shop --format sarif > mitate.sarif",
        "- uses: github/codeql-action/upload-sarif@v3",
        "  with: {sarif_file: mitate.sarif}",
        "```",
        "",
    )
    for heading, codes in GROUPS.items():
        yield from (f"## {heading}", "")
        yield from table(("code", "what it means"), ((_code(code), said) for code, said in codes.items()))


# -- the document


def document() -> Iterator[str]:
    """Give the page of the site document."""
    yield from (
        "# The site document",
        "",
        "A site is a folder: `site.json`, the files it names (`experiences/*.json`, `blocks/*.html`, lists) and, if",
        "companies matter, `accounts.csv`. A document with an error never replaces a good one; `mitate check FOLDER`",
        f'says everything that is wrong. With `"$schema": "{SCHEMA_NAME}"` editors complete and underline;',
        "`mitate schema FOLDER` writes it with the site's own names.",
        "",
        "Rules are described in [operators](operators.md), what they read in [facts](facts.md). Keys in bold are",
        "required; unknown keys are errors. A *name* is made of a-z, 0-9, _ and -. *Texts by language* are written",
        '`{"en": "nurse shoes", "ja": "ナースシューズ"}`.',
        "",
        "A whole document:",
        "",
        "```json",
        (ROOT / EXAMPLE).read_text("utf-8").rstrip(),
        "```",
        "",
    )
    for shape in objects(SITE):
        yield from (f"## {heading(shape)}", "")
        if shape.one_of:
            most = "Exactly" if shape.needs_one else "At most"
            yield from (f"{most} one of " + ", ".join(map(_code, shape.one_of)) + ".", "")
        if shape.what in EXAMPLES:
            yield from ("```json", EXAMPLES[shape.what], "```", "")
        yield from table(
            ("key", "form", "meaning"),
            (
                (f"**{_code(name)}**" if one.required else _code(name), form(one.shape), one.doc)
                for name, one in shape.members.items()
            ),
        )
    yield from (
        "## accounts.csv",
        "",
        "One company a line, after a line with the names of the columns. `cidr` (networks) and `technologies` hold",
        "several values between spaces or semicolons; a file needs `cidr` or `domain`, and what else you know.",
        "",
        "```csv",
        ",".join(COLUMNS),
        "```",
    )


CASES_EXAMPLE: Final = "server/mitate_server/demo/sites/shoes/cases/second-visit.json"


def cases() -> Iterator[str]:
    """Give the page of cases."""
    yield from (
        "# Cases: tests of a site's rules",
        "",
        "Beside a site, `cases/*.json` say who visits and what each slot must show them. `mitate test FOLDER` runs",
        "them with a clear difference, `--coverage` lists the variants, endings and conditions that no case reaches,",
        "and `mitate cases suggest FOLDER` finds a visitor for each of those. The clock and the place in every",
        "experiment are fixed; nobody's profile is read and nothing is stored. Cases are no part of the site's version.",
        "",
        "A whole file:",
        "",
        "```json",
        (ROOT / CASES_EXAMPLE).read_text("utf-8").rstrip(),
        "```",
        "",
        "A visitor agrees to everything, and falls into the first arm that shows something, unless the case says",
        "otherwise. What is expected of a slot is `page` for the page's own content, a variant (`light` or",
        "`nurse-shoes/light`), a reason (`HOLDOUT`), or an object that says more. `*` stands for all slots not named.",
        "A condition is reached where it was asked: from left to right, as long as the answer is open, in an experience",
        "whose slot was still free; an order comparison only where its facts are known.",
        "",
        "An experience whose rule asks for something in the page (`live.*`) *waits* for it, while something else may fill",
        "the slot. A case tests both: without `live` it sees the page as it is sent, with `live` as it is once that",
        "happened. Where a case has `live`, everything in the page is known, and what isn't named has not happened.",
        "",
        "```json",
        '{"name": "Nobody is helped at once", "expect": {"hint": {"variant": "page", "waits": "help"}}},',
        '{"name": "After 30 seconds help is offered", "live": {"seconds": 30}, "expect": {"hint": "help/offer"}}',
        "```",
        "",
        "A file has `cases`, a list; whatever describes the visitor may stand beside it, for all of them. Keys in bold",
        "are required; unknown keys are errors.",
        "",
        "In pytest, one line makes each case a test:",
        "",
        "```python",
        "from mitate.cases import as_tests",
        "",
        'test_shop = as_tests("shop")',
        "```",
        "",
    )
    for shape in objects(CASE):
        yield from (f"## {heading(shape)}", "")
        if shape.one_of:
            yield from ("At most one of " + ", ".join(map(_code, shape.one_of)) + ".", "")
        yield from table(
            ("key", "form", "meaning"),
            (
                (f"**{_code(name)}**" if one.required else _code(name), form(one.shape), one.doc)
                for name, one in shape.members.items()
            ),
        )


def heading(shape: ObjectOf) -> str:
    """Give the heading of an object's keys: "a slot" is "Slot"."""
    return shape.what.removeprefix("an ").removeprefix("a ").removeprefix("the ").capitalize()


def objects(shape: Shape) -> list[ObjectOf]:
    """Give the objects a form is made of, each once, outer ones first."""
    found: list[ObjectOf] = []
    pending = [shape]
    while pending:
        one = pending.pop(0)
        if isinstance(one, ObjectOf):
            if all(one is not other for other in found):
                found.append(one)
                pending.extend(member.shape for member in one.members.values())
        elif isinstance(one, ListOf):
            pending.append(one.item)
        elif isinstance(one, MapOf):
            pending.append(one.value)
        elif isinstance(one, Named):
            pending.append(one.shape)
        elif isinstance(one, ByType):
            pending.extend(one.kinds.values())
        elif isinstance(one, Either):
            pending.extend(one.forms)
    return found


def form(shape: Shape) -> str:
    """Say what form a value has."""
    match shape:
        case Choice():
            *words, last = (_code(json.dumps(word)) for word in shape.words)
            return f"{', '.join(words)} or {last}" if words else last
        case Text() | Number():
            return shape.what.replace(NAME.what, "a name")
        case Anything():
            return "a [rule](operators.md)" if shape.ref else "any JSON value"
        case ListOf():
            least = f" of at least {shape.least}" if shape.least else ""
            return f"a list{least}: {form(shape.item)}"
        case MapOf() if shape.value == Text():
            return shape.what
        case MapOf():
            return f"an object: {shape.key_what.replace(NAME.what, 'a name')} → {form(shape.value)}"
        case ObjectOf():
            return f"[{shape.what}](#{heading(shape).lower().replace(' ', '-')})"
        case Named():
            return form(shape.shape)
        case ByType():
            return ", or ".join(map(form, shape.kinds.values()))
        case Either():
            return ", or ".join(map(form, shape.forms))
        case Yes():
            return "`true`"
        case _:
            return "true or false"


def _code(text: str) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    main()
