"""What a page shows when it has nothing to show: the fact, one sentence, one action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.context import AppContext

TEXT_WIDTH = 380


class EmptyState(QWidget):
    """Icon, fact, sentence, action, in the middle of the space there is."""

    def __init__(self, context: AppContext, icon: str, fact: str, sentence: str, action: str = "",
                 clicked: Callable[[], object] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(context, icon, "text3", 32), 0, middle)
        column.addWidget(text_label(fact, "card"), 0, middle)
        explained = text_label(sentence, "second", wrap=True)
        explained.setAlignment(Qt.AlignmentFlag.AlignCenter)
        explained.setFixedWidth(TEXT_WIDTH)
        # An aligned label gets the height of its unwrapped text unless told.
        explained.setMinimumHeight(explained.heightForWidth(TEXT_WIDTH))
        column.addWidget(explained, 0, middle)
        if action:
            self.button = Button(context, action, "secondary", clicked=clicked)
            column.addWidget(self.button, 0, middle)
        column.addStretch(1)
