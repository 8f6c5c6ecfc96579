"""The panels of one page: arranged, moved about, maximised, and as they were the next time."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QChildEvent, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget

from morphstudio.gui.docks.arrangement import Line, Part, Tabs, keys_of, lowered, places_of
from morphstudio.gui.docks.folding import Folding
from morphstudio.gui.docks.fronts import Fronts
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.layouts import layout_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.docks.panel_dock import PanelDock


logger = logging.getLogger(__name__)
LAYOUT_VERSION = 1
# Below it, lower panels become tabs: the height that is left in a window of 800 pixels.
LOW_BELOW = 676
LEAST = QSize(360, 240)
_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea


class DockArea(QMainWindow):
    """Holds a page's panels.

    Parameters
    ----------
    context : AppContext
        For theme and settings.
    step : str
        The page's key: its layout is kept under it.
    docks : sequence of PanelDock
        The panels.
    tall : Line
        How they stand at first.
    low : Line, optional
        How they stand in a low window; default: lower ones as tabs.

    Signals
    -------
    changed :
        A panel was shown, hidden, moved or maximised.
    """

    changed = Signal()

    def __init__(self, context: AppContext, step: str, docks: Sequence[PanelDock], tall: Part, low: Part | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._step = context, step
        self._arrangements = {"tall": tall, "low": lowered(tall) if low is None else low}
        self._mode, self._busy, self._touched, self._placed = "tall", 0, False, False
        self._maximised, self._before, self._fronts = "", QByteArray(), Fronts(self)
        self._docks = {dock.key: dock for dock in docks}
        # It lives inside a page; as a window of its own it would open beside.
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        self.setAnimated(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._dress)
        self._fit_later = QTimer(self, interval=0, singleShot=True)
        self._fit_later.timeout.connect(self._follow_height)
        for dock in docks:
            self.addDockWidget(_LEFT, dock)
            dock.maximise_asked.connect(self.toggle_maximised)
            dock.hide_asked.connect(lambda key: self.set_shown(key, False))
            dock.edge_asked.connect(self.move_to_edge)
            dock.dockLocationChanged.connect(self._on_moved)
            dock.topLevelChanged.connect(self._on_floating)
            dock.visibilityChanged.connect(lambda _: self._later.start())
        self.folding = Folding(self, context, step)
        with self._arranging():
            self._stand(self._arrangements["tall"])

    # panels

    @property
    def docks(self) -> dict[str, PanelDock]:
        """The panels' docks, by key."""
        return self._docks

    @property
    def maximised(self) -> str:
        """Key of the panel that fills the page; empty when none does."""
        return self._maximised

    @property
    def is_low(self) -> bool:
        """Whether the arrangement for low windows holds."""
        return self._mode == "low"

    def is_shown(self, key: str) -> bool:
        """Whether a panel is part of the page now, be it behind another tab."""
        return not self._docks[key].isHidden()

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a panel; the last one stays."""
        self.restore()
        others = [dock for name, dock in self._docks.items() if name != key and not dock.isHidden()]
        if shown or others:
            self._docks[key].setVisible(shown)
            self._touch()

    def show_panel(self, key: str) -> None:
        """Bring a panel to the front, whether hidden, or behind a tab."""
        if self._maximised not in ("", key):
            self.restore()
        self._docks[key].show()
        self.bring_forward(key)

    def bring_forward(self, key: str) -> None:
        """Bring a panel in front of its tabs, where it is not hidden."""
        self._fronts.note(key)
        if self.is_shown(key):
            self._docks[key].raise_()

    def move_to_edge(self, key: str, area: Qt.DockWidgetArea) -> None:
        """Put a panel along one edge of the page."""
        self.restore()
        self.addDockWidget(area, self._docks[key])
        self._docks[key].show()
        self._touch()

    def toggle_maximised(self, key: str = "") -> None:
        """Let a panel fill the page, or bring the others back."""
        if self._maximised:
            self.restore()
            return
        key = key or self.key_at()
        dock = self._docks.get(key)
        if dock is None or dock.isFloating():
            return
        self._fronts.look()
        self._before = self.saveState(LAYOUT_VERSION)
        self._maximised = key
        with self._arranging():
            for other in self._docks.values():
                if other is not dock and not other.isFloating():
                    other.hide()
            dock.show()
        dock.show_maximised(True)
        self.changed.emit()

    def restore(self) -> None:
        """Bring all panels back after one was maximised."""
        if not self._maximised:
            return
        self._docks[self._maximised].show_maximised(False)
        self._maximised = ""
        with self._fronts.kept():
            self._take_state(self._before)
        self._fit_later.start()
        self.changed.emit()

    def key_at(self) -> str:
        """Return the panel that has the focus, else that under the pointer, else the first one shown."""
        from PySide6.QtGui import QCursor
        from PySide6.QtWidgets import QApplication

        shown = [key for key, dock in self._docks.items() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        focus = QApplication.focusWidget()
        for key in shown:
            if focus is not None and self._docks[key].isAncestorOf(focus):
                return key
        for key in shown:
            dock = self._docks[key]
            if dock.rect().contains(dock.mapFromGlobal(QCursor.pos())):
                return key
        return shown[0] if shown else ""

    # layouts

    def reset(self) -> None:
        """Put all panels back where they stand at first."""
        self.restore()
        layout = {key: value for key, value in self._context.settings.value.layout.items()
                  if not key.startswith(f"{self._step}.")}
        self._context.settings.change(layout=layout)
        self._touched = False
        self._fronts.forget()
        self.folding.read()
        self._place_default()

    def keep(self) -> None:
        """Note the layout in the settings, where it is not the first one."""
        if self._touched and self._placed:
            state = self._before if self._maximised else self.saveState(LAYOUT_VERSION)
            layout = dict(self._context.settings.value.layout)
            layout[f"{self._step}.{self._mode}"] = f"{self._names()} {state.toBase64().toStdString()}"
            self._context.settings.change(layout=layout)

    def view_state(self) -> dict[str, Any]:
        """Return the layouts of this page, as a project keeps them."""
        self.keep()
        kept = self._context.settings.value.layout
        return {part: kept.get(f"{self._step}.{part}", "") for part in (*self._arrangements, "folded")}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Put the panels where a project had them; where it had not moved them, as they stand at first."""
        self.restore()
        layout = {key: value for key, value in self._context.settings.value.layout.items()
                  if not key.startswith(f"{self._step}.")}
        layout.update({f"{self._step}.{part}": str(state[part]) for part in (*self._arrangements, "folded")
                       if state.get(part)})
        self._context.settings.change(layout=layout)
        self._touched = False
        self._fronts.forget()
        self.folding.read()
        if self._placed:
            self._place()

    def _names(self) -> str:
        # A layout of other panels than there are now is none.
        return ",".join(sorted(self._docks))

    def place_kept(self) -> bool:
        """Place the panels as the settings have it; return whether there was something to use."""
        kept = self._context.settings.value.layout.get(f"{self._step}.{self._mode}", "")
        names, _, state = kept.partition(" ")
        if names != self._names():
            return False
        done = self._take_state(QByteArray.fromBase64(state.encode("ascii")))
        if not done:
            logger.warning("The layout kept for %s cannot be used.", self._step)
        self._touched = done
        return done

    def _place(self) -> None:
        if not self.place_kept():
            self._place_default()

    def _place_default(self) -> None:
        with self._arranging():
            self._stand(self._arrangements[self._mode])
        self._share_out()

    def _stand(self, part: Part) -> None:
        for dock in self._docks.values():
            if dock.isFloating():
                dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(_LEFT, self._docks[part.first])
        self._split(part)
        for key in keys_of(part):
            self._docks[key].show()
        for tabs in places_of(part):
            self._docks[tabs.first].raise_()

    def _split(self, part: Part) -> None:
        if isinstance(part, Tabs):
            for former, key in zip(part.keys, part.keys[1:], strict=False):
                self.tabifyDockWidget(self._docks[former], self._docks[key])
            return
        along = _orientation(part)
        # The line's own places first, then what is inside each of them.
        for before, after in zip(part.parts, part.parts[1:], strict=False):
            self.splitDockWidget(self._docks[before.first], self._docks[after.first], along)
        for inner in part.parts:
            self._split(inner)

    def _share_out(self) -> None:
        """Give each place its share of the room there is."""
        layout_of(self).activate()
        part = self._arrangements[self._mode]
        if isinstance(part, Line):
            self._share_line(part, self.size())

    def _share_line(self, line: Line, room: QSize) -> None:
        along = _orientation(line)
        across = line.direction == "row"
        length = (room.width() if across else room.height())
        total = sum(part.share for part in line.parts)
        sizes = [round(length * part.share / total) for part in line.parts]
        self.resizeDocks([self._docks[part.first] for part in line.parts], sizes, along)
        for part, size in zip(line.parts, sizes, strict=True):
            if isinstance(part, Line):
                self._share_line(part, QSize(size, room.height()) if across else QSize(room.width(), size))

    def _follow_height(self) -> None:
        """Use the arrangement that goes with the height there is."""
        if not self._placed or self._maximised or not self.isVisible():
            return
        mode = "low" if self.height() < LOW_BELOW else "tall"
        if mode != self._mode:
            self.keep()
            self._mode, self._touched = mode, False
            with self._fronts.kept():
                self._place()
        elif not self._touched:
            self._share_out()
        # Tab bars come with the layout.
        self._later.start()

    # telling

    @contextmanager
    def _arranging(self) -> Iterator[None]:
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._later.start()

    def _touch(self) -> None:
        self._touched = True
        self._later.start()
        self.changed.emit()

    def _on_moved(self) -> None:
        if not self._busy and self._placed:
            self._touch()

    def _take_state(self, state: QByteArray) -> bool:
        with self._arranging():
            return self.restoreState(state, LAYOUT_VERSION)

    def _on_floating(self, floating: bool) -> None:
        self._on_moved()
        if not floating:
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """Lay out anew: after a restored layout, Qt leaves a panel that is put back at its floating place."""
        size = self.size()
        self.resize(size.width(), size.height() - 1)
        self.resize(size)

    def _dress(self) -> None:
        """Bring titles and tabs up to date with where the panels stand."""
        for dock in self._docks.values():
            dock.retitle()
            neighbours = [other for other in self.tabifiedDockWidgets(dock) if not other.isHidden()]
            dock.show_tabbed(bool(neighbours) and not dock.isFloating())
        self.folding.refresh()

    # Qt

    def minimumSizeHint(self) -> QSize:
        # Panels give way to the window, not the other way round.
        return LEAST

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self._mode = "low" if self.height() < LOW_BELOW else "tall"
            self._place()
        self._fit_later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_later.start()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self._is_separator(event):
            self._touch()
        if isinstance(event, QChildEvent) and event.type() == QEvent.Type.ChildPolished:
            child = event.child()
            if isinstance(child, QTabBar):
                _set_up_tabs(child)
        return super().event(event)

    def _is_separator(self, event: QEvent) -> bool:
        return isinstance(event, QMouseEvent) and self.isSeparator(event.position().toPoint())


def _set_up_tabs(bar: QTabBar) -> None:
    bar.setExpanding(False)
    bar.setDrawBase(False)
    bar.setUsesScrollButtons(True)
    bar.setAccessibleName("Panels in this place")
    set_state(bar, role="docks")


def _orientation(line: Line) -> Qt.Orientation:
    return Qt.Orientation.Horizontal if line.direction == "row" else Qt.Orientation.Vertical
