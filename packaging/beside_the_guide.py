"""Puts pictures of the window beside those of the design guide, at the same size.

.venv/bin/python packaging/beside_the_guide.py GUIDE OURS OUT

GUIDE holds pictures named like ``04-explore-dark.png`` or ``04-explore-dark@2x.png``,
OURS those of screenshots.py (``explore.png``, or ``explore-dark.png`` with
``--suffix=-dark``, ``explore@2x.png`` and so on). A guide picture of a step
that the window does not have is left out and named.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from PIL import Image, ImageDraw

GAP = 16
HEAD = 28
NAME = re.compile(r"\d+-(?P<step>[a-z]+)-(?P<theme>light|dark)(?P<scale>@2x)?")


def counterpart(guide: Path, ours: Path) -> Path | None:
    """Return our picture of what a guide's picture shows; ``None`` where there is none."""
    parts = NAME.fullmatch(guide.stem)
    if parts is None:
        return None
    theme = "" if parts["theme"] == "light" else "-dark"
    path = ours / f"{parts['step']}{theme}{parts['scale'] or ''}.png"
    return path if path.exists() else None


def side_by_side(guide: Path, ours: Path, out: Path) -> None:
    """Save both pictures in one, ours scaled to the guide's size."""
    with Image.open(guide) as left, Image.open(ours) as right:
        scaled = right.convert("RGB").resize(left.size, Image.Resampling.LANCZOS)
        sheet = Image.new("RGB", (2 * left.width + GAP, left.height + HEAD), "white")
        sheet.paste(left.convert("RGB"), (0, HEAD))
        sheet.paste(scaled, (left.width + GAP, HEAD))
        draw = ImageDraw.Draw(sheet)
        draw.text((8, 8), f"guide: {guide.name}", fill="black")
        draw.text((left.width + GAP + 8, 8), f"ours: {ours.name}, {right.width} × {right.height}", fill="black")
        sheet.save(out)


def main() -> None:
    """Read the command line and make the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("guide", "ours", "out"):
        parser.add_argument(name, type=Path)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    for guide in sorted(chosen.guide.glob("*.png")):
        ours = counterpart(guide, chosen.ours)
        if ours is None:
            print(f"{guide.name}: nothing to put beside it")
            continue
        side_by_side(guide, ours, chosen.out / guide.name)
        print(chosen.out / guide.name)


if __name__ == "__main__":
    main()
