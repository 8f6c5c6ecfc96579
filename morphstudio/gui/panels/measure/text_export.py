"""The descriptor table as text: tab-separated, CSV, LaTeX. No Qt."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.panels.measure.rows import Row

_SPECIAL = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
            "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}


def plain_unit(power: int, length_unit: str) -> str:
    """Return a unit in plain letters: ``"1"``, ``"um"``, ``"1/um"``, ``"1/um^3"``."""
    if power == 0:
        return "1"
    raised = length_unit if abs(power) == 1 else f"{length_unit}^{abs(power)}"
    return raised if power > 0 else f"1/{raised}"


def table_cells(rows: Sequence[Row], volume_titles: Sequence[str], length_unit: str) -> list[list[str]]:
    """Return heads and cells with full precision, in stored units (µm, or voxels)."""
    heads = ["descriptor", "axis", "unit", "phase", "data", "model mean", "model sd", "difference", *volume_titles,
             "remark"]
    out = [heads]
    for row in rows:
        numbers = (row.data, row.model, row.sd, row.difference, *row.volumes)
        out.append([row.title, row.axis, plain_unit(row.power, length_unit), row.phase,
                    *("" if n is None else f"{n:.6g}" for n in numbers), row.reason])
    return out


def as_tabs(cells: Sequence[Sequence[str]]) -> str:
    """Return the table for pasting into a spreadsheet."""
    return "\n".join("\t".join(line) for line in cells) + "\n"


def as_csv(cells: Sequence[Sequence[str]]) -> str:
    """Return the table as comma-separated values."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(cells)
    return buffer.getvalue()


def as_latex(rows: Sequence[Row], length_unit: str) -> str:
    """Return a ``tabular`` of data and model mean ± standard deviation."""
    unit = r"\mu\mathrm{m}" if length_unit == "um" else r"\mathrm{voxel}"
    lines = [r"\begin{tabular}{lllrr}", r"\hline", r"Descriptor & Unit & Phase & Data & Model \\", r"\hline"]
    for row in rows:
        title = _escape(row.title + (f", {row.axis}" if row.axis else "")) if row.first else ""
        power = "--" if row.power == 0 else f"${unit}$" if row.power == 1 else f"${unit}^{{{row.power}}}$"
        lines.append(" & ".join([title, power if row.first else "", _escape(row.phase), _number(row.data),
                                 _mean(row.model, row.sd)]) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _number(value: float | None) -> str:
    return "--" if value is None else f"${value:.4g}$"


def _mean(mean: float | None, sd: float | None) -> str:
    if mean is None:
        return "--"
    return f"${mean:.4g}$" if sd is None else rf"${mean:.4g} \pm {sd:.2g}$"


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)
