"""Parameters, noise and variants at the right of the Explore step."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from morphstudio.app.block_python import block_python
from morphstudio.app.run_in_use import run_in_use
from morphstudio.gui.panels.explore.exploration import FINE_EDGE
from morphstudio.gui.panels.explore.fitted_words import assumed_notes, count_words, doubt_notes, family_words
from morphstudio.gui.panels.explore.variants import VariantList
from morphstudio.gui.param_form.form import ParameterForm
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.panel import Inspector
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration

_LARGEST_SEED = 2**31 - 1
SETTLED_MS = 120


class ExploreInspector(Inspector):
    """The sliders, the seed of the noise, and the models kept under a name."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._exploration = context, exploration
        self._changed = Chip(context, "", "accent")
        self.reset = IconButton(context, "clock-counter-clockwise", "Back to the calibrated values", self._on_reset)
        self.copy = IconButton(context, "code", "Copy as Python: a script that draws this block", self._on_copy)
        undo = IconButton(context, "arrow-u-up-left", "Undo (Ctrl+Z)", self._on_undo)
        redo = IconButton(context, "arrow-u-up-right", "Redo (Ctrl+Shift+Z)", context.session.redo)
        self._undo, self._redo = undo, redo
        top = self.add_section("Parameters", tools=(self._changed, undo, redo, self.reset, self.copy))
        self._kind = text_label("", "second", wrap=True)
        self.form = ParameterForm(context)
        top.addWidget(self._kind)
        top.addWidget(self.form)
        self._add_variants()
        self._add_noise()
        self._wire()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another step was in front."""
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        """Show the document and the model under the sliders; later, while another step is in front."""
        if not self.isVisible():
            return
        model = self._exploration.model
        if model is not None:
            self.form.set_model(model, self._exploration.colours)
            self._show_kind(model)
        self._show_changed()
        self._show_noise()
        self.variants.refresh()
        self._show_history()

    def _show_kind(self, model: ExcursionSet) -> None:
        """Say what the model is, of how many parameters, and which of them are assumed."""
        fitted = self._fitted(model)
        self._kind.setText(f"Excursion sets, {family_words(model)}:\n{count_words(model, fitted)}")
        self.form.set_notes(assumed_notes(self._exploration.document, fitted))
        self.form.set_doubts(doubt_notes(self._exploration.document, fitted))

    def _fitted(self, model: ExcursionSet) -> CalibrationResult | None:
        """Return what Calibrate lists; ``None`` where nothing was fitted."""
        document = self._exploration.document
        used = run_in_use(document)  # not always the latest one
        runs = (*document.runs, *([used] if used is not None else []))
        return next((run.result for run in reversed(runs) if run.result is not None
                     and run.result.model.phases == model.phases), None)

    def keep_variant(self) -> None:
        """Keep the present model under a name, and show where."""
        row = self.variants.keep()
        if row is None:
            return
        row.light_up()
        # When the new row has found its place, and again when the column around it has.
        for delay in (0, SETTLED_MS):
            QTimer.singleShot(delay, row, lambda: self._area.ensureWidgetVisible(row, 0, 24))

    def add_section(self, title: str = "", *, tools: tuple[QWidget, ...] = (), ruled: bool = True) -> QVBoxLayout:
        """Add a section; the scroll bar, whose room is always kept, is part of its right margin."""
        column = super().add_section(title, tools=tools, ruled=ruled)
        left, top, right, bottom = column.getContentsMargins()
        column.setContentsMargins(left, top, right - METRICS.gap, bottom)
        return column

    def _wire(self) -> None:
        self.form.moving.connect(self._exploration.move)
        self.form.fraction_moving.connect(self._exploration.move_fraction)
        self.form.settled.connect(self._exploration.settle)
        self._exploration.model_changed.connect(self._on_model)
        self._exploration.values_ready.connect(lambda values: self.form.set_fractions([v.fraction for v in values]))
        self._exploration.compared_ready.connect(self._on_compared)
        self._context.session.model_changed.connect(self.refresh)
        self._context.session.images_changed.connect(self.refresh)  # another one may show z
        self._exploration.comparison_changed.connect(self._show_changed)
        self._context.session.history_changed.connect(self._show_history)
        self._context.session.variants_changed.connect(self._bring_variants)

    def _on_model(self) -> None:
        if self._exploration.model is not None and self.isVisible():
            self.form.set_model(self._exploration.model, self._exploration.colours)
            self._show_kind(self._exploration.model)
        self._show_changed()

    def _on_compared(self, values: tuple[object, ...]) -> None:
        self.form.set_compared(self._exploration.compared, [v.fraction for v in values])  # type: ignore[attr-defined]
        self._show_changed()

    def _on_undo(self) -> None:
        """Take the last step back; where that is a variant, which is out of sight below the sliders, say so."""
        session, before = self._context.session, self._exploration.document.variants
        name = session.undo_name
        session.undo()
        if self._exploration.document.variants != before:
            self._context.notify(f"Undone: {name}", "Redo", session.redo)

    def _bring_variants(self) -> None:
        """Bring the list of variants into view: it has changed."""
        for delay in (0, SETTLED_MS):
            QTimer.singleShot(delay, self.variants, lambda: self._area.ensureWidgetVisible(self.variants, 0, 24))

    def _on_reset(self) -> None:
        calibrated = self._exploration.calibrated
        if calibrated is not None:
            self._exploration.set_model("back to the calibrated values", calibrated)

    def _show_changed(self) -> None:
        if self._exploration.compared is None:
            self.form.set_compared(None)
        count = self.form.n_changed
        self._changed.show_state(f"{count} changed" if count else "", "accent")
        self.reset.setEnabled(bool(count))

    def _show_history(self) -> None:
        session = self._context.session
        self._undo.setEnabled(session.undo_name is not None)
        self._redo.setEnabled(session.redo_name is not None)
        self._undo.setToolTip(f"Undo: {session.undo_name} (Ctrl+Z)" if session.undo_name else "Nothing to undo")
        self._redo.setToolTip(f"Redo: {session.redo_name} (Ctrl+Shift+Z)" if session.redo_name else "Nothing to redo")

    def _add_noise(self) -> None:
        self.seed = SpinBox()
        self.seed.setRange(0, _LARGEST_SEED)
        self.seed.setKeyboardTracking(False)
        self.seed.setAccessibleName("Seed of the noise")
        self.seed.setToolTip("The same seed gives the same structure for the same parameters")
        self.seed.setMinimumWidth(96)
        self.seed.editingFinished.connect(lambda: self._exploration.set_seed(self.seed.value()))
        self.shuffle = IconButton(self._context, "shuffle", "New noise (R)", self._on_shuffle)
        self.shuffle.setShortcut("R")
        self.lock = IconButton(self._context, "lock", "Keep this noise", self._show_noise, checkable=True)
        self.lock.setChecked(True)
        section = self.add_section("Noise", tools=(text_label("Seed", "second"), self.seed, self.shuffle, self.lock))
        self._noise_note = text_label("", "caption", wrap=True)
        section.addWidget(self._noise_note)

    def _on_shuffle(self) -> None:
        self._exploration.set_seed(secrets.randbelow(10_000))

    def _show_noise(self) -> None:
        locked = self.lock.isChecked()
        self._exploration.renew_noise = not locked
        self.seed.blockSignals(True)
        self.seed.setValue(self._exploration.document.seed)
        self.seed.blockSignals(False)
        self._noise_note.setText("Locked: a slider deforms this one structure." if locked
                                 else "Each change draws another structure of the same kind.")

    def _add_variants(self) -> None:
        keep = IconButton(self._context, "plus", "Keep the present parameters", self.keep_variant)
        section = self.add_section("Variants", tools=(keep,))
        self.variants = VariantList(self._context, self._exploration)
        section.addWidget(self.variants)

    def _on_copy(self) -> None:
        """Put a script on the clipboard that draws the block shown."""
        exploration = self._exploration
        if exploration.model is None:
            return
        document = exploration.document
        QGuiApplication.clipboard().setText(block_python(
            exploration.model, (FINE_EDGE,) * 3, document.voxel_size_um, document.seed, exploration.box_model,
            exploration.grid.factor))
        self._context.notify("Copied Python that draws this block, voxel by voxel")
