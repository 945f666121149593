"""Copy the listed browser assets from assets/node_modules into learn/static and write down what they are.

First run ``npm ci --ignore-scripts`` in ``assets/``, then ``python tools/vendor_assets.py``.  The copies are committed, so that users
of Learn need no Node; ``python tools/vendor_assets.py --check`` tells whether they still are what the list says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "assets" / "node_modules"
STATIC = ROOT / "learn" / "static"

# Name in a template -> name of the Lucide icon.
ICONS = {
    "alert-triangle": "triangle-alert",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "award": "award",
    "bar-chart": "chart-column",
    "book-open": "book-open",
    "bookmark": "bookmark",
    "building": "building-2",
    "calendar": "calendar",
    "check": "check",
    "check-circle": "circle-check",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "chevron-up": "chevron-up",
    "circle": "circle",
    "clock": "clock",
    "copy": "copy",
    "download": "download",
    "external-link": "external-link",
    "eye": "eye",
    "file-text": "file-text",
    "filter": "funnel",
    "flag": "flag",
    "globe": "globe",
    "graduation-cap": "graduation-cap",
    "help-circle": "circle-question-mark",
    "history": "history",
    "home": "house",
    "image": "image",
    "info": "info",
    "key": "key-round",
    "link": "link",
    "list": "list",
    "lock": "lock",
    "log-out": "log-out",
    "menu": "menu",
    "monitor": "monitor",
    "moon": "moon",
    "pencil": "pencil",
    "plus": "plus",
    "printer": "printer",
    "qr-code": "qr-code",
    "refresh-cw": "refresh-cw",
    "save": "save",
    "search": "search",
    "settings": "settings",
    "shield": "shield",
    "sun": "sun",
    "trash": "trash-2",
    "upload": "upload",
    "user": "user",
    "users": "users",
    "wifi-off": "wifi-off",
    "x": "x",
    "x-circle": "circle-x",
}


@dataclass(frozen=True)
class Asset:
    """One file to ship: its package, its path in the package, and its path under learn/static."""

    package: str
    source: str
    target: str


TOOLBAR = "@github/markdown-toolbar-element"
ASSETS = (
    Asset("htmx.org", "dist/htmx.min.js", "vendor/htmx.min.js"),
    Asset("htmx.org", "LICENSE", "vendor/htmx.LICENSE"),
    Asset(TOOLBAR, "dist/index.js", "vendor/markdown-toolbar-element.js"),
    Asset(TOOLBAR, "LICENSE", "vendor/markdown-toolbar-element.LICENSE"),
    Asset("lucide-static", "LICENSE", "vendor/lucide.LICENSE"),
)
ICON_PACKAGE = "lucide-static"
ICON_SPRITE = "icons.svg"


def sprite() -> bytes:
    """Return one SVG with a <symbol> for each name of ICONS."""
    symbols = [symbol(name, lucide) for name, lucide in sorted(ICONS.items())]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]).encode()


def symbol(name: str, lucide: str) -> str:
    """Return the <symbol> of the Lucide icon `lucide`, without whitespace between its shapes."""
    drawing = (MODULES / ICON_PACKAGE / "icons" / f"{lucide}.svg").read_text(encoding="utf-8")
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL)
    shapes = re.sub(r"\s*/>", "/>", re.sub(r">\s+<", "><", inside)).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def described(package: str, target: str, content: bytes) -> dict[str, str]:
    """Return what vendor.json says about one file."""
    about = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    return {
        "file": target,
        "name": package,
        "version": about["version"],
        "licence": about["license"],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def shipped_files() -> dict[str, bytes]:
    """Return every file to write, vendor.json included, as a mapping of path under learn/static to content."""
    files = {
        asset.target: (MODULES / asset.package / asset.source).read_bytes() for asset in ASSETS
    }
    records = [described(asset.package, asset.target, files[asset.target]) for asset in ASSETS]
    files[ICON_SPRITE] = sprite()
    records.append(described(ICON_PACKAGE, ICON_SPRITE, files[ICON_SPRITE]))
    files["vendor/vendor.json"] = (json.dumps(records, indent=2) + "\n").encode()
    return files


def main() -> int:
    """Write the files, or with --check compare them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    check = parser.parse_args().check
    if not MODULES.is_dir():
        parser.error(
            "assets/node_modules is missing: run `npm ci --ignore-scripts` in assets/ first"
        )
    different = []
    for target, content in shipped_files().items():
        path = STATIC / target
        if not path.is_file() or path.read_bytes() != content:
            different.append(target)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for target in different:
        print(f"{'differs' if check else 'written'}: learn/static/{target}")
    return int(check and bool(different))


if __name__ == "__main__":
    sys.exit(main())
