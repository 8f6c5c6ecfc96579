"""What a crop would leave of an image, fast enough to follow a box that is being dragged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from morphstudio.core.descriptors.representativity import FractionInterval
    from morphstudio.core.image_edits import Box
    from morphstudio.core.phases import PhaseImage

# Fewer cells than for a whole image: the interval moves by a few per cent, the answer comes at once.
LIVE_CELLS = 1 << 18


@dataclass(frozen=True, eq=False)
class CropQuality:
    """What the crop would hold.

    Parameters
    ----------
    box : ((int, int), (int, int), (int, int))
        The crop that was asked for.
    intervals : tuple of FractionInterval
        Fraction of each phase of the image and how well the crop pins it.
    token : str
        Names the image that was looked at.
    """

    box: Box
    intervals: tuple[FractionInterval, ...]
    token: str


@dataclass(frozen=True, eq=False)
class CropPreview:
    """Asks for the fractions in a box.

    The image goes over once, with the first request; the next ones name it.

    Parameters
    ----------
    token : str
        Names the image; empty: forget the one that is kept.
    box : ((int, int), (int, int), (int, int))
        First voxel and the one after the last along z, y, x.
    image : PhaseImage or None
        The image, where the preview process may not have it.
    """

    token: str
    box: Box
    image: PhaseImage | None = None

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.descriptors.representativity",)

    def answer(self, cache: dict[str, Any]) -> CropQuality | None:
        """Return the fractions; ``None`` where the image is not known here."""
        from morphstudio.core.descriptors.representativity import fraction_interval

        if self.image is not None or not self.token:
            cache["image"] = (self.token, self.image)
        token, image = cache.get("image", ("", None))
        if image is None or token != self.token:
            return None
        (z0, z1), (y0, y1), (x0, x1) = self.box
        part = replace(image, labels=image.labels[z0:z1, y0:y1, x0:x1])
        return CropQuality(self.box, tuple(fraction_interval(part, phase, LIVE_CELLS)
                                           for phase in range(len(image.phases))), token)
