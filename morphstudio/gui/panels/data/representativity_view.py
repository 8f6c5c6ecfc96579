"""How well the image pins each fraction: value, 95 % interval, and what would narrow it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from morphstudio.gui.panels.data.explanations import REPRESENTATIVITY, explained, paint_focus
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import SWATCH_OUTLINE
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import Remark
from morphstudio.gui.widgets.phases import spoken_name
from morphstudio.gui.widgets.swatch import paint_swatch
from morphstudio.gui.widgets.waiting import COUNTING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont, QPaintEvent

    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.phases import Phase
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

ROW = 27
NAME_WIDTH, VALUE_WIDTH = 70, 88
DOT, CLEAR, CAP = 2.5, 5.25, 4.0  # radius of the dot, from where a cap stands clear of it, half a cap's height
TICK, WHISKER = 6.0, 1.5  # half the height of the tick that marks a narrow interval; width of the lines
AXIS_NAME, AXIS_GAP = "fraction", 16  # pixels behind the end of the axis, where its last value stands
GOAL = 0.01  # the half-width that the remark speaks of
FEW_IMAGES = 4  # up to so many more are work, not a doubt about the image
INTRO = "What this one image tells about the whole material."


class _IntervalRows(QWidget):
    """One painted row per phase, on one axis 0 … top."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: list[tuple[Phase, RGB, FractionInterval | None]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        context.theme.changed.connect(self.update)

    def show_rows(self, rows: Sequence[tuple[Phase, RGB, FractionInterval | None]]) -> None:
        """Show one row for each phase; ``None`` is a figure that is being computed."""
        self._rows = list(rows)
        texts = [f"{phase.name}: {interval_text(interval) if interval else COUNTING}" for phase, _, interval in rows]
        self.setAccessibleName("; ".join(texts))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def track(self) -> tuple[float, float]:
        """Return where the axis begins and ends."""
        return NAME_WIDTH, self.width() - VALUE_WIDTH - 8

    def sizeHint(self) -> QSize:
        return QSize(288, ROW * len(self._rows) + 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)
            paint_focus(painter, self, self._context.theme.tokens)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._context.theme.tokens
        top = max((i.fraction + (i.half_width or 0) for _, _, i in self._rows if i is not None), default=1.0)
        top = min(math.ceil(top * 10 + 0.5) / 10, 1.0)
        left, right = self.track()
        for number, (phase, colour, interval) in enumerate(self._rows):
            middle = ROW * number + ROW / 2
            paint_swatch(painter, QRectF(0, middle - 6, 12, 12), colour)
            painter.setFont(body_font())
            painter.setPen(QColor(tokens.text))
            name = painter.fontMetrics().elidedText(phase.name, Qt.TextElideMode.ElideRight, NAME_WIDTH - 26)
            painter.drawText(QRectF(19, middle - 9, NAME_WIDTH - 24, 18), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(left, middle), QPointF(right, middle))
            if interval is None:
                self._paint_rest(painter, "…", middle)
                continue
            self._paint_interval(painter, interval, colour, middle, (left, right, top))
            self._paint_value(painter, interval, middle)
        if any(interval is None for _, _, interval in self._rows):
            return
        self._paint_axis(painter, (left, right, top))

    def _paint_axis(self, painter: QPainter, axis: tuple[float, float, float]) -> None:
        """Write values below the rows, and behind the last one what they are."""
        left, right, top = axis
        painter.setFont(body_font(11))
        painter.setPen(QColor(self._context.theme.tokens.text3))
        y = ROW * len(self._rows)
        for value in axis_ticks(top):
            x = left + (right - left) * value / top
            painter.drawText(QRectF(x - 20, y, 40, 16), Qt.AlignmentFlag.AlignHCenter, f"{value:g}")
        painter.drawText(QRectF(right + AXIS_GAP, y, self.width() - right - AXIS_GAP, 16), Qt.AlignmentFlag.AlignLeft,
                         AXIS_NAME)

    def _paint_interval(self, painter: QPainter, interval: FractionInterval, colour: RGB, middle: float,
                        axis: tuple[float, float, float]) -> None:
        left, right, top = axis
        scale = (right - left) / top
        x = left + interval.fraction * scale
        if interval.half_width is not None:
            low, high = whiskers(x, interval.half_width * scale, (left, right))
            painter.setPen(QPen(QColor(self._context.theme.tokens.text), WHISKER, Qt.PenStyle.SolidLine,
                                Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(low, middle), QPointF(high, middle))
            if mark_for(x, low, high) == "tick":
                # A dot would hide the interval.
                painter.drawLine(QPointF(x, middle - TICK), QPointF(x, middle + TICK))
                return
            for end in (low, high):
                if abs(end - x) >= CLEAR:
                    painter.drawLine(QPointF(end, middle - CAP), QPointF(end, middle + CAP))
        painter.setPen(QPen(QColor(SWATCH_OUTLINE), 1))
        painter.setBrush(QColor(*colour))
        painter.drawEllipse(QPointF(x, middle), DOT, DOT)

    def _paint_value(self, painter: QPainter, interval: FractionInterval, middle: float) -> None:
        tokens = self._context.theme.tokens
        strong: QFont = body_font()
        strong.setWeight(strong.Weight.DemiBold)
        rest = f" ± {interval.half_width:.3f}" if interval.half_width is not None else "  ± not known"
        self._paint_rest(painter, rest, middle)
        rest_width = painter.fontMetrics().horizontalAdvance(rest)
        line = QRectF(0, middle - 9, self.width(), 18)
        painter.setFont(strong)
        painter.setPen(QColor(tokens.text))
        painter.drawText(line.adjusted(0, 0, -rest_width, 0),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{interval.fraction:.3f}")

    def _paint_rest(self, painter: QPainter, text: str, middle: float) -> None:
        painter.setFont(body_font())
        painter.setPen(QColor(self._context.theme.tokens.text2))
        painter.drawText(QRectF(0, middle - 9, self.width(), 18),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class RepresentativityView(QWidget):
    """The rows, and a remark where the image is a small sample."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(text_label(INTRO, "second", wrap=True))
        self.rows = _IntervalRows(context)
        self.rows.setToolTip(REPRESENTATIVITY.tip())
        explained(self.rows, REPRESENTATIVITY)
        column.addWidget(self.rows)
        self.remark = Remark(context, "warn")
        self.remark.hide()
        column.addWidget(self.remark)

    def show_waiting(self, phases: Sequence[Phase], colours: Sequence[RGB]) -> None:
        """Hold the place while the voxels are being counted: the phases, without figures."""
        self.rows.show_rows([(phase, colour, None) for phase, colour in zip(phases, colours, strict=True)])
        self.remark.hide()

    def show_intervals(self, phases: Sequence[Phase], colours: Sequence[RGB],
                       intervals: Sequence[FractionInterval]) -> None:
        """Show one row per phase."""
        self.rows.show_rows(list(zip(phases, colours, intervals, strict=True)))
        state, text = remark_of(phases, intervals)
        self.remark.setVisible(bool(text))
        if text:
            self.remark.show_remark(state, "", text)


def interval_text(interval: FractionInterval) -> str:
    """Return a fraction with its half-width, or with the reason why there is none."""
    if interval.half_width is None:
        return f"{interval.fraction:.3f}, {interval.reason}"
    return f"{interval.fraction:.3f} ± {interval.half_width:.3f}"


def axis_ticks(top: float) -> tuple[float, ...]:
    """Return what is written on an axis 0 … ``top``: its ends, and 0.5 where that stands clear of them."""
    return (0.0, 0.5, top) if 0.3 * top < 0.5 < 0.75 * top else (0.0, top)


def whiskers(x: float, half: float, axis: tuple[float, float]) -> tuple[float, float]:
    """Return where an interval around ``x`` ends, in pixels: as wide as it is, as far as the axis reaches."""
    return max(x - half, axis[0]), min(x + half, axis[1])


def mark_for(x: float, low: float, high: float) -> str:
    """Return what marks a fraction at ``x``: a ``"dot"``, or a ``"tick"`` where a dot would hide the interval."""
    return "tick" if max(x - low, high - x) < CLEAR else "dot"


def remark_of(phases: Sequence[Phase], intervals: Sequence[FractionInterval]) -> tuple[str, str]:
    """Return state and text of the remark; no text where nothing need be said."""
    unknown = next((i.reason for i in intervals if i.half_width is None), "")
    if unknown:
        return "warn", (f"No interval for a phase: {unknown}. Calibration still works; its fractions carry this "
                        "error.")
    phase, worst = max(zip(phases, intervals, strict=True), key=lambda pair: pair[1].half_width or 0.0)
    half = worst.half_width or 0.0
    if half <= GOAL:
        return "info", ""
    images = math.ceil((half / GOAL) ** 2)
    text = (f"For ± {GOAL:.3f} on {spoken_name(phase)} you need {images} images of this size. Calibration still works; "
            "its fractions carry this error.")
    return "info" if images <= FEW_IMAGES else "warn", text
