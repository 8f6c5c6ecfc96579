"""The row at the top: menus, what is open, length unit, theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from morphstudio.app.resources import resource_path
from morphstudio.gui.commands import command
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import LABELS, UNITS
from morphstudio.gui.widgets.buttons import Button, IconButton, Segmented
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.menu_bar import MenuBar

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext


ITEM_PADDING = 20  # of the style sheet, with what Qt adds


class CommandsButton(Button):
    """Opens the palette and shows its shortcut, smaller and quieter than its name."""

    def __init__(self, context: AppContext, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(context, "Commands", "quiet", "magnifying-glass", parent=parent)
        self._keys, self._font = keys, body_font(METRICS.caption)

    def sizeHint(self) -> QSize:
        """Return room for both texts."""
        return super().sizeHint() + QSize(self._room(), 0)

    def minimumSizeHint(self) -> QSize:
        """Return room for both texts."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then the shortcut on the same base line."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            metrics = self.fontMetrics()
            base = (self.height() - metrics.height()) // 2 + metrics.ascent()
            painter.setFont(self._font)
            painter.setPen(QColor(self._context.theme.tokens.text3))
            painter.drawText(self.width() - self._room(), base, self._keys)

    def _room(self) -> int:
        return QFontMetrics(self._font).horizontalAdvance(self._keys) + METRICS.gap


class MenuRow(QFrame):
    """Replaces the window's plain menu bar."""

    commands_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("menuRow")
        self.setFixedHeight(METRICS.menu_height)
        self.menus = MenuBar()
        self.menus.setNativeMenuBar(False)
        # In a layout a menu bar would fold into its overflow arrow.
        self.menus.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.name = text_label("", "strong")
        self.saved = text_label("", "second")
        self.units = Segmented([(unit, LABELS[unit]) for unit in UNITS], context.units.unit, "Length unit")
        self.units.setToolTip("Unit that lengths are shown in; stored values do not change")
        self.units.chosen.connect(context.units.set_unit)
        self.theme = IconButton(context, "moon", "Dark theme (Ctrl+Shift+T)", context.theme.toggle)
        keys = command("palette").keys
        self.commands = CommandsButton(context, keys)
        self.commands.clicked.connect(self.commands_asked)
        self.commands.setToolTip(f"Find a command, step, parameter or recent file by a few letters ({keys})")
        self.commands.setAccessibleName("Commands")
        self._build()
        context.units.changed.connect(lambda: self.units.set_current(context.units.unit))
        context.theme.changed.connect(self._show_theme)
        context.session.history_changed.connect(self.refresh)
        self._show_theme()
        self.refresh()

    def fit_menus(self) -> None:
        """Give the menu bar the room that its menus need; call it once they are filled."""
        self.menus.ensurePolished()
        metrics = self.menus.fontMetrics()
        names = [action.text().replace("&", "") for action in self.menus.actions()]
        self.menus.setFixedWidth(sum(metrics.horizontalAdvance(name) + ITEM_PADDING for name in names) + 8)

    def refresh(self) -> None:
        """Show the document's name and whether it is saved."""
        session = self._context.session
        document = session.document
        if not document.images and document.model is None:
            self.name.setText("")
            self.saved.setText("")
            return
        self.name.setText(document.name)
        self.saved.setText("· not saved" if document.path is None else "· edited" if session.dirty else "· saved")

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 0, 10, 1)
        grid.setSpacing(8)
        left = QHBoxLayout()
        left.setSpacing(8)
        logo = QLabel()
        logo.setPixmap(QIcon(str(resource_path("icons", "morphstudio.svg"))).pixmap(18, 18))
        left.addWidget(logo)
        left.addWidget(self.menus)
        left.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(5)
        middle.addWidget(self.name)
        middle.addWidget(self.saved)
        right = QHBoxLayout()
        right.setSpacing(8)
        right.setContentsMargins(0, 2, 0, 0)  # on the base line of the menus
        right.addStretch(1)
        right.addWidget(self.commands)
        right.addWidget(self.units)
        right.addWidget(self.theme)
        grid.addLayout(left, 0, 0)
        grid.addLayout(middle, 0, 1, Qt.AlignmentFlag.AlignCenter)
        grid.addLayout(right, 0, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

    def _show_theme(self) -> None:
        dark = self._context.theme.tokens.is_dark
        self.theme.set_icon("sun" if dark else "moon", f"{'Light' if dark else 'Dark'} theme (Ctrl+Shift+T)")
