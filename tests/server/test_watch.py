"""Hot reload follows whatever an editor or a deployment does to a folder."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mitate_server.app import create_app
from mitate_server.settings import Settings
from mitate_server.sites import MAX_SAID, Sites
from mitate_server.watch import Watch

from .conftest import SITE, Start, write_site

PATIENCE = 20.0
"""Seconds to wait for a condition before the test fails."""


@contextmanager
def watched(folder: Path, *, keep_schemas: bool = False) -> Generator[Sites]:
    """Serve and watch a folder."""
    server = create_app([folder], Settings(data=None, reload=False))
    watch = Watch(server.sites, keep_schemas=keep_schemas)
    try:
        yield server.sites
    finally:
        watch.close()
        server.record.close()
        server.sites.close()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it didn't happen"
        time.sleep(0.02)


def write_until_served(sites: Sites, block: Path) -> None:
    """Write a block again and again, as the watcher may not look yet, until a new version serves."""
    before, number = sites["shop"].mitate.version, 0

    def served() -> bool:
        nonlocal number
        number += 1
        if number % 25 == 1:
            block.write_text(f"<h1>Number {number}</h1>")
        return sites["shop"].mitate.version != before

    until(served)


def test_a_file_exchanged_by_renaming_is_served(folder: Path) -> None:
    with watched(folder) as sites:
        write_until_served(sites, folder / "blocks" / "hello.html")
        before = sites["shop"].mitate.version
        (folder / "blocks" / ".hello.html.tmp").write_text("<h1>Renamed</h1>")
        os.rename(folder / "blocks" / ".hello.html.tmp", folder / "blocks" / "hello.html")
        until(lambda: sites["shop"].mitate.version != before)
        assert sites["shop"].mitate.problems == ()


def test_a_schema_that_is_there_follows_the_document(folder: Path) -> None:
    schema = folder / "mitate-site.schema.json"
    schema.write_text('{"title": "mitate site document"}', "utf-8")
    with watched(folder, keep_schemas=True) as sites:
        write_until_served(sites, folder / "blocks" / "hello.html")
        until(lambda: '"const": "note"' in schema.read_text("utf-8"))
        write_site(folder, {**SITE, "slots": {**SITE["slots"], "guide": {}}})
        until(lambda: '"const": "guide"' in schema.read_text("utf-8"))


def test_no_schema_is_made_where_none_is(folder: Path) -> None:
    with watched(folder, keep_schemas=True) as sites:
        write_until_served(sites, folder / "blocks" / "hello.html")
    assert sorted(path.name for path in folder.iterdir()) == ["blocks", "site.json"]


def test_a_link_in_the_folder_is_part_of_it(folder: Path, tmp_path: Path) -> None:
    (folder / "other.html").write_text("<h1>Linked</h1>")
    (tmp_path / "outside.html").write_text("<h1>Outside</h1>")
    block = folder / "blocks" / "hello.html"
    with watched(folder) as sites:
        write_until_served(sites, block)
        before = sites["shop"].mitate.version
        block.unlink()
        block.symlink_to(folder / "other.html")
        until(lambda: sites["shop"].mitate.version != before)
        block.unlink()
        block.symlink_to(tmp_path / "outside.html")
        until(lambda: [one.code for one in sites["shop"].mitate.problems] == ["outside-folder"])


def test_a_folder_that_went_and_came_back_is_served_and_watched(folder: Path) -> None:
    with watched(folder) as sites:
        write_until_served(sites, folder / "blocks" / "hello.html")
        before = sites["shop"].mitate.version
        shutil.rmtree(folder)
        until(lambda: any(one.code == "missing-file" for one in sites["shop"].mitate.problems))
        assert sites["shop"].mitate.version == before
        write_site(folder)
        until(lambda: sites["shop"].mitate.problems == () and sites["shop"].mitate.version != before)
        write_until_served(sites, folder / "blocks" / "hello.html")


def test_a_deployment_that_turns_a_link_to_another_folder_is_served_and_watched(tmp_path: Path) -> None:
    write_site(tmp_path / "first")
    write_site(tmp_path / "second", {**SITE, "holdout": 0.5})
    current = tmp_path / "current"
    current.symlink_to("first")
    with watched(current) as sites:
        write_until_served(sites, tmp_path / "first" / "blocks" / "hello.html")
        (tmp_path / "next").symlink_to("second")
        os.rename(tmp_path / "next", current)
        until(lambda: sites["shop"].mitate.site.holdout == 0.5)
        write_until_served(sites, tmp_path / "second" / "blocks" / "hello.html")


def test_a_fault_of_ours_while_loading_keeps_what_is_served_and_is_said_once(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, folder: Path
) -> None:
    sites = start().sites
    version = sites["shop"].mitate.version

    def broken(*_: Any) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr("mitate.Mitate.reload", broken)
    for _ in range(3):
        sites.reload([folder / "site.json"])
    assert sites["shop"].mitate.version == version
    assert list(sites["shop"].faults.values()) == [3]
    assert len(caplog.records) == 1


def test_thousands_of_errors_are_not_all_logged(start: Start, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mitate")
    sites = start().sites
    caplog.clear()
    (folder / "blocks" / "hello.html").write_text("<div>" * 1000)
    sites.reload([folder / "blocks" / "hello.html"])
    assert len(sites["shop"].mitate.problems) == 1000
    assert len(caplog.messages) == 1 + MAX_SAID + 1
    assert caplog.messages[-1] == f"  and {1000 - MAX_SAID} more"
