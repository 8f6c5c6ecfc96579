"""Light or dark: applies the theme and tells everyone who draws."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import qtawesome
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QPushButton

from morphstudio.gui.theme.palette import palette_of
from morphstudio.gui.theme.sheet_icons import sheet_icon_folder
from morphstudio.gui.theme.stylesheet import style_sheet
from morphstudio.gui.theme.tokens import LIGHT, THEMES, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication, QWidget


# The icon font leaves an eighth of its square empty; with it, 16 px would look like 14.
ICON_SCALE = 8 / 7
ICON_EDGE = 16
# Qt puts 4 px between a button's icon and its text; as many more belong to the icon.
BESIDE_TEXT = QSize(ICON_EDGE + 4, ICON_EDGE)


class ThemeController(QObject):
    """Holds the theme in force.

    ``changed`` is emitted after the style sheet and the palette are set;
    widgets that paint themselves listen to it. Icons given to
    :meth:`bind_icon` are redrawn by themselves.
    """

    changed = Signal()

    def __init__(self, app: QApplication, name: str = "light", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._tokens = THEMES.get(name, LIGHT)
        self._bound: list[tuple[weakref.ref[Any], str, str]] = []
        self._windows: list[weakref.ref[QWidget]] = []
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    @property
    def name(self) -> str:
        """``"light"`` or ``"dark"``."""
        return self._tokens.name

    def set_theme(self, name: str) -> None:
        """Change to ``"light"`` or ``"dark"``."""
        if name in THEMES and name != self.name:
            self._tokens = THEMES[name]
            self._apply()
            self.changed.emit()

    @contextmanager
    def lent(self, tokens: Tokens) -> Iterator[None]:
        """Let everything drawn meanwhile take its colours from ``tokens``; nobody is told.

        For figures, which have the light theme's colours whatever the window
        wears. What restyled itself does so once more afterwards.
        """
        own = self._tokens
        self._tokens = tokens
        try:
            yield
        finally:
            self._tokens = own

    def style_window(self, window: QWidget) -> None:
        """Give a window, and all that opens from it, the style sheet of the theme, now and after each change.

        Windows are styled, not the application: that restyles the same
        widgets several times faster.
        """
        self._windows = [kept for kept in self._windows if kept() is not None]
        self._windows.append(weakref.ref(window))
        window.setStyleSheet(self._sheet())

    def toggle(self) -> None:
        """Change to the other theme."""
        self.set_theme("light" if self._tokens.is_dark else "dark")

    def colour(self, colour: str) -> QColor:
        """Return a token as a colour, e.g. ``colour("accent")``."""
        return QColor(getattr(self._tokens, colour))

    def icon(self, name: str, colour: str = "text2", *, beside_text: bool = False) -> QIcon:
        """Return a Phosphor icon, e.g. ``icon("folder-open")``, in a token's colour.

        ``beside_text`` draws it at the left of a :data:`BESIDE_TEXT` area, for push buttons.
        """
        left = (ICON_EDGE / BESIDE_TEXT.width() - 1) / 2 if beside_text else 0.0
        icon: QIcon = qtawesome.icon(f"ph.{name}", color=getattr(self._tokens, colour),
                                     color_disabled=self._tokens.disabled, scale_factor=ICON_SCALE, offset=(left, 0.0))
        return icon

    def pixmap(self, name: str, colour: str = "text2", size: int = 16, ratio: float = 2.0) -> QPixmap:
        """Return a Phosphor icon as a picture of ``size`` logical pixels."""
        pixmap = self.icon(name, colour).pixmap(QSize(size, size), ratio)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def bind_icon(self, target: Any, name: str, colour: str = "text2") -> None:
        """Give ``target`` (a button or an action) an icon that follows the theme."""
        self._bound = [kept for kept in self._bound if kept[0]() not in (None, target)]
        self._bound.append((weakref.ref(target), name, colour))
        self._give_icon(target, name, colour)

    def _give_icon(self, target: Any, name: str, colour: str) -> None:
        target.setIcon(self.icon(name, colour, beside_text=isinstance(target, QPushButton)))

    def _apply(self) -> None:
        self._app.setPalette(palette_of(self._tokens))
        sheet = self._sheet()
        for known in self._windows:
            window = known()
            if window is not None:
                window.setStyleSheet(sheet)
        for reference, name, colour in self._bound:
            target = reference()
            if target is not None:
                self._give_icon(target, name, colour)

    def _sheet(self) -> str:
        return style_sheet(self._tokens, sheet_icon_folder(self._tokens, self.icon))


def set_state(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties such as ``role`` and ``state`` and restyle the widget."""
    if all(widget.property(key) == value for key, value in properties.items()):
        return
    for key, value in properties.items():
        widget.setProperty(key, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
