"""A menu bar that underlines the letters of its menus only while Alt is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenuBar, QProxyStyle, QStyle, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QStyleHintReturn, QStyleOption


class _MenuStyle(QProxyStyle):
    """The style of one menu bar; all other widgets keep theirs, which need not ask Python for every hint."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.underlines = False

    def styleHint(self, hint: QStyle.StyleHint, option: QStyleOption | None = None, widget: QWidget | None = None,
                  returnData: QStyleHintReturn | None = None) -> int:
        if hint == QStyle.StyleHint.SH_UnderlineShortcut:
            return int(self.underlines)
        return super().styleHint(hint, option, widget, returnData)


class MenuBar(QMenuBar):
    """Shows which letter opens which menu when Alt is pressed, and not before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = _MenuStyle()
        self._style.setParent(self)
        self.setStyle(self._style)
        self._watched: QWidget | None = None

    @property
    def underlines(self) -> bool:
        """Whether the letters are underlined now."""
        return self._style.underlines

    def showEvent(self, event: QShowEvent) -> None:
        """Watch the keys of the window that the bar has come into."""
        super().showEvent(event)
        if self._watched is not self.window():
            self._watched = self.window()
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow Alt; every key passes through the window before it goes anywhere."""
        kind = event.type()
        if kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Alt:
                self._underline(kind != QEvent.Type.KeyRelease)
        elif kind == QEvent.Type.WindowDeactivate:
            self._underline(False)
        return super().eventFilter(watched, event)

    def _underline(self, underlines: bool) -> None:
        if underlines != self._style.underlines:
            self._style.underlines = underlines
            self.update()
