"""The validation card: verdict, reasons, and what it does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.app.card.values import percent, warnings_first
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.validation import FITTED, HELD_OUT
from morphstudio.gui.panels.measure.error_scale import PUBLISHED_ERROR, ErrorScale
from morphstudio.gui.panels.measure.facts import limits_in
from morphstudio.gui.panels.measure.verdict_card import VerdictCard
from morphstudio.gui.widgets.buttons import RING, Button
from morphstudio.gui.widgets.labels import IconLabel, rule, text_label
from morphstudio.gui.widgets.panel import Inspector
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayout

    from morphstudio.core.validation import Finding, Validation
    from morphstudio.gui.context import AppContext

_MODELS = ("Models as likely as this one, drawn from the covariance of its parameters, one realisation of each. The "
           "card shows their spread beside that of the best model's realisations: it holds both that and the "
           "uncertainty of the parameters.")
_NO_COVARIANCE = "Needs an exact calibration of this model, unchanged, with another family than kernel."
NOT_ENDED = "Wait until the measurement has ended"
_WAITING = "Measure to hold the model against the image."


class ValidationInspector(Inspector):
    """What the comparison says, and how many realisations it takes."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._verdict = verdict = self.add_section("Validation")
        self.card = VerdictCard(context)
        verdict.addWidget(self.card)
        self._errors = QGridLayout()
        self._errors.setVerticalSpacing(4)
        verdict.addLayout(self._errors)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(10)
        self._reasons = self.add_section("Reasons")
        self._reasons.addLayout(self._findings)
        self._limits = QVBoxLayout()
        self._limits.setSpacing(6)
        self._limits_section = self.add_section("What this does not show")
        self._limits_section.addLayout(self._limits)
        self._add_settings()
        self._add_ways_out()
        self.show_validation(None)

    def show_validation(self, validation: Validation | None, waiting: str = "", *, has_model: bool = True,
                        is_published: bool = False) -> None:
        """Show a comparison.

        Parameters
        ----------
        validation : Validation, optional
            The comparison.
        waiting : str
            Why there is none.
        has_model : bool
            Whether there can be one: without a model nothing is said of it.
        is_published : bool
            Whether published models are of the same kind of material.
        """
        for section in (self._verdict, self._settings):
            section.parentWidget().setVisible(has_model)
        if self._rule_over_facts is not None:
            self._rule_over_facts.setVisible(has_model)
        _empty(self._errors)
        _empty(self._findings)
        _empty(self._limits)
        for section in (self._reasons, self._limits_section):
            section.parentWidget().setVisible(validation is not None)
        if validation is None:
            self.card.show_waiting(waiting or _WAITING)
            return
        self.card.show_verdict(validation.grade, validation.title, validation.summary)
        self._show_errors(validation, PUBLISHED_ERROR if is_published else None)
        for finding in warnings_first(validation.findings):
            self._findings.addLayout(self._finding(finding))
        for limit in limits_in(validation, self._context.units):
            self._limits.addWidget(text_label(limit, "second", wrap=True))

    def _show_errors(self, validation: Validation, published_error: float | None) -> None:
        """Show both means on their scales, and say which rows each is taken over."""
        for row, (label, error, published, keys) in enumerate((
                ("Mean difference, not fitted", validation.held_out_error, None, HELD_OUT),
                ("Mean difference, fitted", validation.fitted_error, published_error, FITTED))):
            name = text_label(label, "second")
            value = text_label("–" if error is None else percent(error), "strong")
            for part in (name, value):
                part.setToolTip(_mean_of(validation, keys))
            self._errors.addWidget(name, 2 * row, 0)
            self._errors.addWidget(value, 2 * row, 1, Qt.AlignmentFlag.AlignRight)
            if error is not None:
                self._errors.addWidget(ErrorScale(self._context, error, published), 2 * row + 1, 0, 1, 2)

    def set_locked(self, *, locked: bool, has_covariance: bool) -> None:
        """Lock the settings while something is being measured, and models where none can be drawn."""
        self.realisations.setEnabled(not locked)
        self.edge.setEnabled(not locked)
        self.models.setEnabled(has_covariance and not locked)
        if not has_covariance:
            self.models.setValue(0)
        self.models.setToolTip(_MODELS if has_covariance else f"{_MODELS}\n{_NO_COVARIANCE}")

    def set_measured(self, *, measured: bool, active: bool = False) -> None:
        """Let a measurement leave as a report or as Python, or say why not: there is none, or it is at work."""
        for button, tip in ((self.report_button, "Save the validation card as PDF or web page: verdict, tables, "
                                                 "distributions, provenance"),
                            (self.python_button, "Lines of Python that measure the same image and model again")):
            button.setEnabled(measured and not active)
            button.setToolTip(NOT_ENDED if active else tip if measured else "Nothing is measured yet")

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
        self._settings = section = self.add_section("Model realisations")
        self.realisations, self.edge, self.models = SpinBox(), SpinBox(), SpinBox()
        self.realisations.setRange(2, 100)
        self.realisations.setValue(10)
        self.edge.setRange(31, 600)
        self.edge.setSpecialValueText("as the image")
        self.models.setRange(0, 100)
        self.models.setSpecialValueText("none")
        for text, field, tip in (("Number", self.realisations, "The scatter ± sd is taken over these."),
                                 ("Edge, voxels", self.edge, "Volumes only; large images are drawn at 200³."),
                                 ("Uncertain parameters", self.models, _MODELS)):
            field.setFixedWidth(112)
            field.setAccessibleName(text)
            field.setToolTip(tip)
            row = QHBoxLayout()
            row.addWidget(text_label(text, "second"), 1)
            row.addWidget(field)
            section.addLayout(row)
        self._measured = self.add_section()
        self._rule_over_facts = self._measured.parentWidget().findChild(QFrame)
        self._facts_title = text_label("Measured", "strong")
        self._measured.addWidget(self._facts_title)
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._measured.addLayout(self._facts)

    def _add_ways_out(self) -> None:
        """Put the ways out under everything, where they stay while the rest scrolls."""
        self.report_button = Button(self._context, "Report", "secondary", "file-text")
        self.python_button = Button(self._context, "Copy as Python", "secondary", "code")
        self._ways_row = row = QHBoxLayout()
        row.setSpacing(8 - 2 * RING)
        for button in (self.report_button, self.python_button):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(button, 1)
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        outer.setSpacing(0)
        outer.addWidget(rule())
        outer.addLayout(row)
        self.set_measured(measured=False)
        self._align_ways_out()

    def _align_ways_out(self) -> None:
        """Put the ways out under the column, which leaves room for a scroll bar."""
        beside = self.width() - self._content.width() if self.isVisible() else 0
        # The buttons keep room for their focus ring: their edges, not the rings, stand under the column's.
        self._ways_row.setContentsMargins(16 - RING, 12 - RING, 16 - RING + max(0, beside), 12 - RING)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the ways out as wide as the column."""
        if watched is self._content and event.type() == QEvent.Type.Resize and hasattr(self, "_ways_row"):
            self._align_ways_out()
        return super().eventFilter(watched, event)

    @property
    def chosen_edge(self) -> int | None:
        """Edge of volume realisations; ``None``: as the image."""
        return self.edge.value() if self.edge.value() > self.edge.minimum() else None

    def show_facts(self, facts: Sequence[tuple[str, str]], title: str = "Measured") -> None:
        """Say what was measured: names and values."""
        _empty(self._facts)
        self._facts_title.setText(title)
        for row, (name, value) in enumerate(facts):
            self._facts.addWidget(text_label(name, "second"), row, 0)
            self._facts.addWidget(text_label(value), row, 1)
        self._measured.parentWidget().setVisible(bool(facts))


def _mean_of(validation: Validation, keys: tuple[str, ...]) -> str:
    """Say which rows of the table a mean is taken over."""
    shares = [c for c in (*validation.rows, *validation.distances) if c.descriptor in keys and c.relative is not None]
    if not shares:
        return "Nothing of this could be compared."
    *names, last = (DESCRIPTORS[key].noun for key in keys if any(c.descriptor == key for c in shares))
    told = f"{', '.join(names)} and {last}" if names else last
    return (f"Mean size of the {len(shares)} differences in the table that belong to {told}, what chance explains "
            "included; each counts as at most 100\N{NO-BREAK SPACE}%."
            + (" Counted in realisations; Calibrate has them by formula." if keys == FITTED else ""))


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
