"""What a caller gets: the decisions of one request, and their form on the wire."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from .consent import PURPOSES, Purposes
from .model import Decision, Offer, Reason

if TYPE_CHECKING:
    from .story import Story

Wires = Mapping[int, bytes]
"""Decisions that are always the same, encoded once: the object's id -> its part of the answer."""

_reason: Final[Callable[[Decision], Reason]] = attrgetter("reason")
_encode: Final = msgspec.json.Encoder().encode


class Decisions(Mapping[str, Decision]):
    """One decision for each slot, by the slot's name.

    `visitor_id` is the id to keep in the visitor's cookie, or None when nothing may be stored. `residuals` are what could
    still come true in the page, in priority order. `lasts` is for how many seconds a device may reuse the answer.
    """

    __slots__ = ("_by_slot", "_ready", "lasts", "page_view", "purposes", "residuals", "version", "visitor_id")

    def __init__(
        self,
        by_slot: Mapping[str, Decision],
        version: str,
        purposes: Purposes,
        visitor_id: str | None,
        page_view: str | None,
        ready: Wires | None = None,
        *,
        residuals: Sequence[Offer] = (),
        lasts: int = 0,
    ) -> None:
        self._by_slot = by_slot
        self._ready: Wires = {} if ready is None else ready
        self.version = version
        self.purposes = purposes
        self.visitor_id = visitor_id
        self.page_view = page_view
        self.residuals = tuple(residuals)
        self.lasts = lasts

    def __getitem__(self, slot: str) -> Decision:
        return self._by_slot[slot]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_slot)

    def __len__(self) -> int:
        return len(self._by_slot)

    def __repr__(self) -> str:
        told = ", ".join(f"{slot}: {one.variant or 'page'} ({one.reason})" for slot, one in self.items())
        return f"Decisions({told})"

    def reasons(self) -> list[Reason]:
        """Give each slot's reason, in the slots' order."""
        return list(map(_reason, self._by_slot.values()))

    def encode(self, rendered: Collection[str] = ()) -> bytes:
        """Give the body of `POST /v1/decide`: JSON text, UTF-8.

        `rendered` names the slots whose content a backend has put into the page itself: it isn't sent once more.
        """
        ready = self._ready
        if rendered:
            said = b",".join([wire(one, rendered=one.slot in rendered) for one in self._by_slot.values()])
        else:
            said = b",".join([ready.get(id(one)) or wire(one) for one in self._by_slot.values()])
        head = _head(self.version, self.purposes)
        page_view, visitor = _encode(self.page_view), _encode(self.visitor_id)
        waiting = b"" if not self.residuals else b',"residuals":[%b]' % b",".join(map(_offer, self.residuals))
        return b'%b,"page_view":%b,"visitor":%b,"lasts":%d,"decisions":{%b}%b}' % (
            head,
            page_view,
            visitor,
            self.lasts,
            said,
            waiting,
        )


class ExplainedDecisions(Decisions):
    """Decisions that can say why, to a marketer, a developer and the visitor."""

    __slots__ = ("stories",)

    def __init__(self, decisions: Decisions, stories: Mapping[str, Story]) -> None:
        super().__init__(
            decisions._by_slot,
            decisions.version,
            decisions.purposes,
            decisions.visitor_id,
            decisions.page_view,
            residuals=decisions.residuals,
            lasts=decisions.lasts,
        )
        self.stories = stories

    def why(self, slot: str, language: str = "en") -> str:
        """Tell the marketer: the facts, their numbers, what would change it."""
        return self.stories[slot].why(language)

    def whole(self, slot: str, language: str = "en") -> list[str]:
        """Tell of each experience for the slot, in priority order, what became of it: one sentence each."""
        return self.stories[slot].whole(language)

    def tree(self, slot: str, language: str = "en") -> str:
        """Show the developer every experience for the slot and every condition that was read."""
        return self.stories[slot].tree(language)

    def about(self, slot: str, language: str = "en") -> str:
        """Tell the visitor in general words: no scores, no company name."""
        return self.stories[slot].about(language)

    def proof(self, slot: str, *, secret: str | None = None) -> dict[str, object]:
        """Give what replays a slot's decision offline, JSON-ready; with the site's secret, signed.

        It holds what was read of the visitor, so consent, retention and erasure apply: see `mitate.proof`.
        """
        return self.stories[slot].proof(secret)

    def to_dict(self) -> dict[str, object]:
        """Give every slot's story as JSON-ready values, both languages."""
        return {slot: story.to_dict() for slot, story in self.stories.items()}


def wire(decision: Decision, *, rendered: bool = False) -> bytes:
    """Give one decision as a member of the answer's `decisions`: ids only of what was chosen.

    The content of one that is `rendered` stands in the page already.
    """
    said: dict[str, object] = {"reason": decision.reason.value, "basis": decision.basis.value}
    if decision.experience is not None:
        said["experience"] = decision.experience
    if decision.variant is not None:
        said["variant"] = decision.variant
    if decision.kind is not None:
        said |= {"rendered": True} if rendered else {decision.kind: decision.value}
    if decision.exposure != "seen":
        said["exposure"] = decision.exposure
    if decision.left is not None:
        said["left"] = decision.left
    if decision.lasts is not None:
        said["lasts"] = decision.lasts
    return _encode({decision.slot: said})[1:-1]


def _offer(offer: Offer) -> bytes:
    """Give one member of the answer's `residuals`."""
    return b'{"when":%b,"decisions":{%b}}' % (_encode(offer.when), b",".join(map(wire, offer.decisions)))


@lru_cache(maxsize=64)
def _head(version: str, purposes: Purposes) -> bytes:
    return _encode({"version": version, "purposes": [one for one in PURPOSES if one in purposes]})[:-1]
