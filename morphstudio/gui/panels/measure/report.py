"""A measurement on one page of HTML: verdict, table, distributions, where it came from. No Qt."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from html import escape
from string import Template
from typing import TYPE_CHECKING, Any

from morphstudio.app.card.values import percent, warnings_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.card.rows import Row
    from morphstudio.core.validation import Validation
    from morphstudio.gui.theme.tokens import Tokens

_BAR_WIDTH, _BAR_HEIGHT = 120, 12
_BARS = ("Bars: how far the model is from the data; the thin line is ± chance. Brown is beyond chance and "
         "1\N{NO-BREAK SPACE}%.")
_UNKNOWN = " Grey: what chance explains is not known."
# Drawings name the window's font alone; where that is missing, readers would see a serif one.
_FONT, _FONTS = b'font-family="Inter"', b'font-family="Inter, Segoe UI, Helvetica Neue, Arial, sans-serif"'
_STATES = {"fits": "ok", "partly": "warn", "no": "error"}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of the table.

    Parameters
    ----------
    row : Row
        Its numbers.
    cells : tuple of str
        As they are shown: descriptor, unit, phase, data, model, scatter, difference, further volumes.
    colour : str
        ``#RRGGBB`` of the phase.
    """

    row: Row
    cells: tuple[str, ...]
    colour: str


@dataclass(frozen=True)
class Report:
    """What a report says.

    Parameters
    ----------
    title, subtitle, made : str
        Heading, what was measured, when.
    heads : tuple of str
        Heads of the table, in the order of the cells.
    lines : sequence of ReportLine
        The table.
    bar_range : float
        Relative difference at the end of the bars.
    figures : sequence of (str, bytes)
        Captions and SVG drawings.
    validation : Validation, optional
        The verdict.
    limits : sequence of str
        What it does not show, in the unit of the table.
    remark : str
        What to know before reading, such as that the data are of an earlier image.
    facts : sequence of (str, str)
        Names and values of what was measured.
    record : mapping
        The provenance record, plain data.
    script : str
        Lines of Python that measure the same again.
    """

    title: str
    subtitle: str
    made: str
    heads: tuple[str, ...]
    lines: Sequence[ReportLine]
    bar_range: float
    figures: Sequence[tuple[str, bytes]] = ()
    validation: Validation | None = None
    limits: Sequence[str] = ()
    remark: str = ""
    facts: Sequence[tuple[str, str]] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    script: str = ""


def report_html(report: Report, tokens: Tokens) -> str:
    """Return the report as one file of HTML that needs no other.

    Parameters
    ----------
    report : Report
        What it says.
    tokens : Tokens
        Its colours.
    """
    parts = [
        f"<h1>{escape(report.title)}</h1>",
        f"<p class='second'>{escape(report.subtitle)}</p>",
        f"<p class='box warn'>{escape(report.remark)}</p>" if report.remark else "",
        _verdict(report.validation) if report.validation is not None else "",
        _table(report),
        _figures(report.figures),
        _limits(report.limits),
        _facts(report.facts),
        _folded("Copy as Python: the same measurement again", report.script),
        _folded("Record of where it came from", json.dumps(report.record, indent=1, ensure_ascii=False)),
        f"<p class='second'>{escape(report.made)}</p>",
    ]
    colours = {name: getattr(tokens, name) for name in (
        "text", "text2", "text3", "line", "strong", "accent", "inset", "ok", "ok_tint", "warn", "warn_tint", "error",
        "error_tint")}
    return _PAGE.substitute(colours, title=escape(report.title), body="\n".join(filter(None, parts)))


def _verdict(validation: Validation) -> str:
    title, colon, rest = validation.text.partition(": ")
    heading = f"<h2>{escape(title)}</h2>" if colon else ""
    errors = [f"{words} {percent(error)}" for words, error in (
        ("Mean difference on what it was not fitted to:", validation.held_out_error),
        ("on what it was fitted to:", validation.fitted_error)) if error is not None]
    findings = "".join(
        f"<li class='{'ok' if finding.agrees else 'warn'}'><b>{escape(finding.title)}"
        f"{' (fitted)' if finding.fitted else ''}</b> {escape(_sentence(finding.text))}</li>"
        for finding in warnings_first(validation.findings))
    return (f"<section class='box {_STATES[validation.grade]}'>{heading}<p>"
            f"{escape(_sentence(rest if colon else title))}</p>"
            f"<p>{escape(', '.join(errors))}</p></section><ul class='findings'>{findings}</ul>")


def _limits(limits: Sequence[str]) -> str:
    told = "".join(f"<p>{escape(text)}</p>" for text in limits)
    return f"<h2>What this does not show</h2>{told}" if told else ""


def _table(report: Report) -> str:
    title, unit, phase, *numbers = report.heads
    ends = f"{100 * report.bar_range:g}\N{NO-BREAK SPACE}%"
    n_fixed = 4  # data, model, scatter, difference; the bars come after them
    heads = [f"<th class='left'>{escape(head)}</th>" for head in (title, unit, phase)]
    heads += [f"<th>{escape(head)}</th>" for head in numbers[:n_fixed]]
    heads += [f"<th><div class='scale'><span>−{ends}</span><span>0</span><span>+{ends}</span></div></th>"]
    heads += [f"<th>{escape(head)}</th>" for head in numbers[n_fixed:]]
    standings = {line.row.standing for line in report.lines} - {None}
    key = _BARS + (_UNKNOWN if "unknown" in standings else "") if standings else ""
    return (f"<table><thead><tr>{''.join(heads)}</tr></thead><tbody>"
            + "".join(_line(line, report.bar_range, n_fixed) for line in report.lines) + "</tbody></table>"
            + (f"<p class='second'>{key}</p>" if key else ""))


def _line(line: ReportLine, bar_range: float, n_fixed: int) -> str:
    title, unit, phase, *numbers = (escape(cell) for cell in line.cells)
    values = [f"<td>{number}</td>" for number in numbers]
    if line.row.is_beyond:
        values[n_fixed - 1] = f"<td class='beyond'>{numbers[n_fixed - 1]}</td>"
    if line.row.data is None and line.row.model is None and line.row.reason:
        values[:n_fixed] = [f"<td colspan='{n_fixed}' class='second'>{escape(line.row.reason)}</td>"]
    swatch = f"<i style='background:{line.colour}'></i>"
    return (f"<tr{' class=first' if line.row.first else ''}><td class='left'>{title}</td><td class='left'>{unit}</td>"
            f"<td class='left'>{swatch}{phase}</td>{''.join(values[:n_fixed] if len(values) >= n_fixed else values)}"
            f"<td>{_bar(line.row, bar_range)}</td>{''.join(values[n_fixed:])}</tr>")


def _bar(row: Row, half: float) -> str:
    """Draw a difference with the spread that chance allows."""
    if row.difference is None:
        return ""
    middle, y = _BAR_WIDTH / 2, _BAR_HEIGHT / 2

    def at(share: float) -> float:
        return middle + max(-half, min(half, share)) / half * (middle - 1)

    left, right = sorted((middle, at(row.difference)))
    kind = row.standing
    spread = "" if row.allowance is None else (
        f"<line class='spread' x1='{at(row.difference - row.allowance):.1f}' y1='{y}' "
        f"x2='{at(row.difference + row.allowance):.1f}' y2='{y}'/>")
    return (f"<svg width='{_BAR_WIDTH}' height='{_BAR_HEIGHT}'><line class='base' x1='0' y1='{y}' x2='{_BAR_WIDTH}' "
            f"y2='{y}'/><rect class='{kind}' x='{left:.1f}' y='{y - 3}' width='{right - left:.1f}' height='6'/>"
            f"{spread}<line class='middle' x1='{middle}' y1='0' x2='{middle}' y2='{_BAR_HEIGHT}'/></svg>")


def _figures(figures: Sequence[tuple[str, bytes]]) -> str:
    drawn = ""
    for caption, svg in figures:
        data = base64.b64encode(svg.replace(_FONT, _FONTS)).decode("ascii")
        drawn += (f"<figure><img alt='{escape(caption)}' src='data:image/svg+xml;base64,{data}'>"
                  f"<figcaption>{escape(caption)}</figcaption></figure>")
    return f"<section class='figures'>{drawn}</section>" if drawn else ""


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<h2>Measured</h2><dl>{rows}</dl>" if rows else ""


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>" if text else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_PAGE = Template("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title><style>
@page { size: A4; margin: 14mm; }
body { font: 12px/1.45 Inter, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: $text; max-width: 184mm;
  margin: 24px auto; padding: 0 12px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1 { font-size: 20px; margin: 0; } h2 { font-size: 13px; margin: 18px 0 4px; } p { margin: 3px 0; }
.second, figcaption, dt { color: $text2; }
.box h2 { margin-top: 0; } .box.ok h2 { color: $ok; } .box.warn h2 { color: $warn; } .box.error h2 { color: $error; }
.box { padding: 8px 12px; border-radius: 6px; margin: 12px 0; }
.box.ok { background: $ok_tint; } .box.warn { background: $warn_tint; } .box.error { background: $error_tint; }
.findings { list-style: none; padding: 0; columns: 2; column-gap: 24px; }
.findings li { break-inside: avoid; margin: 0 0 6px; padding-left: 12px; border-left: 3px solid $warn; }
.findings li.ok { border-color: $ok; } .findings b { display: block; }
table { border-collapse: collapse; width: 100%; font-size: 11px; font-variant-numeric: tabular-nums; margin: 12px 0; }
th { color: $text2; font-weight: 500; } th, td { text-align: right; padding: 1px 6px; white-space: nowrap; }
th.left, td.left { text-align: left; } td.left:first-child, td:nth-child(5) { font-weight: 600; }
tr.first td { border-top: 1px solid $line; } td.beyond { color: $warn; font-weight: 600; }
.scale { display: flex; justify-content: space-between; width: 120px; margin-left: auto; }
td svg { display: block; margin-left: auto; }
td i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
svg .within { fill: $accent; } svg .beyond { fill: $warn; } svg .unknown { fill: $text3; } svg .base { stroke: $line; }
svg .spread { stroke: $text2; } svg .middle { stroke: $strong; }
.figures { display: flex; flex-wrap: wrap; gap: 8px; }
figure { margin: 0; width: calc((100% - 16px) / 3); break-inside: avoid; } figure img { width: 100%; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 4px 0; } dd { margin: 0; }
details { margin: 10px 0; } summary { cursor: pointer; color: $accent; }
pre { background: $inset; padding: 10px; border-radius: 6px; font-size: 10px; white-space: pre-wrap; }
</style></head><body>
$body
</body></html>
""")
