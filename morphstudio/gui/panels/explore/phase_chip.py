"""The chip that shows or hides a phase in the 3D view: swatch, name, eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from morphstudio.gui.widgets.swatch import paint_swatch

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_HEIGHT, _MOST_NAME, _AROUND, _SWATCH_AND_EYE = 22, 76, 48, 46
_LEAST_NAME = 24  # narrower than that, no letters at all


class PhaseChip(QAbstractButton):
    """Checked: the phase is shown. A long name is shortened; the tooltip tells it whole."""

    def __init__(self, context: AppContext, name: str, colour: RGB, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._colour = context, colour
        self.setText(name)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"Show or hide {name}")
        self.setAccessibleName(f"Show {name}")
        context.theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the name, within limits."""
        return QSize(min(self.fontMetrics().horizontalAdvance(self.text()) + 1, _MOST_NAME) + _AROUND, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return room for swatch and eye; the tooltip has the name."""
        return QSize(_SWATCH_AND_EYE, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip; a hidden phase is pale, with a closed eye."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        tokens, shown = self._context.theme.tokens, self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens.accent), 2) if self.hasFocus() else QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.inset if shown else tokens.surface))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setOpacity(1.0 if shown else 0.4)
        paint_swatch(painter, QRectF(9, box.center().y() - 5.5, 11, 11), self._colour)
        painter.setOpacity(1.0)
        painter.setPen(QColor(tokens.text if shown else tokens.text3))
        room = box.adjusted(24, 0, -22, 0)
        if room.width() + 1 >= min(_LEAST_NAME, painter.fontMetrics().horizontalAdvance(self.text())):
            name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()) + 1)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        eye = self._context.theme.pixmap("eye" if shown else "eye-slash", "text2" if shown else "text3", 14)
        painter.drawPixmap(QPointF(box.right() - 20, box.center().y() - 7), eye)
