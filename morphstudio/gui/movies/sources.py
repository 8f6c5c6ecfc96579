"""What there is to film: the block in the 3D view, the model's block as slices, the open volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.gui.movies.spin import SpinFilm
from morphstudio.gui.movies.stacks import NOTHING_TO_FILM, block_stack, image_stack, volumes
from morphstudio.gui.movies.sweep import SweepFilm

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.app.previews import BlockPreview
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.movies.maker import Film
    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.movies.spin import Filmed
    from morphstudio.gui.movies.stacks import Stack
    from morphstudio.gui.scene3d.picture import PictureWindow

_KEY = "movie.block"
MODEL = "model"
NO_MODEL = "The 3D view shows a model's block: calibrate, or open a model, first"
NOT_SHOWN = "The 3D view was not shown yet: open Explore first"


class FilmSources(QObject):
    """Follows the document, and has the model's block drawn as slices need it.

    Parameters
    ----------
    context : AppContext
        For document, previews and units.
    filmed : callable
        Gives the block in the 3D view; ``None`` where there is none.

    Signals
    -------
    changed :
        There is something else to film.
    """

    changed = Signal()

    def __init__(self, context: AppContext, filmed: Callable[[], Filmed | None],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._filmed_now = context, filmed
        self._filmed: Filmed | None = None
        self._volumes: tuple[ImageEntry, ...] = ()
        self._block: NDArray[np.uint8] | None = None
        self._block_of: BlockPreview | None = None
        self._asked = 0
        self._window: PictureWindow | None = None
        self.problem = ""
        context.session.changed.connect(self._on_document)
        context.previews.answered.connect(self._on_answer)
        self.refresh()

    @property
    def titles(self) -> tuple[str, ...]:
        """Names of the volumes that can be swept through."""
        block = () if self._filmed is None else (
            f"Model, {' × '.join(str(n) for n in reversed(self._filmed.request.shape))} voxels",)
        return (*block, *(entry.image.name or "Image" for entry in self._volumes))

    @property
    def keys(self) -> tuple[object, ...]:
        """What :attr:`titles` name, to be told apart where names are the same."""
        return (*(() if self._filmed is None else (MODEL,)), *self._volumes)

    @property
    def why_no_spin(self) -> str:
        """Why the 3D view cannot be filmed; empty where it can."""
        if self._filmed is None:
            return NO_MODEL
        return "" if self._filmed.view.is_ready else NOT_SHOWN

    @property
    def why_no_sweep(self) -> str:
        """Why there are no slices; empty where there are."""
        return "" if self.titles else NOTHING_TO_FILM

    def refresh(self) -> None:
        """Look at what there is now."""
        self._filmed = self._filmed_now()
        self._volumes = volumes(self._context.session.document)
        request = None if self._filmed is None else self._filmed.request
        if request != self._block_of:
            self._block, self._block_of, self._asked, self.problem = None, request, 0, ""
        self.changed.emit()

    def stack(self, number: int) -> Stack | None:
        """Return a volume by its place in :attr:`titles`; ``None`` while the model's is being drawn.

        It is drawn when it is first asked for: a spin films what the 3D view shows already.
        """
        filmed = self._filmed
        if filmed is not None and number == 0:
            if not self._asked:
                self._asked = self._context.previews.request(_KEY, filmed.request)
            return None if self._block is None else block_stack(
                self._block, filmed.request.voxel_size_um, filmed.names, filmed.colours, in_um=filmed.in_um,
                confirmed=filmed.confirmed)
        at = number - (filmed is not None)
        return image_stack(self._volumes[at]) if 0 <= at < len(self._volumes) else None

    def film(self, plan: MoviePlan, number: int, *, preview: bool = False) -> Film | None:
        """Return what draws the frames; ``None`` where there is nothing to show yet.

        Parameters
        ----------
        plan : MoviePlan
            What is to be shown.
        number : int
            Place of the volume in :attr:`titles`.
        preview : bool
            Whether it is one of many that are looked at one after the other.
        """
        if plan.what == "spin":
            if self.why_no_spin or self._filmed is None:
                return None
            window = self._preview_window() if preview else None
            return SpinFilm(self._filmed, plan, self._context.units, window)
        stack = self.stack(number)
        return None if stack is None else SweepFilm(stack, plan, self._context.units)

    def close(self) -> None:
        """Follow nothing any more."""
        self._context.session.changed.disconnect(self._on_document)
        self._context.previews.answered.disconnect(self._on_answer)
        if self._window is not None:
            self._window.close()
            self._window = None

    def _preview_window(self) -> PictureWindow:
        """Return the window that previews share: setting one up takes longer than a picture."""
        from morphstudio.gui.scene3d.picture import PictureWindow

        if self._window is None:
            self._window = PictureWindow()
        return self._window

    def _on_document(self, *_documents: object) -> None:
        self.refresh()

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key != _KEY or answer.generation != self._asked:
            return
        self.problem = "" if answer.error is None else str(answer.error)
        self._block = answer.result if answer.error is None else None  # type: ignore[assignment]
        self.changed.emit()
