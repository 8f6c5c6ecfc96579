"""One calibration as the page drives it: start, pause, stop, resume, take over the result."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from morphstudio.app.autosave import resumable_runs
from morphstudio.app.document import RunEntry, new_run_id
from morphstudio.app.earlier_image import run_remedy, run_state_words, state_of
from morphstudio.app.places import run_checkpoint
from morphstudio.app.run_begin import begun_from
from morphstudio.app.run_history import HistoryKeeper, ReachKeeper, RunHistory
from morphstudio.app.run_in_use import stays_in_use
from morphstudio.app.run_progress import progress_of
from morphstudio.app.training_time import training_pace
from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.document import Document, ImageState, Reached
    from morphstudio.app.jobs import events
    from morphstudio.core.calibration.records import CalibrationResult, ExactSettings, StepRecord
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.job_bridge import JobState

Status = Literal["idle", "running", "paused", "stopping"]
_STATUS: dict[str, Status] = {"waiting": "running", "running": "running", "paused": "paused", "stopping": "stopping"}


class CalibrationRun(QObject):
    """Keeps the document's runs and the engine's job together.

    Signals
    -------
    began :
        A run starts or goes on; what was shown of another one is out of date.
    recorded : object
        A ``StepRecord``.
    recalled : object
        The ``RunHistory`` before an interruption, of a run that goes on.
    finished : object
        The ``CalibrationResult``; the document already holds it, and its
        model, unless that of ``stayed`` is in use.
    status_changed :
        ``status`` or ``job_state`` is another one.
    failed : object
        A ``Failed`` event.
    """

    began = Signal()
    recorded = Signal(object)
    recalled = Signal(object)
    finished = Signal(object)
    status_changed = Signal()
    failed = Signal(object)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job_id = ""
        self._run_id = ""
        self._turn = 0  # counts what was submitted: only the latest job is listened to
        # As they were when the run began: phases may be renamed while it runs.
        self._images: tuple[PhaseImage, ...] = ()
        self._history, self._reach = HistoryKeeper(), ReachKeeper()
        self._queue: list[tuple[str, bool]] = []  # runs to start next, and whether from the best found before
        self._queued_images: dict[str, tuple[PhaseImage, ...]] = {}  # as they were when a run was queued
        self._went_on = False  # whether steps were taken before an interruption
        # Seconds of the last whole run of this sitting, and how it was asked for.
        self.last_took: tuple[float, ExactSettings | SimulatedSettings] | None = None
        self.best: ExcursionSet | None = None
        self.stayed: RunEntry | None = None  # the run whose model stayed in use at the end of the last one
        self.last_record: StepRecord | None = None
        context.jobs.state_changed.connect(self._on_state)
        # Of the images, too: that is the first to be heard when another document is opened.
        context.session.images_changed.connect(self._let_go_if_lost)
        context.session.runs_changed.connect(self._let_go_if_lost)

    @property
    def document(self) -> Document:
        """The session's document."""
        return self._context.session.document

    @property
    def status(self) -> Status:
        """What the run is doing."""
        state = self.job_state
        return _STATUS.get(state.status, "idle") if state is not None else "idle"

    @property
    def is_active(self) -> bool:
        """Whether a run has begun and not ended."""
        return self.status != "idle"

    @property
    def job_state(self) -> JobState | None:
        """What the window knows about the engine's job."""
        return self._context.jobs.state(self._job_id) if self._job_id else None

    @property
    def reached(self) -> Reached | None:
        """How far the present run has come; ``None`` before it has a model."""
        return self._reach.reached()

    @property
    def images(self) -> tuple[PhaseImage, ...]:
        """Images that the present run fits; those of the document where there is none."""
        if self.is_active:
            return self._images
        return tuple(entry.image for entry in self.document.images)

    @property
    def interrupted(self) -> tuple[RunEntry, ...]:
        """Runs that were cut off and can go on from their checkpoints, the latest first."""
        if self.is_active:
            return ()
        return tuple(run for run in reversed(resumable_runs(self.document)) if run.id != self._run_id)

    def start(self, settings: ExactSettings | SimulatedSettings, begin: ExcursionSet | None = None) -> None:
        """Fit the document's images with these settings, from ``begin`` where it is given and they can."""
        run = self._new_run(settings, "running")
        self._submit(run if begin is None else replace(run, settings=self._begun(run, begin)))

    def _begun(self, run: RunEntry, begin: ExcursionSet) -> ExactSettings | SimulatedSettings:
        """Return the settings of a run from a model on; where it cannot start there, it is said."""
        phases = [phase.name for phase in self.document.run_images(run)[0].phases]
        settings, problem = begun_from(run.settings, begin, phases)
        if problem:
            self._context.notify(problem)
        return settings

    def queue(self, settings: ExactSettings | SimulatedSettings, *, from_best: bool) -> str:
        """Start a run as soon as the present one has ended, and return its id.

        It fits the images as they are now, whatever becomes of them meanwhile.

        Parameters
        ----------
        settings : ExactSettings or SimulatedSettings
            How.
        from_best : bool
            Whether it starts also from the best model that is known by then.
        """
        run = self._new_run(settings, "waiting")
        self._queue.append((run.id, from_best))
        self._queued_images[run.id] = self.document.run_images(run)
        self._keep(run)
        if not self.is_active:
            self._start_next()
        return run.id

    def start_waiting(self, run_id: str) -> None:
        """Start a run that waits, as one from a project does; while another one runs, after it.

        It fits the present images: what it was queued with went with that sitting.
        """
        if all(waiting != run_id for waiting, _ in self._queue):
            self._queue.append((run_id, False))
        if not self.is_active:
            self._start_next()

    def retry(self, run_id: str) -> None:
        """Start a run that failed or was stopped once more, with its settings, on the images as they are now."""
        run = next((r for r in self.document.runs if r.id == run_id), None)
        if run is None:
            self._context.show_error(InputError("run", "This calibration is not in the open document.",
                                                "Undo its deletion, or open the project it belongs to."))
        elif run.status in ("failed", "cancelled") and self._has_images(run):
            self._keep(replace(run, status="waiting", problem="", history=None, reached=None,
                               made_from=self._states(run.images)))
            self._queued_images[run_id] = self.document.run_images(run)
            self.start_waiting(run_id)
            self.status_changed.emit()

    def delete(self, run_id: str) -> None:
        """Take a run that is not at work out of the document; undo brings it back."""
        if self.is_active and run_id == self._run_id:
            return
        self._queue = [entry for entry in self._queue if entry[0] != run_id]
        self._queued_images.pop(run_id, None)
        kept = tuple(run for run in self.document.runs if run.id != run_id)
        self._context.session.apply("delete a calibration", replace(self.document, runs=kept))
        self.status_changed.emit()

    @property
    def active_id(self) -> str:
        """Id of the run at work; empty where there is none."""
        return self._run_id if self.is_active else ""

    def _new_run(self, settings: ExactSettings | SimulatedSettings, status: Literal["running", "waiting"]) -> RunEntry:
        # Images that are added later are none of this run's.
        positions = tuple(range(len(self.document.images)))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return RunEntry(new_run_id(), settings, status, images=positions, begun=now,
                        made_from=self._states(positions))

    def _states(self, positions: tuple[int, ...]) -> tuple[ImageState, ...]:
        return tuple(state_of(self.document.images[at]) for at in positions)

    def _start_next(self) -> None:
        """Start the first of the runs that wait, if it is still there."""
        while self._queue and not self.is_active:
            run_id, from_best = self._queue.pop(0)
            run = next((r for r in self.document.runs if r.id == run_id and r.status == "waiting"), None)
            images = self._queued_images.pop(run_id, None)
            if run is None:
                continue
            if not self._has_images(run):
                continue  # said; the runs behind it may have theirs
            if images is None and run_state_words(self.document, run):
                run = replace(run, made_from=self._states(run.images))
                self._context.notify("The image has changed since this run was queued: it fits the present one")
            settings = self._begun(run, self.best) if from_best and self.best is not None else run.settings
            self._submit(replace(run, status="running", settings=settings), images)

    def _has_images(self, run: RunEntry) -> bool:
        if all(0 <= position < len(self.document.images) for position in run.images):
            return True
        self._context.show_error(InputError("images", "An image that this calibration was fitted to is not open.",
                                            "Open it again, or discard the calibration."))
        return False

    def resume_interrupted(self, run_id: str = "") -> None:
        """Go on with a run that was cut off; without an id, with the latest."""
        run = next((run for run in self.interrupted if run_id in ("", run.id)), None)
        if run is None or not self._has_images(run):
            return
        if run_state_words(self.document, run):
            self._context.show_error(InputError("images", f"This calibration is {run_state_words(self.document, run)}; "
                                                "it cannot go on with another one.", run_remedy(self.document, run)))
            return
        self._submit(replace(run, status="running"))

    def discard_interrupted(self, run_id: str = "") -> None:
        """Give up a run that was cut off; without an id, the latest."""
        run = next((run for run in self.interrupted if run_id in ("", run.id)), None)
        if run is not None:
            run_checkpoint(run.id).unlink(missing_ok=True)
            self._keep(replace(run, status="cancelled"))
            self.status_changed.emit()

    def pause(self) -> None:
        """Hold the run after its present step."""
        self._context.jobs.pause(self._job_id)

    def go_on(self) -> None:
        """Let a held run go on."""
        self._context.jobs.resume(self._job_id)

    def stop(self) -> None:
        """End the run for good."""
        self._context.jobs.cancel(self._job_id)

    def take_best(self, run: RunEntry) -> None:
        """Make the model of a run the document's: that of its result, or the best one of a stopped run."""
        model = run.best
        if model is None or not self._has_images(run):
            return
        images = self.document.run_images(run)
        if {phase.name for phase in images[0].phases} != set(model.phases):
            self._context.show_error(InputError("phases", "The phases have other names than in this calibration.",
                                                f"It knows them as {', '.join(sorted(model.phases))}."))
            return
        self._images = images
        self._take_model(model)

    def _submit(self, run: RunEntry, images: tuple[PhaseImage, ...] | None = None) -> None:
        self._run_id = run.id
        kept = progress_of(run.id)  # of a run that goes on
        self._history, self._went_on = HistoryKeeper(run.history), False
        self._reach = ReachKeeper(None if kept is None else kept.reached)
        self.best, self.last_record = None if self.reached is None else self.reached.model, None
        self._keep(run)
        self._images = images or self.document.run_images(run)
        job = CalibrationJob(self._images, run.settings, run_checkpoint(run.id))
        self._turn += 1
        self._job_id = self._context.jobs.submit(
            job, kind="calibrate", recorded=self._in_turn(self._on_record), finished=self._in_turn(self._on_finished),
            failed=self._in_turn(self._on_failed), cancelled=self._in_turn(self._on_cancelled),
            again=lambda: self.retry(run.id))
        self.began.emit()
        self.status_changed.emit()

    def _in_turn(self, handler: Callable[..., None]) -> Callable[..., None]:
        """Return ``handler``, deaf once another job was submitted or this one let go."""
        turn = self._turn

        def heard(*arguments: object) -> None:
            if turn == self._turn:
                handler(*arguments)

        return heard

    def _let_go_if_lost(self) -> None:
        """Give the run up where its document is no longer the open one: its result belongs to that one.

        Its checkpoint stays: the run can go on once its document is back, by undo or from its project.
        """
        if not self._run_id or any(run.id == self._run_id for run in self.document.runs):
            return
        job_id = self._job_id if self.is_active else ""
        self._turn += 1
        self._job_id, self._run_id = "", ""
        self._images, self._queue = (), []
        self._queued_images.clear()
        self.best, self.last_record = None, None
        if job_id:
            self._context.jobs.cancel(job_id)
        self.status_changed.emit()

    def _on_record(self, record: StepRecord | RunHistory) -> None:
        if isinstance(record, RunHistory):
            self._history, self._went_on = HistoryKeeper(record), True
            self.recalled.emit(record)
            return
        self.last_record = record
        self._history.note(record)
        self._reach.note(record)
        if record.best is not None:
            self.best = record.best
        self.recorded.emit(record)

    def _on_finished(self, result: CalibrationResult) -> None:
        self._note_time()
        self._end("finished", result)
        run = next((r for r in self.document.runs if r.id == self._run_id), None)
        # A fit to the same images that is not noticeably better is kept among the runs: the model in use stays.
        self.stayed = None if run is None else stays_in_use(self.document, run)
        if self.stayed is None:
            self._take_model(result.model)
        self.best = result.model
        self.finished.emit(result)
        self.status_changed.emit()
        self._start_next()

    def _note_time(self) -> None:
        """Keep how long a run took that neither paused nor was interrupted."""
        state, run = self.job_state, next((r for r in self.document.runs if r.id == self._run_id), None)
        if state is not None and state.began is not None and run is not None and not self._went_on:
            self.last_took = time.monotonic() - state.began, run.settings
            history = self._history.history()
            if isinstance(run.settings, SimulatedSettings) and history is not None:
                last = int(history.training["epoch"][-1])
                pace = training_pace(self._images, run.settings, last, self.last_took[0])
                if pace is not None:
                    self._context.settings.remember_training_pace(pace)

    def _on_failed(self, event: events.Failed) -> None:
        self._end("failed", problem=str(event.error) if event.error is not None else event.message)
        self.failed.emit(event)
        self.status_changed.emit()
        self._start_next()

    def _on_cancelled(self) -> None:
        self._end("cancelled")
        self.status_changed.emit()
        self._start_next()

    def _end(self, status: Literal["finished", "failed", "cancelled"], result: CalibrationResult | None = None,
             problem: str = "") -> None:
        run = next((r for r in self.document.runs if r.id == self._run_id), None)
        if run is not None:
            reached = None if result is not None else self._reach.reached()
            self._keep(replace(run, status=status, result=result, history=self._history.history(),
                               problem=problem, reached=reached))
        run_checkpoint(self._run_id).unlink(missing_ok=True)

    def _keep(self, run: RunEntry) -> None:
        self._context.session.apply("calibration", self.document.with_run(run), undoable=False)

    def _take_model(self, model: ExcursionSet) -> None:
        """Make ``model`` the one to explore; labels and roles come from the image it was fitted to."""
        document, images = self.document, self._images
        by_name = {phase.name: phase for phase in images[0].phases}
        phases = [by_name[name] for name in model.phases]
        changed = replace(document, model=model, calibrated=model, model_labels=tuple(p.label for p in phases),
                          model_roles=tuple(p.role for p in phases), voxel_size_um=images[0].voxel_size_um)
        # The first model has nothing before it to return to.
        self._context.session.apply("use the calibrated model", changed, undoable=document.model is not None)

    def _on_state(self, state: JobState) -> None:
        if state.job_id == self._job_id:
            self.status_changed.emit()
