"""A plot of the window as a figure: drawn again at the figure's size, in the figure's colours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPen, QRegion
from PySide6.QtWidgets import QWidget

from morphstudio.gui.figures.figure import KeyEntry, key_height, paint_key
from morphstudio.gui.theme.fonts import body_font

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QPainter

    from morphstudio.gui.theme.controller import ThemeController
    from morphstudio.gui.theme.tokens import Tokens

_GAP, _MARGIN, _HEAD = 4.0, 8.0, 20.0


class PlotFigure:
    """A plot with its key.

    Parameters
    ----------
    title : str
        Name of the figure, and of its file.
    widget : QWidget
        What is drawn: a plot, or a widget that paints itself. It is put back
        as it was before anybody sees it.
    theme : ThemeController
        Lends the figure's colours to the plot.
    key : callable, optional
        Gives the entries of the key as they are now.
    wide : bool
        Whether it needs the width of a page.
    upright : str
        What the vertical axis shows, written above it; empty where the plot says so itself.
    """

    def __init__(self, title: str, widget: QWidget, theme: ThemeController,
                 key: Callable[[], Sequence[KeyEntry]] | None = None, *, wide: bool = False,
                 upright: str = "") -> None:
        self.wide, self._upright = wide, upright
        self.title, self._widget, self._theme, self._key = title, widget, theme, key
        view = widget if isinstance(widget, pg.GraphicsLayoutWidget) else getattr(widget, "view", None)
        self._view: pg.GraphicsLayoutWidget | None = view if isinstance(view, pg.GraphicsLayoutWidget) else None

    def height_for(self, width: float) -> float:
        """Return the height at which the plot keeps the shape it has in the window."""
        drawn = self._view or self._widget
        share = drawn.height() / max(drawn.width(), 1)
        return width * min(max(share, 0.4), 1.2) + self._key_height(width) + self._head

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens, scale: float) -> None:
        """Draw plot and key."""
        below = self._key_height(box.width())
        plot = box.adjusted(0, self._head, 0, -below)
        with self._theme.lent(tokens):
            self._restyle()
            if self._view is not None:
                _paint_view(self._view, painter, plot, scale)
            else:
                _paint_widget(self._widget, painter, plot)
            entries = self._entries()
        self._restyle()
        if self._upright:
            painter.setPen(QColor(tokens.text2))
            painter.setFont(body_font(11))
            painter.drawText(QRectF(box.left() + _MARGIN, box.top(), box.width(), self._head),
                             Qt.AlignmentFlag.AlignBottom, self._upright)
        if below:
            paint_key(painter, QRectF(box.left() + 8, plot.bottom() + _GAP, box.width() - 16, below), entries, tokens)

    @property
    def _head(self) -> float:
        return _HEAD if self._upright else 0.0

    def _entries(self) -> Sequence[KeyEntry]:
        return self._key() if self._key is not None else ()

    def _key_height(self, width: float) -> float:
        height = key_height(self._entries(), width - 16)
        return height + 2 * _GAP if height else 0.0

    def _restyle(self) -> None:
        restyle = getattr(self._widget, "restyle", None)
        if restyle is not None:
            restyle()


def _paint_view(view: pg.GraphicsLayoutWidget, painter: QPainter, box: QRectF, scale: float) -> None:
    area = QRectF(0, 0, box.width(), box.height())
    before = view.ci.geometry()
    try:
        view.ci.setGeometry(area)
        view.ci.layout.activate()
        view.scene().prepareForPaint()
        with _scaled_pens(view, scale / view.devicePixelRatioF()), _exporting(view, painter, scale):
            view.scene().render(painter, box, area)
    finally:
        view.ci.setGeometry(before)
        view.ci.layout.activate()


def _paint_widget(widget: QWidget, painter: QPainter, box: QRectF) -> None:
    before = widget.size()
    box = box.adjusted(_MARGIN, _MARGIN, -_MARGIN, 0)  # in the window, the card's own margin stands around it
    try:
        widget.resize(QSize(round(box.width()), round(box.height())))
        painter.save()
        # Areas that share an edge would show a seam there; what needs smooth edges says so itself.
        painter.setRenderHint(painter.RenderHint.Antialiasing, on=False)
        painter.translate(box.topLeft())
        widget.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.restore()
    finally:
        widget.resize(before)


@contextmanager
def _exporting(view: pg.GraphicsLayoutWidget, painter: QPainter, scale: float) -> Iterator[None]:
    """Let marks be drawn as shapes of their size on paper, not as pictures in pixels of the screen."""
    items = [item for item in view.scene().items() if hasattr(item, "setExportMode")]
    for item in items:
        item.setExportMode(True, {"antialias": True, "painter": painter, "resolutionScale": scale})
    try:
        yield
    finally:
        for item in items:
            item.setExportMode(False)


@contextmanager
def _scaled_pens(view: pg.GraphicsLayoutWidget, scale: float) -> Iterator[None]:
    """Widen all strokes: a plot's pens count pixels of the device, of which ``scale`` are one of the screen's."""
    kept: list[tuple[Any, str, Any]] = []

    def widen(owner: Any, name: str) -> None:
        pen = getattr(owner, name, None)
        if isinstance(pen, QPen):
            kept.append((owner, name, pen))
            setattr(owner, name, _widened(pen, scale))

    curves: list[tuple[pg.PlotCurveItem, Any]] = []
    for item in view.scene().items():
        if isinstance(item, pg.PlotCurveItem):
            curves.append((item, item.opts["pen"]))
            if isinstance(item.opts["pen"], QPen):
                item.opts["pen"] = _widened(item.opts["pen"], scale)
        elif isinstance(item, pg.InfiniteLine):
            widen(item, "pen")
            widen(item, "currentPen")
        elif isinstance(item, pg.AxisItem):
            widen(item, "_pen")
            widen(item, "_tickPen")
            item.picture = None
    try:
        yield
    finally:
        for owner, name, pen in kept:
            setattr(owner, name, pen)
            if isinstance(owner, pg.AxisItem):
                owner.picture = None
        for curve, pen in curves:
            curve.opts["pen"] = pen


def _widened(pen: QPen, scale: float) -> QPen:
    wide = QPen(pen)
    wide.setWidthF(max(pen.widthF(), 1.0) * scale)
    return wide


