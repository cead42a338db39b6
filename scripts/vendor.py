"""Fetch the front end of others into the repository: named versions, checked digests, licences beside them.

`python scripts/vendor.py` packs each package with npm, compares its digest with the one written here, and copies
only the files named here. Nothing is built, and no page ever asks another host.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "src/vaxpass/desks/_shared/static/vendor"
SOURCE_MAP = re.compile(rb"\s*(/\*|//)# sourceMappingURL=\S+( \*/)?")


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: what we take of it, and why."""

    name: str
    version: str
    licence: str
    sha512: str
    why: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Give the folder below vendor/: the package's own name without its scope, and the version."""
        return f"{self.name.rsplit('/', 1)[-1]}-{self.version}"


WEIGHTS = (400, 600)
PACKAGES = (
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        "20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w==",
        "reset, grid and spacing classes; its components and scripts are not taken, ours are smaller and stricter",
        tuple(f"dist/css/bootstrap-{part}.min.css" for part in ("reboot", "grid", "utilities")),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        "parts of a page without a reload; everything works without it",
        ("dist/htmx.min.js",),
    ),
    Package(
        "@fontsource/be-vietnam-pro",
        "5.3.0",
        "OFL-1.1",
        "xhAQBGHDxP5BF8IJxedy5MoWUmc1DlPCcZbMLhvnPkf8TaYCbbUVs3LjpuJ4BYdTrdiCLaewNaY8z+owq/FqFw==",
        "a typeface drawn for Vietnamese diacritics",
        tuple(
            f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
            for subset in ("latin", "vietnamese")
            for weight in WEIGHTS
        ),
    ),
    Package(
        "zxing-wasm",
        "3.1.4",
        "MIT (zxing-cpp inside: Apache-2.0)",
        "1+v8p7sauddySVNG+ye7GD/0TS95BG2ycdkrC+EnBrFBFkHeIghzUt2yVjtx3NucJeNrQnhT8yGAIz60Vx9o0w==",
        "reads QR codes in the browser, so that a picture never leaves the verifier's device",
        ("dist/iife/reader/index.js", "dist/reader/zxing_reader.wasm"),
    ),
    Package(
        "echarts",
        "6.1.0",
        "Apache-2.0 (d3 inside: BSD-3-Clause)",
        "q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==",
        "charts on canvas; the whole build, as the smaller ones know no heat map; read only where a page has a chart",
        ("dist/echarts.min.js", "NOTICE", "licenses/LICENSE-d3"),
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """Pack one package with npm and give the archive; raises SystemExit where its digest is another."""
    subprocess.run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], cwd=folder, check=True)
    archive = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise SystemExit(f"{package.name}@{package.version}: the archive is not the one that was reviewed.")
    return archive


def unpack(package: Package, archive: Path) -> None:
    """Write the named files and the licence below TARGET."""
    target = TARGET / package.folder
    target.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        for name in (*package.files, "LICENSE"):
            source = tar.extractfile(f"package/{name}")
            if source is None:
                raise SystemExit(f"{package.name}: {name} is missing.")
            content = SOURCE_MAP.sub(b"", source.read())  # the maps are not taken, so nothing may point at them
            (target / Path(name).name).write_bytes(content)


def describe() -> str:
    """Give the text of VENDOR.md."""
    rows = [f"| {p.name} | {p.version} | {p.licence} | {p.why} |" for p in PACKAGES]
    head = ["# Front end of others", "", "Written by `scripts/vendor.py`; change the versions there.", ""]
    return "\n".join([*head, "| name | version | licence | what for |", "|---|---|---|---|", *rows, ""])


def main() -> None:
    """Replace the vendor folder."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            unpack(package, fetch(package, Path(folder)))
        print(f"{package.folder}: {len(package.files)} files")
    (TARGET / "VENDOR.md").write_text(describe(), encoding="utf-8")


if __name__ == "__main__":
    main()
