"""Versions: Semantic Versioning 2.0.0, section 11; read leniently: "17.5" is 17.5.0, a leading "v" is dropped."""

from __future__ import annotations

import functools
import math
import re
from typing import Final

_VERSION = re.compile(r"[vV]?(\d{1,15}(?:\.\d{1,15}){0,7})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
VERSION_SIGNS: Final = ("=", "!=", "<", "<=", ">", ">=", "~", "^")
Version = tuple[tuple[int, ...], tuple[tuple[bool, float, str], ...]]


@functools.lru_cache(maxsize=2048)
def version(text: str) -> Version | None:
    """Read a version as something that orders; None when it is none."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 3 and numbers[-1] == 0:
        numbers.pop()
    core = tuple(numbers + [0] * (3 - len(numbers)))
    if found[2] is None:
        return core, ((True, 0, ""),)  # a release comes after each of its pre-releases
    return core, tuple(map(_mark, found[2].split(".")))


def _mark(text: str) -> tuple[bool, float, str]:
    """Rank a mark of a pre-release: numbers by their size, however many digits they have, before words."""
    if not text.isdecimal():
        return False, math.inf, text
    digits = text.lstrip("0")
    return False, len(digits), digits


def sem_ver(value: object, sign: object, wanted: object) -> bool | None:
    """Compare two versions; `~` the same minor version, `^` the same major one."""
    if not (isinstance(value, str) and isinstance(sign, str) and isinstance(wanted, str)):
        return None
    a, b = version(value), version(wanted)
    if a is None or b is None:
        return None
    if sign in ("~", "^"):
        places = 2 if sign == "~" else 1
        return a[0][:places] == b[0][:places]
    answers = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    return answers.get(sign)
