"""A cumulative distribution: dots for the data, line and band for the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from morphstudio.gui.plots.axes import PlotView, QuietPlot, dots

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from morphstudio.gui.theme.controller import ThemeController

_MOST_DOTS = 40


class DistributionPlot(PlotView):
    """Data against model mean ± 2 standard deviations, 0 … 1 over a length.

    Parameters
    ----------
    theme : ThemeController
        Source of colours and of the change signal.
    quantity : str
        Name of the horizontal axis, e.g. ``"chord"``.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, theme: ThemeController, quantity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._quantity = theme, quantity
        self._unit, self._factor = "µm", 1.0
        self._cumulative = True
        self._kept: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self._band_sd: NDArray[np.float64] | None = None
        self.ci.layout.setContentsMargins(4, 2, 10, 2)
        self._plot = QuietPlot(f"{quantity} / µm")
        self.addItem(self._plot)
        self._upper, self._lower = pg.PlotDataItem(), pg.PlotDataItem()
        self._band = pg.FillBetweenItem(self._upper, self._lower)
        self._model = pg.PlotDataItem()
        self._data = dots(theme.tokens.text, 4.5)
        for item in (self._band, self._model, self._data):
            self._plot.addItem(item, ignoreBounds=True)
        self._plot.setRange(xRange=(0, 1), yRange=(-0.05, 1.08), padding=0)
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def set_data(self, grid: NDArray[np.float64] | None, cdf: NDArray[np.float64] | None) -> None:
        """Show the measured distribution (lengths in µm), or none."""
        self._keep("data", grid, cdf)

    def set_model(self, grid: NDArray[np.float64] | None, mean: NDArray[np.float64] | None,
                  sd: NDArray[np.float64] | None) -> None:
        """Show the mean of the realisations and twice their standard deviation, or none."""
        self._band_sd = sd
        self._keep("model", grid, mean)

    def set_kind(self, quantity: str, *, cumulative: bool) -> None:
        """Name the horizontal axis, and say whether the curve ends at 1 or starts at its largest value."""
        self._quantity, self._cumulative = quantity, cumulative

    def set_unit(self, unit: str, factor: float) -> None:
        """Show lengths as ``factor`` × µm, called ``unit``."""
        self._unit, self._factor = unit, factor
        self._redraw()

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        self._plot.restyle(tokens, self)
        self._data.setBrush(pg.mkBrush(tokens.text))
        self._model.setPen(self.stroke(tokens.accent, 1.8))
        band = QColor(tokens.accent)
        band.setAlphaF(0.22)
        self._band.setBrush(pg.mkBrush(band))
        nothing = pg.mkPen(None)
        self._upper.setPen(nothing)
        self._lower.setPen(nothing)

    @property
    def shown(self) -> tuple[str, ...]:
        """Which of ``"data"`` and ``"model"`` are shown."""
        return tuple(self._kept)

    def _keep(self, kind: str, grid: NDArray[np.float64] | None, cdf: NDArray[np.float64] | None) -> None:
        if grid is None or cdf is None or len(grid) == 0:
            self._kept.pop(kind, None)
        else:
            self._kept[kind] = (np.asarray(grid, float), np.asarray(cdf, float))
        self._redraw()

    def _redraw(self) -> None:
        self._plot.bottom.set_end_label(f"{self._quantity} / {self._unit}")
        nothing = (np.empty(0), np.empty(0))
        grid, cdf = self._kept.get("data", nothing)
        end_of = _end if self._cumulative else _end_of_fall
        ends = [end_of(*kept) for kept in self._kept.values()]
        # Only as many dots as can be told apart where they are shown.
        seen = int(np.count_nonzero(grid <= max(ends, default=0.0)))
        every = max(1, seen // _MOST_DOTS)
        self._data.setData(grid[::every] * self._factor, cdf[::every])
        grid, mean = self._kept.get("model", nothing)
        self._model.setData(grid * self._factor, mean)
        sd = self._band_sd if self._band_sd is not None and len(self._band_sd) == len(grid) else np.zeros(len(grid))
        self._upper.setData(grid * self._factor, np.clip(mean + 2 * sd, 0, 1))
        self._lower.setData(grid * self._factor, np.clip(mean - 2 * sd, 0, 1))
        if ends:
            self._plot.setRange(xRange=(0, max(ends) * self._factor), yRange=self._heights(), padding=0)

    def _heights(self) -> tuple[float, float]:
        if self._cumulative:
            return -0.05, 1.08
        values = np.concatenate([values for _, values in self._kept.values()])
        low, high = float(values.min()), float(values.max())
        room = max(high - low, 1e-6)
        return max(low - 0.08 * room, -0.05 * room), high + 0.08 * room


def _end_of_fall(grid: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Return a length a little beyond that at which a falling curve is near its level."""
    near = np.abs(values - values[-1]) < 0.02 * max(float(np.ptp(values)), 1e-12)
    first = int(np.argmax(near)) if near.any() else len(grid) - 1
    return float(min(grid[-1], 1.4 * grid[first])) or 1.0


def _end(grid: NDArray[np.float64], cdf: NDArray[np.float64]) -> float:
    """Return the length at which the distribution has reached 99.5 %."""
    reached = np.flatnonzero(cdf >= 0.995)
    return float(grid[reached[0]] if reached.size else grid[-1]) * 1.02 or 1.0
