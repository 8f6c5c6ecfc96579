"""The descriptor table as text: tab-separated, CSV, LaTeX. No Qt."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.card.rows import Row

_SPECIAL = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
            "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}


def plain_unit(power: int, length_unit: str) -> str:
    """Return a unit in plain letters: ``"1"``, ``"um"``, ``"1/um"``, ``"1/um^3"``."""
    if power == 0:
        return "1"
    raised = length_unit if abs(power) == 1 else f"{length_unit}^{abs(power)}"
    return raised if power > 0 else f"1/{raised}"


def table_cells(rows: Sequence[Row], volume_titles: Sequence[str], length_unit: str) -> list[list[str]]:
    """Return heads and cells with full precision, in stored units (µm, or voxels).

    Of curves the difference is their distance. The relative difference is a
    share of what stands in the column after the next, as is what chance explains.
    """
    heads = ["descriptor", "axis", "unit", "phase", "data", "model mean", "model sd", "difference",
             "relative difference", "chance explains", "relative to", *volume_titles, "remark"]
    out = [heads]
    for row in rows:
        numbers = (row.data, row.model, row.sd, row.apart, row.difference, row.allowance)
        out.append([row.title, row.axis, plain_unit(row.power, length_unit), row.phase, *map(_full, numbers),
                    row.relative_to if row.difference is not None else "",
                    *(_full(n) for n in row.volumes or [None] * len(volume_titles)), row.reason])
    return out


def _full(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def as_tabs(cells: Sequence[Sequence[str]]) -> str:
    """Return the table for pasting into a spreadsheet."""
    return "\n".join("\t".join(line) for line in cells) + "\n"


def as_csv(cells: Sequence[Sequence[str]]) -> str:
    """Return the table as comma-separated values."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(cells)
    return buffer.getvalue()


def as_latex(rows: Sequence[Row], length_unit: str, volume_titles: Sequence[str] = ()) -> str:
    r"""Return a ``tabular`` for the package *booktabs*.

    A descriptor stands with its unit over its phases; values are rounded to
    what their standard deviation lets one read: ``$0.859 \pm 0.006$``.
    Columns without any value are left out, and so are distances of curves.
    """
    rows = [row for row in rows if not row.is_distance]
    has_data, has_model = (any(getattr(r, name) is not None for r in rows) for name in ("data", "model"))
    heads = ["Phase", *(["Data"] if has_data else []), *(["Model"] if has_model else []),
             *(_escape(title) for title in volume_titles)]
    lines = [r"% needs \usepackage{booktabs}", rf"\begin{{tabular}}{{l{'r' * (len(heads) - 1)}}}", r"\toprule",
             " & ".join(heads) + r" \\"]
    for row in rows:
        if row.first:
            title = _escape(row.title + (f", {row.axis}" if row.axis else ""))
            lines += [r"\midrule", rf"\multicolumn{{{len(heads)}}}{{l}}{{{title}{_unit(row.power, length_unit)}}} \\"]
        cells = [rf"\quad {_escape(row.phase)}", *([_value(row.data, row.sd)] if has_data else []),
                 *([_value(row.model, row.sd, told=True)] if has_model else []),
                 *(_value(value, row.sd) for value in row.volumes)]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _unit(power: int, length_unit: str) -> str:
    if power == 0:
        return ""
    unit = r"\mu\mathrm{m}" if length_unit == "um" else r"\mathrm{voxel}"
    return f" / ${unit}$" if power == 1 else f" / ${unit}^{{{power}}}$"


def _value(value: float | None, sd: float | None, *, told: bool = False) -> str:
    """Return a number with the decimals that its scatter ``sd`` leaves; ``told`` adds the scatter."""
    if value is None:
        return "--"
    # Equal realisations leave a rounding error as standard deviation: no spread to show.
    if sd is None or not sd > 1e-9 * abs(value):
        return f"${_plain(value)}$"
    decimals = max(0, 1 - math.floor(math.log10(sd)))
    scatter = rf" \pm {sd:.{decimals}f}" if told else ""
    return f"${value:.{decimals}f}{scatter}$"


def _plain(value: float) -> str:
    mantissa, e, power = f"{value:.4g}".partition("e")
    return rf"{mantissa} \times 10^{{{int(power)}}}" if e else mantissa


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)
