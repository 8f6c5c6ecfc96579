"""The dialog of movie export: choose, look at a frame, make it, and watch it being made."""

from __future__ import annotations

import logging
import math
import re
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.gui.export_files import size_text
from morphstudio.gui.movies.fields import LABEL_WIDTH, MovieFields
from morphstudio.gui.movies.maker import MovieMaker
from morphstudio.gui.movies.place import MoviePlace
from morphstudio.gui.movies.preview import FramePreview
from morphstudio.gui.movies.progress import MovieProgress
from morphstudio.gui.movies.sources import FilmSources
from morphstudio.gui.widgets.buttons import Button
from morphstudio.io.movies.mp4 import NO_ENCODER, encoder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.movies.spin import Filmed

DRAWING_BLOCK = "The model’s block is being drawn: a moment"

logger = logging.getLogger(__name__)


class MovieDialog(QDialog):
    """Asks for a movie and makes it. The window beside it stays in use: what is filmed was copied.

    Parameters
    ----------
    context : AppContext
        For document, theme, notices and folders.
    filmed : callable
        Gives the block in the 3D view; ``None`` where there is none.
    parent : QWidget, optional
        Qt parent.
    """

    _encoder_known = Signal(str)

    def __init__(self, context: AppContext, filmed: Callable[[], Filmed | None],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.maker: MovieMaker | None = None
        self._is_over = False
        self.setWindowTitle("Export movie")
        self.setAccessibleName("Export movie")
        self.sources = FilmSources(context, filmed, self)
        self.fields = MovieFields(context)
        self.place = MoviePlace(context, LABEL_WIDTH)
        self.preview = FramePreview(context, self.sources)
        self.progress = MovieProgress()
        self.cancel_button = Button(context, "Cancel", clicked=self.reject)
        self.stop_button = Button(context, "Stop", clicked=self.stop)
        self.stop_button.setToolTip("Make no movie; nothing is left behind")
        self.make_button = Button(context, "Make movie", "primary", "film-strip", self.make)
        self._build()
        self._fill()
        self._connect()
        self._show_making(making=False)

    @property
    def plan(self) -> MoviePlan:
        """What is chosen."""
        return self.fields.plan

    @property
    def is_gone(self) -> bool:
        """Whether it was closed for good."""
        return self._is_over

    @property
    def is_making(self) -> bool:
        """Whether a movie is being made."""
        return self.maker is not None

    def make(self) -> None:
        """Begin to make the movie."""
        film = None if self.is_making else self.sources.film(self.plan, self.fields.source.currentIndex())
        if film is None:
            return
        self.place.show_failure("")
        self.maker = MovieMaker(film, self.place.path, overwrite=self.place.replaces, parent=self)
        self.maker.drawn.connect(self.preview.show_frame)
        self.maker.advanced.connect(self.progress.show_written)
        self.maker.ended.connect(self._on_end)
        self.progress.begin(self.plan.n_frames)
        self._show_making(making=True)
        self.maker.start()

    def stop(self) -> None:
        """Make no movie; nothing is left behind."""
        if self.maker is not None:
            self.stop_button.setEnabled(False)
            self.progress.say("Stopping…")
            self.maker.cancel()

    def shut(self) -> None:
        """Stop and let everything go: the window is about to close."""
        if self.maker is not None:
            self.maker.cancel_and_wait()
        self._let_go()

    def done(self, result: int) -> None:
        """Go; a movie in the making goes on, and says where it can be seen."""
        super().done(result)
        if self.maker is None:
            self._let_go()
            return
        self._context.notify("The movie is still being made", "Show", self.come_back)

    def come_back(self) -> None:
        """Show how far the movie is."""
        if not self._is_over:
            self.show()
            self.raise_()
            self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """Look anew at the 3D view when one comes back from it."""
        if event.type() == QEvent.Type.WindowActivate and not self._is_over and not self.is_making:
            self.sources.refresh()
        return super().event(event)

    # building

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(self.fields)
        side.addWidget(self.place)
        side.addStretch(1)
        self._side = QWidget()
        self._side.setFixedWidth(424)
        side.setContentsMargins(0, 0, 0, 0)
        self._side.setLayout(side)
        left = QVBoxLayout()
        left.addWidget(self.preview)
        left.addStretch(1)
        top = QHBoxLayout()
        top.setContentsMargins(20, 20, 20, 16)
        top.setSpacing(20)
        top.addLayout(left)
        top.addWidget(self._side)
        footer = QFrame()
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(20, 11, 17, 11)
        row.setSpacing(4)
        row.addWidget(self.progress, 1)
        for button in (self.cancel_button, self.stop_button, self.make_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top, 1)
        outer.addWidget(footer)
        self.make_button.setDefault(True)

    def _fill(self) -> None:
        self._show_sources()
        self._suggest_name()

    def _connect(self) -> None:
        self.sources.changed.connect(self._on_sources)
        self.fields.changed.connect(self._on_fields)
        self.fields.what.chosen.connect(lambda _: self._suggest_name())
        self.place.changed.connect(self._show_words)
        self.preview.measured.connect(self._show_words)
        self._encoder_known.connect(self._on_encoder, Qt.ConnectionType.QueuedConnection)
        # Starting it once, to see that it runs, takes half a second.
        threading.Thread(target=lambda: self._tell_encoder(encoder()), name="find-ffmpeg", daemon=True).start()

    # showing

    def _tell_encoder(self, program: str) -> None:
        try:
            self._encoder_known.emit(program)
        except RuntimeError:
            logger.debug("The dialog went before ffmpeg was found.")

    def _on_encoder(self, program: str) -> None:
        if not program and not self._is_over:
            self.fields.show_mp4(" ".join(NO_ENCODER))
            self.refresh()

    def _on_sources(self) -> None:
        self._show_sources()
        self.refresh(anew=True)

    def _on_fields(self) -> None:
        self.place.show_failure("")
        self.refresh()

    def _show_sources(self) -> None:
        if self._is_over or self.is_making:
            return
        self.fields.show_sources(self.sources.titles, self.sources.keys)
        self.fields.show_spin(self.sources.why_no_spin)
        self.fields.show_sweep(self.sources.why_no_sweep)

    def _suggest_name(self) -> None:
        """Name the movie after what it shows, unless it was named by hand."""
        if not self.place.name.isModified():
            document = self._context.session.document
            name = re.sub(r"[\W_]+", "-", f"{document.name} {self.plan.what}".lower()).strip("-")
            self.place.name.setText(name)
            self.place.name.setCursorPosition(0)

    def refresh(self, *, anew: bool = False) -> None:
        """Check what is chosen, and show a frame of it; ``anew`` where what is filmed may have changed."""
        if self._is_over or self.is_making:
            return
        self.place.show_kind(self.plan.kind)
        self.preview.show_plan(self.plan, self.fields.source.currentIndex(), anew=anew)
        self._show_words()

    def _show_words(self) -> None:
        """Tell what it comes to, or why there is no such movie."""
        if self._is_over or self.is_making:
            return
        plan, problem = self.plan, None
        try:
            plan.check()
        except InputError as error:
            problem = error
        self.fields.show_problem(problem)
        nothing = self.sources.why_no_spin if plan.what == "spin" else self._why_no_sweep()
        self.progress.say(nothing or self._forecast(plan))
        self.make_button.setEnabled(problem is None and not nothing and self.place.is_good)
        self.make_button.setToolTip("" if self.make_button.isEnabled() else nothing or "See what is marked above")
        QTimer.singleShot(0, self, self._make_room)

    def _why_no_sweep(self) -> str:
        """Return why there are no slices now; empty where there are."""
        missing = self.sources.stack(self.fields.source.currentIndex()) is None
        return self.sources.why_no_sweep or self.sources.problem or (DRAWING_BLOCK if missing else "")

    def _make_room(self) -> None:
        """Grow where sentences take more lines than there are: Qt does not by itself, and would squeeze the fields."""
        layout = self.layout()
        wanted = 0 if layout is None else layout.totalHeightForWidth(self.width())
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def _forecast(self, plan: MoviePlan) -> str:
        """Return in words what a movie comes to."""
        stack = self.sources.stack(self.fields.source.currentIndex()) if plan.what == "sweep" else None
        slices = 1 if stack is None else stack.n_slices(plan.axis)
        n_bytes = plan.n_bytes(slices, 0 if stack is None else math.prod(stack.shape) // slices)
        size = f", roughly {size_text(_rounded(n_bytes)).replace('.0', '')}" if n_bytes else ""
        seconds = _rounded(plan.making_seconds(self.preview.drawing))
        about = f"{round(seconds / 60)} min" if seconds > 90 else f"{seconds:.0f} s"
        return f"{plan.n_frames} frames{size}, about {about} to make"

    def _show_making(self, *, making: bool) -> None:
        self._side.setEnabled(not making)
        self.preview.slider.setVisible(not making)
        self.preview.words.setVisible(not making)
        self.progress.show_bar(shown=making)
        self.stop_button.setVisible(making)
        self.stop_button.setEnabled(True)
        self.make_button.setVisible(not making)
        self.cancel_button.setText("Hide" if making else "Cancel")
        self.cancel_button.setToolTip("The movie is made all the same" if making else "")
        if not making:
            self.refresh()

    # ending

    def _on_end(self, outcome: Path | InputError | None) -> None:
        maker, self.maker = self.maker, None
        if maker is not None:
            maker.deleteLater()
        self._show_making(making=False)
        if isinstance(outcome, InputError):
            self.sources.refresh()
            self.place.show_failure(f"{outcome.message} {outcome.hint}")
            self.come_back()
        elif outcome is not None:
            self._tell_made(outcome)
            self.accept()
        elif self.isVisible():
            self.sources.refresh()
        else:
            self._let_go()

    def _tell_made(self, path: Path) -> None:
        self._context.remember_folder("movie", path.parent)
        self.fields.remember()
        files = [path] if path.is_file() else list(path.iterdir())
        size = size_text(sum(file.stat().st_size for file in files))
        self._context.notify(f"Saved {path.name}, {size}", "Show folder",
                             lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))))

    def _let_go(self) -> None:
        if not self._is_over:
            self._is_over = True
            self.sources.close()
            self.preview.close_film()
            self.deleteLater()


def _rounded(guess: float) -> float:
    """Return a guess with one figure: it is no more than that."""
    power: int = 10 ** (len(str(int(guess))) - 1)
    return max(round(guess / power), 1) * power
