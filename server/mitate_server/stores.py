"""Open the sites with their databases, and keep the databases from growing for ever."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from .settings import SettingError, Settings
from .sites import Served, Sites

if TYPE_CHECKING:
    from mitate.events import EventSink
    from mitate.profiles import ProfileStore

log = logging.getLogger("mitate")

DAY: Final = 86_400.0


class _Named(msgspec.Struct):
    site: str = "site"


def open_sites(folders: Sequence[Path], settings: Settings) -> Sites:
    """Load each folder and open its databases. Raises `mitate.MitateError` and `SettingError`."""
    from mitate import Mitate

    served: list[Served] = []
    seen: dict[str, Path] = {}
    for folder in folders:
        name = _name_of(folder)
        if name in seen:
            raise SettingError(f"{folder} and {seen[name]} are both named {name!r}: one server serves a site once")
        seen[name] = folder
        profiles, events = _open_stores(name, settings)
        try:
            mitate = Mitate.from_path(folder, profiles=profiles, events=events, city_file=settings.city_file)
        except BaseException:
            profiles.close()
            events.close()
            raise
        served.append(Served(mitate, folder, profiles, events))
    return Sites(served)


def _open_stores(name: str, settings: Settings) -> tuple[ProfileStore, EventSink]:
    if settings.data is None:
        from mitate.events import MemoryEvents
        from mitate.profiles import MemoryProfiles

        return MemoryProfiles(), MemoryEvents()
    from mitate.events import SQLiteEvents
    from mitate.profiles import SQLiteProfiles

    # The stores make the folder, and say what is wrong where they can't.
    profiles = SQLiteProfiles(settings.data / f"{name}.profiles.sqlite")
    try:
        return profiles, SQLiteEvents(settings.data / f"{name}.events.sqlite", durability=settings.durability)
    except BaseException:
        profiles.close()
        raise


def _name_of(folder: Path) -> str:
    """Give the name its document states, for the databases; the document itself is checked later, as a whole."""
    document = folder / "site.json" if folder.is_dir() else folder
    try:
        name = msgspec.json.decode(document.read_bytes(), type=_Named).site
    except (OSError, msgspec.DecodeError):
        return folder.stem
    safe = "".join(character for character in name if character.isalnum() or character in "-_")
    return safe or folder.stem


async def sweep_daily(sites: Sites, days: int) -> None:
    """Delete what nobody touched for so many days: at the start, then every day. 0 keeps everything."""
    while days:
        before = time.time() - days * DAY
        for served in sites.values():
            try:
                profiles, events = await asyncio.to_thread(served.expire, before)
            except Exception as error:
                served.fault(error, "deleting what is too old")
                continue
            if profiles or events:
                log.info(
                    "%s: %d profiles and %d events older than %d days deleted",
                    served.mitate.site.name,
                    profiles,
                    events,
                    days,
                )
        await asyncio.sleep(DAY)
