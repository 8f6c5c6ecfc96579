"""How a page's panels share its room: sizes between splitters, chosen tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMainWindow, QSplitter, QTabBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class PageLayout:
    """The layout of one page, to be kept with a project.

    Splitters and tabs are told apart by their order in the page. Where a later
    version has others, the layout stays as that version makes it.
    """

    def __init__(self, page: QWidget) -> None:
        self._page = page

    def view_state(self) -> dict[str, Any]:
        """Return sizes and chosen tabs."""
        return {"sizes": [splitter.sizes() for splitter in self._splitters()],
                "tabs": [tabs.currentIndex() for tabs in self._tabs()]}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Give panels the sizes, and tabs the choice, that they had."""
        splitters, sizes = self._splitters(), state.get("sizes", ())
        if [splitter.count() for splitter in splitters] == [len(each) for each in sizes]:
            for splitter, each in zip(splitters, sizes, strict=True):
                if sum(each):
                    splitter.setSizes([int(size) for size in each])
        tabs, chosen = self._tabs(), state.get("tabs", ())
        if len(tabs) == len(chosen):
            for bar, index in zip(tabs, chosen, strict=True):
                bar.setCurrentIndex(int(index))

    def _splitters(self) -> list[QSplitter]:
        return self._page.findChildren(QSplitter)

    def _tabs(self) -> list[QTabBar]:
        # Tabs of docked panels come and go with the panels' places.
        return [bar for bar in self._page.findChildren(QTabBar) if not isinstance(bar.parent(), QMainWindow)]
