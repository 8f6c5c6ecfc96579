"""A validation card as one file of HTML that needs no other, fit for A4 paper."""

from __future__ import annotations

import json
from html import escape
from itertools import pairwise
from string import Template
from typing import TYPE_CHECKING

from morphstudio.app.card.look import LOOK
from morphstudio.app.card.values import percent
from morphstudio.io.plain_tree import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.card.card import Card, CardVerdict
    from morphstudio.app.card.curves import ChordPlot
    from morphstudio.app.card.tables import CardRow, CardTable
    from morphstudio.core.validation import Finding

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
PLOTS_TITLE, LIMITS_TITLE, FACTS_TITLE = "Chord length distributions", "What this does not show", "Where it came from"
_BAR_HEIGHT = 11


def card_html(card: Card) -> str:
    """Return the card as a page."""
    parts = [
        f"<header><h1>{escape(card.title)}</h1><p class='second'>{escape(card.subtitle)}</p></header>",
        f"<p class='box warn'>{escape(card.remark)}</p>" if card.remark else "",
        _verdict(card.verdict) if card.verdict is not None else "",
        _findings(card.findings),
        *(_table(table) for table in card.tables),
        _plots(card.plots, card.plot_note),
        _limits(card.limits),
        _facts(card.facts),
        _folded("Copy as Python: the same measurement again", card.script),
        _folded("Record for programs", _record(card)),
        f"<p class='made second'>{escape(card.made)}</p>",
    ]
    colours = {name: getattr(LOOK, name) for name in LOOK.__slots__}
    return _PAGE.substitute(colours, title=escape(card.title), body="\n".join(filter(None, parts)))


def together(text: str) -> str:
    """Return a text whose signs and units stay with their figures."""
    return text.replace(" %", f"{NO_BREAK_SPACE}%").replace("± ", f"±{NO_BREAK_SPACE}")


def sentence(text: str) -> str:
    """Return a text with a capital first, whose signs and units stay with their figures."""
    return together(text[:1].upper() + text[1:])


def _record(card: Card) -> str:
    return json.dumps(readable(card.record), indent=1, ensure_ascii=False) if card.record else ""


def _verdict(verdict: CardVerdict) -> str:
    reasons = "".join(f"<li>{escape(together(reason))}</li>" for reason in verdict.reasons)
    errors = "".join(f"<div><b>{escape(together(percent(error)))}</b><span>mean difference,<br>{escape(words)}</span>"
                     "</div>" for words, error in verdict.errors)
    told = "".join(f"<p>{escape(sentence(text))}</p>" for text in verdict.sentences)
    return (f"<section class='box verdict {verdict.state}'><div><h2>{escape(verdict.heading)}</h2>"
            f"{f'<ul>{reasons}</ul>' if reasons else ''}{told}</div><aside>{errors}</aside></section>")


def _findings(findings: Sequence[Finding]) -> str:
    told = "".join(
        f"<li class='{'ok' if finding.agrees else 'warn'}'><b>{escape(finding.title)}"
        f"{' (fitted)' if finding.fitted else ''}</b>{escape(sentence(finding.text))}</li>" for finding in findings)
    return f"<ul class='findings'>{told}</ul>" if told else ""


def _table(table: CardTable) -> str:
    columns = "".join(f"<col style='width:{100 * width:.2f}%'>" for width in table.widths)
    heads = "".join(f"<th{' class=left' if kind in ('name', 'phase') else ''}>{escape(head)}</th>"
                    for head, kind in zip(table.heads, table.kinds, strict=False))
    if table.has_bars:
        heads += "<th><div class='scale'>" + "".join(f"<span>{end}</span>" for end in table.scale) + "</div></th>"
    starts = [at for at, row in enumerate(table.rows) if row.first] or [0]
    body = "".join(_group(table.rows[start:stop], table) for start, stop in pairwise([*starts, len(table.rows)]))
    note = f"<p class='second note'>{escape(table.note)}</p>" if table.note else ""
    return (f"<section class='table'><h2>{escape(table.title)}</h2><table><colgroup>{columns}</colgroup>"
            f"<thead><tr>{heads}</tr></thead>{body}</table>{note}</section>")


def _group(rows: Sequence[CardRow], table: CardTable) -> str:
    """Return the lines of one descriptor; its name, with the unit below, spans them."""
    unit = f"{'<br>' if len(rows) > 1 else ' '}<span class='second'>{escape(rows[0].unit)}</span>" * bool(rows[0].unit)
    name = f"<td class='left name' rowspan='{len(rows)}'>{escape(rows[0].title)}{unit}</td>"
    lines = "".join(f"<tr>{name if at == 0 else ''}{_cells(row, table)}</tr>" for at, row in enumerate(rows))
    return f"<tbody>{lines}</tbody>"


def _cells(row: CardRow, table: CardTable) -> str:
    last = len(table.heads) - 1
    cells = []
    for at, cell in enumerate(row.cells, start=2):
        kind = "beyond" if row.standing == "beyond" and table.kinds[at] == "difference" else (
            "strong" if at == table.strong else "")
        cells.append(f"<td{f' class={kind}' if kind else ''}>{escape(cell)}</td>")
    if row.reason:
        cells = [f"<td colspan='{last - 1}' class='second reason'>{escape(row.reason)}</td>"]
    bar = f"<td>{_bar(row, table)}</td>" if table.has_bars else ""
    return (f"<td class='left'><i style='background:{row.colour}'></i>{escape(row.phase)}</td>{''.join(cells)}{bar}")


def _bar(row: CardRow, table: CardTable) -> str:
    """Draw a difference, 100 units wide, with the spread that chance allows, or a distance with a mark for it."""
    if row.difference is None:
        return ""
    zero, reach = (0.5, 99.0) if table.is_one_sided else (50.0, 49.5)

    def at(share: float) -> float:
        return zero + max(-1.0, min(1.0, share / table.bar_range)) * reach

    left, right = sorted((zero, at(row.difference)))
    y = _BAR_HEIGHT / 2
    chance = ""
    if row.allowance is not None:
        ends = [row.allowance] * 2 if table.is_one_sided else [row.difference - row.allowance,
                                                               row.difference + row.allowance]
        rise = 4.5 if table.is_one_sided else 0.0
        chance = (f"<line class='spread' x1='{at(ends[0]):.1f}' y1='{y - rise}' x2='{at(ends[1]):.1f}' "
                  f"y2='{y + rise}'/>")
    return (f"<svg viewBox='0 0 100 {_BAR_HEIGHT}' preserveAspectRatio='none' height='{_BAR_HEIGHT}'>"
            f"<line class='base' x1='0' y1='{y}' x2='100' y2='{y}'/>"
            f"<rect class='{row.standing}' x='{left:.1f}' y='{y - 3}' width='{right - left:.1f}' height='6'/>{chance}"
            f"<line class='middle' x1='{zero}' y1='0' x2='{zero}' y2='{_BAR_HEIGHT}'/></svg>")


def _plots(plots: Sequence[ChordPlot], note: str) -> str:
    drawn = "".join(f"<figure>{plot.svg()}</figure>" for plot in plots)
    if not drawn:
        return ""
    return (f"<section class='plots'><h2>{PLOTS_TITLE}</h2><p class='second'>{escape(note)}</p>"
            f"<div>{drawn}</div></section>")


def _limits(limits: Sequence[str]) -> str:
    told = "".join(f"<p>{escape(text)}</p>" for text in limits)
    return f"<section class='limits'><h2>{LIMITS_TITLE}</h2>{told}</section>" if told else ""


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<section class='facts'><h2>{FACTS_TITLE}</h2><dl>{rows}</dl></section>" if rows else ""


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>" if text else ""


_PAGE = Template("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title><style>
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { font: 12px/1.45 Inter, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: $text; width: 688px;
  font-feature-settings: "calt" 0;
  margin: 32px auto; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
@media print { body { margin: 0; width: auto; } details { display: none; } }
h1 { font-size: 20px; line-height: 1.25; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 13px; margin: 22px 0 4px; break-after: avoid; } p { margin: 3px 0; }
.second, dt { color: $text2; } header p { margin: 0; }
.box { padding: 12px 16px; border-radius: 6px; margin: 14px 0; }
.box.ok { background: $ok_tint; } .box.warn { background: $warn_tint; } .box.error { background: $error_tint; }
.verdict { display: flex; gap: 24px; break-inside: avoid; } .verdict > div { flex: 1; }
.verdict h2 { font-size: 15px; margin: 0 0 4px; } .verdict ul { margin: 4px 0 8px; padding-left: 18px; }
.verdict.ok h2 { color: $ok; } .verdict.warn h2 { color: $warn; } .verdict.error h2 { color: $error; }
.verdict aside { display: flex; flex-direction: column; gap: 8px; width: 112px; flex: none; }
.verdict aside b { display: block; font-size: 18px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.verdict aside span { color: $text2; font-size: 11px; line-height: 1.3; display: block; }
.findings { list-style: none; padding: 0; columns: 2; column-gap: 24px; margin: 14px 0 0; }
.findings li { break-inside: avoid; margin: 0 0 8px; padding-left: 10px; border-left: 3px solid $warn; }
.findings li.ok { border-color: $ok; } .findings b { display: block; font-weight: 600; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 11px; line-height: 1.35;
  font-variant-numeric: tabular-nums; margin: 4px 0; }
thead { display: table-header-group; } tbody { break-inside: avoid; }
th { color: $text2; font-weight: 500; vertical-align: bottom; border-bottom: 1px solid $strong; padding-bottom: 3px; }
th, td { text-align: right; padding: 1.5px 5px; overflow-wrap: break-word; } th:first-child, td:first-child {
  padding-left: 0; } tbody tr:not(:first-child) td:first-child { padding-left: 5px; }
th:last-child, td:last-child { padding-right: 0; }
th.left, td.left { text-align: left; } td.name { font-weight: 600; vertical-align: top; }
td.name .second { font-weight: 400; white-space: nowrap; }
td:not(.name):not(.reason) { white-space: nowrap; } td.reason { white-space: normal; text-align: left; }
tbody + tbody tr:first-child td { border-top: 1px solid $line; padding-top: 3px; }
tbody tr:last-child td { padding-bottom: 3px; }
td.strong { font-weight: 600; } td.beyond { color: $warn; font-weight: 600; }
.scale { display: flex; justify-content: space-between; font-size: 10px; }
td svg { display: block; width: 100%; }
td i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; margin-right: 6px;
  box-shadow: inset 0 0 0 0.5px $strong; }
svg .within { fill: $accent; } svg .beyond { fill: $warn; } svg .unknown { fill: $text3; } svg .base { stroke: $line; }
svg .spread { stroke: $text; } svg .middle { stroke: $strong; }
svg line { vector-effect: non-scaling-stroke; }
.note { font-size: 11px; } .table h2 + table { break-before: avoid; }
.plots > div { display: flex; flex-wrap: wrap; gap: 10px 14px; margin-top: 8px; }
figure { margin: 0; break-inside: avoid; } figure svg { display: block; }
.limits, .facts { break-inside: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 4px 0; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
details { margin: 12px 0; } summary { cursor: pointer; color: $accent; }
pre { background: $inset; padding: 10px; border-radius: 6px; font-size: 10px; white-space: pre-wrap; }
.made { margin-top: 20px; border-top: 1px solid $line; padding-top: 6px; font-size: 11px; }
</style></head><body>
$body
</body></html>
""")
