"""The validation card: verdict, reasons, and what it does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.panels.measure.error_scale import PUBLISHED_ERROR, ErrorScale
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import IconLabel, text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.panel import Inspector
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayout

    from morphstudio.core.validation import Finding, Validation
    from morphstudio.gui.context import AppContext

_STATES = {"fits": "ok", "partly": "warn", "no": "error"}


class ValidationInspector(Inspector):
    """What the comparison says, and how many realisations it takes."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        verdict = self.add_section("Validation")
        self.card = Remark(context, "info", "", "Measure to hold the model against the image.")
        verdict.addWidget(self.card)
        self._errors = QGridLayout()
        self._errors.setVerticalSpacing(4)
        verdict.addLayout(self._errors)
        verdict.addLayout(self._ways_out())
        self._findings = QVBoxLayout()
        self._findings.setSpacing(10)
        self._reasons = self.add_section("Reasons")
        self._reasons.addLayout(self._findings)
        self._limits = QVBoxLayout()
        self._limits.setSpacing(6)
        self._limits_section = self.add_section("What this does not show")
        self._limits_section.addLayout(self._limits)
        self._add_settings()
        self.show_validation(None)

    def show_validation(self, validation: Validation | None, waiting: str = "") -> None:
        """Show a comparison; without one, ``waiting`` says why there is none."""
        _empty(self._errors)
        _empty(self._findings)
        _empty(self._limits)
        for section in (self._reasons, self._limits_section):
            section.parentWidget().setVisible(validation is not None)
        if validation is None:
            self.card.show_remark("info", "", waiting or "Measure to hold the model against the image.")
            return
        # Not the grade's own words: where images are too small to tell, the sentence starts with that.
        title, colon, rest = validation.text.partition(": ")
        title, rest = (title, rest) if colon else ("", title)
        self.card.show_remark(_STATES[validation.grade], title, _told(rest))
        for row, (label, error, published) in enumerate((
                ("Mean difference, held out", validation.held_out_error, None),
                ("Mean difference, fitted", validation.fitted_error, PUBLISHED_ERROR))):
            self._errors.addWidget(text_label(label, "second"), 2 * row, 0)
            value = text_label("–" if error is None else f"{number(100 * error, 2)} %", "strong")
            self._errors.addWidget(value, 2 * row, 1, Qt.AlignmentFlag.AlignRight)
            if error is not None:
                self._errors.addWidget(ErrorScale(self._context, error, published), 2 * row + 1, 0, 1, 2)
        for finding in validation.findings:
            self._findings.addLayout(self._finding(finding))
        for limit in validation.limits:
            self._limits.addWidget(text_label(limit, "second", wrap=True))

    def set_locked(self, *, locked: bool) -> None:
        """Lock the settings while something is being measured."""
        self.realisations.setEnabled(not locked)
        self.edge.setEnabled(not locked)

    def set_measured(self, *, measured: bool) -> None:
        """Let a measurement leave as a report or as Python, or say why not."""
        for button, tip in ((self.report_button, "Save verdict, table, distributions and provenance as one web page"),
                            (self.python_button, "Lines of Python that measure the same image and model again")):
            button.setEnabled(measured)
            button.setToolTip(tip if measured else "Nothing is measured yet")

    def _finding(self, finding: Finding) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        icon, colour = ("check-circle", "ok") if finding.agrees else ("warning", "warn")
        line.addWidget(IconLabel(self._context, icon, colour), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(text_label(finding.title + (" (fitted)" if finding.fitted else "")))
        words.addWidget(text_label(_told(finding.text), "second", wrap=True))
        line.addLayout(words, 1)
        return line

    def _add_settings(self) -> None:
        section = self.add_section("Model realisations")
        self.realisations, self.edge = SpinBox(), SpinBox()
        self.realisations.setRange(2, 100)
        self.realisations.setValue(10)
        self.edge.setRange(31, 600)
        self.edge.setSpecialValueText("as the image")
        for text, field, tip in (("Number", self.realisations, "The scatter ± sd is taken over these."),
                                 ("Edge, voxels", self.edge, "Volumes only; large images are drawn at 200³.")):
            field.setFixedWidth(112)
            field.setAccessibleName(text)
            field.setToolTip(tip)
            row = QHBoxLayout()
            row.addWidget(text_label(text, "second"), 1)
            row.addWidget(field)
            section.addLayout(row)
        self._measured = self.add_section("Measured")
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._measured.addLayout(self._facts)

    def _ways_out(self) -> QHBoxLayout:
        self.report_button = Button(self._context, "Report", "secondary", "file-text")
        self.python_button = Button(self._context, "Copy as Python", "secondary", "code")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.report_button)
        row.addWidget(self.python_button)
        row.addStretch(1)
        self.set_measured(measured=False)
        return row

    @property
    def chosen_edge(self) -> int | None:
        """Edge of volume realisations; ``None``: as the image."""
        return self.edge.value() if self.edge.value() > self.edge.minimum() else None

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Say what was measured: names and values."""
        _empty(self._facts)
        for row, (name, value) in enumerate(facts):
            self._facts.addWidget(text_label(name, "second"), row, 0)
            self._facts.addWidget(text_label(value), row, 1)
        self._measured.parentWidget().setVisible(bool(facts))


def _told(text: str) -> str:
    """Return a sentence with a capital first, and with per cent signs that stay with their figure."""
    return (text[:1].upper() + text[1:]).replace(" %", "\N{NO-BREAK SPACE}%")


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            _empty(item.layout())
