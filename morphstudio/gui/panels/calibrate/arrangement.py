"""Where the cards of the Calibrate step stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column, row
from morphstudio.gui.docks.panel_dock import PanelDock

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.panel import Panel


def dock_area(context: AppContext, *, sections: Panel, curves: Panel, progress: Panel, ranking: Panel,
              covariances: Panel, estimates: Panel, runs: Panel) -> DockArea:
    """Return the cards as docks: the image's at the left, the run's at the right."""
    return DockArea(context, "calibrate", (
        PanelDock(context, "sections", sections),
        PanelDock(context, "curves", curves),
        PanelDock(context, "progress", progress, "Progress"),
        PanelDock(context, "ranking", ranking),
        PanelDock(context, "covariances", covariances),
        PanelDock(context, "estimates", estimates, "Estimates"),
        PanelDock(context, "runs", runs),
    ), row(column(card("sections", share=46), card("curves", share=54), share=8),
           column(card("progress", share=30), card("ranking", share=27),
                  card("covariances", "estimates", "runs", share=43), share=5)))
