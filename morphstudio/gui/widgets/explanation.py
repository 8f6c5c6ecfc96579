"""Formula and reference of what a control stands for: one text for tooltips and F1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from morphstudio.gui.param_form.formula import formula_html
from morphstudio.gui.param_form.symbol import symbol_html

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.descriptors.registry import Descriptor
    from morphstudio.core.parameters import Param

_PROPERTY = "explanation"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about one quantity.

    Parameters
    ----------
    title, symbol : str
        Name and typeset symbol; the symbol may be empty.
    text : str
        What it does or says, in a sentence.
    formula, convention, reference : str
        As in the tables of parameters and descriptors; may be empty.
    """

    title: str
    symbol: str = ""
    text: str = ""
    formula: str = ""
    convention: str = ""
    reference: str = ""

    def tip(self) -> str:
        """Return the tooltip, as rich text."""
        head = f"<b>{escape(self.title)}</b>" + (f" &nbsp;{symbol_html(self.symbol)}" if self.symbol else "")
        lines = [head, escape(self.text), formula_html(self.formula) if self.formula else "",
                 escape(self.convention), escape(self.reference)]
        return "<p style='white-space:pre-wrap; margin:0'>" + "<br>".join(filter(None, lines)) + "</p>"


Source = Explanation | Callable[[], Explanation | None]


def of_param(param: Param) -> Explanation:
    """Return what the table of parameters says."""
    return Explanation(param.title, param.symbol, param.description, param.formula, "", param.reference)


def of_descriptor(descriptor: Descriptor) -> Explanation:
    """Return what the table of descriptors says."""
    return Explanation(descriptor.title, descriptor.symbol, descriptor.description, descriptor.formula,
                       descriptor.convention, descriptor.reference)


def explain(widget: QWidget, source: Source) -> None:
    """Let F1 on ``widget``, and on what is inside it, show ``source``; a function is asked each time."""
    # In a tuple, since Qt would try to turn a dataclass or a function into something of its own.
    widget.setProperty(_PROPERTY, (source,))


def explanation_of(widget: QWidget | None) -> Explanation | None:
    """Return what is said about a widget or the nearest one around it; else its tooltip."""
    tip, named = "", None
    while widget is not None and not widget.isWindow():
        kept = widget.property(_PROPERTY)
        if kept is not None:
            found: Explanation | None = kept[0]() if callable(kept[0]) else kept[0]
            if found is not None:
                return found
        if not tip and widget.toolTip():
            tip = widget.toolTip()
            named = Explanation(widget.accessibleName() or "About this control", text=tip)
        widget = widget.parentWidget()
    return named
