"""Cropping the image in front: box, figures, and the job that does it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.app.crop_preview import CropPreview
from morphstudio.app.document import ImageEdit
from morphstudio.app.work.edit_image import CropJob
from morphstudio.gui.panels.data.crop_form import CropForm
from morphstudio.gui.panels.data.crop_tool import CropTool
from morphstudio.gui.panels.data.edits import with_edited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.image_edits import Box
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section_view import SectionView

PREVIEW_KEY = "data.crop"
_NOTHING: Box = ((0, 1), (0, 1), (0, 1))


class Cropping(QObject):
    """``active_changed`` tells when it begins and ends."""

    active_changed = Signal(bool)

    def __init__(self, context: AppContext, view: SectionView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view = view
        self._image: PhaseImage | None = None
        self._tokens = itertools.count(1)
        self._token = ""
        # The image goes over with the first request; others wait for its answer, so that none overtakes it.
        self._sent = False
        self._asked: Box | None = None
        self._busy = False
        self.tool = CropTool(context, self)
        self.form = CropForm(context)
        self.tool.changed.connect(self._follow)
        self.tool.accepted.connect(self.apply)
        self.tool.rejected.connect(self.stop)
        self.form.edges_typed.connect(self.tool.set_box)
        self.form.apply_button.clicked.connect(self.apply)
        self.form.cancel_button.clicked.connect(self.stop)
        self.form.whole_button.clicked.connect(self._whole)
        context.previews.answered.connect(self._on_answer)

    @property
    def is_active(self) -> bool:
        """Whether a crop is being chosen."""
        return self._image is not None

    def start(self, entry: ImageEntry, whole: Sequence[FractionInterval] | None, box: Box | None = None) -> None:
        """Begin, with a proposed box or the whole image.

        Parameters
        ----------
        entry : ImageEntry
            The image in front.
        whole : sequence of FractionInterval or None
            What is known of the whole image, for comparison.
        box : ((int, int), (int, int), (int, int)), optional
            Along z, y, x.
        """
        self._image = entry.image
        self._forget()
        self.form.show_image(entry.image, whole)
        self._view.set_tool(self.tool)
        self.tool.start(entry.image.shape, box)
        self._view.setFocus()
        self.active_changed.emit(True)

    def stop(self) -> None:
        """Leave the image as it is."""
        if self._image is None:
            return
        self._image = None
        self._view.set_tool(None)
        self._context.previews.request(PREVIEW_KEY, CropPreview("", _NOTHING))
        self.active_changed.emit(False)

    def keep_to(self, entry: ImageEntry | None) -> None:
        """End where another image has come to the front, or other voxels of the same."""
        if self._image is None:
            return
        if entry is None or entry.image.labels is not self._image.labels:
            self.stop()
        elif entry.image is not self._image:
            self._image = entry.image
            self.form.show_image(entry.image, None)
            self._forget()
            self._follow()

    def apply(self) -> None:
        """Crop as a job; its result is one step of undo."""
        image, box = self._image, self.tool.box
        if image is None or not self.form.apply_button.isEnabled():
            return
        context, size = self._context, self.form.size_text()

        def finished(cropped: PhaseImage) -> None:
            document = with_edited(context.session.document, image, cropped, ImageEdit("crop", box=box))
            if document is None:
                context.notify("The image was changed meanwhile; it was not cropped.")
                return
            context.session.apply(f"Crop to {size}", document)
            context.notify(f"Cropped to {size}")

        context.jobs.submit(CropJob(image, box), kind="open", finished=finished)
        self.stop()

    def _whole(self) -> None:
        assert self._image is not None
        self.tool.start(self._image.shape)

    def _forget(self) -> None:
        """Name the image anew: what comes in for the one before says nothing about this one."""
        self._token, self._sent, self._asked, self._busy = str(next(self._tokens)), False, None, False

    def _follow(self) -> None:
        if self._image is None:
            return
        self._view.update()
        self.form.show_box(self.tool.box)
        self.form.set_applicable("Nothing is cut off yet: drag the box" if self.tool.is_whole else "")
        self._ask()

    def _ask(self) -> None:
        if self._image is None or (self._busy and not self._sent):
            return
        if self._asked != self.tool.box or not self._sent:
            self._asked, self._busy = self.tool.box, True
            image = None if self._sent else self._image
            self._context.previews.request(PREVIEW_KEY, CropPreview(self._token, self._asked, image))

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key != PREVIEW_KEY or self._image is None:
            return
        if answer.result is not None and answer.result.token != self._token:
            return  # begun before the image was changed; the answer for this one follows
        self._busy = False
        if answer.error is not None:
            self._sent = False  # whatever went wrong, the next box brings the image along
            return
        self._sent = answer.result is not None
        if answer.result is not None:
            self.form.show_fractions(answer.result.intervals)
        if self._asked != self.tool.box or not self._sent:
            self._ask()
