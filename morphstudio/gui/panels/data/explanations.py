"""What F1 says about the quality check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from morphstudio.gui.widgets.explanation import Explanation, explain

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

    from morphstudio.gui.theme.tokens import Tokens

REPRESENTATIVITY = Explanation(
    "Representativity", "",
    "The fraction of each phase in this image, and the interval that holds the fraction of the whole material in 95 "
    "of 100 cases. Images of the same size that do not overlap narrow it by the square root of their number.",
    "Var ε = Σ c(t) (C(t) − ε²) / N² over all offsets t up to where the covariance first falls to zero; "
    "c(t): voxel pairs at offset t, N: voxels. Shown: ε ± 1.96 √Var ε.",
    "Holds for a structure that is alike everywhere and smaller than the image.",
    "C. Lantuéjoul, J. Microsc. 161, 387 (1991)")
ISOTROPY = Explanation(
    "Isotropy", "",
    "The chance that two points at distance h both lie in the phase, along each axis. In an isotropic structure the "
    "curves differ by chance alone. What chance explains is estimated from this image: from how the difference of two "
    "curves varies over it. The phase shown is the one that differs most beside what chance explains.",
    "C(h) = P(x ∈ phase and x + h ∈ phase); gap = C along one axis − mean C along the others, as a share of "
    "ε (1 − ε). Chance: q s with s² = Σ |F(k)|² / n over the n lowest frequencies k of that difference in the image "
    "(s: its standard error); q makes 95 of 100 isotropic images stay within, all phases, axes and distances together.",
    "Holds for a structure that is alike everywhere and much smaller than the image. Compared up to the distance at "
    "which the covariance has fallen to a tenth.")
PROFILE = Explanation(
    "Fraction along an axis", "",
    "The share of each phase in every row, column or slice. Slow drifts and odd edges show here; dashed lines are the "
    "means of the whole image.")


def explained(view: QWidget, explanation: Explanation) -> None:
    """Make a painted view reachable by the Tab key, where F1 explains it."""
    explain(view, explanation)
    view.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def paint_focus(painter: QPainter, view: QWidget, tokens: Tokens) -> None:
    """Show that a painted view has the focus."""
    if view.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawRect(QRectF(view.rect()).adjusted(1, 1, -1, -1))
