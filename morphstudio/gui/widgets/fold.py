"""Cards under one another that become tabs of one card where the window is low."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabBar

from morphstudio.gui.theme.tokens import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from morphstudio.gui.widgets.panel import Panel


class FoldingColumn(QSplitter):
    """A vertical splitter whose ``tabbed`` panels share one place below ``fold_below`` pixels.

    Each of these panels then carries the tabs where its title stands.

    Parameters
    ----------
    panels : sequence of QWidget
        All cards, from the top down.
    tabbed : sequence of Panel
        Those of them that fold into one.
    shares : sequence of int
        Stretch factor of each card.
    fold_below : int
        Height of the column in pixels.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, panels: Sequence[QWidget], tabbed: Sequence[Panel], shares: Sequence[int], fold_below: int,
                 parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._tabbed, self._fold_below = tuple(tabbed), fold_below
        self._folded = False
        self._at = 0
        self.setHandleWidth(METRICS.gap)
        self.setChildrenCollapsible(False)
        for panel, share in zip(panels, shares, strict=True):
            self.addWidget(panel)
            self.setStretchFactor(self.count() - 1, share)
        self._bars = [self._bar(panel) for panel in self._tabbed]

    @property
    def is_folded(self) -> bool:
        """Whether the panels are tabs now."""
        return self._folded

    def show_panel(self, panel: Panel) -> None:
        """Bring a panel to the front where the panels are tabs."""
        self._choose(self._tabbed.index(panel))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold with the height."""
        super().resizeEvent(event)
        folded = self.height() < self._fold_below
        if folded != self._folded:
            self._folded = folded
            for panel, bar in zip(self._tabbed, self._bars, strict=True):
                panel.title.setVisible(not folded)
                bar.setVisible(folded)
            self._choose(self._at)

    def _bar(self, panel: Panel) -> QTabBar:
        bar = QTabBar()
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(False)
        for other in self._tabbed:
            bar.addTab(other.title.text())
        bar.setCurrentIndex(self._tabbed.index(panel))
        bar.tabBarClicked.connect(self._choose)
        bar.currentChanged.connect(self._choose)
        bar.hide()
        header = panel.title.parentWidget().layout()
        header.insertWidget(0, bar)  # type: ignore[union-attr]
        return bar

    def _choose(self, at: int) -> None:
        if at < 0:
            return
        self._at = at
        for position, (panel, bar) in enumerate(zip(self._tabbed, self._bars, strict=True)):
            panel.setVisible(not self._folded or position == at)
            bar.blockSignals(True)
            bar.setCurrentIndex(position if not self._folded else at)
            bar.blockSignals(False)
