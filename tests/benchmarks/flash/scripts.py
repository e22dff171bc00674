"""The scripts that are compared: where their files are, and what GrowthBook is told."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from flash.words import NAMES, variant

STATIC: Final = files("mitate_server") / "static"
GROWTHBOOK: Final = Path(__file__).parent / "node_modules/@growthbook/growthbook/dist/bundles/auto.min.js"

NAIVE: Final = """
(endpoint => {
  const show = ({ decisions }) => Object.keys(decisions).forEach(name =>
    document.getElementById(name).innerHTML = decisions[name].html);
  const answer = fetch(endpoint + "/v1/decide", {
    method: "POST", body: JSON.stringify({ url: location.href }),
  }).then(response => response.json());
  const ready = new Promise(done => document.readyState == "loading"
    ? addEventListener("DOMContentLoaded", done) : done());
  Promise.all([answer, ready]).then(([answer]) => show(answer)).catch(() => {});
})(document.currentScript.dataset.endpoint);
"""
"""Fetch and replace, as one would write it in five minutes."""


@cache
def growthbook() -> bytes:
    """Give GrowthBook's ready-made script."""
    return GROWTHBOOK.read_bytes()


def installed() -> bool:
    """Tell whether GrowthBook's package is here."""
    return GROWTHBOOK.is_file()


def payload(kind: str) -> bytes:
    """Give what GrowthBook's server would say: one visual experiment that everybody gets."""
    mutations = [
        {"selector": f"#{name}", "action": "set", "attribute": "html", "value": variant(name)}
        for name in (NAMES if kind == "twenty" else NAMES[:1])
    ]
    pattern = "/new$" if kind == "spa" else ".*"
    experiment = {
        "key": "hero",
        "status": "running",
        "weights": [0, 1],
        "coverage": 1,
        "hashAttribute": "id",
        "hashVersion": 2,
        "urlPatterns": [{"include": True, "type": "regex", "pattern": pattern}],
        "meta": [{"key": "0"}, {"key": "1"}],
        "variations": [{}, {"domMutations": mutations}],
    }
    return json.dumps({"status": 200, "features": {}, "experiments": [experiment]}).encode()
