"""What a command takes as a site: its folder, or the document in it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click


class SiteFolder(click.Path):
    """A site's folder; its `site.json` does as well, unless only a folder will do."""

    def __init__(self, *, only_folder: bool = False) -> None:
        super().__init__(path_type=Path)
        self._only_folder = only_folder

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path, or say what to do where no site can be."""
        path = Path(value)
        if not path.exists():
            self.fail(f"there is no {_quoted(path)}. `mitate init {_quoted(path)}` makes a starter folder.", param, ctx)
        if path.is_file() and (self._only_folder or path.suffix != ".json"):
            self.fail(f"expected a site's folder, got the file {_quoted(path)}.", param, ctx)
        return path


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def cant_write(file: Path, error: OSError) -> click.ClickException:
    """Give the error that ends a command whose file can't be written."""
    return click.ClickException(f"{file} can't be written: {error.strerror or error}")
