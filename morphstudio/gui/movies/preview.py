"""A frame of the movie as it will look, and a slider to see the others."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QShowEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.movies.maker import Film
    from morphstudio.gui.movies.plan import MoviePlan
    from morphstudio.gui.movies.sources import FilmSources

SIZE = QSize(480, 360)
_PADDING = 4


class FramePreview(QFrame):
    """Shows a frame of what is planned.

    Signals
    -------
    measured :
        It is known how long a frame takes to be drawn.

    Parameters
    ----------
    context : AppContext
        For the theme.
    sources : FilmSources
        Give the film.
    """

    measured = Signal()

    def __init__(self, context: AppContext, sources: FilmSources, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "inset")
        self._sources = sources
        self._plan: MoviePlan | None = None
        self._number = 0
        self._film: Film | None = None
        self._is_over = False
        self.drawing: tuple[float, int] | None = None  # seconds that a frame took, and its pixels
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(SIZE)
        self.picture.setProperty("role", "second")
        self.picture.setAccessibleName("Preview of a frame")
        self.slider = ThinSlider(context.theme)
        self.slider.setAccessibleName("Frame of the preview")
        self.slider.setToolTip("Look at another frame")
        self.words = text_label("", "second")
        self.words.setMinimumWidth(110)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.picture)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.slider, 1)
        line.addWidget(self.words)
        column.addLayout(line)
        self._throttle = Throttle(self._draw, self)
        self.slider.valueChanged.connect(lambda _: self._throttle.request())

    @property
    def frame_number(self) -> int:
        """The frame shown, counted from 0."""
        last = 0 if self._plan is None else self._plan.n_frames - 1
        return round(self.slider.value() / STEPS * last)

    def show_plan(self, plan: MoviePlan, number: int, *, anew: bool = False) -> None:
        """Show a frame of a plan.

        Parameters
        ----------
        plan : MoviePlan
            What is planned.
        number : int
            That of the volume.
        anew : bool
            Whether what is filmed may have changed.
        """
        before = None if self._plan is None else (self._plan.look, self._number)
        self._plan, self._number = plan, number
        if self._film is not None and not anew and before == (plan.look, number):
            self._film.plan = self._small(plan)
        else:
            self._drop()
        self._throttle.request()

    def close_film(self) -> None:
        """Let go of what is drawn from; nothing is drawn any more."""
        self._is_over = True
        self._drop()

    def _drop(self) -> None:
        if self._film is not None:
            self._film.close()
            self._film = None

    def _draw(self) -> None:
        plan = self._plan
        # Nobody waits for it before the dialog is there.
        if self._is_over or plan is None or not self.isVisible():
            return
        self.words.setText(f"Frame {self.frame_number + 1} of {plan.n_frames}")
        is_first = self._film is None
        if self._film is None:
            self._film = self._sources.film(self._small(plan), self._number, preview=True)
        if self._film is None:
            self.picture.setText(self._sources.problem or "Drawing the volume…")
            return
        began = time.perf_counter()
        frame = self._film.frame(self.frame_number)
        self.show_frame(frame)
        if is_first and plan.what == "spin":
            self._throttle.request()  # once more, for its time: the first one sets up the driver
            return
        self.drawing = time.perf_counter() - began, frame.width() * frame.height()
        self.measured.emit()

    def show_frame(self, frame: QImage) -> None:
        """Show a frame."""
        ratio = self.devicePixelRatioF()
        fitted = frame.scaled(self._room() * ratio, Qt.AspectRatioMode.KeepAspectRatio,
                              Qt.TransformationMode.SmoothTransformation)
        picture = QPixmap.fromImage(fitted)
        picture.setDevicePixelRatio(ratio)
        self.picture.setPixmap(picture)

    def _small(self, plan: MoviePlan) -> MoviePlan:
        """Return the plan with as many pixels as are shown; slices are drawn as they will be."""
        if plan.what == "sweep":
            return plan
        fitted = QSize(*plan.size).scaled(self._room() * self.devicePixelRatioF(), Qt.AspectRatioMode.KeepAspectRatio)
        return replace(plan, size=(fitted.width(), fitted.height()))

    def _room(self) -> QSize:
        return SIZE - QSize(2 * _PADDING, 2 * _PADDING)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw once the dialog is on the screen."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._throttle.request)
