"""The fields of the movie dialog: what is shown, how long, how large, in which format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from morphstudio.gui.movies.plan import FULL_TURN, LARGEST, SIZES, SMALLEST, MoviePlan
from morphstudio.gui.widgets.buttons import Segmented
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.spin_box import SpinBox
from morphstudio.io.movies import MOVIE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.core.errors import InputError
    from morphstudio.gui.context import AppContext

LABEL_WIDTH = 72
_OWN = "own"
_OPTION = "movie."  # before the names of what is remembered
_LONGEST, _FASTEST = 600, 60
_FORMAT_TIPS = {"mp4": "H.264 video: small, plays everywhere", "gif": "Plays in slides and on web pages by itself; "
                "256 colours a frame", "png": "Numbered pictures in a folder, without any loss"}
_PLANE_TIPS = {"x": "Slices seen along x: planes yz", "y": "Slices seen along y: planes xz",
               "z": "Slices seen along z: planes xy"}


class MovieFields(QWidget):
    """Everything about the frames that is chosen.

    Signals
    -------
    changed :
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.what = self._choice([("spin", "Spin of the 3D view"), ("sweep", "Sweep of slices")], "spin", "Shows")
        self.source = ComboBox()
        self.source.setAccessibleName("Volume")
        self.source.setToolTip("Volume whose slices are shown")
        self.source.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.axis = self._choice([(axis, axis) for axis in ("x", "y", "z")], "z", "Along")
        self.turn = self._number(-3600, 3600, "Turn in degrees; less than 0 the other way round", "°")
        self.seconds = self._number(1, _LONGEST, "Length in seconds", " s")
        self.fps = self._number(1, _FASTEST, "Frames per second", "")
        sizes = [(key, title) for key, (title, _) in SIZES.items()]
        self.preset = self._choice([*sizes, (_OWN, "Own")], "720p", "Size")
        self.width_field = self._number(SMALLEST, LARGEST, "Width in pixels, an even number", "", 2)
        self.height_field = self._number(SMALLEST, LARGEST, "Height in pixels, an even number", "", 2)
        self.format = self._choice([(key, spec.title) for key, spec in MOVIE_FORMATS.items()], "mp4", "Format")
        self.colours = self._choice([("light", "Light"), ("dark", "Dark")], "light", "Colours")
        self.bar, self.key, self.position = (self._check(*texts) for texts in (
            ("Scale bar", "A scale bar in every frame"), ("Phase key", "Which colour is which phase, in every frame"),
            ("Slice position", "Where the slice lies, in every frame")))
        self.problem = InlineError(context)
        self._keys: tuple[object, ...] = ()
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self._build()
        self._start()

    @property
    def plan(self) -> MoviePlan:
        """What is chosen."""
        return MoviePlan(
            what=self.what.current, kind=self.format.current, axis=self.axis.current,  # type: ignore[arg-type]
            turn=self.turn.value(), seconds=self.seconds.value(), fps=self.fps.value(),
            size=(self.width_field.value(), self.height_field.value()), theme=self.colours.current,
            bar=self.bar.isChecked(), key=self.key.isChecked(), position=self.position.isChecked())

    def show_sources(self, titles: Sequence[str], keys: Sequence[object]) -> None:
        """Offer volumes, keeping the chosen one where it is still there; ``keys`` tell apart those of one name."""
        at, text = self.source.currentIndex(), self.source.currentText()
        chosen = self._keys[at] if at >= 0 else None
        found = next((number for number, key in enumerate(keys) if key is chosen), -1)
        if found < 0 <= at and list(titles[at:at + 1]) == [text]:
            found = at  # edited: another volume under the same name
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItems(list(titles))
        self.source.setCurrentIndex(max(found if found >= 0 else self.source.findText(text), 0))
        self.source.blockSignals(False)
        self._keys = tuple(keys)

    def show_spin(self, reason: str) -> None:
        """Let a spin be chosen, or say why it cannot be."""
        button = self.what.button("spin")
        button.setEnabled(not reason)
        button.setToolTip(reason or "The 3D view as it is now, turning about the block's upright axis")
        if reason and self.what.current == "spin":
            self.what.set_current("sweep")
        self.arrange()

    def show_sweep(self, reason: str) -> None:
        """Let a sweep be chosen, or say why it cannot be."""
        self.what.button("sweep").setEnabled(not reason)
        self.what.button("sweep").setToolTip(reason or "Slice after slice through the volume, first to last")

    def show_mp4(self, reason: str) -> None:
        """Let MP4 be chosen, or say why it cannot be."""
        self.format.button("mp4").setEnabled(not reason)
        if reason:
            self.format.button("mp4").setToolTip(reason)
            if self.format.current == "mp4":
                self.format.set_current("gif")

    def show_problem(self, error: InputError | None) -> None:
        """Say what cannot be made, or nothing."""
        self.problem.show_problem("" if error is None else f"{error.message} {error.hint}")

    def arrange(self) -> None:
        """Show the fields that matter for what is chosen."""
        spin = self.what.current == "spin"
        for name, shown in (("source", not spin), ("axis", not spin), ("turn", spin)):
            for widget in self._rows[name]:
                widget.setVisible(shown)
        self.position.setVisible(not spin)

    def remember(self) -> None:
        """Let the next movie begin with this length, size and format."""
        settings = self._context.settings
        chosen = {f"{_OPTION}{name}": field.value() for name, field in self._numbers().items()}
        settings.change(options={**settings.value.options, **chosen, f"{_OPTION}format": self.format.current})

    def _recall(self) -> None:
        options = self._context.settings.value.options
        for name, field in self._numbers().items():
            value = options.get(f"{_OPTION}{name}")
            if isinstance(value, int):
                field.setValue(value)
        kind = options.get(f"{_OPTION}format")
        if kind in MOVIE_FORMATS:
            self.format.set_current(str(kind))
        self._make_even()

    def _numbers(self) -> dict[str, SpinBox]:
        return {"seconds": self.seconds, "fps": self.fps, "width": self.width_field, "height": self.height_field}

    def _start(self) -> None:
        for field, value in ((self.turn, FULL_TURN), (self.seconds, 10), (self.fps, 25)):
            field.setValue(value)
        for axis, tip in _PLANE_TIPS.items():
            self.axis.button(axis).setToolTip(tip)
        for key, tip in _FORMAT_TIPS.items():
            self.format.button(key).setToolTip(tip)
        for key, (_, (width, height)) in SIZES.items():
            self.preset.button(key).setToolTip(f"{width} × {height} pixels")
        self.colours.set_current("dark" if self._context.theme.tokens.is_dark else "light")
        for key in ("light", "dark"):
            self.colours.button(key).setToolTip(f"A {key} ground; phases have the same colours on both")
        self.preset.button(_OWN).setToolTip("Any size: enter width and height")
        self.preset.chosen.connect(self._take_preset)
        for field in (self.width_field, self.height_field):
            field.valueChanged.connect(lambda _: self._on_size())
            field.editingFinished.connect(self._make_even)
        self.what.chosen.connect(lambda _: self.arrange())
        self._take_preset("720p")
        self._recall()
        self.arrange()

    def _take_preset(self, key: str) -> None:
        """Take the size of a preset; what is own begins with the one before it."""
        if key in SIZES:
            width, height = SIZES[key][1]
            self.width_field.setValue(width)
            self.height_field.setValue(height)
            self.preset.set_current(key)
        else:
            self.width_field.setFocus()
            self.width_field.selectAll()

    def _on_size(self) -> None:
        """Mark the preset that has this size."""
        size = (self.width_field.value(), self.height_field.value())
        self.preset.set_current(next((key for key, (_, preset) in SIZES.items() if preset == size), _OWN))

    def _make_even(self) -> None:
        """Films have an even number of pixels along each edge: the colours of four share one place."""
        for field in (self.width_field, self.height_field):
            field.setValue(field.value() + field.value() % 2)

    def _choice(self, choices: Sequence[tuple[str, str]], current: str, name: str) -> Segmented:
        choice = Segmented(choices, current, name)
        choice.chosen.connect(lambda _: self.changed.emit())
        return choice

    def _number(self, low: int, high: int, name: str, suffix: str, step: int = 1) -> SpinBox:
        field = SpinBox()
        field.setRange(low, high)
        field.setSingleStep(step)
        field.setSuffix(suffix)
        field.setFixedWidth(84)
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.valueChanged.connect(lambda _: self.changed.emit())
        return field

    def _check(self, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(True)
        box.setToolTip(tip)
        box.toggled.connect(lambda _: self.changed.emit())
        return box

    def _build(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(10)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._row("what", "Shows", self.what)
        self._row("source", "Volume", self.source)
        self._row("axis", "Along", self.axis)
        self._row("turn", "Turn", self.turn)
        self._row("length", "Length", self.seconds, text_label("at", "second"), self.fps,
                  text_label("frames per second", "second"))
        self._row("size", "Size", self.preset)
        self._row("pixels", "", self.width_field, text_label("×", "second"), self.height_field,
                  text_label("pixels", "second"))
        self._row("format", "Format", self.format)
        self._row("colours", "Colours", self.colours)
        self._row("show", "In frame", self.bar, self.key, self.position)
        self._grid.addWidget(self.problem, self._grid.rowCount(), 1)

    def _row(self, name: str, title: str, *fields: QWidget) -> None:
        at = self._grid.rowCount()
        label = text_label(title, "second")
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16 if isinstance(fields[0], QCheckBox) else 8)
        for field in fields:
            line.addWidget(field, 1 if field is self.source else 0)
        if self.source not in fields:
            line.addStretch(1)
        self._grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(holder, at, 1)
        self._rows[name] = (label, holder)
