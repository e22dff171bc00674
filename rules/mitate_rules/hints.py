"""What was probably meant: the hints of the check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mitate_rules.errors import did_you_mean, suggest
from mitate_rules.facts import Fact
from mitate_rules.kinds import spoken

MANY: Final = 12
"""A longer list of values is not written out in a message."""
FEW: Final = 6

TIMES: Final = 'two digits each, 24 hours: "09:00", "18:30"'


def nearest(name: str, known: Iterable[str], what: str) -> str:
    """Suggest the name that is near, else say which there are."""
    names = sorted(known)
    if not names:
        return f"the document declares no {what}"
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return did_you_mean(name, names) or f"there is {', '.join(names[:FEW])}{more}"


def one_of(fact: Fact) -> str:
    """Say which values a fact has, a few of them when they are many."""
    values = [spoken(one) for one in fact.enum or ()]
    return "one of " + ", ".join(values) if len(values) <= MANY else f"one of {len(values)} values such as {values[0]}"


def meant(value: object, fact: Fact) -> str | None:
    """Suggest the value of a fact: written in another case, called by its label, or nearly right."""
    texts = [one for one in fact.enum or () if isinstance(one, str)]
    wanted = str(value).casefold()
    for one in texts:
        if wanted in {one.casefold(), *(label.casefold() for label in fact.values.get(one, {}).values())}:
            return f'did you mean "{one}"?'
    return did_you_mean(str(value), texts)


def fact_meant(name: str, known: Iterable[str]) -> str | None:
    """Suggest a fact: of the same family by its last part, else by the whole name; else name the family."""
    names = list(known)
    family, _, last = name.rpartition(".")
    siblings = {other[len(family) + 1 :]: other for other in names if family and other.startswith(f"{family}.")}
    near = suggest(last, [other for other in siblings if "*" not in other])
    if near is not None:
        return f'did you mean "{siblings[near]}"?'
    elsewhere = suggest(name, [other for other in names if other not in siblings.values()])
    if elsewhere is not None and "*" not in elsewhere:
        return f'did you mean "{elsewhere}"?'
    if family == "interests":
        return 'declare the topic under "interests"'
    if not siblings:
        return None
    more = f" and {len(siblings) - FEW} more" if len(siblings) > FEW else ""
    return f"beside it {'is' if len(siblings) == 1 else 'are'} {', '.join(sorted(siblings.values())[:FEW])}{more}"
