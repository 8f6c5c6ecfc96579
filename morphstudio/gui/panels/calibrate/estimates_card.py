"""The verdict on a fit, what the image leaves open, and the fitted parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from morphstudio.core.grades import GRADE_WORDS
from morphstudio.gui.panels.calibrate.cards import LEAST_TABLE
from morphstudio.gui.panels.calibrate.estimates import NO_ERROR, EstimatesTable
from morphstudio.gui.panels.calibrate.verdict import (
    GRADE_STATES,
    doubt_words,
    reason_words,
    start_words,
    verdict_text,
)
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.labels import IconLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_ICON = 14
NO_ERRORS_SHORT = "no standard errors"


class EstimatesCard(Panel):
    """The verdict and the fitted parameters."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Fitted parameters", "", (0, 0, 0, 4), parent)
        self.table = EstimatesTable(context)
        self.verdict, self.reason = Chip(context), text_label("", "second", wrap=True)
        self.doubt, self.advice = text_label("", "second", wrap=True), text_label("", "second", wrap=True)
        self.doubt.setTextFormat(Qt.TextFormat.RichText)
        self._doubted = QWidget()
        self._lines = QWidget()
        inner = QVBoxLayout(self._lines)
        inner.setContentsMargins(12, 2, 12, 4)
        inner.setSpacing(3)
        self._said = QHBoxLayout()
        self._said.addWidget(self.verdict)
        self._said.addWidget(self.reason, 1)
        inner.addLayout(self._said)
        inner.addWidget(self.advice)
        inner.addWidget(self._doubted)
        doubted = QHBoxLayout(self._doubted)
        doubted.setContentsMargins(0, 0, 0, 0)
        doubted.setSpacing(6)
        doubted.addWidget(IconLabel(context, "warning", "warn", _ICON), 0, Qt.AlignmentFlag.AlignTop)
        doubted.addWidget(self.doubt, 1)
        self.place = Place(self._scrolled(), "Each parameter comes with its standard error when the run has ended.",
                           context, "list-numbers", "Nothing fitted yet")
        self.place.setMinimumHeight(LEAST_TABLE)
        self.body.addWidget(self.place, 1)

    def _scrolled(self) -> QScrollArea:
        """Return verdict and table in one area: in a low card neither is cut for the other, one scrolls to both."""
        content = QWidget()
        content.setProperty("role", "scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._lines)
        column.addWidget(self.table)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(content)
        return self.area

    def show_result(self, result: CalibrationResult | None, colours: Mapping[str, RGB], advice: str = "") -> None:
        """Show verdict, what to try and the parameters; ``None`` shows the empty place."""
        self.table.show_result(result, colours)
        self.place.set_filled(result is not None)
        self.area.verticalScrollBar().setValue(0)
        has_errors = self.table.has_errors
        self.set_remark("" if result is None else "hover for 95 % intervals" if has_errors else NO_ERRORS_SHORT)
        self.remark.setToolTip("Hover over a value: its tooltip has the 95 % interval" if has_errors else NO_ERROR)
        if result is None:
            return
        best = result.ranking[0]
        self.verdict.show_state(GRADE_WORDS[best.grade], GRADE_STATES[best.grade])
        self.reason.setText(f"{reason_words(best)}.")
        # Why it does not fit may take more than a line: it has the card's whole width.
        ways = QHBoxLayout.Direction
        self._said.setDirection(ways.LeftToRight if best.grade == "fits" else ways.TopToBottom)
        self._said.setSpacing(8 if best.grade == "fits" else 3)
        advice = " ".join(filter(None, (start_words(result), advice)))
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        doubt = doubt_words(result)
        self.doubt.setText(doubt)
        self._doubted.setVisible(bool(doubt))
        for part in (self.verdict, self.reason, self.doubt, self._lines):
            part.setToolTip(verdict_text(result))
