"""What `docs/frameworks.md` shows is what is built and run here."""

from __future__ import annotations

import re

import pytest

from .conftest import HERE

ROOT = HERE.parents[1]
PAGE = (ROOT / "docs" / "frameworks.md").read_text("utf-8")
SHOWN = re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "code"), SHOWN, ids=[path for path, _ in SHOWN])
def test_an_example_is_the_file_that_the_tests_run(path: str, code: str) -> None:
    assert code == (ROOT / path).read_text("utf-8")


def test_every_framework_is_shown() -> None:
    assert [path.removeprefix("tests/frameworks/apps/") for path, _ in SHOWN] == [
        "plain/page.html",
        "react/Component.jsx",
        "react/Plain.jsx",
        "react/Json.jsx",
        "vue/Element.vue",
        "vue/compiler-options.js",
        "svelte/Element.svelte",
    ]
