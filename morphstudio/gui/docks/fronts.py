"""Which panel is in front of its tabs: kept while panels are arranged anew."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morphstudio.gui.docks.area import DockArea
    from morphstudio.gui.docks.panel_dock import PanelDock


class Fronts:
    """Remembers which panels were in front, the latest last.

    Arrangements group panels differently: of each group the one in front latest is put in front again.

    Parameters
    ----------
    area : DockArea
        The page's panels.
    """

    def __init__(self, area: DockArea) -> None:
        self._area = area
        self._recent: list[str] = []

    def note(self, key: str) -> None:
        """Remember that a panel was brought to the front."""
        self._recent = [*(other for other in self._recent if other != key), key]

    def forget(self) -> None:
        """Leave it to the arrangement which panels are in front."""
        self._recent = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Put the same panels in front again after what is done inside."""
        self.look()
        yield
        for group in self._groups():
            known = [dock for dock in group if dock.key in self._recent]
            if known:
                max(known, key=lambda dock: self._recent.index(dock.key)).raise_()

    def look(self) -> None:
        """Note what a click on a tab has brought to the front since."""
        for group in self._groups():
            front = next((dock for dock in group if self._area.rect().intersects(dock.geometry())), None)
            latest = next((key for key in reversed(self._recent) if key in {dock.key for dock in group}), "")
            if front is not None and front.key != latest:
                self.note(front.key)

    def _groups(self) -> list[list[PanelDock]]:
        """Return the panels that share a place as tabs."""
        groups: list[list[PanelDock]] = []
        for dock in self._area.docks.values():
            if dock.isHidden() or dock.isFloating() or any(dock in group for group in groups):
                continue
            names = {mate.objectName() for mate in self._area.tabifiedDockWidgets(dock) if not mate.isHidden()}
            if names:
                groups.append([dock, *(self._area.docks[key] for key in self._area.docks if key in names)])
        return groups
