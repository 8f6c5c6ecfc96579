"""Opens images, projects and model files, and says so where that fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from morphstudio.app.document import Document
from morphstudio.app.project_images import Located
from morphstudio.app.settings import RecentFile
from morphstudio.app.work.open_image import OpenImageJob
from morphstudio.app.work.projects import OpenModelJob, OpenProjectJob
from morphstudio.app.work.sample import SampleJob
from morphstudio.core.errors import InputError
from morphstudio.gui.absent_images import AbsentImageDialog
from morphstudio.gui.error_dialog import ErrorDialog
from morphstudio.gui.steps import is_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint

    from morphstudio.app.autosave import Recoverable
    from morphstudio.app.document import ImageEntry
    from morphstudio.app.jobs.events import Failed
    from morphstudio.app.jobs.job import Job
    from morphstudio.app.project_contents import OpenedProject
    from morphstudio.gui.context import AppContext
    from morphstudio.io.model_file import ModelFile

Kind = Literal["image", "project", "model"]
PROJECT_SUFFIX = ".morphstudio"
IMAGE_SUFFIXES = (".tif", ".tiff", ".mhd", ".nrrd", ".vti", ".npy", ".png")
IMAGE_FILTER = f"Segmented images ({' '.join('*' + suffix for suffix in IMAGE_SUFFIXES)});;All files (*)"
PROJECT_FILTER = f"MorphStudio projects (*{PROJECT_SUFFIX});;All files (*)"
MODEL_FILTER = "Model files (*.json);;All files (*)"


def kind_of(path: Path) -> Kind:
    """Return how a file is opened, by its ending; folders are stacks of sections."""
    if path.suffix.lower() == PROJECT_SUFFIX:
        return "project"
    return "model" if path.suffix.lower() == ".json" else "image"


class Opener(QObject):
    """Every way into the session from a file. Reading happens in jobs.

    ``opened`` follows what was read; ``reading`` tells whether something is
    being read; ``recovered`` names the autosaved file that the session now
    stands for.
    """

    opened = Signal()
    recovered = Signal(object)
    reading = Signal(bool, str)

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._busy: set[str] = set()
        # What is done before the document is left for another; the window asks here about unsaved work.
        self.before_leaving: Callable[[Callable[[], None]], None] = lambda go_on: go_on()
        self.dialog: ErrorDialog | None = None
        self.absent_dialog: AbsentImageDialog | None = None

    # asking

    def ask_image(self) -> None:
        """Let the user choose an image file."""
        self._ask("Open a segmented image", IMAGE_FILTER, self.open_image)

    def ask_more_images(self) -> None:
        """Let the user choose another image of the same material."""
        self._ask("Add an image of the same material", IMAGE_FILTER, lambda path: self.open_image(path, add=True))

    def ask_stack(self) -> None:
        """Let the user choose a folder of numbered sections."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a folder of numbered sections", self._folder())
        if chosen:
            self.open_image(Path(chosen))

    def ask_project(self) -> None:
        """Let the user choose a project."""
        self._ask("Open a project", PROJECT_FILTER, self.open_project)

    def ask_model(self) -> None:
        """Let the user choose a model file."""
        self._ask("Open a model file", MODEL_FILTER, self.open_model)

    def _ask(self, title: str, file_filter: str, use: Callable[[Path], None]) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), file_filter)
        if chosen:
            use(Path(chosen))

    def _folder(self) -> str:
        return self._context.settings.folder("open", Path.home())

    # opening

    def open_path(self, path: Path, *, add: bool = False) -> None:
        """Open whatever ``path`` is."""
        kind = kind_of(path)
        if kind == "project":
            self.open_project(path)
        elif kind == "model":
            self.open_model(path)
        else:
            self.open_image(path, add=add)

    def open_image(self, path: Path, *, add: bool = False) -> None:
        """Read an image; ``add`` keeps the ones that are open, else it is first asked where work would be lost."""
        if add:
            self._read_image(path, add=True)
        else:
            self.before_leaving(lambda: self._read_image(path, add=False))

    def _read_image(self, path: Path, *, add: bool) -> None:
        known = self._context.settings.value.recent_file(str(path))
        job = OpenImageJob(str(path))
        if known is not None and known.sha256:
            # What was said about the file holds as long as its content is the same.
            job = OpenImageJob(str(path), known.voxel_size_um, known.names or None, known_sha256=known.sha256)
        self._submit(job, path, lambda entry: self._take_image(entry, add=add))

    def open_sample(self) -> None:
        """Simulate the sample and open it; first asks where work would be lost."""
        self.before_leaving(
            lambda: self._submit(SampleJob(), None, lambda entry: self._take_image(entry, add=False)))

    def open_project(self, path: Path) -> None:
        """Read a project; first asks where work would be lost."""
        self.before_leaving(lambda: self._read_project(
            path, Located(), lambda document, whole: self._take_project(path, document, whole=whole)))

    def recover(self, recoverable: Recoverable) -> None:
        """Open what was autosaved before the app was cut off; it counts as unsaved."""
        def take(document: Document, whole: bool) -> None:
            self._show_document(document, saved=False)
            if whole:  # else the autosaved file still holds more than the session
                self.recovered.emit(recoverable.path)

        self._read_project(recoverable.path, Located(), take, recovering=True)

    def _read_project(self, path: Path, said: Located, take: Callable[[Document, bool], None], *,
                      recovering: bool = False) -> None:
        """Read a project; ask about images that are absent. ``take`` also hears whether all are there."""
        def done(opened: OpenedProject) -> None:
            if not opened.absent:
                take(opened.document, True)
                return
            dialog = AbsentImageDialog(self._context, path, opened.absent, said, self._window)
            dialog.located.connect(lambda located: self._read_project(path, located, take, recovering=recovering))
            dialog.left_out.connect(lambda: take(opened.document, False))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.absent_dialog = dialog
            dialog.open()

        if recovering:
            self._submit(OpenProjectJob(str(path), said), None, done, "Your work")
        else:
            self._submit(OpenProjectJob(str(path), said), path, done)

    def open_model(self, path: Path) -> None:
        """Read a model file."""
        self._submit(OpenModelJob(str(path)), path, lambda model_file: self._take_model(path, model_file))

    def drop(self, paths: list[Path], at: QPoint) -> None:
        """Open files dropped on the window; asks whether images belong to what is open."""
        images = [path for path in paths if kind_of(path) == "image"]
        others = [path for path in paths if kind_of(path) != "image"]
        for path in others[:1]:
            self.open_path(path)
        if not images:
            return
        if not self._context.session.document.images:
            self._open_all(images, add=False)
            return
        menu = QMenu(self._window)
        what = images[0].name if len(images) == 1 else f"{len(images)} images"
        menu.addAction(f"Open {what} on its own", lambda: self._open_all(images, add=False))
        menu.addAction(f"Add {what} to the open images", lambda: self._open_all(images, add=True))
        menu.popup(at)

    def _open_all(self, images: list[Path], *, add: bool) -> None:
        def read() -> None:
            for number, path in enumerate(images):
                self._read_image(path, add=add or number > 0)

        if add:
            read()
        else:
            self.before_leaving(read)

    def _submit(self, job: Job, path: Path | None, take: Callable[[Any], None], what: str = "The sample") -> None:
        def done(result: object) -> None:
            self._end(job_id)
            take(result)
            if path is not None:
                self._context.settings.remember_folder("open", path.parent)
            self.opened.emit()

        def failed(event: Failed) -> None:
            self._end(job_id)
            self._show_failure(event, path, what)

        job_id = self._context.jobs.submit(job, kind="open", finished=done, failed=failed,
                                           cancelled=lambda: self._end(job_id))
        self._busy.add(job_id)
        self.reading.emit(True, job.title)

    def _end(self, job_id: str) -> None:
        self._busy.discard(job_id)
        if not self._busy:
            self.reading.emit(False, "")

    # taking over

    def _take_image(self, entry: ImageEntry, *, add: bool) -> None:
        session = self._context.session
        document = session.document
        name = entry.image.name or Path(entry.path).name
        if add and document.images:
            images = (*document.images, named_alike(entry, document))
            session.apply(f"Add {name}", replace(document, images=images, active=len(images) - 1))
        else:
            self._context.views.forget()
            session.apply(f"Open {name}", Document(name=Path(name).stem or name, images=(entry,)), starts_over=True)
        self._context.go_to("data")

    def _take_project(self, path: Path, document: Document, *, whole: bool) -> None:
        name = path.stem if whole else f"{path.stem} without images"
        self._show_document(replace(document, path=path if whole else None, name=name), saved=whole)
        self._context.settings.remember_file(RecentFile(str(path), "project", summary=project_summary(document)))

    def _show_document(self, document: Document, *, saved: bool) -> None:
        """Start over with a document, seen as it was when it was saved."""
        context = self._context
        context.views.forget()
        context.session.replace_all(document, saved=saved)
        context.go_to("explore" if document.model is not None else "data")
        context.views.restore(document.view)

    def _take_model(self, path: Path, model_file: ModelFile) -> None:
        from morphstudio.core.phases import role_of

        session = self._context.session
        document = session.document
        name = document.name if document.images else path.stem
        size, entry = model_file.voxel_size, session.active_image
        if size is None and model_file.length_unit == "um":
            size = entry.image.voxel_size_um if entry is not None else None
            if size is None:
                self._context.show_error(InputError(
                    "voxel_size", f"{path.name} is in µm and does not say how large a voxel is.",
                    'Add "voxel_size_um" to the file, or first open an image whose voxel size is known.'))
                return
        session.apply(f"Open {path.name}", replace(
            document, name=name, model=model_file.model, calibrated=model_file.model, model_labels=model_file.labels,
            model_roles=tuple(map(role_of, model_file.model.phases)), voxel_size_um=size))
        self._context.settings.remember_file(RecentFile(
            str(path), "model", summary=f"model of {', '.join(model_file.model.phases)}"))
        self._context.go_to("explore")

    def remember_project(self, path: Path, document: Document) -> None:
        """Put a saved project on top of the recent files."""
        summary = project_summary(document)
        self._context.settings.remember_file(RecentFile(str(path), "project", summary=summary))

    def remember_images(self, new: Document, old: Document) -> None:
        """Remember what was said about the images: names, and voxel sizes once confirmed."""
        known = {id(entry) for entry in old.images}
        for entry in new.images:
            # An edited image says nothing about its file: neither its size nor all of its phases.
            if id(entry) not in known and entry.path and not entry.edits:
                self._context.settings.remember_file(remembered(entry))

    def _show_failure(self, event: Failed, path: Path | None, what: str) -> None:
        error = event.error if event.error is not None else event.message
        title = f"{path.name if path is not None else what} was not opened"
        again = self.ask_image if path is not None and kind_of(path) == "image" else None
        self.dialog = ErrorDialog(self._context, error, event.details, title=title,
                                  remedy="Open another…" if again else "", action=again, parent=self._window)
        self.dialog.open()


def named_alike(entry: ImageEntry, document: Document) -> ImageEntry:
    """Return an added image with the names and roles that its labels have in the images that are open.

    Images of one document show one material, so a label means the same in
    all; names that come with the image stay.
    """
    known = {phase.label: phase for opened in document.images for phase in opened.image.phases}
    phases = tuple(phase if is_named(phase) else known.get(phase.label, phase) for phase in entry.image.phases)
    if len({phase.name for phase in phases}) < len(phases):
        return entry
    return replace(entry, image=entry.image.with_phases(phases))


def remembered(entry: ImageEntry) -> RecentFile:
    """Return what to remember of an image: its phase names, and its voxel size where confirmed."""
    names = {phase.label: phase.name for phase in entry.image.phases}
    size = entry.image.voxel_size_um if entry.voxel_confirmed else None
    return RecentFile(entry.path, "image", names, size, entry.sha256, entry.image.shape)


def project_summary(document: Document) -> str:
    """Return what a project holds, in a few words: ``"project, 2 images, 1 calibration"``."""
    counts = ((len(document.images), "image"), (len(document.runs), "calibration"), (len(document.variants), "variant"))
    return ", ".join(["project", *(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)])
