"""The sites a server serves: each with its SDK object, and what happened since the start."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from mitate import Mitate, TokenError
    from mitate.events import EventSink
    from mitate.profiles import ProfileStore

log = logging.getLogger("mitate")

MAX_KINDS: Final = 100
"""So many different faults are told apart; more are counted together."""

MAX_SAID: Final = 50
"""So many errors of a document are logged; one missing quotation mark can make thousands."""


_HASH: Final = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class OldTag:
    """How often pages asked with one old tag, and when last (seconds, UTC)."""

    asks: int
    latest: float


@dataclass(frozen=True, slots=True)
class Distrusted:
    """How often tokens were not believed for one reason, and what the first was told, by language."""

    count: int
    said: Mapping[str, str]


class Served:
    """One site being served. Counters are this process's own, since its start."""

    def __init__(self, mitate: Mitate, path: Path, profiles: ProfileStore, events: EventSink) -> None:
        self.mitate = mitate
        self.path = path
        self.folder = path if path.is_dir() else path.parent
        self._profiles = profiles
        self._events = events
        self.decided = 0
        self.recorded = 0
        self.faults: dict[str, int] = {}
        self.unbelieved: dict[str, int] = {}
        """Facts that a page sent although only a backend may say them: name -> how often."""
        self.distrusted: dict[str, Distrusted] = {}
        """Tokens that pages sent and that were not believed, by reason."""
        self.old_tags: dict[str, OldTag] = {}
        """Pages whose tag carries another slot table than ours, by its hash."""

    def expire(self, before: float) -> tuple[int, int]:
        """Delete profiles and events that nobody touched since `before` (seconds, UTC); give how many of each."""
        return self._profiles.expire(before), self._events.expire(before)

    def fault(self, error: Exception, doing: str) -> None:
        """Count a fault of ours; the first of each kind is logged, with its trace."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
        kind = f"{type(error).__name__} at {where}"
        if kind not in self.faults and len(self.faults) >= MAX_KINDS:
            kind = "others"
        if kind not in self.faults:
            log.error(
                "%s: fault while %s (logged once, counted from now on): %s",
                self.mitate.site.name,
                doing,
                error,
                exc_info=error,
            )
        self.faults[kind] = self.faults.get(kind, 0) + 1

    def disbelieve(self, names: Iterable[str]) -> None:
        """Count facts that came from a page but are a backend's to say; each is logged once."""
        for name in names:
            if name not in self.unbelieved:
                log.warning(
                    "%s: a page sent %s, which only a backend with the secret may say; ignored",
                    self.mitate.site.name,
                    name,
                )
            self.unbelieved[name] = self.unbelieved.get(name, 0) + 1

    def distrust(self, error: TokenError) -> None:
        """Count a token that is not to be believed; the first for each reason is logged."""
        seen = self.distrusted.get(error.reason)
        if seen is None:
            log.warning("%s: a page's token is ignored: %s (logged once)", self.mitate.site.name, error)
            seen = Distrusted(0, {language: error.told(language) for language in ("en", "ja")})
        self.distrusted[error.reason] = Distrusted(seen.count + 1, seen.said)

    def newer_table(self, known: str, endpoint: str, deadline: int) -> bytes | None:
        """Give the slot table as JSON when a page knows another one than ours."""
        if known == self.mitate.table_hash():
            return None
        self._note_old_tag(known)
        return msgspec.json.encode(self.mitate.slot_table(endpoint, deadline))

    def _note_old_tag(self, known: str) -> None:
        """Count an ask with another table; what is no hash at all comes from no tag of ours."""
        if _HASH.fullmatch(known) and (known in self.old_tags or len(self.old_tags) < MAX_KINDS):
            asks = self.old_tags[known].asks if known in self.old_tags else 0
            self.old_tags[known] = OldTag(asks + 1, time.time())

    def old_tags_in_use(self) -> dict[str, OldTag]:
        """Give the old tags that pages carried within the last hour, by hash."""
        current, since = self.mitate.table_hash(), time.time() - 3600
        return {known: tag for known, tag in self.old_tags.items() if known != current and tag.latest >= since}

    def reload(self) -> None:
        """Load the folder again. An error keeps the version that is served; errors are logged with their places."""
        mitate, before = self.mitate, self.mitate.version
        try:
            changed = mitate.reload()
        except Exception as error:
            self.fault(error, "loading the folder")
            return
        if changed:
            log.info("%s: version %s serves (was %s)", mitate.site.name, mitate.version, before)
        elif mitate.problems:
            log.error("%s: not loaded, version %s keeps serving:", mitate.site.name, before)
            errors = [problem for problem in mitate.problems if problem.severity == "error"]
            for problem in errors[:MAX_SAID]:
                log.error("  %s", problem)
            if len(errors) > MAX_SAID:
                log.error("  and %d more", len(errors) - MAX_SAID)
        else:
            log.debug("%s: nothing changed, version %s serves", mitate.site.name, before)


class Origins:
    """The origins of a site's pages; ``https://*.shop.example`` stands for every host below shop.example."""

    def __init__(self, origins: Iterable[str]) -> None:
        listed = [origin.encode() for origin in origins]
        self.exact = frozenset(origin for origin in listed if b"*" not in origin)
        self._below = tuple(
            (scheme + b"//", rest.removeprefix(b"*"))
            for scheme, _, rest in (origin.partition(b"//") for origin in listed if b"*" in origin)
        )

    def __contains__(self, origin: bytes) -> bool:
        if origin in self.exact:
            return True
        return any(
            origin.startswith(scheme) and origin.endswith(host) and len(origin) > len(scheme) + len(host)
            for scheme, host in self._below
        )


class Sites(Mapping[str, Served]):
    """The served sites by name, and every origin one of them allows."""

    def __init__(self, served: Iterable[Served]) -> None:
        self._served = tuple(served)
        self.refresh()

    def refresh(self) -> None:
        """Take up names and origins again, after a reload."""
        by_name = {served.mitate.site.name: served for served in self._served}
        # Origins first: a name that is served must have them.
        self._origins = {name: Origins(served.mitate.site.origins) for name, served in by_name.items()}
        self._exact = frozenset[bytes]().union(*(origins.exact for origins in self._origins.values()))
        self._by_name = by_name

    def allows(self, name: str, origin: bytes) -> bool:
        """Tell whether a page of this origin may ask for this site."""
        origins = self._origins.get(name)  # None for a moment while a reload takes a site's name away
        return origins is not None and origin in origins

    def allows_any(self, origin: bytes) -> bool:
        """Tell whether some site here allows this origin: what CORS must know before the body is read."""
        # Asked at every request, and nearly every site writes its origins out.
        return origin in self._exact or any(origin in origins for origins in self._origins.values())

    def reload(self, changed: Iterable[Path]) -> None:
        """Load again the sites to which the changed files belong."""
        paths = [_standing(path) for path in changed]
        for served in self._served:
            folders = (_standing(served.folder), served.folder.resolve())
            if any(path.is_relative_to(folder) for path in paths for folder in folders):
                served.reload()
        self.refresh()

    def close(self) -> None:
        """Write what waits and close every store."""
        for served in self._served:
            served.mitate.close()

    def __getitem__(self, name: str) -> Served:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def _standing(path: Path) -> Path:
    """Give the true place of a file; a link belongs to the folder it stands in, wherever it leads."""
    path = path.absolute()
    return path.parent.resolve() / path.name
