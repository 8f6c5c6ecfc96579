"""The list of formats at the left of the export dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from morphstudio.gui.theme.tokens import METRICS
from morphstudio.io.exports import FORMATS

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

ICONS = {"geodict": "cube", "tiff": "stack", "ome-tiff": "stack", "vti": "cube", "mhd": "file", "nrrd": "file",
         "npy": "file"}
WIDTH, ROW = 172, 32
_KEY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class FormatList(QListWidget):
    """Every format with its icon; the chosen one in accent."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "formats")
        self.setAccessibleName("Format")
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFixedWidth(WIDTH)
        self.setIconSize(QSize(16, 16))
        self.setItemDelegate(_FormatDelegate(context, self))
        for key, spec in FORMATS.items():
            item = QListWidgetItem(context.theme.icon(ICONS.get(key, "file")), spec.title)
            item.setData(_KEY, key)
            item.setToolTip(spec.description)
            item.setSizeHint(QSize(WIDTH - 12, ROW))
            self.addItem(item)
        self.setFixedHeight(ROW * self.count() + 2)
        self.setCurrentRow(0)

    @property
    def key(self) -> str:
        """Key of the chosen format."""
        return str(self.currentItem().data(_KEY))


class _FormatDelegate(QStyledItemDelegate):
    """Draws the focus as a ring inside the row: a border of the style sheet would push the text aside."""

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = context.theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        """Colour the icon with the text."""
        super().initStyleOption(option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        option.icon = self._theme.icon(ICONS.get(str(index.data(_KEY)), "file"), "accent" if chosen else "text2")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row, then the ring."""
        super().paint(painter, option, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            ring = QRectF(option.rect).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, METRICS.radius_button, METRICS.radius_button)
            painter.restore()
