"""Reads what is done to a page's own elements: the content kinds `operations` and `order`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from mitate.blocks import PREFERRED, Do, Operations, Order, compile_operations
from mitate.context.facts import find
from mitate_rules import Diagnostic, suggest

from .folder import Folder, Part
from .raw import Raw, as_object, labels_in, list_in, maybe_text_in, number_in, object_in, text_in
from .selectors import fault
from .shapes import did_you_mean, problem, quoted

_SELECTED: Final[Mapping[str, str]] = {
    "before": 'the slot ends there: write "prepend", or select an element inside',
    "after": 'the slot ends there: write "append", or select an element inside',
    "move": "the slot stays where it is: select an element inside",
    "remove": 'write "html": "" to empty the slot, or select an element inside',
    "hide": 'write "html": "" to empty the slot, or select an element inside',
}
"""Operations on elements inside the slot only, each with what else may have been meant."""

_NODES: Final = frozenset({"html", "text", "before", "after", "prepend", "append", "move", "remove"})
_LEAVES_NODES: Final = "use attributes, classes, styles, image or hide, or show a block of your own instead"

_RANKING: Final = ("fixed", "unexpected")


def read_operations(items: list[object], here: Part, folder: Folder, facts: Mapping[str, object]) -> Operations:
    """Read a list of operations; what is wrong is reported at its place."""
    read = [as_object(item) or {} for item in items]
    for index, operation in enumerate(read):
        place = here.inside(index)
        for pointer, selector in _selectors(operation):
            _check_selector(selector, place.inside(*pointer), folder)
        for name in _SELECTED.keys() & operation.keys():
            if "select" not in operation:
                message = f'"{name}" is for elements inside the slot'
                folder.say(problem("missing-key", "", message, '"select"', "nothing", _SELECTED[name]), place)
    filling, found = compile_operations(read, facts=facts)
    _say(found, here, folder)
    return filling


def warn_of_framework(content: Raw, slot: str, here: Part, folder: Folder) -> None:
    """Warn of operations that a framework, which keeps the slot's nodes in mind, wouldn't understand."""
    for index, item in enumerate(list_in(content, "operations")):
        for name in [name for name in as_object(item) or {} if name in _NODES]:
            place = here.inside("operations", index, name)
            _say_framework(f'"{name}" changes nodes', _LEAVES_NODES, slot, place, folder)
    if object_in(content, "order").get("do") == "rank":
        _say_framework("a rank moves nodes", 'write "do": "highlight"', slot, here.inside("order", "do"), folder)


def _say_framework(what: str, hint: str, slot: str, part: Part, folder: Folder) -> None:
    message = f"{what} that a framework keeps in mind: the slot {quoted(slot)} is a framework's"
    folder.say(Diagnostic(code="framework-nodes", severity="warning", message=message, hint=hint), part)


def read_order(raw: Raw, here: Part, folder: Folder, facts: Mapping[str, Mapping[str, object]]) -> Order:
    """Read how items are ordered, and find the facts that weigh their values."""
    by, do = text_in(raw, "by"), text_in(raw, "do")
    scores, prefix = _scores(by, facts)
    if "items" in raw:
        _check_selector(text_in(raw, "items"), here.inside("items"), folder)
    if by and not scores and prefix is None:
        folder.say(_unknown(by, facts), here.inside("by"))
    if do == "highlight":
        for key in [key for key in _RANKING if key in raw]:
            message = f'"{key}" does nothing where no item moves'
            hint = 'leave it out, or write "do": "rank"'
            found = problem("unused-key", "", message, '"rank"', '"highlight"', hint)
            folder.say(replace(found, severity="warning"), here.inside(key))
    labels = labels_in(raw)
    label = labels or maybe_text_in(raw, "label")
    named = maybe_text_in(raw, "class")
    return Order(
        items=text_in(raw, "items"),
        key=text_in(raw, "key"),
        do=_do(do),
        scores=scores,
        prefix=prefix,
        at_least=number_in(raw, "at_least", 0.0),
        fixed=int(number_in(raw, "fixed", 0)),
        unexpected=number_in(raw, "unexpected", 0.0),
        marked=named or (PREFERRED if do == "highlight" or label else None),
        label=label,
    )


def _do(word: str) -> Do:
    return "rank" if word == "rank" else "highlight"


def _scores(by: str, facts: Mapping[str, Mapping[str, object]]) -> tuple[dict[str, str], str | None]:
    """Give the numbers declared under a prefix (name -> value), and the prefix where any value may follow."""
    start = by + "."
    scores = {
        name: name[len(start) :]
        for name, fact in facts.items()
        if name.startswith(start) and "*" not in name and _is_number(fact)
    }
    open_end = find(start + "*", facts)
    return scores, start if open_end is not None and _is_number(open_end) else None


def _is_number(fact: Mapping[str, object]) -> bool:
    return fact.get("type") in ("number", "integer")


def _unknown(by: str, facts: Mapping[str, Mapping[str, object]]) -> Diagnostic:
    groups = {name.rpartition(".")[0] for name, fact in facts.items() if _is_number(fact)}
    message = f"no number is declared whose name begins with {quoted(by + '.')}"
    hint = did_you_mean(suggest(by, groups)) or f"declare facts such as {by}.black, or write interests"
    return problem("unknown-fact", "", message, "the beginning of known facts' names", quoted(by), hint)


def _selectors(operation: Raw) -> Iterator[tuple[tuple[str, ...], str]]:
    if (selector := maybe_text_in(operation, "select")) is not None:
        yield ("select",), selector
    for name, value in object_in(operation, "move").items():
        if isinstance(value, str):
            yield ("move", name), value


def _check_selector(selector: str, part: Part, folder: Folder) -> None:
    if (why := fault(selector)) is not None:
        message = f"{quoted(selector)} is not a CSS selector: {why}"
        folder.say(problem("bad-selector", "", message, "a CSS selector", quoted(selector)), part)


def _say(found: list[Diagnostic], here: Part, folder: Folder) -> None:
    """Report each at its operation: lines within a text of the document would mislead."""
    for one in found:
        folder.say(replace(one, line=None, column=None), here)
