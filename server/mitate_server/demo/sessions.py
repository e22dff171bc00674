"""One tab's visitor on one site: who is imagined, what the page asked last, and the answers it gets.

Looking is `Mitate.explain` with what the bar says. Page views are real all the same: each is counted
once in a profile in memory, so that clicking around the site builds interests.
"""

from __future__ import annotations

import csv
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from mitate import ExplainedDecisions, MemoryProfiles, Mitate, Reported, Visitor
from mitate.context.interests import interest
from mitate.context.visits import DAY
from mitate.model import Reason

from . import visitors
from .visitors import Imagined, Language, Said

_log = logging.getLogger("mitate.demo")

SITES: Final = ("shoes", "nagare")
MOST_SESSIONS: Final = 2000
DAYS_DRAWN: Final = 60
MOST_TRIES: Final = 20
"""So many times someone new is drawn, when one in twenty is in the comparison group."""

NO_ANSWER: Final = {
    "ja": "サーバーから返答がないため標準表示です。ページは止まりません。",
    "en": "The server did not answer: default content. The page goes on.",
}


class Demo:
    """The sites being shown, and everyone who looks at them. The oldest visitors are forgotten first."""

    def __init__(self, folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        root = Path(str(files("mitate_server.demo") / "sites")) if folder is None else folder
        self.clock = clock
        self.sites = {name: Mitate.from_path(root / name, profiles=MemoryProfiles(), clock=clock) for name in SITES}
        self._stamps = {name: _stamp(root / name) for name in SITES}
        self._root = root
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()

    def session(self, token: str, site: str) -> Session:
        """Give this tab's visitor on this site, a new one at first."""
        key = (token, site)
        if key not in self._sessions:
            self._sessions[key] = Session(self.sites[site], token, self.clock)
            if len(self._sessions) > MOST_SESSIONS:
                _, gone = self._sessions.popitem(last=False)
                gone.forget()
        self._sessions.move_to_end(key)
        return self._sessions[key]

    def guest(self, site: str, language: Language) -> str:
        """Give the token of someone new who is in no comparison group: nothing a preview changes would change for them."""
        tokens = [secrets.token_urlsafe(16) for _ in range(MOST_TRIES)]
        return next((token for token in tokens if self._is_shown(token, site, language)), tokens[-1])

    def _is_shown(self, token: str, site: str, language: Language) -> bool:
        """Tell whether this newcomer, whom it makes, is in no comparison group."""
        session = self.session(token, site)
        session.imagine(Imagined(language=language), afresh=True)
        return all(one.reason is not Reason.HOLDOUT for one in session.explained().values())

    def warm_up(self) -> None:
        """Decide once for each site, so that the first page doesn't wait for what is made only once."""
        for name in SITES:
            session = Session(self.sites[name], "-" * 22, self.clock)
            session.imagine(Imagined(ip="203.0.113.1"), afresh=True)
            session.told()
            session.forget()

    def look_again(self, site: str) -> None:
        """Serve the site's folder as it is now, when somebody saved a file in it."""
        stamp = _stamp(self._root / site)
        if stamp == self._stamps[site]:
            return
        self._stamps[site] = stamp
        mitate = self.sites[site]
        if mitate.reload():
            _log.warning("%s: version %s serves now", site, mitate.version)
        for problem in mitate.problems:
            _log.warning("%s: %s (version %s keeps serving)", site, problem, mitate.version)


class Session:
    """Who is imagined in one tab, on one site."""

    def __init__(self, mitate: Mitate, visitor_id: str, clock: Callable[[], float]) -> None:
        self.mitate = mitate
        self.id = visitor_id
        self.imagined = Imagined()
        self.said = Said()
        self._clock = clock
        self._today = self._set_at = clock()
        self._counted: set[str] = set()
        self._choice: object = _UNSEEN

    def imagine(self, imagined: Imagined, *, afresh: bool = False) -> None:
        """Change who visits. What they did here is kept unless their past is another one, or `afresh`."""
        if afresh or imagined.remembered() != self.imagined.remembered():
            self.forget()
            self._today = self._clock()
            half_lives = {name: topic.half_life for name, topic in self.mitate.site.interests.items()}
            self.mitate.profiles.apply(self.id, visitors.memory(imagined, self.id, self._today, half_lives))
            # The page that is open now was not viewed by the visitor who has just been imagined.
            self._counted = {self.said.page_view} if self.said.page_view else set()
        self._set_at = self._clock()
        self.imagined = imagined

    def forget(self) -> None:
        """Erase what is remembered of this visitor."""
        self.mitate.profiles.erase(self.id)

    @property
    def now(self) -> float:
        """The visitor's present, in seconds (UTC)."""
        return visitors.instant(self.imagined, self._today, self._clock() - self._set_at)

    @property
    def remembered(self) -> dict[str, object]:
        """What is remembered of the visitor, nothing without consent."""
        profile = self.mitate.profiles.read(self.id)
        return dict(profile.data) if profile is not None and visitors.may_remember(self.imagined) else {}

    def hear(self, choice: Mapping[str, bool] | None) -> None:
        """Take the visitor's choice of consent as the page says it, when it has just been made there."""
        if self._choice is not _UNSEEN and choice != self._choice and choice is not None:
            granted = choice.get("personalization") is True
            self.imagined = msgspec.structs.replace(self.imagined, consent="granted" if granted else "denied")
        self._choice = choice

    def answer(self, said: Said) -> ExplainedDecisions:
        """Decide for a page, and count its view once."""
        self.said = said
        decisions = self.explained()
        if said.page_view is not None and said.page_view not in self._counted and visitors.may_remember(self.imagined):
            self._counted.add(said.page_view)
            self.mitate.decide(self._visitor(), now=self.now)
        return decisions

    def look(self, said: Said) -> Visitor:
        """Give the visitor whom a page shows itself to, counting nothing."""
        self.said = said
        return self._visitor()

    @property
    def facts(self) -> dict[str, object]:
        """What the bar sets of the visitor by hand."""
        return visitors.facts(self.imagined)

    def explained(self) -> ExplainedDecisions:
        """Decide for the page that asked last, and say why."""
        group = self.imagined.group
        return self.mitate.explain(
            self._visitor(),
            now=self.now,
            profile=self.remembered,
            facts=self.facts,
            group=None if group == "auto" else group,
        )

    def record(self, reported: Iterable[Reported], page_view: str | None) -> int:
        """Commit what the page reports. A purchase also reaches the profile, as the shop's backend would say it."""
        events = list(reported)
        said = msgspec.structs.replace(self.said, page_view=page_view)
        accepted = self.mitate.record(visitors.visitor(self.imagined, self.id, said), events, now=self.now)
        if visitors.may_remember(self.imagined):
            for event in events:
                category = event.props.get("category")
                if event.type == "track" and event.name == "purchase" and isinstance(category, str):
                    self.mitate.profiles.apply(self.id, visitors.purchase(category, self.now, f"purchase:{event.id}"))
        return accepted

    # -- what the bar shows ----------------------------------------------------------------------

    def told(self) -> dict[str, object]:
        """Give everything the bar shows of the last answer, in the visitor's language."""
        language = self.imagined.language
        site = self.mitate.site
        shared: dict[str, object] = {
            "version": self.mitate.version,
            "problems": [str(problem) for problem in self.mitate.problems],
            "now": self.now,
            "consent": self.imagined.consent,
            "interests": self._interests(language),
            "code": self.code(),
        }
        labels = {name: slot.label.get(language, name) for name, slot in site.slots.items()}
        if self.imagined.server == "down":
            slots: list[dict[str, object]] = [
                {
                    "slot": name,
                    "label": label,
                    "variant": None,
                    "reason": "NO_ANSWER",
                    "why": NO_ANSWER[language],
                    "whole": [],
                    "tree": NO_ANSWER[language],
                    "about": "",
                }
                for name, label in labels.items()
            ]
            return {**shared, "slots": slots, "answer": None}
        decisions = self.explained()
        slots = [
            {
                "slot": name,
                "label": labels[name],
                "experience": one.experience,
                "variant": one.variant if one.kind is not None else None,
                "shows": self._shown(one.experience, one.variant if one.kind is not None else None, language),
                "reason": one.reason.value,
                "why": decisions.why(name, language),
                "whole": decisions.whole(name, language),
                "tree": decisions.tree(name, language),
                "about": decisions.about(name, language),
            }
            for name, one in sorted(decisions.items(), key=lambda entry: list(site.slots).index(entry[0]))
        ]
        return {**shared, "slots": slots, "answer": msgspec.Raw(decisions.encode())}

    def _shown(self, experience: str | None, variant: str | None, language: str) -> str | None:
        """Give the label of what fills a slot, None for the page's own content."""
        if experience is None or variant is None:
            return None
        one = self.mitate.site.experiences[experience]
        label = next((found.label.get(language) for found in one.variants if found.id == variant), None)
        return label or variant

    def _interests(self, language: str) -> list[dict[str, object]]:
        """Give each topic's score on the day the visitor was imagined and 60 days on, 0–100, with the mark it needs."""
        remembered, start = self.remembered, self.now - self.imagined.travel * DAY
        return [
            {
                "topic": name,
                "label": topic.label.get(language, name),
                "scores": [
                    round(100 * interest(remembered, name, topic.half_life, start + day * DAY))
                    for day in range(DAYS_DRAWN + 1)
                ],
                "needed": _needed(self.mitate, name),
            }
            for name, topic in self.mitate.site.interests.items()
        ]

    def code(self) -> str:
        """Give the Python that asks about exactly this visitor, ready to run."""
        visitor = self._visitor()
        defaults = Visitor()
        said = {
            name: getattr(visitor, name)
            for name in visitor.__struct_fields__
            if getattr(visitor, name) != getattr(defaults, name)
        }
        named = ", ".join(f"{name}={value!r}" for name, value in said.items() if name != "page_view")
        more = {
            "profile": {name: value for name, value in self.remembered.items() if not name.startswith(("_", "visit."))},
            "facts": self.facts,
        }
        extra = "".join(f", {name}={value!r}" for name, value in more.items() if value)
        group = "" if self.imagined.group == "auto" else f", group={self.imagined.group!r}"
        return "\n".join(
            (
                "from mitate import Mitate, Visitor",
                f"site = Mitate.from_path({str(self.mitate.path)!r})",
                f"visitor = Visitor({named})",
                f"shown = site.explain(visitor, now={self.now:.0f}{extra}{group})",
                "for slot, decision in shown.items():",
                f'    print(slot, decision.variant, decision.reason, shown.why(slot, "{self.imagined.language}"))',
            )
        )

    def search(self, texts: Mapping[str, str]) -> list[dict[str, object]]:
        """Count, in what reached the browser, every name, domain and network of the company list. None of them is named."""
        rows = company_list(self.mitate.path)
        looked_for = {
            column: {part for row in rows for part in row.get(column, "").split() if part}
            for column in ("name", "domain", "cidr")
        }
        return [
            {
                "where": where,
                "size": len(text),
                **{column: sum(text.count(word) for word in words) for column, words in looked_for.items()},
            }
            for where, text in texts.items()
        ]

    def _visitor(self) -> Visitor:
        return visitors.visitor(self.imagined, self.id, self.said)


_UNSEEN: Final = object()


def company_list(folder: Path) -> list[dict[str, str]]:
    """Read the site's company list as it stands in its file; empty for a site without one."""
    path = folder / "accounts.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _needed(mitate: Mitate, topic: str) -> int | None:
    """Give the score (0–100) from which an audience counts this topic as an interest."""
    for audience in mitate.site.audiences.values():
        match audience.when:
            case {">=": [{"var": str(name)}, int() | float() as bound]} if name == f"interests.{topic}":
                return round(100 * bound)
            case _:
                pass
    return None


def _stamp(folder: Path) -> int:
    return max((path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()), default=0)


__all__ = ["SITES", "Demo", "Session", "company_list"]
