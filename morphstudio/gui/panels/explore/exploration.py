"""What happens between a slider and the pictures: requests, answers, one undo step per drag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from morphstudio.app.previews import (
    BlockPreview,
    ClosedFormPreview,
    SectionPreview,
    SensitivityPreview,
    ThresholdPreview,
)
from morphstudio.core.errors import InputError
from morphstudio.gui.panels.explore.block_grid import BlockGrid
from morphstudio.gui.panels.explore.block_place import BlockPlace
from morphstudio.gui.panels.explore.follow_up import FollowUp
from morphstudio.gui.param_form.row import change_text
from morphstudio.gui.widgets.phases import model_colours

if TYPE_CHECKING:
    from morphstudio.app.document import Document
    from morphstudio.app.jobs.preview_service import PreviewAnswer
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Axis, VoxelSize
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

CALIBRATED = "Calibrated"
SECTION_EDGE = 512
FINE_EDGE = 128
QUICK_SECONDS = 0.06  # a fine block that takes no longer follows the slider itself
_SECTION, _BEFORE, _BLOCK, _BLOCK_BEFORE, _VALUES, _COMPARED, _SENSITIVITIES, _THRESHOLD = (
    f"explore.{what}" for what in ("section", "before", "block", "block before", "values", "compared",
                                   "sensitivities", "threshold"))


class Exploration(QObject):
    """Holds the model under the sliders and asks the preview process for what it looks like.

    While a slider moves, the document stays as it is; when it is let go, the
    document takes the model over as one step of undo.

    Signals
    -------
    model_changed :
        Another model is under the sliders.
    section_ready, block_ready : object, float
        Phase indices and computing time in seconds.
    before_ready, block_before_ready : object, float
        The same of the compared model.
    values_ready, compared_ready : object
        Closed-form values of the model and of the compared one.
    sensitivities_ready : object
        What each parameter does to them.
    comparison_changed :
        Another model is compared with.
    failed : object, str
        An ``InputError`` from the preview process, and a defect's traceback.
    """

    model_changed = Signal()
    section_ready = Signal(object, float)
    before_ready = Signal(object, float)
    block_ready = Signal(object, float)
    block_before_ready = Signal(object, float)
    sensitivities_ready = Signal(object)
    values_ready = Signal(object)
    compared_ready = Signal(object)
    failed = Signal(object, str)
    comparison_changed = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model: ExcursionSet | None = None
        self.axis: Axis = "z"
        self.moved = ""
        self._compared_with = ""
        self.place, self.grid = BlockPlace(FINE_EDGE, self), BlockGrid(context, FINE_EDGE, self)
        self.grid.found.connect(self._on_grid)
        self.grid.changed.connect(self._on_grid)
        self._own_section = False
        self._comparing = False
        self._follow_up = FollowUp(self)
        self._follow_up.due.connect(self._ask_rest)
        self._follow_up.rested.connect(self._on_rest)
        self._fine_seconds: dict[str, float] = {}
        self._is_coarse = False
        self.renew_noise = False
        self._awake = False
        self._stale = True
        self._moving = False
        self._waiting_threshold = 0
        self._settle_name: str | None = None
        self._sensitivities_of: tuple[object, object] | None = None  # what they were last asked for
        self._applying = False
        context.previews.answered.connect(self._on_answer)
        context.session.model_changed.connect(self._on_document)
        context.session.changed.connect(lambda *_: self._recolour())
        context.session.variants_changed.connect(self._on_variants)
        self.model = self.document.model
        self._coloured = self.colours

    @property
    def document(self) -> Document:
        """The session's document."""
        return self._context.session.document

    @property
    def calibrated(self) -> ExcursionSet | None:
        """The calibrated model, where its phases are the present one's."""
        kept = self.document.calibrated
        return kept if kept is not None and self.model is not None and kept.phases == self.model.phases else None

    @property
    def compared_name(self) -> str:
        """Name of the model that the present one is compared with."""
        return self._compared_with if self.named_model(self._compared_with) is not None else CALIBRATED

    @property
    def compared(self) -> ExcursionSet | None:
        """The model that the present one is compared with, where its phases are the same."""
        model = self.named_model(self.compared_name)
        return model if model is not None and self.model is not None and model.phases == self.model.phases else None

    def named_model(self, name: str) -> ExcursionSet | None:
        """Return the calibrated model or a variant by its name."""
        if name == CALIBRATED:
            return self.document.calibrated
        return next((variant.model for variant in self.document.variants if variant.name == name), None)

    def compare_with(self, name: str) -> None:
        """Compare the present model with the calibrated one or with a variant from now on."""
        self._compared_with = name
        self._on_comparison()

    @property
    def box_model(self) -> ExcursionSet | None:
        """The model that the box of the noise is made for: one box for all pictures, or the structure would jump."""
        return self.document.calibrated or self.document.model

    @property
    def voxel_size(self) -> VoxelSize:
        """Voxel size of values and of a section of its own; the block may have a larger one (``grid``)."""
        return self.document.voxel_size_um or (1.0, 1.0, 1.0)

    @property
    def in_um(self) -> bool:
        """Whether lengths are known in µm."""
        return self.document.voxel_size_um is not None

    @property
    def colours(self) -> tuple[RGB, ...]:
        """Phase colours in the model's order."""
        return () if self.model is None else model_colours(self.document, self.model)

    @property
    def is_moving(self) -> bool:
        """Whether a slider is being dragged."""
        return self._moving

    def wake(self) -> None:
        """Start asking for pictures: the page is in front."""
        self._awake = True
        if self._stale:
            self.refresh()

    def sleep(self) -> None:
        """Ask for nothing until :meth:`wake`."""
        self._awake = False

    def set_own_section(self, own: bool) -> None:
        """Draw a larger section of its own besides the block, or none."""
        self._own_section = own
        self._ask_section()

    def set_comparing(self, comparing: bool) -> None:
        """Draw the calibrated model too, or no longer."""
        self._comparing = comparing
        self._ask_before()

    def set_seed(self, seed: int) -> None:
        """Take another noise field, as one step of undo."""
        if seed != self.document.seed:
            self._context.session.apply(f"change seed {self.document.seed} → {seed}", replace(self.document, seed=seed))

    def move(self, name: str, value: float) -> None:
        """Put a parameter to ``value`` under the sliders."""
        if self.model is None:
            return
        self._waiting_threshold = 0
        self._moving = True
        self.moved = name
        self._take(self.model.with_values({name: value}))

    def move_fraction(self, phase: int, fraction: float) -> None:
        """Ask for the threshold that gives ``fraction``; the model follows with the answer."""
        if self.model is None:
            return
        self._moving = True
        self.moved = self.model.threshold_names[phase]
        self._waiting_threshold = self._context.previews.request(
            _THRESHOLD, ThresholdPreview(self.model, phase, fraction))

    def settle(self, name: str) -> None:
        """Make the model under the sliders the document's: one step of undo."""
        if self._waiting_threshold:
            self._settle_name = name
            return
        self._moving = False
        self._follow_up.settle()
        self._ask_sensitivities()
        old, new = self.document.model, self.model
        if new is None or old is None or new == old:
            self._ask_block()
            return
        text = change_text(old, new, name, self._context.units)
        if self.renew_noise:
            self._context.session.apply(text, replace(self.document.with_model(new), seed=self.document.seed + 1))
            return
        self._applying = True
        self._context.session.apply(text, replace(self.document, model=new))
        self._applying = False
        self._ask_block()

    def set_model(self, name: str, model: ExcursionSet, labels: tuple[int, ...] = ()) -> None:
        """Make ``model``, with the labels of its phases, the document's, as one step of undo called ``name``."""
        if model != self.document.model:
            self._context.session.apply(name, self.document.with_model(model, labels))

    def refresh(self) -> None:
        """Ask for everything anew."""
        self._stale = not self._awake
        if self.model is None or not self._awake:
            return
        self._ask_in_turn()
        self._ask_before()
        self._ask_compared()

    def _ask_compared(self) -> None:
        if self.compared is not None and self._awake:
            self._context.previews.request(_COMPARED, ClosedFormPreview(self.compared, self.voxel_size))

    def _on_comparison(self) -> None:
        self._ask_before()
        self._ask_compared()
        self.comparison_changed.emit()

    def _on_variants(self) -> None:
        """Go back to the calibrated model where the compared variant is gone."""
        if self._compared_with and self.compared_name != self._compared_with:
            self._compared_with = ""
            self._on_comparison()

    def _take(self, model: ExcursionSet) -> None:
        self.model = model
        self.model_changed.emit()
        self._ask_in_turn()

    def _ask_in_turn(self) -> None:
        """Ask for the picture that is looked at; the rest follows with its answer and does not hold it up."""
        self._follow_up.want(moving=self._moving)
        if self._own_section:
            self._ask_section(before=False)
        else:
            self._ask_block()

    def _ask_rest(self) -> None:
        if self.model is None or not self._awake:
            self._stale = True  # the picture came while another step was in front
            return
        if self._own_section:
            self._follow_up.asked({_BLOCK})
            self._ask_block()
        self._follow_up.asked({_VALUES})
        self._context.previews.request(_VALUES, ClosedFormPreview(self.model, self.voxel_size))
        if not self._moving:
            self._ask_sensitivities()

    def _on_rest(self) -> None:
        """Refine before the slider is let go."""
        if self._is_coarse:
            self._ask_block(coarse=False)
        self._ask_sensitivities()

    def _ask_sensitivities(self) -> None:
        about = self.model, self.voxel_size
        # A slider held still or let go asks for what the last move has asked for.
        if self.model is None or not self._awake or about == self._sensitivities_of:
            return
        self._sensitivities_of = about
        self._context.previews.request(_SENSITIVITIES, SensitivityPreview(self.model, self.voxel_size))

    def _ask_section(self, *, before: bool = True) -> None:
        if self.model is None or not self._awake or not self._own_section:
            return
        self._context.previews.request(_SECTION, SectionPreview(self.model, *self._own_section_grid()))
        if before:
            self._ask_before()

    def _ask_before(self) -> None:
        """Ask for the compared model's picture where it is shown."""
        compared = self.compared
        if compared is None or not self._awake or not self._comparing:
            return
        if self._own_section:
            self._context.previews.request(_BEFORE, SectionPreview(compared, *self._own_section_grid()))
        elif self.grid.is_known(self.box_model, self.voxel_size):
            self._context.previews.request(_BLOCK_BEFORE, BlockPreview(compared, *self._block_grid()))

    def _own_section_grid(self) -> tuple[Any, ...]:
        return (SECTION_EDGE,) * 3, self.voxel_size, self.document.seed, self.axis, self.box_model

    def _block_grid(self) -> tuple[Any, ...]:
        return (FINE_EDGE,) * 3, self.grid.enlarged(self.voxel_size), self.document.seed, self.box_model

    def _on_grid(self) -> None:
        """Ask for the block, which had to wait for its voxel size or has another one now."""
        self._stale = self._stale or not self._awake
        self._ask_block()
        self._ask_before()

    def _ask_block(self, *, coarse: bool | None = None) -> None:
        """Ask for the block: coarse while a slider moves that needs it, the same structure finer at rest."""
        if self.model is None or not self._awake or not self.grid.is_known(self.box_model, self.voxel_size):
            return
        if coarse is None:
            # Beside a section of its own, which is looked at, a fine block would take the processor from it.
            slow = self._own_section or self._fine_seconds.get(self.moved, 1.0) > QUICK_SECONDS
            coarse = self._moving and slow
        wanted = BlockPreview(self.model, *self._block_grid(), coarse=coarse)
        self.grid.note_asked(self._context.previews.request(_BLOCK, wanted), wanted.voxel_size_um)
        self._is_coarse = coarse

    def _on_answer(self, answer: PreviewAnswer) -> None:
        signals: dict[str, Any] = {_SECTION: self.section_ready, _BEFORE: self.before_ready, _BLOCK: self.block_ready,
                                   _BLOCK_BEFORE: self.block_before_ready}
        if not answer.key.startswith("explore."):
            return
        self._follow_up.came(answer.key)
        if answer.key == _SENSITIVITIES and (answer.result is None or self.model is None):
            self._sensitivities_of = None  # nobody has seen an answer
        if self.model is None:
            return  # it may have been closed since
        if answer.error is not None or answer.result is None:
            problem = answer.error or InputError("preview", "The preview failed.", "Undo the last change.")
            self.failed.emit(problem, answer.details)
        elif answer.key in signals:
            self._on_picture(answer)
            signals[answer.key].emit(answer.result, answer.seconds)
        elif answer.key == _VALUES:
            self.values_ready.emit(answer.result)
        elif answer.key == _COMPARED:
            self.compared_ready.emit(answer.result)
        elif answer.key == _SENSITIVITIES:
            self.sensitivities_ready.emit(answer.result)
        elif answer.key == _THRESHOLD:
            self._on_threshold(answer)

    def _on_picture(self, answer: PreviewAnswer) -> None:
        """Note how long a fine block took, and ask for what had to wait for the first picture."""
        if answer.key == _BLOCK:
            self.grid.note_shown(answer.generation)
        if answer.key == _BLOCK and self._moving and answer.result.shape[0] >= FINE_EDGE:  # type: ignore[attr-defined]
            self._fine_seconds[self.moved] = answer.seconds
        if answer.key == (_SECTION if self._own_section else _BLOCK):
            self._follow_up.picture_came()

    def _on_threshold(self, answer: PreviewAnswer) -> None:
        if not self._waiting_threshold:
            return
        if answer.generation == self._waiting_threshold:
            self._waiting_threshold = 0
        model = answer.result
        assert model is not None
        self._take(model)  # type: ignore[arg-type]
        if not self._waiting_threshold and self._settle_name is not None:
            name, self._settle_name = self._settle_name, None
            self.settle(name)

    def _on_document(self) -> None:
        if self._applying:
            return
        self._moving = False
        self._waiting_threshold, self._settle_name = 0, None
        self.model = self.document.model
        self._coloured = self.colours
        self.model_changed.emit()
        self.refresh()

    def _recolour(self) -> None:
        """Draw anew where an image gives its phases other colours than they had."""
        if self._coloured != self.colours:
            self._coloured, self._sensitivities_of = self.colours, None
            self.model_changed.emit()
            self.refresh()
