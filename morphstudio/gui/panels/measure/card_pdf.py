"""A validation card as PDF: A4, text and curves as vectors, nothing parted by the end of a page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from morphstudio.app.card.html import FACTS_TITLE, LIMITS_TITLE, PLOTS_TITLE, sentence, together
from morphstudio.app.card.look import LOOK
from morphstudio.app.card.values import percent
from morphstudio.gui.panels.measure.card_blocks import (
    Beside,
    Block,
    Box,
    Drawings,
    Gap,
    Marked,
    Paragraph,
    Stack,
    TableGroup,
    TableHead,
    font,
    plain,
)

if TYPE_CHECKING:
    from morphstudio.app.card.card import Card, CardVerdict
    from morphstudio.app.card.tables import CardTable

_DPI, _PIXELS_PER_INCH, _MM_PER_INCH = 1200, 96.0, 25.4
MARGIN_MM, _FOOTER = 14.0, 22.0
WIDTH, HEIGHT = (210 - 2 * MARGIN_MM) / 25.4 * 96, (297 - 2 * MARGIN_MM) / 25.4 * 96
_STRONG = QFont.Weight.DemiBold
_PLOT_GAP = 14.0

Page = list[tuple[float, Block]]


def card_pdf(card: Card) -> bytes:
    """Return the card as the content of a PDF file.

    Parameters
    ----------
    card : Card
        What it says; record and script are left to the web page.
    """
    pages = pages_of(blocks_of(card), HEIGHT - _FOOTER)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(card.title)
    writer.setCreator("MorphStudio")
    writer.setResolution(_DPI)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait,
                                     QMarginsF(*[MARGIN_MM] * 4), QPageLayout.Unit.Millimeter))
    with QPainter(writer) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_DPI / _PIXELS_PER_INCH, _DPI / _PIXELS_PER_INCH)
        for number, page in enumerate(pages):
            if number:
                writer.newPage()
            for y, block in page:
                block.paint(painter, 0.0, y)
            _paint_footer(painter, card, f"{number + 1} of {len(pages)}")
    buffer.close()
    return bytes(data.data())


def _paint_footer(painter: QPainter, card: Card, place: str) -> None:
    painter.setFont(font(9))
    painter.setPen(QColor(LOOK.text2))
    line = QRectF(0, HEIGHT - 12, WIDTH, 12)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, card.made)
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, place)


def pages_of(blocks: list[Block], height: float) -> list[Page]:
    """Place blocks one below the other; a new page where one, with what it keeps beside it, has no room."""
    pages: list[Page] = [[]]
    y = 0.0
    for at, block in enumerate(blocks):
        needed, last = block.height, at
        while blocks[last].keeps_next and last + 1 < len(blocks):
            last += 1
            needed += blocks[last].height
        if y + needed > height and pages[-1]:
            pages.append([])
            y = 0.0
        if not pages[-1]:
            if isinstance(block, Gap):
                continue
            if block.head is not None:
                pages[-1].append((y, block.head))
                y += block.head.height
        pages[-1].append((y, block))
        y += block.height
    return [page for page in pages if page]


def blocks_of(card: Card) -> list[Block]:
    """Return everything that stands on a card, from top to bottom."""
    blocks: list[Block] = [Paragraph(plain(card.title), WIDTH, 20, weight=_STRONG, keeps_next=True),
                           Paragraph(plain(card.subtitle), WIDTH, colour=LOOK.text2)]
    if card.remark:
        blocks += [Gap(12), Box(Paragraph(plain(card.remark), _inside()), WIDTH, LOOK.warn_tint)]
    if card.verdict is not None:
        blocks += [Gap(14), _verdict(card.verdict)]
    blocks += _findings(card)
    for table in card.tables:
        blocks += _table(table)
    blocks += _plots(card)
    if card.limits:
        blocks += [*_title(LIMITS_TITLE),
                   Stack([Paragraph(plain(text), WIDTH) for text in card.limits])]
    blocks += _facts(card)
    return blocks


def _inside() -> float:
    return WIDTH - 2 * Box.PADDING[0]


def _title(words: str) -> list[Block]:
    return [Gap(18, keeps_next=True), Paragraph(plain(words), WIDTH, 13, weight=_STRONG, keeps_next=True),
            Gap(3, keeps_next=True)]


def _verdict(verdict: CardVerdict) -> Block:
    ink, ground = {"ok": (LOOK.ok, LOOK.ok_tint), "warn": (LOOK.warn, LOOK.warn_tint),
                   "error": (LOOK.error, LOOK.error_tint)}[verdict.state]
    aside = 116.0
    width = _inside() - aside - 24
    parts: list[Block] = [Paragraph(plain(verdict.heading), width, 15, ink, _STRONG), Gap(4)]
    parts += [Beside([(2, Paragraph("•", 10)), (16, Paragraph(plain(together(reason)), width - 16))])
              for reason in verdict.reasons]
    parts += [Gap(5)] if verdict.reasons else []
    parts += [Paragraph(plain(sentence(text)), width) for text in verdict.sentences]
    numbers: list[Block] = []
    for words, error in verdict.errors:
        numbers += [Paragraph(plain(together(percent(error))), aside, 18, weight=_STRONG),
                    Paragraph(f"mean difference,<br>{plain(words)}", aside, 11, LOOK.text2), Gap(8)]
    return Box(Beside([(0, Stack(parts)), (width + 24, Stack(numbers[:-1] or [Gap(0)]))]), WIDTH, ground)


def _findings(card: Card) -> list[Block]:
    gap = 24.0
    width = (WIDTH - gap) / 2
    told: list[Block] = []
    for finding in card.findings:
        fitted = " (fitted)" if finding.fitted else ""
        told.append(Marked(Paragraph(f"<span style='font-weight:600'>{plain(finding.title)}{fitted}</span><br>"
                                     f"{plain(sentence(finding.text))}",
                                     width - Marked.INDENT), LOOK.ok if finding.agrees else LOOK.warn))
    blocks: list[Block] = [Gap(14)] if told else []
    half = (len(told) + 1) // 2
    for left, right in zip(told[:half], [*told[half:], None], strict=False):
        parts: list[tuple[float, Block]] = [(0.0, left)] + ([(width + gap, right)] if right is not None else [])
        blocks += [Beside(parts), Gap(8)]
    return blocks


def _table(table: CardTable) -> list[Block]:
    head = TableHead(table, WIDTH)
    starts = [at for at, row in enumerate(table.rows) if row.first] or [0]
    groups = [TableGroup(table.rows[start:stop], table, WIDTH, head, ruled=start > 0)
              for start, stop in pairwise([*starts, len(table.rows)])]
    blocks: list[Block] = [*_title(table.title), head, *groups]
    return [*blocks, Gap(3), Paragraph(plain(table.note), WIDTH, 11, LOOK.text2)] if table.note else blocks


def _plots(card: Card) -> list[Block]:
    if not card.plots:
        return []
    in_row = max(1, round((WIDTH + _PLOT_GAP) / (card.plots[0].width + _PLOT_GAP)))
    blocks: list[Block] = [*_title(PLOTS_TITLE),
                           Paragraph(plain(card.plot_note), WIDTH, colour=LOOK.text2, keeps_next=True),
                           Gap(8, keeps_next=True)]
    for start in range(0, len(card.plots), in_row):
        blocks += [Drawings(card.plots[start:start + in_row], _PLOT_GAP), Gap(10)]
    return blocks


def _facts(card: Card) -> list[Block]:
    if not card.facts:
        return []
    names = max(Paragraph(plain(name), 300).natural_width for name, _ in card.facts) + 20
    rows: list[Block] = [Beside([(0, Paragraph(plain(name), names, colour=LOOK.text2)),
                                 (names, Paragraph(plain(value), WIDTH - names))]) for name, value in card.facts]
    return [*_title(FACTS_TITLE), Stack(rows)]
