"""One panel in its dock; the panel's own header is the dock's title bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMenu, QVBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.panel_header import Spare

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent

    from morphstudio.gui.context import AppContext

MAXIMISE_TIP, RESTORE_TIP = "Maximise this panel (F11)", "Back to all panels (F11)"
FOLD_TIP, OPEN_TIP = "Fold to the header (Shift+F11)", "Open the panel (Shift+F11)"
UNLIMITED = (1 << 24) - 1  # Qt's largest height of a widget
FIXED_REASON = "A panel with a 3D view keeps to its window: OpenGL does not survive the change"
_EDGES = (("left", Qt.DockWidgetArea.LeftDockWidgetArea), ("right", Qt.DockWidgetArea.RightDockWidgetArea),
          ("top", Qt.DockWidgetArea.TopDockWidgetArea), ("bottom", Qt.DockWidgetArea.BottomDockWidgetArea))
_FEATURES = QDockWidget.DockWidgetFeature


class PanelDock(QDockWidget):
    """Carries one panel of a page.

    Parameters
    ----------
    context : AppContext
        For the theme.
    key : str
        Name in arrangements and settings.
    panel : QWidget
        Usually a :class:`Panel`, whose header becomes the handle.
    title : str
        Name in menus; default: the panel's own title.
    fixed : bool
        Whether it must stay inside the window. Dragging takes a panel out of
        the window for a moment, which an OpenGL view does not survive; such a
        panel is moved by its menu.
    """

    maximise_asked = Signal(str)
    hide_asked = Signal(str)
    fold_asked = Signal(str)
    edge_asked = Signal(str, object)

    def __init__(self, context: AppContext, key: str, panel: QWidget, title: str = "", *, fixed: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.panel, self._title, self.fixed = key, panel, title, fixed
        self._context = context
        self.setObjectName(key)
        header = panel.header if isinstance(panel, Panel) else None
        self._header = header
        self.is_folded, self.open_height = False, 0
        self.fold_button = IconButton(context, "caret-up", FOLD_TIP, lambda: self.fold_asked.emit(self.key))
        self.maximise_button = IconButton(context, "arrows-out-simple", MAXIMISE_TIP,
                                          lambda: self.maximise_asked.emit(self.key))
        if header is not None:
            header.row.addWidget(self.fold_button)
            header.row.addWidget(self.maximise_button)
            header.add_spare(self.fold_button, Spare.FOLD)
            set_state(panel, docked="true")
            self.setTitleBarWidget(header)
            header.installEventFilter(self)
        else:
            self.setTitleBarWidget(QWidget())
            self.maximise_button.setParent(None)
            self.fold_button.setParent(None)
        movable = not fixed and header is not None
        self.setFeatures(_FEATURES.DockWidgetMovable | _FEATURES.DockWidgetFloatable if movable
                         else _FEATURES.NoDockWidgetFeatures)
        # A dock without content is as narrow as its title bar: a folded one keeps this, and with it its width.
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.setWidget(self._holder)
        self.retitle()

    @property
    def title(self) -> str:
        """The panel's name as it is now."""
        return self._title or (self.panel.title.text() if isinstance(self.panel, Panel) else "")

    def retitle(self) -> None:
        """Take over the panel's title, which may change with what it shows."""
        if self.windowTitle() != self.title:
            self.setWindowTitle(self.title)

    def show_tabbed(self, tabbed: bool) -> None:
        """Leave the title to the tab above, or show it."""
        if isinstance(self.panel, Panel) and not self._title:
            self.panel.title.setVisible(not tabbed)

    def show_maximised(self, maximised: bool) -> None:
        """Say on the button which way it goes."""
        self.maximise_button.set_icon(*(("arrows-in-simple", RESTORE_TIP) if maximised
                                        else ("arrows-out-simple", MAXIMISE_TIP)))

    def show_folded(self, folded: bool) -> None:
        """Show the header alone, or all of the panel."""
        if folded == self.is_folded or (folded and self._header is None):
            return
        header = self.titleBarWidget().sizeHint().height()
        if folded and self.height() > 2 * header:  # else it comes from a layout in which it was folded
            self.open_height = self.height()
        self.is_folded = folded
        focused = QApplication.focusWidget()
        held_focus = focused is not None and self.panel.isAncestorOf(focused)
        self.panel.setVisible(not folded)
        # One pixel to spare: beside a panel of one fixed height Qt leaves no gap.
        self._holder.setMaximumHeight(1 if folded else UNLIMITED)
        self.setMaximumHeight(header + 1 if folded else UNLIMITED)
        if folded and held_focus:
            self.fold_button.setFocus()
        self.fold_button.set_icon(*(("caret-down", OPEN_TIP) if folded else ("caret-up", FOLD_TIP)))

    def tell_fold(self, reason: str) -> None:
        """Let the panel be folded or opened, or say why not."""
        self.fold_button.setEnabled(not reason)
        self.fold_button.setToolTip(reason or (OPEN_TIP if self.is_folded else FOLD_TIP))

    def menu(self) -> QMenu:
        """Return what can be done with the panel."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Maximise or back\tF11", lambda: self.maximise_asked.emit(self.key))
        if self._header is not None:
            fold = menu.addAction(f"{'Open' if self.is_folded else 'Fold to the header'}\tShift+F11",
                                  lambda: self.fold_asked.emit(self.key))
            fold.setEnabled(self.fold_button.isEnabled())
        self._offer_aside(menu)
        menu.addAction("Hide", lambda: self.hide_asked.emit(self.key))
        if not self.isFloating():
            edges = menu.addMenu("Move to")
            for name, area in _EDGES:
                self._offer_edge(edges, name, area)
        out = QAction("Put back" if self.isFloating() else "Take out of the window", menu)
        out.triggered.connect(lambda: self.setFloating(not self.isFloating()))
        out.setEnabled(bool(self.features() & _FEATURES.DockWidgetFloatable))
        if not out.isEnabled():
            out.setText(out.text() + (": not for a 3D view" if self.fixed and self._header else ""))
            out.setToolTip(FIXED_REASON)
        menu.addAction(out)
        return menu

    def _offer_edge(self, menu: QMenu, name: str, area: Qt.DockWidgetArea) -> None:
        menu.addAction(f"the {name} edge", lambda: self.edge_asked.emit(self.key, area))

    def _offer_aside(self, menu: QMenu) -> None:
        """Offer the buttons that the header has no room for."""
        aside = self._header.aside if self._header is not None else ()
        for button in aside:
            if isinstance(button, QAbstractButton) and button is not self.fold_button:
                menu.addAction(button.accessibleName(), button.click).setEnabled(button.isEnabled())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        bar = self.titleBarWidget()
        if bar is not None and bar.geometry().contains(event.pos()):
            self.menu().popup(event.globalPos())
            event.accept()
        else:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A double-click on the header maximises; Qt would tear the panel out of the window.
        if watched is self._header and event.type() == QEvent.Type.MouseButtonDblClick:
            self.maximise_asked.emit(self.key)
            return True
        return super().eventFilter(watched, event)
