"""Panels folded to their headers, as far as others take the room; each step keeps which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt

from morphstudio.gui.widgets.layouts import layout_of

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.docks.area import DockArea
    from morphstudio.gui.docks.panel_dock import PanelDock

ALONE = "Nothing above or below it would take the room"
OUTSIDE = "A panel outside the window is not folded"
FILLING = "A panel that fills the page is not folded"
_TOLERANCE = 2  # pixels by which edges in one line may differ


class Folding(QObject):
    """Folds the panels of one page.

    Parameters
    ----------
    area : DockArea
        The page's panels.
    context : AppContext
        For the settings.
    step : str
        The page's key.
    """

    def __init__(self, area: DockArea, context: AppContext, step: str) -> None:
        super().__init__(area)
        self._area, self._context, self._key = area, context, f"{step}.folded"
        self._folded: list[str] = []
        for dock in area.docks.values():
            dock.fold_asked.connect(self.toggle)
        self.read()

    @property
    def text(self) -> str:
        """The folded panels, as the settings keep them."""
        return ",".join(self._folded)

    def read(self) -> None:
        """Take over what the settings say."""
        kept = self._context.settings.value.layout.get(self._key, "")
        self._folded = [key for key in kept.split(",") if key in self._area.docks]
        self.refresh()

    def toggle(self, key: str = "") -> str:
        """Fold a panel, by default the one in focus or under the pointer, or open it; return why that cannot be."""
        dock = self._area.docks.get(key or self._area.key_at())
        if dock is None:
            return ""
        if dock.key in self._folded:
            self._open(dock)
            return ""
        reason = self._reason(dock)
        if not reason:
            self._folded += [mate.key for mate in self._group(dock) if mate.key not in self._folded]
            self.refresh()
            self._write()
        return reason

    def refresh(self) -> None:
        """Fold what is to be folded and can be, and say on the buttons what each would do."""
        if not self._area.isVisible():
            return
        for dock in self._area.docks.values():
            if dock.is_folded and (dock.key not in self._folded or self._reason(dock)):
                dock.show_folded(False)
        for key in self._folded:
            dock = self._area.docks[key]
            if not dock.is_folded and not self._reason(dock):
                self._fold(dock)
        for dock in self._area.docks.values():
            dock.tell_fold("" if dock.is_folded else self._reason(dock))

    def _fold(self, dock: PanelDock) -> None:
        """Fold a panel and those in tabs with it, unless panels beside it would be folded with it."""
        group = self._group(dock)
        heights = {other: other.height() for other in self._others(group) if not other.is_folded}
        for mate in group:
            mate.show_folded(True)
        self._settle(group)
        if any(other.height() < height - _TOLERANCE for other, height in heights.items()):
            for mate in group:
                mate.show_folded(False)

    def _open(self, dock: PanelDock) -> None:
        group = self._group(dock)
        self._folded = [key for key in self._folded if self._area.docks[key] not in group]
        for mate in group:
            mate.show_folded(False)
        self._give_back(group)
        self.refresh()
        self._write()

    def _give_back(self, group: list[PanelDock]) -> None:
        """Give an opened panel the height that it had, from the highest panel above or below."""
        self._settle(group)
        front = self._front(group)
        stacked = [dock for dock in self._others(group)
                   if not dock.is_folded and _is_stacked(self._place([dock]), front.geometry())]
        if front.open_height and stacked:
            giver = max(stacked, key=lambda dock: dock.height())
            left = giver.height() + front.height() - front.open_height
            self._area.resizeDocks([front, giver], [front.open_height, left], Qt.Orientation.Vertical)

    def _settle(self, group: list[PanelDock]) -> None:
        """Lay out at once: a dock first, so that the area hears how high it now is."""
        for mate in group:
            layout_of(mate).activate()
        layout_of(self._area).activate()

    def _reason(self, dock: PanelDock) -> str:
        """Return why a panel cannot be folded; empty where it can."""
        if dock.isFloating():
            return OUTSIDE
        if self._area.maximised:
            return FILLING
        group = self._group(dock)
        place = self._place(group)
        # Room goes to what stands above or below, within the same width.
        takes = any(not other.is_folded and _is_stacked(self._place([other]), place) for other in self._others(group))
        return "" if takes else ALONE

    def _group(self, dock: PanelDock) -> list[PanelDock]:
        """Return a panel and those that share its place as tabs."""
        mates = {mate.objectName() for mate in self._area.tabifiedDockWidgets(dock) if not mate.isHidden()}
        return [dock, *(other for key, other in self._area.docks.items() if key in mates)]

    def _others(self, group: list[PanelDock]) -> list[PanelDock]:
        area = self._area.rect()
        return [dock for dock in self._area.docks.values()
                if dock not in group and not dock.isHidden() and not dock.isFloating()
                and area.intersects(dock.geometry())]

    def _front(self, group: list[PanelDock]) -> PanelDock:
        """Return the panel in front; those behind it stand somewhere out of sight."""
        return next((dock for dock in group if self._area.rect().intersects(dock.geometry())), group[0])

    def _place(self, group: list[PanelDock]) -> QRect:
        return self._front(group).geometry()

    def _write(self) -> None:
        layout = {key: value for key, value in self._context.settings.value.layout.items() if key != self._key}
        if self._folded:
            layout[self._key] = self.text
        self._context.settings.change(layout=layout)


def _is_stacked(other: QRect, place: QRect) -> bool:
    within = other.left() >= place.left() - _TOLERANCE and other.right() <= place.right() + _TOLERANCE
    return within and (other.top() > place.bottom() or other.bottom() < place.top())
