"""The strip on top of a panel; where it is narrow, what can be spared steps aside."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Spare(IntEnum):
    """What steps aside first, first to last."""

    FOLD = 0  # there are a key and a menu entry for it
    FIGURE = 1
    REMARK = 2
    LEGEND = 3  # a plot without its key cannot be read


class PanelHeader(QFrame):
    """Title, remark and tools in a row.

    A panel is never narrower than its header asks for; so that it fits beside
    others in a small window, spare tools leave when there is no room for them
    and come back when there is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spare: list[tuple[Spare, QWidget]] = []
        self._gaps: dict[QWidget, int] = {}
        self._aside: set[QWidget] = set()
        self._least: QSize | None = None  # asked for hundreds of times in one change of layout
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 0, 8, 0)
        self.row.setSpacing(8)

    def add_spare(self, widget: QWidget, rank: Spare, gap: int | None = None) -> None:
        """Let a widget in the strip step aside where room is short; ``gap`` is the space that goes with it."""
        self._spare.append((rank, widget))
        self._gaps[widget] = self.row.spacing() if gap is None else gap
        self._spare.sort(key=lambda entry: entry[0])
        self._least = None
        self.updateGeometry()

    @property
    def aside(self) -> frozenset[QWidget]:
        """What has stepped aside."""
        return frozenset(self._aside)

    def minimumSizeHint(self) -> QSize:
        """Return room for what cannot be spared."""
        if self._least is None:
            hint = super().minimumSizeHint()
            spared = sum(self._width(widget) for _, widget in self._spare if not widget.isHidden())
            self._least = QSize(hint.width() - spared, hint.height())
        return QSize(self._least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the new width."""
        super().resizeEvent(event)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        """Make room anew when something in the strip asks for another size."""
        asked = event.type() == QEvent.Type.LayoutRequest
        if asked:
            self._least = None
        done = super().event(event)
        if asked:
            self._make_room()
        return done

    def _make_room(self) -> None:
        here = [widget for _, widget in self._spare if widget in self._aside or not widget.isHidden()]
        room = self.width() - super().minimumSizeHint().width()
        room += sum(self._width(widget) for widget in here if widget not in self._aside)
        # The last to leave takes its room first; what is narrower may still stand beside it.
        for widget in reversed(here):
            stays = self._width(widget) <= room
            room -= self._width(widget) if stays else 0
            if stays == (widget in self._aside):
                (self._aside.discard if stays else self._aside.add)(widget)
                widget.setVisible(stays)

    def _width(self, widget: QWidget) -> int:
        """Return what a widget takes, the gap to its neighbour included."""
        least = max(widget.minimumWidth(), widget.minimumSizeHint().width())
        return min(least, widget.maximumWidth()) + self._gaps[widget]
