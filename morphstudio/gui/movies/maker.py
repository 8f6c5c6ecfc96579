"""Makes a movie: one frame for each turn of the event loop, written by a thread of its own."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from morphstudio.core.errors import InputError
from morphstudio.gui.movies.frame import pixels_of
from morphstudio.io.movies import open_movie
from morphstudio.io.movies.mp4 import MovieStoppedError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from morphstudio.gui.movies.plan import MoviePlan

_AHEAD = 3  # frames that may wait to be written


class Film(Protocol):
    """Something that draws the frames of a movie, on the GUI thread."""

    plan: MoviePlan

    def frame(self, at: int) -> QImage:
        """Return a frame, counted from 0."""

    def close(self) -> None:
        """Free what it holds."""


class MovieMaker(QObject):
    """Draws and writes the frames of a film; the file is there when all of them are.

    Parameters
    ----------
    film : Film
        Draws the frames; closed at the end.
    path : Path
        File or folder.
    overwrite : bool
        Whether what is there may be replaced.

    Signals
    -------
    drawn : QImage
        A frame is drawn.
    advanced : int
        So many frames are written.
    ended : object
        The path where the movie is, the ``InputError`` that kept it from being
        written, or ``None`` where it was cancelled.
    """

    drawn = Signal(object)
    advanced = Signal(int)
    ended = Signal(object)
    _written = Signal(int)
    _over = Signal(object)

    def __init__(self, film: Film, path: Path, *, overwrite: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._film, self._path, self._overwrite = film, path, overwrite
        self._plan = film.plan
        self._frames: queue.Queue[NDArray[np.uint8] | None] = queue.Queue()
        self._stop = threading.Event()
        self._n_drawn = self._n_written = 0
        self._is_over = False
        self._draw_next = QTimer(self, interval=0, singleShot=True)
        self._draw_next.timeout.connect(self._draw)
        self._written.connect(self._on_written, Qt.ConnectionType.QueuedConnection)
        self._over.connect(self._on_over, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._write, name="write-movie", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether nothing is drawn or written any more."""
        return self._is_over

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()
        self._draw_next.start()

    def cancel(self) -> None:
        """Stop and leave nothing behind; ``ended`` follows soon."""
        self._stop.set()
        self._draw_next.stop()
        self._frames.put(None)

    def cancel_and_wait(self) -> None:
        """Stop and come back when nothing is left behind: the window is about to go."""
        self.cancel()
        self._thread.join()
        self._end(None)

    def _draw(self) -> None:
        if self._stop.is_set():
            return
        try:
            frame = self._film.frame(self._n_drawn)
        except BaseException:
            self.cancel()
            raise
        self._frames.put(pixels_of(frame))
        self.drawn.emit(frame)
        self._n_drawn += 1
        self._go_on()

    def _go_on(self) -> None:
        waiting = self._n_drawn - self._n_written
        if self._n_drawn < self._plan.n_frames and waiting < _AHEAD and not self._stop.is_set():
            self._draw_next.start()

    def _on_written(self, count: int) -> None:
        self._n_written = count
        if not self._is_over:
            self.advanced.emit(count)
            self._go_on()

    def _on_over(self, outcome: object) -> None:
        self._draw_next.stop()
        self._end(outcome)

    def _end(self, outcome: object) -> None:
        if not self._is_over:
            self._is_over = True
            self._film.close()
            self.ended.emit(outcome)

    # on the thread

    def _write(self) -> None:
        outcome: object = None
        try:
            with open_movie(self._path, self._plan.kind, self._plan.size, self._plan.fps,
                            overwrite=self._overwrite, should_stop=self._stop.is_set) as add:
                for count in range(1, self._plan.n_frames + 1):
                    add(self._next())
                    self._written.emit(count)
                if self._stop.is_set():
                    raise MovieStoppedError
            outcome = self._path
        except MovieStoppedError:
            outcome = None  # as it was asked for; nothing is left behind
        except InputError as error:
            outcome = error
        finally:
            # Also after what nobody expected, which then reaches the window's hook.
            self._stop.set()
            self._over.emit(outcome)

    def _next(self) -> NDArray[np.uint8]:
        frame = self._frames.get()
        if frame is None or self._stop.is_set():
            raise MovieStoppedError
        return frame
