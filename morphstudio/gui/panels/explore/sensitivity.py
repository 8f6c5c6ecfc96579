"""The sensitivity panel: which parameter moves a value, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.panels.explore.sensitivity_bars import BarTable, FigureBars, SensitivityBars
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import label_order
from morphstudio.gui.widgets.place import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.twopoint.values import Sensitivities
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration

_VALUES = (("fraction", "Volume fraction"), ("surface", "Specific surface area"), ("chord_x", "Mean chord along x"),
           ("chord_y", "Mean chord along y"), ("chord_z", "Mean chord along z"))
_AXES = "zyx"
# What the numbers are: where some parameters may be 0, each row says its step.
EACH_STEP, OWN_STEP = "% per 1 % of parameter", "% per step of parameter"


class SensitivityPanel(Panel):
    """Change of one closed-form value with a small step of each parameter, live."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__("Sensitivity", EACH_STEP, (0, 0, 0, 8), parent)
        self._exploration = exploration
        self._found: Sensitivities | None = None
        self.value = ComboBox()
        for key, title in _VALUES:
            self.value.addItem(title, key)
        self.value.setCurrentIndex(1)
        self.value.setAccessibleName("Value that the bars are about")
        self.value.setToolTip("Value that the bars are about")
        self.value.currentIndexChanged.connect(self._show)
        self.add_tool(self.value)
        self.add_tool(FigureButton(context, lambda: self._figure(context)))
        self.bars = SensitivityBars(context)
        self.place = Place(self.bars, "Bars come with the first values of the model.")
        self.body.addWidget(self.place, 1)
        exploration.sensitivities_ready.connect(self._on_found)
        exploration.model_changed.connect(self._on_model)
        exploration.failed.connect(lambda problem, _details: self.place.show_failed(
            context, f"There are no values. {problem.message}", exploration.refresh))

    def _figure(self, context: AppContext) -> PlotFigure | None:
        """Return the bars as a figure; ``None`` before there are any."""
        if self.bars.table is None:
            return None
        bars = FigureBars(context)
        bars.resize(self.bars.width(), self.bars.sizeHint().height())
        bars.show_table(self.bars.table)
        bars.mark(self.bars.moved)
        return PlotFigure(f"Sensitivity of {self.value.currentText().lower()}", bars, context.theme)

    def _on_model(self) -> None:
        self.bars.mark(self._exploration.moved)

    def _on_found(self, found: Sensitivities) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        found, model = self._found, self._exploration.model
        if found is None or model is None or found.phases != model.phases:
            self.place.set_filled(False)
            return
        by_name, values = {param.name: param for param in model.table}, model.values()
        order = label_order(self._exploration.document, model)
        changes = self._chosen(found)[:, list(order)]
        rows = strongest_first(changes)
        params = tuple(by_name[found.names[row]] for row in rows)
        relative = tuple(found.relative_step[row] for row in rows)
        at_end = tuple(values[param.name] + (0.01 * values[param.name] if share else 0.01) > param.domain[1]
                       for param, share in zip(params, relative, strict=True))
        phases, colours = (tuple(of[k] for k in order) for of in (found.phases, self._exploration.colours))
        self.bars.show_table(BarTable(params, relative, phases, colours, changes[rows], at_end))
        self.bars.mark(self._exploration.moved)
        self.set_remark(OWN_STEP if self.bars.table is not None and self.bars.table.has_steps else EACH_STEP)
        self.place.set_filled(True)

    def _chosen(self, found: Sensitivities) -> NDArray[np.float64]:
        key = self.value.currentData()
        if key == "fraction":
            return found.fraction
        if key == "surface":
            return found.surface
        return found.chord[:, _AXES.index(key[-1])]


def strongest_first(changes: NDArray[np.float64]) -> list[int]:
    """Return the rows by the largest change that each makes to any phase; equal ones stay in the table's order."""
    largest = np.nan_to_num(np.abs(changes)).max(axis=1, initial=0.0).round(4)
    return [int(row) for row in np.argsort(-largest, kind="stable")]
