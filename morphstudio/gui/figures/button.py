"""The camera in a panel's header: exports what the panel shows as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.panel_header import Spare

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.figures.figure import Figure


class FigureButton(IconButton):
    """Opens the figure dialog.

    Parameters
    ----------
    context : AppContext
        For theme, notices and folders.
    figure : callable
        Gives the figure of what is shown; ``None`` where there is nothing.
    """

    spare = Spare.FIGURE  # in a header without room for it

    def __init__(self, context: AppContext, figure: Callable[[], Figure | None]) -> None:
        super().__init__(context, "camera", "Export as a figure: PNG, TIFF, SVG or PDF", self.open)
        self._figure = figure

    def open(self) -> None:
        """Ask how the figure is to be written."""
        from morphstudio.gui.figures.dialog import FigureDialog

        figure = self._figure()
        if figure is None:
            self._context.notify("There is nothing to export here yet")
            return
        self.dialog = FigureDialog(self._context, figure, self.window())
        self.dialog.open()
