"""Regular expressions, through RE2 only: its time grows with the text and never with the pattern's cunning.

RE2 is the optional package `google-re2` (the extra `mitate[regex]`); this module alone asks for it, when a rule does.
A pattern is looked for anywhere in a text: `^` and `$` stand for the ends of the whole text, `.` for any character,
line ends included. `runs_in_javascript` names the part of RE2's syntax that says the same to JavaScript, as
`new RegExp(pattern, "su").test(text)`.
"""

from __future__ import annotations

import functools
import importlib
import math
import re
from collections.abc import Callable
from types import ModuleType
from typing import Final, NamedTuple, cast

Finder = Callable[[str], bool]

INSTALL: Final = "pip install 'mitate[regex]'"
MAX_LENGTH: Final = 1000
"""How many characters a pattern may have."""
MAX_PROGRAM: Final = 5000
"""How many steps RE2 may make of a pattern; the states of so many fit well into `MAX_MEMORY`."""
MAX_MEMORY: Final = 2 * 1024 * 1024
"""How many bytes a pattern may take, and its states while it is looked for."""


class Problem(NamedTuple):
    """Why a pattern can't be used; `place` counts characters from 1 where the fault has one."""

    code: str
    message: str
    place: int | None = None
    hint: str | None = None


class PatternError(ValueError):
    """A pattern that can't be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@functools.cache
def _re2() -> ModuleType | None:
    try:
        found = importlib.import_module("re2")
    except ImportError:
        return None
    return found if hasattr(found, "Set") else None  # other packages of that name lack it


def finds(value: object, pattern: object) -> bool:
    """Tell whether a text has something that fits a pattern, compiled or not; what is no text has nothing."""
    if not isinstance(value, str):
        return False
    return finder(pattern)(value) if isinstance(pattern, str) else cast(Finder, pattern)(value)


@functools.lru_cache(maxsize=4096)
def finder(pattern: str) -> Finder:
    """Compile a pattern; raises `PatternError`."""
    re2 = _re2()
    if re2 is None:
        raise PatternError(Problem("missing-extra", '"regex" needs RE2, which is not installed', hint=INSTALL))
    if len(pattern) > MAX_LENGTH:
        message = f"the pattern has {len(pattern):,} characters; {MAX_LENGTH:,} are allowed"
        raise PatternError(Problem("bad-pattern", message, hint="name the texts in a list, and use in_list"))
    options = re2.Options()
    options.max_mem, options.dot_nl, options.log_errors, options.never_capture = MAX_MEMORY, True, False, True
    try:
        steps = cast(int, re2.compile(pattern, options).programsize)
    except re2.error as error:
        raise PatternError(_said(pattern, error.args[0])) from None
    if steps > MAX_PROGRAM:
        raise PatternError(Problem("bad-pattern", "the pattern is too large once its repetitions are written out"))
    # A set of one only says whether it was found, which takes a third of the time of finding where.
    one = re2.Set.SearchSet(options)
    one.Add(pattern)
    one.Compile()
    return functools.partial(_found, one.Match)


def _found(match: Callable[[bytes], object], text: str) -> bool:
    try:
        return match(text.encode()) is not None
    except UnicodeEncodeError:  # half a surrogate pair is no character
        return match(re.sub("[\ud800-\udfff]", "\ufffd", text).encode()) is not None


def problem_of(pattern: str) -> Problem | None:
    """Say why a pattern can't be used; None when it can."""
    try:
        finder(pattern)
    except PatternError as error:
        return error.problem
    return None


def matches_all(pattern: str) -> bool:
    """Tell whether a usable pattern fits every text: it fits the empty one and names no end or edge."""
    return re.search(r"[\^$]|\\[bBAz]", pattern) is None and finder(pattern)("")


def _said(pattern: str, raw: object) -> Problem:
    """Read RE2's message, "what: where"; where is a part of the pattern, or all of it where a bracket lacks another."""
    message = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
    what, _, where = message.partition(": ")
    place = pattern.find(where) + 1 if where else len(pattern)
    if what in ("missing )", "unexpected )"):
        place = _unpaired(pattern)
    shown = f": {where}" if where not in ("", pattern) else ""
    hint = next((hint for part, hint in _HINTS.items() if part in what), None)
    return Problem("bad-pattern", f"RE2 can't read the pattern: {what}{shown}", place or None, hint)


_HINTS: Final = {
    "missing )": "write \\( for the character itself",
    "unexpected )": "write \\) for the character itself",
    "missing ]": "write \\[ for the character itself",
    "perl operator": "RE2 has neither look-around nor back-references, so that no pattern takes long",
    "escape sequence": "RE2 has no back-references; a backslash in JSON is written \\\\",
    "repetition argument": "write \\* or \\+ or \\? for the character itself",
    "no argument": "write \\* or \\+ or \\? for the character itself",
    "repetition size": "1,000 repetitions are the most, those of nested groups multiplied",
}


def _unpaired(pattern: str) -> int:
    """Give the place, from 1, of a bracket without its other half; 0 where there is none."""
    opened: list[int] = []
    for part in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", pattern, re.DOTALL):
        if part[0] == "(":
            opened.append(part.start() + 1)
        elif part[0] == ")":
            if not opened:
                return part.start() + 1
            opened.pop()
    return opened[-1] if opened else 0


# -- what JavaScript reads alike, with the flags "s" and "u"

_CHARACTER: Final = r"(?:[^\\\]\[-]|\[(?!:)|\\[\^$\\.*+?()\[\]{}|/-]|\\[nrtfv]|\\x[0-9A-Fa-f]{2})"
_TOKEN: Final = re.compile(
    r"(?P<one>[^\\^$*+?()\[\]{}|]|\\[\^$\\.*+?()\[\]{}|/]|\\[dDwWnrtfv]|\\x[0-9A-Fa-f]{2}"
    rf"|\[(?:\^(?!\])|(?![\^\]]))-?(?:{_CHARACTER}(?:-{_CHARACTER})?|\\[dDwW])*-?\])"
    r"|(?P<edge>[\^$]|\\b)|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))|(?P<either>\|)"
    r"|(?P<again>[*+?]|\{(?P<least>[0-9]{1,4})(?:(?P<comma>,)(?P<most>[0-9]{0,4}))?\})\??",
    re.DOTALL,
)
_ELSE: Final = (
    (r"\(\?P?<", "names of groups differ", "write ( without a name"),
    (r"\(\?", "flags within a pattern differ", "write both letters, as in [Aa]"),
    (r"\\[pP]", "classes of Unicode differ", "name the characters, as in [ぁ-ん]"),
    (r"\\[sS]", "what counts as white space differs", "name the characters, as in [ \\t]"),
    (r"\\B", "\\B differs beside letters other than a to z", "say what stands there"),
    (r"\\[0-9x]", "codes of characters are written otherwise", "write the character itself"),
    (r"\\[AzZ]", "the ends of the text are written ^ and $", "write ^ or $"),
    (r"[*+?]", "there is nothing to repeat before it", "leave it out"),
    (r"[\]{}]", "a bracket that stands for itself needs a backslash", "write it after a backslash"),
    (r"\[", "this class is read otherwise", "put a backslash before ], [ and - within a class, or name its characters"),
    (r"", "it is written otherwise", "leave it out, or write the character itself"),
)


def runs_in_javascript(pattern: str) -> str | None:
    """Say why a pattern that RE2 reads would not mean the same, or take long, in a browser; None when it runs there.

    JavaScript tries one way after another where RE2 follows all at once. So that no page stands still, a group that is
    repeated must leave no choice: neither `|` nor a repetition of varying length.
    """
    groups = [False]  # whether each open group leaves a choice
    before = ""  # what a repetition would repeat: nothing, one character, or a group with or without a choice
    place = 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        kind = token.lastgroup if token is not None else None
        if token is None or (token["again"] and before in ("", "edge")):
            why, hint = next((why, hint) for start, why, hint in _ELSE if re.match(start, pattern[place:]))
            return f'JavaScript does not read "{pattern[place : place + 3]}" so: {why} ({hint})'
        place = token.end()
        if token["again"]:
            least, most = _times(token)
            if before == "choice" and most > 1:
                return "a browser might take very long: a group that is repeated must leave no choice (repeat less)"
            groups[-1] |= least != most
            before = ""
        elif token["open"]:
            groups.append(False)
            before = ""
        elif token["close"]:
            before = "choice" if groups.pop() else "group"
            groups[-1] |= before == "choice"
        elif token["either"]:
            groups[-1] = True
            before = ""
        else:
            before = cast(str, kind)
    return None


def _times(token: re.Match[str]) -> tuple[float, float]:
    """Give how often a repetition asks for what it repeats, at least and at most."""
    if token["least"] is None:
        return {"*": (0, math.inf), "+": (1, math.inf), "?": (0, 1)}[token["again"]]
    least = int(token["least"])
    return least, least if token["comma"] is None else int(token["most"] or 0) or math.inf
