"""What a movie is to be: its frames, its size, and how much that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.io.movies import check_size

if TYPE_CHECKING:
    from morphstudio.core.phases import Axis
    from morphstudio.io.movies import MovieKind

What = Literal["spin", "sweep"]
SIZES: dict[str, tuple[str, tuple[int, int]]] = {
    "720p": ("720p", (1280, 720)), "1080p": ("1080p", (1920, 1080)), "square": ("Square", (1080, 1080)),
}
SMALLEST, LARGEST = 64, 4096  # pixels along an edge; what players take
FULL_TURN = 360
MOST_FRAMES = 9999
GIF_FASTEST = 50  # players slow down what changes more often than every 20 ms
_LOGICAL_EDGE = 400.0  # pixels of the window that the shorter edge is as long as: text keeps its share of the picture
# Measured on the sample: bytes for each pixel of a turn's frames, for each voxel of another slice, for each frame.
_SPIN_BYTES = {"mp4": 0.023, "gif": 0.108, "png": 0.16}
_SLICE_BYTES = {"mp4": 0.93, "gif": 1.3, "png": 1.2}
_ENCODING = 7e-8  # seconds for each pixel of each frame, in any format; meanwhile the next one is drawn
_FIXED_SHARE = 0.65  # of the time that a small 3D picture takes, whatever its size


@dataclass(frozen=True, slots=True)
class MoviePlan:
    """Everything that decides what the frames look like.

    Parameters
    ----------
    what : {"spin", "sweep"}
        A turn of the 3D view, or slice after slice.
    kind : {"mp4", "gif", "png"}
        How it is kept.
    axis : {"z", "y", "x"}
        Axis that the slices of a sweep are normal to.
    turn : int
        Degrees that a spin turns; negative the other way.
    seconds, fps : int
        How long, and frames per second.
    size : (int, int)
        Columns and rows.
    theme : {"light", "dark"}
        Colours of ground and text.
    bar, key, position : bool
        Whether scale bar, phase key and a slice's place are drawn.
    """

    what: What = "sweep"
    kind: MovieKind = "mp4"
    axis: Axis = "z"
    turn: int = FULL_TURN
    seconds: int = 10
    fps: int = 25
    size: tuple[int, int] = (1280, 720)
    theme: str = "light"
    bar: bool = True
    key: bool = True
    position: bool = True

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return self.seconds * self.fps

    @property
    def scale(self) -> float:
        """Pixels of the movie for one of the window."""
        return min(self.size) / _LOGICAL_EDGE

    @property
    def look(self) -> tuple[object, ...]:
        """What decides how the frames are laid out, whatever their number."""
        return self.what, self.axis, self.size, self.theme, self.bar, self.key, self.position

    def angle(self, frame: int) -> float:
        """Return where a spin has turned to, in degrees.

        The frame after the last of whole turns is the first again, so that a
        movie that is repeated does not halt; a part of a turn reaches its end.
        """
        steps = self.n_frames if self.turn % FULL_TURN == 0 else max(self.n_frames - 1, 1)
        return self.turn * frame / steps

    def slice_at(self, frame: int, n_slices: int) -> int:
        """Return the slice that a frame shows: the first one first, the last one last."""
        last = max(self.n_frames - 1, 1)
        return (2 * frame * (n_slices - 1) + last) // (2 * last)

    def check(self) -> None:
        """Raise InputError where there is no such movie."""
        check_size(self.size)
        if self.n_frames > MOST_FRAMES:
            raise InputError("movie.length", f"{self.n_frames} frames are more than a movie may have.",
                             f"Choose a length and a rate that give at most {MOST_FRAMES}.")
        if self.kind == "gif" and self.fps > GIF_FASTEST:
            raise InputError("movie.fps", f"A GIF cannot show {self.fps} frames a second.",
                             f"Choose at most {GIF_FASTEST}.")
        if self.what == "spin" and self.turn == 0:
            raise InputError("movie.turn", "A turn of 0° shows the same picture all the time.",
                             "Choose another angle.")

    def n_bytes(self, n_slices: int = 1, n_voxels: int = 0) -> float:
        """Return roughly how large the movie will be.

        Parameters
        ----------
        n_slices, n_voxels : int
            Slices of the volume, and voxels of each.
        """
        n_pixels = self.size[0] * self.size[1]
        if self.what == "spin":
            return _SPIN_BYTES[self.kind] * n_pixels * self.n_frames
        # A slice that is shown again costs next to nothing, but for pictures of their own.
        n_different = self.n_frames if self.kind == "png" else min(self.n_frames, n_slices)
        return _SLICE_BYTES[self.kind] * min(n_voxels, n_pixels) * n_different

    def making_seconds(self, small: tuple[float, int] | None) -> float:
        """Return roughly how long making it takes.

        Parameters
        ----------
        small : (float, int) or None
            Seconds that a frame with fewer pixels took to be drawn, and these pixels.
        """
        n_pixels = self.size[0] * self.size[1]
        drawing = 0.0 if small is None else small[0] * (
            _FIXED_SHARE + (1 - _FIXED_SHARE) * n_pixels / small[1])
        return max(drawing, _ENCODING * n_pixels) * self.n_frames
