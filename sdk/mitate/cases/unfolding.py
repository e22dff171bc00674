"""From the cases of a file to single ones: what the file says for all of them, and every combination of a matrix."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mitate.document.folder import Folder, Part
from mitate.document.raw import as_list, as_object, list_in, object_in
from mitate.document.shapes import did_you_mean, escape, problem, quoted, wrong_type
from mitate_rules import Diagnostic, suggest

from .form import CASE, GIVEN, PLACEHOLDER

MOST_COMBINATIONS: Final = 1000
_MERGED: Final = ("facts", "profile", "live")
"""What a case adds to instead of replacing what its file says."""

Values = Mapping[str, object]


@dataclass(frozen=True)
class Single:
    """One case of one combination, in the form of `form.CASE`, and where each of its parts was written."""

    raw: dict[str, object]
    suffix: str
    part: Part
    moved: Mapping[str, str]
    """Pointers in `raw` -> pointers in the file, where a part was written elsewhere than in the case."""

    def placed(self, found: Diagnostic) -> Diagnostic:
        """Give a finding about `raw` with its pointer into the file."""
        pointer = found.pointer
        cut = pointer
        while cut:
            if cut in self.moved:
                return replace(found, pointer=self.moved[cut] + pointer[len(cut) :])
            cut = cut.rpartition("/")[0]
        return replace(found, pointer=self.part.at + pointer)


def unfold(value: Mapping[str, object], root: Part, say: Callable[[Diagnostic], None]) -> Iterator[Single]:
    """Give the single cases of a file in order; what is wrong with a matrix is said, with pointers into the file."""
    defaults = {name: given for name, given in value.items() if name in GIVEN}
    for index, one in enumerate(list_in(value, "cases")):
        part = root.inside("cases", index)
        raw = as_object(one)
        if raw is None:
            say(wrong_type(part.at, "a case", one))
            continue
        yield from _combinations(raw, defaults, part, say)


def _combinations(
    raw: dict[str, object], defaults: Values, part: Part, say: Callable[[Diagnostic], None]
) -> Iterator[Single]:
    axes = {name: values for name, given in object_in(raw, "matrix").items() if (values := as_list(given))}
    if (size := math.prod(map(len, axes.values()))) > MOST_COMBINATIONS:
        at = f"{part.at}/matrix"
        say(problem("too-many", at, f"{size} combinations", f"at most {MOST_COMBINATIONS}", str(size)))
        return
    used = set(re.findall(PLACEHOLDER, json.dumps({name: one for name, one in raw.items() if name != "matrix"})))
    for name in axes:
        if name not in GIVEN and "." not in name and name not in used:
            say(_useless(name, f"{part.at}/matrix/{escape(name)}"))
    # The matrix stays only where its form is wrong; its values are checked in the places they go to.
    rest = {name: one for name, one in raw.items() if name != "matrix" or not _fits(one)}
    for places in itertools.product(*(range(len(values)) for values in axes.values())):
        chosen = {name: (axes[name][place], place) for name, place in zip(axes, places, strict=True)}
        yield _single(rest, defaults, chosen, part)


def _fits(matrix: object) -> bool:
    members = as_object(matrix)
    return members is not None and all(as_list(values) for values in members.values())


def _single(raw: dict[str, object], defaults: Values, chosen: Mapping[str, tuple[object, int]], part: Part) -> Single:
    values = {name: value for name, (value, _) in chosen.items()}
    single: dict[str, object] = {name: fill(one, values) for name, one in raw.items()}
    moved: dict[str, str] = {}
    for name, (value, place) in chosen.items():
        written = f"{part.at}/matrix/{escape(name)}/{place}"
        if name in GIVEN:
            single[name] = value
            moved[f"/{name}"] = written
        elif name.startswith("live."):
            fact = name.removeprefix("live.")
            single["live"] = {**object_in(single, "live"), fact: value}
            moved[f"/live/{escape(fact)}"] = written
        elif "." in name:
            single["facts"] = {**object_in(single, "facts"), name: value}
            moved[f"/facts/{escape(name)}"] = written
    for name, given in defaults.items():
        own, common = as_object(single.get(name)), as_object(given)
        if name in _MERGED and common is not None and own is not None:
            moved |= {f"/{name}/{escape(key)}": f"/{name}/{escape(key)}" for key in common if key not in own}
            single[name] = {**common, **own}
        elif name not in single:
            single[name] = given
            moved[f"/{name}"] = f"/{name}"
    told = re.findall(PLACEHOLDER, str(raw.get("name", raw.get("visitor", ""))))
    suffix = ", ".join(f"{name}={_text(value)}" for name, value in values.items() if name not in told)
    return Single(single, f" [{suffix}]" if suffix else "", part, moved)


def fill(value: object, values: Values) -> object:
    """Put the matrix's values into the places of their names; text that is nothing but a place becomes the value."""
    if isinstance(value, str):
        whole = re.fullmatch(PLACEHOLDER, value)
        if whole and whole[1] in values:
            return values[whole[1]]
        return re.sub(PLACEHOLDER, lambda m: _text(values[m[1]]) if m[1] in values else m[0], value)
    if (members := as_object(value)) is not None:
        return {name: fill(one, values) for name, one in members.items()}
    if (items := as_list(value)) is not None:
        return [fill(one, values) for one in items]
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _useless(name: str, at: str) -> Diagnostic:
    hint = did_you_mean(suggest(name, GIVEN)) or f"write {{{{{name}}}}} where its values go"
    return problem("unknown-axis", at, f"nothing uses {quoted(name)}", "a key, a fact or a place", quoted(name), hint)


def check_form(single: Single, folder: Folder, root: Part, seen: set[tuple[str, str]]) -> bool:
    """Report what is wrong with the form of a single case, each finding once; tell whether nothing is."""
    found: list[Diagnostic] = []
    CASE.check(single.raw, "", found.append)
    for one in found:
        say_once(single.placed(one), folder, root, seen)
    return not found


def say_once(found: Diagnostic, folder: Folder, root: Part, seen: set[tuple[str, str]]) -> None:
    """Report a finding, but not once more for every combination."""
    if (found.pointer, found.message) not in seen:
        seen.add((found.pointer, found.message))
        folder.say(found, root)
