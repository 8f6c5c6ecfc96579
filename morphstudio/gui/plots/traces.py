"""What a calibration does over its steps: the misfit, and the parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor

from morphstudio.gui.plots.axes import PlotView, QuietPlot
from morphstudio.gui.plots.series import Series
from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.calibration.records import StepRecord
    from morphstudio.gui.theme.controller import ThemeController

_GROUND_ALPHA = 225  # curves are guessed through the words' ground, and the words are read on it
NOISE_WORDS = "1: the image’s own scatter"
NOISE_WORD = "1: scatter"  # where the whole has no room beside the lowest misfits


class MisfitPlot(PlotView):
    """The misfit of each step (thin) and the lowest so far (bold), on decades.

    A dashed line marks 1, the level that noise alone would leave.
    """

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._steps: list[int] = []
        self._misfits: list[float] = []
        self._best: list[float] = []
        self.setAccessibleName("Misfit over steps")
        self.ci.layout.setContentsMargins(4, 4, 10, 2)
        self._plot = QuietPlot("step", log_y=True)
        self.addItem(self._plot)
        self._each, self._lowest = pg.PlotDataItem(), pg.PlotDataItem()
        self._noise = pg.InfiniteLine(pos=0.0, angle=0)
        self._other = pg.PlotDataItem()
        self.noise_words = pg.TextItem(NOISE_WORDS)
        self.noise_words.setFont(body_font(11))
        self._noise.setZValue(1)  # the words' ground is not to cut it
        for item in (self._noise, self._each, self._other, self._lowest, self.noise_words):
            self._plot.addItem(item, ignoreBounds=True)
        self._plot.getViewBox().sigResized.connect(lambda _: self._fit())
        self._plot.setRange(xRange=(0, 10), yRange=(-0.2, 3), padding=0)
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def clear_records(self) -> None:
        """Forget every step."""
        self._steps, self._misfits, self._best = [], [], []
        self.redraw()

    def append(self, record: StepRecord) -> None:
        """Note one step; :meth:`redraw` shows it."""
        if math.isfinite(record.misfit) and record.misfit > 0:
            self._steps.append(record.step)
            self._misfits.append(record.misfit)
            best = record.best_misfit if 0 < record.best_misfit < math.inf else record.misfit
            if record.simulated is None and self._best:
                best = min(best, self._best[-1])
            self._best.append(best)  # training chooses its best model by another measure: this may rise

    def redraw(self) -> None:
        """Show all noted steps."""
        self._each.setData(self._steps, self._misfits)
        self._lowest.setData(self._steps, self._best)
        self._fit()

    def _fit(self) -> None:
        """Give curves and words their room."""
        if not self._steps:
            self._place_words()
            return
        self.noise_words.setText(NOISE_WORDS)
        low = min(-0.15, math.log10(min(*self._best, *self._misfits)) - 0.1)
        high = max(1.0, math.log10(max(self._misfits)) + 0.1)
        share = self._words_share().height()
        if math.log10(self._best[-1]) < share * high:
            low = min(low, -1.1 * high * share / (1 - share))  # the words go below their line
        self._plot.setRange(xRange=(0, max(10, self._steps[-1] * 1.02)), yRange=(low, high), padding=0)
        self._place_words()

    def _place_words(self) -> None:
        """Put the words on their line where the lowest misfits leave room and those of each step come least.

        Fewer words rather than those of each step among them, and rather than the lowest in any case.
        """
        right = self._plot.viewRange()[0][1]
        spots = {}
        for words in (NOISE_WORDS, NOISE_WORD):
            self.noise_words.setText(words)
            spots[words] = self._spot()
        words = min(spots, key=lambda words: spots[words][2])
        self.noise_words.setText(words)
        end, anchor, _ = spots[words]
        width = self._words_share().width() * (right - self._plot.viewRange()[0][0])
        self.noise_words.setAnchor(anchor)
        self.noise_words.setPos(end - 0.015 * width, 0.0)

    def _spot(self) -> tuple[float, tuple[int, int], float]:
        """Return where the words end, which of their corners that is, and how many pieces of curves are behind them.

        Infinitely many where the lowest misfits leave no place free.
        """
        (left, right), (low, high) = self._plot.viewRange()
        share = self._words_share()
        width, height = 1.03 * (right - left) * share.width(), (high - low) * share.height()
        ends = np.linspace(right, left + width, 41)
        bands = ((0.0, height, (1, 1)), (-height, 0.0, (1, 0)))
        crossed = [self._crossed(ends - width, ends, bottom, top) for bottom, top, _ in bands]
        # Of equal ones the first: as far right as there is room, above the line rather than below it.
        spots = [(self._n_inside(end - width, end, bottom, top), at, k) for at, end in enumerate(ends)
                 for k, (bottom, top, _) in enumerate(bands) if low <= bottom and not crossed[k][at]]
        if not spots:
            return right, (1, 1), math.inf
        n_behind, at, k = min(spots)
        return float(ends[at]), bands[k][2], n_behind

    def _words_share(self) -> QSizeF:
        """Return how much of the plot's width and height the words take."""
        size, box = self.noise_words.boundingRect(), self._plot.getViewBox().boundingRect()
        return QSizeF(min(size.width() / max(box.width(), 1.0), 0.9), min(size.height() / max(box.height(), 1.0), 0.5))

    def _n_inside(self, start: float, end: float, bottom: float, top: float) -> int:
        """Count the pieces of the line of each step that come into a box."""
        if len(self._steps) < 2:
            return 0
        steps, decades = np.array(self._steps), np.log10(self._misfits)
        beside = (steps[1:] < start) | (steps[:-1] > end)
        lower, upper = np.minimum(decades[1:], decades[:-1]), np.maximum(decades[1:], decades[:-1])
        return int(np.count_nonzero(~beside & (lower <= top) & (upper >= bottom)))

    def _crossed(self, starts: NDArray[np.float64], ends: NDArray[np.float64], bottom: float, top: float,
                 ) -> NDArray[np.bool_]:
        """Tell into which boxes of one height the bold line comes."""
        if not self._steps:
            return np.zeros(len(ends), bool)
        steps, decades = np.array(self._steps), np.log10(self._best)
        beside = (ends < steps[0]) | (starts > steps[-1])
        crossed = np.zeros(len(ends), bool)
        sides = np.interp(starts, steps, decades), np.interp(ends, steps, decades)
        for at, (start, end, one, other) in enumerate(zip(starts, ends, *sides, strict=True)):
            inside = decades[(steps > start) & (steps < end)]
            crossed[at] = (inside.min(initial=min(one, other)) <= top) and (
                inside.max(initial=max(one, other)) >= bottom)
        return ~beside & crossed

    def set_compared(self, curve: tuple[Sequence[int], Sequence[float]] | None) -> None:
        """Show the lowest misfits of another run as well, dotted; ``None`` for none."""
        steps, misfits = ([], []) if curve is None else curve
        told = np.array(misfits, float)
        told[~np.isfinite(told)] = math.nan  # before training has a best model
        self._other.setData(steps, told, connect="finite")

    @property
    def best(self) -> float | None:
        """The lowest misfit so far."""
        return self._best[-1] if self._best else None

    @property
    def n_points(self) -> int:
        """Number of steps shown."""
        return len(self._steps)

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        self._plot.restyle(tokens, self)
        faint = QColor(tokens.text2)
        faint.setAlpha(150)
        self._each.setPen(self.stroke(faint, 1))
        self._lowest.setPen(self.stroke(tokens.accent, 2))
        self._other.setPen(self.stroke(tokens.accent, 1.4, Qt.PenStyle.DotLine))
        self._noise.setPen(self.stroke(tokens.strong, 1, Qt.PenStyle.DashLine))
        self.noise_words.setColor(tokens.text2)
        ground = QColor(tokens.surface)
        ground.setAlpha(_GROUND_ALPHA)
        self.noise_words.fill = pg.mkBrush(ground)
        self.noise_words.update()


class ParameterTraces(PlotView):
    """One fitted parameter over the steps, in its own unit.

    A line for each parameter at once would need a colour key, and colours
    belong to phases.
    """

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._series = Series()
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._chosen = ""
        self.setAccessibleName("Parameters over steps")
        self.ci.layout.setContentsMargins(4, 4, 10, 2)
        self._plot = QuietPlot("step")
        self.addItem(self._plot)
        theme.changed.connect(self.restyle)
        self.finer.connect(self.restyle)
        self.restyle()

    def clear_records(self) -> None:
        """Forget every step."""
        self._series.clear()
        self._chosen = ""
        for line in self._lines.values():
            self._plot.removeItem(line)
        self._lines = {}

    def append(self, step: int, values: Mapping[str, float]) -> None:
        """Note the parameters of one step."""
        if values:
            self._series.append(step, values)

    @property
    def names(self) -> Sequence[str]:
        """Parameters seen so far."""
        return self._series.names

    def choose(self, name: str) -> None:
        """Draw this parameter alone, in its own units."""
        self._chosen = name
        self.redraw()

    def redraw(self) -> None:
        """Show the chosen parameter over all steps."""
        for name, line in self._lines.items():
            line.setVisible(name == self._chosen)
        if self._chosen not in self._series.names:
            return
        values, steps = self._series.values(self._chosen), self._series.steps
        self._line(self._chosen).setData(steps, values)
        seen = values[np.isfinite(values)]
        if seen.size:
            room = max(float(np.ptp(seen)), abs(float(seen[-1])) * 0.05, 1e-6)
            self._plot.setRange(xRange=(0, max(10, steps[-1] * 1.02)),
                                yRange=(float(seen.min()) - 0.1 * room, float(seen.max()) + 0.1 * room), padding=0)

    def restyle(self) -> None:
        """Take every colour from the theme again."""
        tokens = self._theme.tokens
        self.setBackground(tokens.surface)
        self._plot.restyle(tokens, self)
        for line in self._lines.values():
            line.setPen(self.stroke(tokens.accent, 1.6))

    def _line(self, name: str) -> pg.PlotDataItem:
        if name not in self._lines:
            line = pg.PlotDataItem(connect="finite")
            line.setPen(self.stroke(self._theme.tokens.accent, 1.6))
            self._plot.addItem(line, ignoreBounds=True)
            self._lines[name] = line
        return self._lines[name]
