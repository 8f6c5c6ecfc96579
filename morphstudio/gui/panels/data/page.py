"""The Data page: image, quality check, phases, voxel size."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.app.image_quality import QualityPreview, proportions
from morphstudio.gui.docks.area import DockArea
from morphstudio.gui.docks.arrangement import card, column, row
from morphstudio.gui.docks.panel_dock import PanelDock
from morphstudio.gui.panels.data.cropping import Cropping
from morphstudio.gui.panels.data.edits import with_entry
from morphstudio.gui.panels.data.file_card import FileCard
from morphstudio.gui.panels.data.image_list import ImageList
from morphstudio.gui.panels.data.image_panel import ImagePanel
from morphstudio.gui.panels.data.lengths import words_for
from morphstudio.gui.panels.data.phase_table import PhaseTable
from morphstudio.gui.panels.data.planes import with_plane
from morphstudio.gui.panels.data.quality_panels import QualityPanels
from morphstudio.gui.panels.data.representativity_view import RepresentativityView
from morphstudio.gui.panels.data.resample_dialog import ResampleDialog
from morphstudio.gui.panels.data.scale_bar import ScaleBarForm
from morphstudio.gui.panels.data.voxel_size_form import VoxelSizeForm
from morphstudio.gui.steps import missing_for_calibration
from morphstudio.gui.widgets.buttons import Button, Segmented
from morphstudio.gui.widgets.labels import IconLabel, rule, text_label
from morphstudio.gui.widgets.panel import Inspector
from morphstudio.gui.widgets.phases import PLANES, image_colours

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.app.image_quality import ImageQuality
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.image_edits import Box
    from morphstudio.gui.context import AppContext

PREVIEW_KEY = "data.quality"
_Counted = tuple[int, tuple[float, ...]]


class DataPage(QWidget):
    """Everything about the images before a model is fitted."""

    title = "Data"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        # The labels are kept with it: no others can get their identity.
        self._known: dict[_Counted, tuple[object, ImageQuality]] = {}
        self._asked: dict[str, ImageEntry] = {}
        self._make_cards()
        self._make_header()
        self._build()
        self._connect()
        self.refresh()
        context.views.register("data.image", self.image_panel)

    def subtitle(self) -> str:
        """Return what this step is for."""
        entry, text = self._context.session.active_image, "Check phases and voxel size, then calibrate"
        return text if entry is None else words_for(entry.image, text)

    def refresh(self) -> None:
        """Show the document as it is now."""
        session = self._context.session
        entry = session.active_image
        reason = next(filter(None, map(missing_for_calibration, session.document.images)), "")
        self.calibrate_button.setEnabled(not reason and entry is not None)
        self.calibrate_button.setToolTip(reason)
        self._reason.show_reason(reason)
        self.image_panel.show_entry(entry)
        self.cropping.keep_to(entry)
        self.scale_bar.keep_to(entry)
        self._show_edits_possible(entry)
        if entry is None:
            return
        quality = self._quality_of(entry)
        self.phases.show_image(entry.image, quality.counts if quality else None)
        self.voxel_size.show_entry(entry)
        opened = session.document.images
        # One image needs no comparison, several are all counted.
        self.images.show_images(opened, entry, [quality if kept is entry else self._quality_of(kept)
                                                for kept in opened])
        self.file.show_entry(entry)
        self._show_plane(entry)
        self._show_quality(entry, quality)

    # editing

    def open_crop(self, box: Box | None = None) -> None:
        """Let a crop be chosen, beginning with a proposed box or the whole image."""
        entry = self._context.session.active_image
        if entry is not None:
            self.scale_bar.stop()
            quality = self._quality_of(entry)
            self.cropping.start(entry, quality.intervals if quality else None, box)

    def draw_scale_bar(self) -> None:
        """Let a line of known length be drawn on the image."""
        entry = self._context.session.active_image
        if entry is not None:
            self.cropping.stop()
            self.scale_bar.start(entry)

    def open_resample(self) -> None:
        """Ask for another voxel size."""
        entry = self._context.session.active_image
        if entry is not None and entry.image.voxel_size_um is not None:
            self.resample_dialog = ResampleDialog(self._context, entry, self.window())
            self.resample_dialog.open()

    def _toggle_crop(self) -> None:
        if self.cropping.is_active:
            self.cropping.stop()
        else:
            self.open_crop()

    def _show_cropping(self, active: bool) -> None:
        self.crop_button.setChecked(active)
        self._crop_section.setVisible(active)
        if active:
            self.inspector.scroll_to_top()

    def _show_edits_possible(self, entry: ImageEntry | None) -> None:
        self.crop_button.setEnabled(entry is not None)
        known = entry is not None and entry.image.voxel_size_um is not None
        self.resample_button.setEnabled(known)
        tip = "Bring the image onto voxels of another size" if known else "Needs the voxel size: enter it first"
        self.resample_button.setToolTip(tip if entry is None else words_for(entry.image, tip))

    # building

    def _make_cards(self) -> None:
        context = self._context
        self.image_panel = ImagePanel(context)
        self.cropping = Cropping(context, self.image_panel.view, self)
        self.quality = QualityPanels(context, self)
        self.phases = PhaseTable(context)
        self.voxel_size = VoxelSizeForm(context)
        self.scale_bar = ScaleBarForm(context, self.image_panel.view)
        self.representativity = RepresentativityView(context)
        self.images = ImageList(context)
        self.file = FileCard(context)
        self.planes = Segmented([(plane, plane) for plane in PLANES], "xy", "Plane of the section")
        self.planes.chosen.connect(self._say_plane)
        self._plane_text = text_label("", "muted", wrap=True)

    def _make_header(self) -> None:
        context = self._context
        self.calibrate_button = Button(context, "Calibrate", "primary", "arrow-right",
                                       lambda: context.go_to("calibrate"))
        self.calibrate_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._reason = _Reason(context)
        self.crop_button = Button(context, "Crop", "header", "crop", self._toggle_crop)
        self.crop_button.setCheckable(True)
        self.crop_button.setToolTip("Keep a part of the image: choose a box")
        self.resample_button = Button(context, "Resample", "header", "grid-four", self.open_resample)
        self.resample_dialog: ResampleDialog | None = None
        self.header_actions = [self._reason, self.crop_button, self.resample_button, self.calibrate_button]

    def _connect(self) -> None:
        context = self._context
        self.cropping.active_changed.connect(self._show_cropping)
        self._show_cropping(False)
        self.quality.crop_proposed.connect(self.open_crop)
        self.voxel_size.draw_asked.connect(self.draw_scale_bar)
        self.scale_bar.measured.connect(self.voxel_size.scale)
        self.scale_bar.active_changed.connect(self.voxel_size.draw_button.setDisabled)
        context.session.active_changed.connect(self.refresh)  # with any image
        context.previews.answered.connect(self._on_answer)

    def _build(self) -> None:
        self.inspector = self._build_inspector()
        context, quality = self._context, self.quality
        self.docks = DockArea(context, "data", (
            PanelDock(context, "image", self.image_panel), PanelDock(context, "down", quality.down),
            PanelDock(context, "across", quality.across), PanelDock(context, "isotropy", quality.isotropy),
        ), row(column(card("image", share=54), card("across", share=21), share=2),
               column(card("down", share=54), card("isotropy", share=21))))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.docks)

    def _build_inspector(self) -> Inspector:
        inspector = Inspector()
        crop = inspector.add_section("Crop")
        crop.addWidget(self.cropping.form)
        self._crop_section = crop.parentWidget()
        self._crop_section.layout().addWidget(rule())
        inspector.add_section("Phases", ruled=False).addWidget(self.phases)
        voxel_size = inspector.add_section()
        voxel_size.addWidget(self.voxel_size)
        voxel_size.addWidget(self.scale_bar)
        interval = text_label("95 % interval", "muted")
        inspector.add_section("Representativity", tools=(interval,)).addWidget(self.representativity)
        inspector.add_section("Images").addWidget(self.images)
        inspector.add_section("File").addWidget(self.file)
        plane = inspector.add_section("Section plane", tools=(self.planes,))
        plane.addWidget(self._plane_text)
        self._plane_section = plane.parentWidget()
        return inspector

    # quality

    def _quality_of(self, entry: ImageEntry) -> ImageQuality | None:
        """Return what is known of an image; ask for it where it is not."""
        counted = _counted(entry)
        if counted in self._known:
            return self._known[counted][1]
        if all(_counted(asked) != counted for asked in self._asked.values()):
            # Images asked for side by side have keys of their own: a section need not wait for a large volume.
            key = next(key for number in itertools.count() if (key := f"{PREVIEW_KEY}.{number}") not in self._asked)
            self._asked[key] = entry
            self._context.previews.request(key, QualityPreview(entry.image))
        return None

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key not in self._asked:
            return
        asked = self._asked.pop(answer.key)
        if answer.error is not None:
            self._context.show_error(answer.error, answer.details)
            return
        self._known[_counted(asked)] = (asked.image.labels, answer.result)
        kept = {_counted(entry) for entry in self._context.session.document.images}
        self._known = {key: value for key, value in self._known.items() if key in kept}
        self.refresh()

    def _show_quality(self, entry: ImageEntry, quality: ImageQuality | None) -> None:
        self.quality.show_quality(entry, quality)
        if quality is None:
            self.representativity.show_waiting(entry.image.phases, image_colours(entry.image))
        else:
            self.representativity.show_intervals(entry.image.phases, image_colours(entry.image), quality.intervals)

    # plane

    def _show_plane(self, entry: ImageEntry) -> None:
        # Of a volume the header of the picture chooses the plane: there is nothing to say about it here.
        self._plane_section.setVisible(entry.image.is_section)
        if entry.image.is_section:
            self.planes.set_current(entry.image.plane)
            self._plane_text.setText("What this image shows: rows run along "
                                     f"{'y' if entry.image.plane == 'xy' else 'z'}, columns along "
                                     f"{'y' if entry.image.plane == 'yz' else 'x'}.")

    def _say_plane(self, plane: str) -> None:
        session = self._context.session
        entry = session.active_image
        if entry is None or not entry.image.is_section or entry.image.plane == plane:
            return
        position = next(at for at, kept in enumerate(session.document.images) if kept is entry)
        changed = replace(entry, image=with_plane(entry.image, plane))
        session.apply(f"Say that the section is {plane}", with_entry(session.document, position, changed))


def _counted(entry: ImageEntry) -> _Counted:
    """Return what the quality of an image depends on: labels, by identity, and the proportions of a voxel."""
    return id(entry.image.labels), proportions(entry.image)


class _Reason(QWidget):
    """Why the next step is not open yet, beside its button."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(context, "warning", "warn", 14))
        self.text = text_label("", "warnText")
        row.addWidget(self.text)

    def show_reason(self, reason: str) -> None:
        """Show the reason; nothing when it is empty."""
        self.text.setText(reason)
        self.setVisible(bool(reason))
