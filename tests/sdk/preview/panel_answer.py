"""Makes the answer that the panel's tests are given: a preview of the shoe shop with something of everything.

``python tests/sdk/preview/panel_answer.py`` writes ``tests/browser/panel_answer.json``.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from mitate import Mitate, Visitor
from mitate.preview import Overrides, Previews, describe

FILE = Path(__file__).parents[2] / "browser" / "panel_answer.json"
EXPIRES = 1_800_003_600
VISITOR = "visitor-00000000000001"


def make() -> dict[str, Any]:
    """Give the answer of `POST /v1/decide` with a preview's token."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "shoes"
        shutil.copytree(str(files("mitate_server.demo") / "sites" / "shoes"), home)
        document = json.loads((home / "site.json").read_text("utf-8"))
        _change(document)
        (home / "site.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        with Mitate.from_path(home, clock=lambda: EXPIRES - 3600.0) as mitate:
            preview = Previews(mitate).show(
                Visitor(
                    id=VISITOR,
                    page_view="pageview-0000000000001",
                    url="https://shoes.example/",
                    consent={"personalization": True, "analytics": True},
                ),
                Overrides(
                    visitor="iPhone in Osaka, 13:10, third visit",
                    variants={"welcome-back": "back", "welcome": "back"},
                    audiences={"nurse-shoe-owners": True},
                    facts={"live.scroll": 20},
                    language="en",
                ),
            )
            answer = json.loads(preview.decisions.encode())
            return {**answer, "preview": describe(preview, EXPIRES)}


def _change(document: dict[str, Any]) -> None:
    """Pause one experience, make one a draft, and let one wait for what happens in the page."""
    by_id = {one["id"]: one for one in document["experiences"]}
    by_id["care-goods"]["status"] = "paused"
    by_id["second-visit-shelf"]["status"] = "draft"
    by_id["work-shoe-quiz"]["when"] = {">": [{"var": "live.seconds"}, 20]}


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, indent=2) + "\n", "utf-8")
