"""What the Calibrate step shows of the images before a run: their two-point coverage functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import ExactSettings, TwoPointCurves
    from morphstudio.core.phases import PhaseImage


@dataclass(frozen=True, eq=False)
class ImageCurvesPreview:
    """Asks for the curves that a calibration with these settings would fit.

    Parameters
    ----------
    images : tuple of PhaseImage
        Sections or volumes with the same phases.
    settings : ExactSettings
        The distances count, nothing else.
    """

    images: tuple[PhaseImage, ...]
    settings: ExactSettings

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.calibration.statistics",
                                          "morphstudio.core.calibration.report")

    def answer(self, cache: dict[str, Any]) -> tuple[TwoPointCurves, ...]:
        """Measure the images as a run would."""
        from morphstudio.core.calibration.report import data_curves
        from morphstudio.core.calibration.statistics import image_statistics

        return data_curves(image_statistics(self.images, self.settings))
