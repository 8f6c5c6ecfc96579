"""Chord length distributions of image and model as drawings: SVG without Qt.

Only shapes that the small profile of SVG knows are used, so that browsers and
Qt draw the same; curves are cut at the end of the axis by number, not by a mask.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.app.card.look import LOOK
from morphstudio.app.card.values import percent
from morphstudio.app.number_text import number, short_number
from morphstudio.app.phase_colours import hex_colour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from morphstudio.app.card.tables import Lengths
    from morphstudio.app.phase_colours import RGB
    from morphstudio.core.descriptors.values import Distribution, Measurement, ModelMeasurement
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation

CHORDS = "chord_length_distribution"
PAGE_WIDTH = 688  # pixels of 1/96 inch: A4 less margins of 14 mm
_GAP, _HEIGHT = 14, 168
_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 6, 36, 30
_REACH = 0.99  # of the chords, where the axis ends
_MOST_DOTS = 32
_FONT, _FONTS = "Inter", "Inter, Segoe UI, Helvetica Neue, Arial, sans-serif"  # Qt takes a list for one name
_GREY = (128, 128, 128)

Curve = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


@dataclass(frozen=True, slots=True)
class ChordPlot:
    """A drawing of one phase and direction.

    Parameters
    ----------
    title : str
        What it shows, in words.
    width, height : int
        Pixels of 1/96 inch.
    shapes : str
        Its SVG elements.
    """

    title: str
    width: int
    height: int
    shapes: str

    def svg(self, *, alone: bool = False) -> str:
        """Return the drawing as an element of a page, or, ``alone``, as a file of its own."""
        space = ' xmlns="http://www.w3.org/2000/svg"' if alone else f' role="img" aria-label="{escape(self.title)}"'
        return (f'<svg{space} width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}" '
                f'font-family="{_FONT if alone else _FONTS}" font-size="9">{self.shapes}</svg>')


def chord_plots(data: Measurement | None, model: ModelMeasurement | None, validation: Validation | None,
                lengths: Lengths, colours: Mapping[int, RGB]) -> tuple[ChordPlot, ...]:
    """Return one plot for each direction and phase, direction by direction.

    Parameters
    ----------
    data, model : Measurement, ModelMeasurement, optional
        Image and realisations.
    validation : Validation, optional
        Gives distances and ensemble.
    lengths : Lengths
        The unit of lengths.
    colours : mapping of int to (int, int, int)
        Colour of each phase by its label.
    """
    source = data or (None if model is None else model.mean)
    if source is None:
        return ()
    axes: list[Axis] = list(dict.fromkeys(a for p in source.phases for a in p.distributions.get(CHORDS, {})))
    width = (PAGE_WIDTH - _GAP * (len(source.phases) - 1)) // len(source.phases)
    ensemble = None if validation is None or validation.ensemble is None else validation.ensemble.measurement
    plots = []
    for axis in axes:
        end = max((_end(measured, p.label, axis) for p in source.phases
                   for measured in (data, None if model is None else model.mean)), default=0.0)
        if end <= 0:
            continue
        for phase in source.phases:
            own = max(_end(m, phase.label, axis) for m in (data, None if model is None else model.mean))
            paper = _Paper(width, _HEIGHT, (own or end) * lengths.factor, lengths)
            paper.draw_axes()
            paper.draw_band(_banded(ensemble, phase.label, axis), is_ensemble=True)
            paper.draw_band(_banded(model, phase.label, axis), is_ensemble=False)
            paper.draw_dots(_curve(data, phase.label, axis))
            name = f"{phase.phase}, along {axis}"
            paper.draw_title(name, _apart(validation, phase.label, axis, lengths),
                             hex_colour(colours.get(phase.label, _GREY)))
            plots.append(ChordPlot(f"Chord length distribution of {name}", width, _HEIGHT, "".join(paper.shapes)))
    return tuple(plots)


def _apart(validation: Validation | None, label: int, axis: Axis, lengths: Lengths) -> str:
    """Say how far the curves are apart, as a share of the mean chord, and what chance explains."""
    found = next((d for d in (validation.distances if validation is not None else ())
                  if (d.descriptor, d.axis, d.label) == (CHORDS, axis, label)), None)
    if found is None or found.distance is None or found.relative is None:
        return "" if found is None else found.reason
    chance = "" if found.allowance is None else f" (chance {percent(found.allowance).replace('below', '<')})"
    share = percent(found.relative).replace("below", "<")
    return f"{number(found.distance * lengths.factor, 2)} {lengths.name} apart, {share}{chance}"


def _curve(measured: Measurement | None, label: int, axis: Axis) -> Curve | None:
    phase = None if measured is None else next((p for p in measured.phases if p.label == label), None)
    curve: Distribution | None = None if phase is None else phase.distribution(CHORDS, axis)
    return None if curve is None or not len(curve.grid) else (curve.grid, curve.values)


def _banded(measured: ModelMeasurement | None, label: int, axis: Axis) -> tuple[Curve, NDArray[np.float64]] | None:
    if measured is None:
        return None
    mean, sd = _curve(measured.mean, label, axis), _curve(measured.sd, label, axis)
    if mean is None:
        return None
    return mean, sd[1] if sd is not None and len(sd[1]) == len(mean[1]) else np.zeros(len(mean[1]))


def _end(measured: Measurement | None, label: int, axis: Axis) -> float:
    curve = _curve(measured, label, axis)
    if curve is None:
        return 0.0
    reached = np.flatnonzero(curve[1] >= _REACH)
    return float(curve[0][reached[0]] if len(reached) else curve[0][-1]) * 1.02


class _Paper:
    """Collects the elements of one plot."""

    def __init__(self, width: int, height: int, end: float, lengths: Lengths) -> None:
        self.shapes: list[str] = []
        self._end, self._factor, self._unit = end, lengths.factor, lengths.name
        self._left, self._right, self._top, self._bottom = _LEFT, width - _RIGHT, _TOP, height - _BOTTOM

    def draw_axes(self) -> None:
        """Draw two axes with few ticks, and what they are."""
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = self._y(share)
            if share:
                self._line(self._left, y, self._right, y, LOOK.line, 0.5)
            if share in (0.0, 0.5, 1.0):
                self._text(self._left - 5, y + 3, short_number(share), "end", LOOK.text2)
        for value in _ticks(self._end):
            x = self._x(value)
            self._line(x, self._bottom, x, self._bottom + 3, LOOK.strong, 0.8)
            self._text(x, self._bottom + 13, short_number(value), "middle", LOOK.text2)
        self._line(self._left, self._bottom, self._right, self._bottom, LOOK.strong, 0.8)
        self._text((self._left + self._right) / 2, self._bottom + 26, f"Chord length / {self._unit}", "middle",
                   LOOK.text2)

    def draw_title(self, name: str, words: str, colour: str) -> None:
        """Name the phase with its colour, and say below how far the curves are apart."""
        self.shapes.append(f'<rect x="0.5" y="2.5" width="9" height="9" rx="2" fill="{colour}" '
                           f'stroke="{LOOK.strong}" stroke-width="0.5"/>')
        self._text(15, 11, name, "start", LOOK.text, 10.5, strong=True)
        self._text(0, 25, words, "start", LOOK.text2)

    def draw_band(self, found: tuple[Curve, NDArray[np.float64]] | None, *, is_ensemble: bool) -> None:
        """Draw mean and mean ± 2 sd: a line and a band, or, of an ensemble, broken lines."""
        if found is None:
            return
        (grid, mean), sd = found
        lower, upper = (self._points(grid, np.clip(mean + side * 2 * sd, 0, 1)) for side in (-1, 1))
        if is_ensemble:
            for edge in (lower, upper):
                self.shapes.append(f'<path d="{_path(edge)}" fill="none" stroke="{LOOK.text2}" stroke-width="0.8" '
                                   'stroke-dasharray="3 2"/>')
            return
        self.shapes.append(f'<path d="{_path([*upper, *reversed(lower)])} Z" fill="{LOOK.accent}" '
                           'fill-opacity="0.22" stroke="none"/>')
        self.shapes.append(f'<path d="{_path(self._points(grid, mean))}" fill="none" stroke="{LOOK.accent}" '
                           'stroke-width="1.4" stroke-linejoin="round"/>')

    def draw_dots(self, curve: Curve | None) -> None:
        """Draw the image's distribution as dots, as many as can be told apart."""
        if curve is None:
            return
        grid, values = curve
        n_seen = int(np.count_nonzero(grid * self._factor <= self._end))
        for x, y in self._points(grid, values)[:n_seen][::max(1, math.ceil(n_seen / _MOST_DOTS))]:
            self.shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.7" fill="{LOOK.text}"/>')

    def _points(self, grid: NDArray[np.float64], values: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return a curve on the paper, cut where the axis ends."""
        shown = grid * self._factor
        kept = shown <= self._end
        x, y = shown[kept], values[kept]
        if len(shown) > len(x):
            x, y = np.append(x, self._end), np.append(y, np.interp(self._end, shown, values))
        return [(self._x(float(a)), self._y(float(b))) for a, b in zip(x, y, strict=True)]

    def _x(self, value: float) -> float:
        return self._left + value / self._end * (self._right - self._left)

    def _y(self, share: float) -> float:
        return self._bottom - share * (self._bottom - self._top)

    def _line(self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> None:
        self.shapes.append(f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{colour}" '
                           f'stroke-width="{width}"/>')

    def _text(self, x: float, y: float, words: str, anchor: str, colour: str, size: float = 9, *,
              strong: bool = False) -> None:
        weight = ' font-weight="600"' if strong else ""
        self.shapes.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
                           f'font-size="{size}"{weight}>{escape(words)}</text>')


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M " + " L ".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _ticks(end: float) -> list[float]:
    """Return round numbers from 0 to at most ``end``, three to six of them."""
    rough = end / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough * 0.999)
    return [round(step * k, 12) for k in range(int(end / step + 1e-9) + 1)]
