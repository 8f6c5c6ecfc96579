"""Writes a figure as PNG, TIFF, SVG or PDF, at a size on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from morphstudio.core.errors import InputError
from morphstudio.gui.figures.figure import MM_PER_INCH, PIXELS_PER_INCH, PixelFigure, pixels
from morphstudio.io.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QPaintDevice

    from morphstudio.gui.figures.figure import Figure
    from morphstudio.gui.theme.tokens import Tokens

Format = Literal["png", "tiff", "svg", "pdf"]
LARGEST = 20_000  # pixels along an edge
_PDF_DPI = 1200


@dataclass(frozen=True, slots=True)
class Paper:
    """Size of a figure.

    Parameters
    ----------
    width_mm, height_mm : float
        On paper.
    dpi : int
        Pixels per inch of PNG and TIFF.
    """

    width_mm: float
    height_mm: float
    dpi: int = 300

    @property
    def size(self) -> QSizeF:
        """Width and height in pixels of the window."""
        return QSizeF(pixels(self.width_mm), pixels(self.height_mm))

    @property
    def n_pixels(self) -> tuple[int, int]:
        """Columns and rows of PNG and TIFF."""
        return round(self.width_mm / MM_PER_INCH * self.dpi), round(self.height_mm / MM_PER_INCH * self.dpi)

    def check(self) -> None:
        """Raise InputError where the picture would be empty or too large."""
        if min(self.n_pixels) < 1 or max(self.n_pixels) > LARGEST:
            columns, rows = self.n_pixels
            raise InputError("size", f"A figure of {columns} × {rows} pixels cannot be drawn.",
                             f"Choose a size and resolution that give 1 to {LARGEST} pixels.")


def figure_image(figure: Figure, paper: Paper, tokens: Tokens) -> QImage:
    """Return the figure as pixels, its resolution noted in it.

    Raises
    ------
    InputError
        See :meth:`Paper.check`.
    """
    paper.check()
    image = QImage(*paper.n_pixels, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(paper.dpi / MM_PER_INCH * 1000))
    image.setDotsPerMeterY(round(paper.dpi / MM_PER_INCH * 1000))
    image.fill(QColor(tokens.surface))
    _paint(figure, image, paper, tokens, image.width() / paper.size.width())
    return image


def figure_data(figure: Figure, kind: Format, paper: Paper, tokens: Tokens) -> bytes:
    """Return the figure as the content of a file.

    Raises
    ------
    InputError
        See :meth:`Paper.check`.
    """
    paper.check()
    return _ENCODERS[kind](figure, paper, tokens)


def write_figure(figure: Figure, path: Path, kind: Format, paper: Paper, tokens: Tokens) -> None:
    """Write a figure, all or nothing.

    Raises
    ------
    InputError
        A size that cannot be drawn, or a place that cannot be written to.
    """
    data = figure_data(figure, kind, paper, tokens)
    try:
        with atomic_write(path) as file:
            file.write(data)
    except OSError as error:
        raise InputError("path", f"{path.name} could not be written: {error.strerror or error}.",
                         "Choose another folder.") from error


def _png(figure: Figure, paper: Paper, tokens: Tokens) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    figure_image(figure, paper, tokens).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _tiff(figure: Figure, paper: Paper, tokens: Tokens) -> bytes:
    import io

    import tifffile

    image = figure_image(figure, paper, tokens).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixel_rows = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    file = io.BytesIO()
    tifffile.imwrite(file, pixel_rows, photometric="rgb", compression="zlib", resolution=(paper.dpi, paper.dpi),
                     resolutionunit="INCH", metadata=None)
    return file.getvalue()


def _svg(figure: Figure, paper: Paper, tokens: Tokens) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(figure.title)
    generator.setResolution(round(PIXELS_PER_INCH))
    size = paper.size
    generator.setSize(QSize(round(size.width()), round(size.height())))
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    _paint(figure, generator, paper, tokens, 1.0, ground=True)
    buffer.close()
    return bytes(data.data())


def _pdf(figure: Figure, paper: Paper, tokens: Tokens) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(figure.title)
    writer.setResolution(_PDF_DPI)
    writer.setPageSize(QPageSize(QSizeF(paper.width_mm, paper.height_mm), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _paint(figure, writer, paper, tokens, _PDF_DPI / PIXELS_PER_INCH, ground=True)
    buffer.close()
    return bytes(data.data())


_ENCODERS = {"png": _png, "tiff": _tiff, "svg": _svg, "pdf": _pdf}


def _paint(figure: Figure, device: QPaintDevice, paper: Paper, tokens: Tokens, scale: float, *,
           ground: bool = False) -> None:
    box = QRectF(0, 0, paper.size.width(), paper.size.height())
    if isinstance(figure, PixelFigure):
        figure.dpi = paper.dpi
    with QPainter(device) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        if ground:
            painter.fillRect(box, QColor(tokens.surface))
        painter.setPen(Qt.PenStyle.SolidLine)
        figure.paint(painter, box, tokens, scale)
