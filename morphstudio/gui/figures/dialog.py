"""The dialog of figure export: format, size, resolution, with a preview."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.gui.figures.figure import MM_PER_INCH, PIXELS_PER_INCH, PixelFigure, pixels
from morphstudio.gui.figures.writing import Format, Paper, figure_image, write_figure
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.theme.tokens import THEMES
from morphstudio.gui.widgets.buttons import Button, Segmented
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.figures.figure import Figure
    from morphstudio.gui.theme.tokens import Tokens

FORMATS: tuple[tuple[Format, str], ...] = (("png", "PNG"), ("tiff", "TIFF"), ("svg", "SVG"), ("pdf", "PDF"))
_ENDINGS = {"png": "PNG picture (*.png)", "tiff": "TIFF picture (*.tif *.tiff)", "svg": "SVG drawing (*.svg)",
            "pdf": "PDF document (*.pdf)"}
_PREVIEW = QSize(460, 380)
_COLUMN_MM, _PAGE_MM = 85, 180


class FigureDialog(QDialog):
    """Asks how a figure is to be written, and writes it.

    Parameters
    ----------
    context : AppContext
        For theme, notices and folders.
    figure : Figure
        What is written.
    parent : QWidget, optional
        Qt parent.
    """

    def __init__(self, context: AppContext, figure: Figure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._figure = context, figure
        self.setWindowTitle(f"Export figure: {figure.title}")
        self.setAccessibleName("Export figure")
        self._is_over = False
        self.finished.connect(self._end)
        self._throttle = Throttle(self._show, self)
        self._make_fields()
        self._build()
        self._choose_width(_PAGE_MM if figure.wide else _COLUMN_MM)

    @property
    def format(self) -> Format:
        """The chosen format."""
        return self.formats.current  # type: ignore[return-value]

    @property
    def paper(self) -> Paper:
        """The chosen size."""
        return Paper(self.width_field.value(), self.height_field.value(), self.dpi_field.value())

    @property
    def tokens(self) -> Tokens:
        """Colours of the figure."""
        return THEMES[self.colours.current]

    def save(self, path: Path) -> None:
        """Write the figure to ``path`` and close."""
        try:
            write_figure(self._figure, path, self.format, self.paper, self.tokens)
        except InputError as error:
            self.problem.show_problem(f"{error.message} {error.hint}")
            return
        self._context.remember_folder("figure", path.parent)
        self._context.notify(f"Saved {path.name}")
        self.accept()

    def copy(self) -> None:
        """Put the figure on the clipboard, as pixels."""
        QGuiApplication.clipboard().setImage(figure_image(self._figure, self.paper, self.tokens))
        self._context.notify("Copied the figure")

    # building

    def _make_fields(self) -> None:
        self.formats = Segmented(FORMATS, "png", "Format")
        self.formats.chosen.connect(lambda _: self._show())
        self.columns = Segmented([("85", "One column"), ("180", "Page")], "85", "Width")
        self.columns.chosen.connect(lambda key: self._choose_width(int(key)))
        self.width_field = self._number(20, 500, "Width in millimetres", " mm")
        self.width_field.valueChanged.connect(self._follow_width)
        self.height_field = self._number(10, 500, "Height in millimetres", " mm")
        self.height_field.valueChanged.connect(lambda _: self._follow_height())
        self.dpi_field = self._number(72, 1200, "Pixels per inch", " dpi")
        self.dpi_field.setValue(300)
        self.dpi_field.valueChanged.connect(lambda _: self._show_words())
        self.colours = Segmented([("light", "Light"), ("dark", "Dark")], "light", "Colours")
        self.colours.chosen.connect(lambda _: self._throttle.request())
        self.words = text_label("", "second", wrap=True)
        self.problem = InlineError(self._context)
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFixedSize(_PREVIEW)
        self.preview.setAccessibleName("Preview of the figure")
        self.save_button = Button(self._context, "Save…", "primary", "floppy-disk", self._ask)
        self.copy_button = Button(self._context, "Copy", "secondary", "copy", self.copy)
        self.copy_button.setToolTip("Put the figure on the clipboard, in these pixels")

    def _number(self, low: int, high: int, name: str, suffix: str) -> SpinBox:
        field = SpinBox()
        field.setRange(low, high)
        field.setSuffix(suffix)
        field.setFixedWidth(104)
        field.setAccessibleName(name)
        field.setToolTip(name)
        return field

    def _build(self) -> None:
        frame = QFrame()
        frame.setProperty("role", "inset")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(8, 8, 8, 8)
        inner.addWidget(self.preview)
        grid = QGridLayout()
        grid.setVerticalSpacing(10)
        grid.setHorizontalSpacing(12)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Format", self.formats), ("Width", self.columns), ("", self.width_field), ("Height", self.height_field),
            ("Resolution", self.dpi_field), ("Colours", self.colours))
        for at, (text, field) in enumerate(rows):
            grid.addWidget(text_label(text, "second"), at, 0)
            grid.addWidget(field, at, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.words, len(rows), 0, 1, 2)
        grid.addWidget(self.problem, len(rows) + 1, 0, 1, 2)
        grid.setRowStretch(len(rows) + 2, 1)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(frame)
        top.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (Button(self._context, "Cancel", clicked=self.reject), self.copy_button, self.save_button):
            buttons.addWidget(button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 20, 20, 16)
        outer.setSpacing(16)
        outer.addLayout(top)
        outer.addLayout(buttons)
        self.save_button.setDefault(True)

    # showing

    def _choose_width(self, mm: int) -> None:
        self.width_field.setValue(mm)
        self._follow_width()

    def _follow_width(self) -> None:
        """Take the height that suits the width."""
        width = self.width_field.value()
        for key in ("85", "180"):
            self.columns.button(key).setAutoExclusive(False)
            self.columns.button(key).setChecked(int(key) == width)
        height = self._figure.height_for(pixels(width)) / PIXELS_PER_INCH * MM_PER_INCH
        self.height_field.blockSignals(True)
        self.height_field.setValue(round(height))
        self.height_field.blockSignals(False)
        self._follow_height()

    def _follow_height(self) -> None:
        self._show_words()
        self._throttle.request()

    def _end(self) -> None:
        # A redraw that was put off must not touch a plot that may be gone by then.
        self._is_over = True
        self.deleteLater()

    def _show(self) -> None:
        """Draw the preview as large as it goes."""
        if self._is_over:
            return
        self._show_words()
        paper, ratio = self.paper, self.devicePixelRatioF()
        size = paper.size
        share = min((_PREVIEW.width() - 4) / size.width(), (_PREVIEW.height() - 4) / size.height())
        dpi = max(8, int(PIXELS_PER_INCH * share * ratio))
        image = figure_image(self._figure, Paper(paper.width_mm, paper.height_mm, dpi), self.tokens)
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self.preview.setPixmap(picture)

    def _show_words(self) -> None:
        whole, part = self.format in ("png", "tiff"), isinstance(self._figure, PixelFigure)
        self.dpi_field.setEnabled(whole or part)
        self.dpi_field.setToolTip("Pixels per inch" if whole or part
                                  else f"{self.format.upper()} holds lines, no pixels")
        columns, rows = self.paper.n_pixels
        self.words.setText(f"{columns} × {rows} pixels" if whole else
                           "The 3D picture is pixels; text, scale bar and key stay sharp at any size" if part else
                           "Lines and text stay sharp at any size")
        self.problem.clear()
        try:
            self.paper.check()
        except InputError as error:
            self.problem.show_problem(f"{error.message} {error.hint}")
        self.save_button.setEnabled(not self.problem.isVisibleTo(self))

    def _ask(self) -> None:
        name = re.sub(r"[^\w-]+", "-", self._figure.title.lower()).strip("-") or "figure"
        ending = "tif" if self.format == "tiff" else self.format
        start = self._context.save_folder("figure") / f"{name}.{ending}"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the figure", str(start), _ENDINGS[self.format])
        if chosen:
            self.save(Path(chosen))
