"""The images' own curves, before there is a run: asked for once the page is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.app.image_curves import ImageCurvesPreview

if TYPE_CHECKING:
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.calibration.records import ExactSettings, TwoPointCurves
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext

KEY = "calibrate.image curves"


class ImageCurves(QObject):
    """Measures images beside the window; ``measured`` says that it ended and :meth:`of` has what it brought.

    Images that cannot be calibrated to bring nothing: a run says why.
    """

    measured = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._images: tuple[PhaseImage, ...] = ()
        self._lags: tuple[int, int | None] = (0, None)
        self._generation = -1
        self._known: tuple[TwoPointCurves, ...] = ()
        self.is_measuring = False
        context.previews.answered.connect(self._on_answer)

    def of(self, images: tuple[PhaseImage, ...], settings: ExactSettings) -> tuple[TwoPointCurves, ...]:
        """Return the curves of images, one entry for each direction; nothing while they are being measured."""
        lags = settings.n_lags, settings.max_lag
        if not self._are_known(images) or lags != self._lags:
            self._images, self._lags, self._known = images, lags, ()
            self.is_measuring = bool(images)
            if images:
                self._generation = self._context.previews.request(KEY, ImageCurvesPreview(images, settings))
        return self._known

    def _are_known(self, images: tuple[PhaseImage, ...]) -> bool:
        # Names and roles do not change what was measured.
        return len(images) == len(self._images) and all(
            now.labels is then.labels and now.spacing == then.spacing
            for now, then in zip(images, self._images, strict=True))

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key == KEY and answer.generation == self._generation:
            self._known, self.is_measuring = answer.result or (), False
            self.measured.emit()
