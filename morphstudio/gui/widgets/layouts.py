"""Finding and emptying layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout, QWidget


def layout_of(widget: QWidget) -> QLayout:
    """Return the layout of a widget that has one."""
    layout = widget.layout()
    assert layout is not None
    return layout


def clear_layout(layout: QLayout) -> None:
    """Take everything out of ``layout`` and let the widgets go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            # Deleting waits for the event loop; until then it must not show through.
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)
