"""What training tells over its steps: the losses of both networks, and how the discriminator judges sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from morphstudio.gui.plots.axes import PlotView, QuietPlot
from morphstudio.gui.plots.series import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.calibration.records import StepRecord
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.gui.theme.controller import ThemeController

_LEAST_STEPS = 10
UNDECIDED = 0.5  # the score of a discriminator that cannot tell


class LossPlot(PlotView):
    """The loss of the generator on decades and, beside it, that of the discriminator where there is one.

    Of the discriminator what it lowers is drawn: its least-squares error, with
    the level below which it rests (dashed), or the loss as printed.
    """

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.generator, self.discriminator = Series(), Series()
        self._lowered = "error"
        self.setAccessibleName("Losses over steps")
        self.ci.layout.setContentsMargins(4, 2, 10, 2)
        self.ci.layout.setVerticalSpacing(0)
        self._plots = (QuietPlot("step", log_y=True), QuietPlot("step"))
        self._lines = (pg.PlotDataItem(), pg.PlotDataItem())
        self._titles = [pg.LabelItem("", size="11px", justify="left") for _ in self._plots]
        for column, (plot, line, title) in enumerate(zip(self._plots, self._lines, self._titles, strict=True)):
            self.addItem(title, 0, column)
            self.addItem(plot, 1, column)
            plot.addItem(line, ignoreBounds=True)
        self._rest = pg.InfiniteLine(pos=0.0, angle=0)
        self._plots[1].addItem(self._rest, ignoreBounds=True)
        self._told = ("generator", "")
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def begin(self, settings: SimulatedSettings) -> None:
        """Forget every step and get ready for those of a run with these settings."""
        is_judged = settings.method != "monte-carlo"
        self._lowered = "error" if settings.objective == "least-squares" else "loss"
        self._rest.setPos(settings.skip_below)
        self._rest.setVisible(self._lowered == "error")
        self._told = ("generator", f"discriminator{'’s error' if self._lowered == 'error' else ', as printed'}"
                      if is_judged else "")
        for item in (self._titles[1], self._plots[1]):
            item.setVisible(is_judged)
        # A column that holds nothing visible keeps its width otherwise.
        self.ci.layout.setColumnMaximumWidth(1, 16_000 if is_judged else 0)
        self.restyle()
        self.clear_records()

    def clear_records(self) -> None:
        """Forget every step."""
        self.generator.clear()
        self.discriminator.clear()
        self.redraw()

    def append(self, record: StepRecord) -> None:
        """Note what a step tells; :meth:`redraw` shows it."""
        told = record.simulated
        if told is None:
            return
        if math.isfinite(told.generator_loss) and told.generator_loss > 0:
            self.generator.append(record.step, {"loss": told.generator_loss})
        if math.isfinite(told.discriminator_loss) or math.isfinite(told.discriminator_error):
            self.discriminator.append(record.step, {"loss": told.discriminator_loss,
                                                    "error": told.discriminator_error})

    def redraw(self) -> None:
        """Show all noted steps."""
        last = max(_LEAST_STEPS, *(series.steps[-1] if series.steps else 0
                                   for series in (self.generator, self.discriminator)))
        losses, lowered = self.generator.values("loss"), self.discriminator.values(self._lowered)
        self._lines[0].setData(self.generator.steps, losses)
        self._lines[1].setData(self.discriminator.steps, lowered)
        low, high = _ends(np.log10(losses), (-1.0, 0.0))
        room = max(0.08 * (high - low), 0.05)
        self._plots[0].setRange(xRange=(0, 1.02 * last), yRange=(low - room, high + room), padding=0)
        low, high = _ends(lowered, (0.0, 1.0) if self._lowered == "error" else (-1.0, 0.0))
        low, high = (0.0, max(high, 1.0)) if self._lowered == "error" else (min(low, -1.0), max(high, 0.0))
        self._plots[1].setRange(xRange=(0, 1.02 * last), yRange=(low, high + 0.05 * (high - low)), padding=0)

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        for plot, line, title, text in zip(self._plots, self._lines, self._titles, self._told, strict=True):
            plot.restyle(tokens, self)
            line.setPen(self.stroke(tokens.accent, 1.6))
            title.setText(text, color=tokens.text2)
        self._rest.setPen(self.stroke(tokens.strong, 1, Qt.PenStyle.DashLine))


class ScorePlot(PlotView):
    """The discriminator's mean score of real and of generated sections; 1 is real, ½ cannot tell (dashed)."""

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.scores = Series()
        self.setAccessibleName("Scores of the discriminator over steps")
        self.ci.layout.setContentsMargins(4, 4, 10, 2)
        self._plot = QuietPlot("step")
        self.addItem(self._plot)
        self._real, self._generated = pg.PlotDataItem(), pg.PlotDataItem()
        self._undecided = pg.InfiniteLine(pos=UNDECIDED, angle=0)
        for item in (self._undecided, self._real, self._generated):
            self._plot.addItem(item, ignoreBounds=True)
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def clear_records(self) -> None:
        """Forget every step."""
        self.scores.clear()
        self.redraw()

    def append(self, record: StepRecord) -> None:
        """Note what a step tells; only where both are scored, so that both are of the same moment."""
        told = record.simulated
        if told is not None and math.isfinite(told.mean_real) and math.isfinite(told.mean_generated):
            self.scores.append(record.step, {"real": told.mean_real, "generated": told.mean_generated})

    def redraw(self) -> None:
        """Show all noted steps."""
        steps = self.scores.steps
        self._real.setData(steps, self.scores.values("real"))
        self._generated.setData(steps, self.scores.values("generated"))
        self._plot.setRange(xRange=(0, max(_LEAST_STEPS, 1.02 * (steps[-1] if steps else 0))), yRange=(0.0, 1.03),
                            padding=0)

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        self._plot.restyle(tokens, self)
        ink = QColor(tokens.text)
        self._real.setPen(self.stroke(ink, 1.4))
        self._generated.setPen(self.stroke(tokens.accent, 1.6))
        self._undecided.setPen(self.stroke(tokens.strong, 1, Qt.PenStyle.DashLine))


def _ends(values: NDArray[np.float64], otherwise: tuple[float, float]) -> tuple[float, float]:
    seen = values[np.isfinite(values)]
    return (float(seen.min()), float(seen.max())) if seen.size else otherwise
