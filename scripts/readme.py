"""Fill the README's shown code and output from what really is there; with --check only say what differs.

A comment in front of a fenced block names its source:

    <!-- from FILE -->                 the file's text (for JSON: the block must be an experience or a case in it)
    <!-- output of FILE -->            what the Python program prints, run in its own folder
    <!-- command: mitate … -->         what the command prints, after the line the block shows for it; commands may be
                                       joined by |
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- (from|output of|command:) ([^\n]+?) -->\n```(\w*)\n(.*?)```", re.DOTALL)


def run(command: list[str], folder: Path, given: str = "") -> str:
    """Give what a command prints; its failure is ours."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(command)} failed:\n{done.stderr}")
    return done.stdout


def filled(found: re.Match[str]) -> str:
    """Give a block with its text as it should be."""
    kind, named, language, text = found.groups()
    if kind == "output of":
        path = ROOT / named
        text = run([sys.executable, path.name], path.parent)
    elif kind == "command:":
        said = ""
        for one in named.split(" | "):
            said = run([sys.executable, "-m", "mitate_server", *shlex.split(one)[1:]], ROOT, said)
        text = f"{text.splitlines()[0]}\n" + re.sub(r"\b\d+ ms\b", "1 ms", said)
    elif language == "json":
        whole = json.loads((ROOT / named).read_text("utf-8"))
        if json.loads(text) not in whole.get("experiences", whole.get("cases")):
            raise SystemExit(f"what the README shows of {named} is not in it")
    else:
        text = (ROOT / named).read_text("utf-8")
    return f"<!-- {kind} {named} -->\n```{language}\n{text.rstrip()}\n```"


def main() -> None:
    """Write the README anew, or check it."""
    before = README.read_text("utf-8")
    after = BLOCK.sub(filled, before)
    if before == after:
        return
    if "--check" in sys.argv:
        raise SystemExit("the README shows what is no longer so: run `python scripts/readme.py`")
    README.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
