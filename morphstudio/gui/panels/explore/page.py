"""The Explore step: sliders at the right, section, block and closed-form values at the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from morphstudio.app.previews import BlockPreview
from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column, row
from morphstudio.gui.docks.panel_dock import PanelDock
from morphstudio.gui.movies.spin import Filmed
from morphstudio.gui.panels.explore.exploration import FINE_EDGE, Exploration
from morphstudio.gui.panels.explore.inspector import ExploreInspector
from morphstudio.gui.panels.explore.live_values import LiveValues
from morphstudio.gui.panels.explore.scene_panel import ScenePanel
from morphstudio.gui.panels.explore.section_panel import SectionPanel
from morphstudio.gui.panels.explore.sensitivity import SensitivityPanel
from morphstudio.gui.steps import doubt_about_fit
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.empty_state import EmptyState
from morphstudio.gui.widgets.phases import label_order
from morphstudio.gui.widgets.step_page import StepPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.twopoint.values import PhaseValues
    from morphstudio.gui.context import AppContext

_T = TypeVar("_T")


class ExplorePage(StepPage):
    """Move parameters and see what the structure does."""

    title = "Explore"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.exploration = Exploration(context, self)
        self.section = SectionPanel(context, self.exploration)
        self.scene = ScenePanel(context, self.exploration)
        self.values = LiveValues(context)
        self.sensitivity = SensitivityPanel(context, self.exploration)
        self.inspector = ExploreInspector(context, self.exploration)
        self.header_actions = self._actions()
        self.fill_frame(EmptyState(context, "sliders-horizontal", "No model yet",
                                   "Fit a model to an image; then every parameter has a slider here.",
                                   "Go to Calibrate", lambda: context.go_to("calibrate")), self._content())
        self.exploration.values_ready.connect(self._show_values)
        self.exploration.compared_ready.connect(lambda values: self.values.set_compared(self._by_label(values)))
        self.exploration.comparison_changed.connect(
            lambda: self.values.tell_compared(self.exploration.compared_name))
        self.exploration.failed.connect(context.show_error)
        context.session.model_changed.connect(self._on_model)
        self._on_model()
        context.views.register("explore.section", self.section)
        context.views.register("explore.scene", self.scene)

    def subtitle(self) -> str:
        """Return the line beside the step's title."""
        if self._context.session.document.model is None:
            return "Needs a model"
        doubt = doubt_about_fit(self._context.session.document)
        return doubt or "Same noise, new parameters"

    def _show_values(self, values: Sequence[PhaseValues]) -> None:
        colours = self._by_label(self.exploration.colours)
        self.values.set_values(self._by_label(values), colours)

    def _by_label(self, of_phases: Sequence[_T]) -> Sequence[_T]:
        """Return what is known of the model's phases in the order of the image, as Data and Measure have it."""
        model = self.exploration.model
        order = () if model is None else label_order(self.exploration.document, model)
        return [of_phases[k] for k in order] if len(order) == len(of_phases) else of_phases

    def filmed(self) -> Filmed | None:
        """Return the block for a movie of it; ``None`` where there is none."""
        exploration, visible = self.exploration, self.scene.visible_phases
        model, document = exploration.model, exploration.document
        if model is None or len(visible) != len(model.phases):
            return None
        voxel_size = exploration.grid.enlarged(exploration.voxel_size)
        request = BlockPreview(model, (FINE_EDGE,) * 3, voxel_size, document.seed, exploration.box_model)
        entry = self._context.session.active_image
        return Filmed(self.scene.view, request, model.phases, exploration.colours, visible, in_um=exploration.in_um,
                      confirmed=entry is None or entry.voxel_confirmed)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Free the VTK window."""
        self.shut()
        super().closeEvent(event)

    def shut(self) -> None:
        """Free the VTK window; the main window calls this before it goes."""
        self.scene.view.shut()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while somebody looks."""
        super().showEvent(event)
        self.exploration.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while another step is in front."""
        super().hideEvent(event)
        self.exploration.sleep()

    def _content(self) -> QWidget:
        context = self._context
        self.docks = DockArea(context, "explore", (
            PanelDock(context, "section", self.section), PanelDock(context, "values", self.values),
            PanelDock(context, "scene", self.scene, fixed=True),
            PanelDock(context, "sensitivity", self.sensitivity),
        ), row(column(card("section", share=68), card("values", share=32)),
               column(card("scene", share=68), card("sensitivity", share=32))),
            low=column(row(card("section"), card("scene"), share=64), card("values", "sensitivity", share=36)))
        return self.docks

    def _actions(self) -> list[QWidget]:
        context = self._context
        keep = Button(context, "Keep as variant", "header", "bookmark-simple", self.inspector.keep_variant)
        keep.setToolTip("Keep the present parameters under a name")
        export = Button(context, "Export…", "header", "export", context.open_export)
        measure = Button(context, "Measure", "primary", "ruler", lambda: context.go_to("measure"))
        return [keep, export, measure]

    def _on_model(self) -> None:
        has_model = self._context.session.document.model is not None
        self.set_empty(not has_model)
        self.inspector.setEnabled(has_model)
        for action in self.header_actions:
            action.setEnabled(has_model)
        if self.exploration.compared is None:
            self.values.set_compared(())
        self._context.refresh_header()
