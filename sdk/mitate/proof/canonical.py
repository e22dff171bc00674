"""One JSON text for each value, and what is computed over it: digest and signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

LARGEST: Final = 1.7976931348623157e308
"""The largest number of IEEE 754 in 64 bits; no bound of a rule lies beyond it."""


def digest(proof: Mapping[str, object]) -> str:
    said = {name: value for name, value in proof.items() if name not in ("digest", "signature")}
    return "sha256:" + hashlib.sha256(canonical(said)).hexdigest()


def signature(proof: Mapping[str, object], secret: str) -> str:
    said = {name: value for name, value in proof.items() if name not in ("digest", "signature")}
    return "hmac-sha256:" + hmac.new(secret.encode(), b"mitate proof\0" + canonical(said), hashlib.sha256).hexdigest()


def canonical(value: object) -> bytes:
    """Give the one JSON text of a value: sorted keys, no spaces, ASCII, and no difference between 1 and 1.0."""
    return json.dumps(_whole(value), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _whole(value: object) -> object:
    """Write whole numbers without a fraction, as a program in JavaScript would that passes a proof on."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, Mapping):
        return {name: _whole(one) for name, one in cast("Mapping[str, object]", value).items()}
    return [_whole(one) for one in cast("Sequence[object]", value)] if isinstance(value, (list, tuple)) else value


def plain(value: object) -> object:
    """Give a value as JSON has it: NaN is missing, as for rules, and no number is larger than JSON's readers take."""
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return float(max(-LARGEST, min(LARGEST, value)))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in cast("Sequence[object]", value)]
    return str(value)
