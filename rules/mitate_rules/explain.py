"""Why a rule gave its answer."""

from __future__ import annotations


class Explanation: ...


def explain(node: object, read: object, compiler: object) -> Explanation:
    return Explanation()
