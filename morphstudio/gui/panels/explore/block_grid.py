"""How large the block's voxels are: those of the image, or larger ones where the block would be a piece of a grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from morphstudio.app.narrow import coarsening
from morphstudio.app.previews import ClosedFormPreview

if TYPE_CHECKING:
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.context import AppContext

# Not one of Exploration's own keys: where it fails, those say so.
_KEY, _BLOCK = "block.grid", "explore.block"


class BlockGrid(QObject):
    """Chooses the block's voxels for the model that its noise is made for, so that sliders never change them.

    Signals
    -------
    found :
        The size is known for the model asked about.
    changed :
        Another size was chosen.
    asked :
        A block is under way.
    failed : str
        The block cannot be drawn, and why.
    """

    found = Signal()
    changed = Signal()
    asked = Signal()
    failed = Signal(str)

    def __init__(self, context: AppContext, edge: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._edge = context, edge
        self._about: tuple[ExcursionSet | None, VoxelSize] | None = None
        self._generation = 0  # of the answer awaited; 0 where none is
        self._own = False
        self._asked: dict[int, VoxelSize] = {}  # of blocks, by generation
        self._shown: VoxelSize | None = None
        self.wider = 1
        context.previews.answered.connect(self._on_answer)

    @property
    def factor(self) -> int:
        """How many times larger than the image's the block's voxels are."""
        return 1 if self._own else self.wider

    @property
    def is_own(self) -> bool:
        """Whether the image's own voxels were chosen."""
        return self._own

    def set_own(self, own: bool) -> None:
        """Take the image's own voxels, or as large ones as the grains ask for."""
        if own != self._own:
            self._own = own
            self.changed.emit()

    def enlarged(self, voxel_size: VoxelSize) -> VoxelSize:
        """Return the voxel size of the block for the image's."""
        z, y, x = voxel_size
        return self.factor * z, self.factor * y, self.factor * x

    def is_known(self, model: ExcursionSet | None, voxel_size: VoxelSize) -> bool:
        """Whether the size is known for this model; else :attr:`found` tells when it is."""
        if self._about != (model, voxel_size) and model is not None:
            self._about = model, voxel_size
            self._generation = self._context.previews.request(_KEY, ClosedFormPreview(model, voxel_size))
        return not self._generation

    def note_asked(self, generation: int, voxel_size: VoxelSize) -> None:
        """Note which voxels a block that is under way will have."""
        self._asked[generation] = voxel_size
        self.asked.emit()

    def note_shown(self, generation: int) -> None:
        """Note that a block has come: earlier ones never will."""
        self._shown = self._asked.get(generation, self._shown)
        self._asked = {number: size for number, size in self._asked.items() if number > generation}

    @property
    def is_awaited(self) -> bool:
        """Whether a newer block than the one shown is under way."""
        return bool(self._asked)

    @property
    def voxel_size(self) -> VoxelSize:
        """Voxel size of the block that has come last: until another has, lengths are to be read off it."""
        return self._shown or self.enlarged(self._context.session.document.voxel_size_um or (1.0, 1.0, 1.0))

    def _on_answer(self, answer: PreviewAnswer) -> None:
        if answer.key == _BLOCK and answer.result is None:
            self._asked = {}  # it failed: nothing is under way
            self.failed.emit(answer.error.message if answer.error is not None else "The preview failed.")
        if answer.key != _KEY or answer.generation != self._generation:
            return
        self._generation = 0
        assert self._about is not None
        self.wider = 1 if answer.result is None else coarsening(
            answer.result, (self._edge,) * 3, self._about[1])  # type: ignore[arg-type]
        self.found.emit()
