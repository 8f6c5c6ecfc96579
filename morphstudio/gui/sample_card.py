"""The card of the welcome page that opens the sample."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from morphstudio.app.resources import resource_path
from morphstudio.app.work.sample import read_sample
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.clickable_row import ClickableRow
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.opening import Opener


class SampleCard(ClickableRow):
    """The sample: a picture, what it is, and that it is simulated."""

    def __init__(self, context: AppContext, opener: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Open sample")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 16, 8)
        row.setSpacing(16)
        picture = QLabel()
        picture.setFixedSize(200, 132)
        picture.setPixmap(_sample_picture())
        row.addWidget(picture)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addStretch(1)
        sample = read_sample()
        column.addWidget(text_label(sample["title"], "card"))
        column.addWidget(text_label("Solid electrolyte, active material and pore, drawn from published parameters.",
                                    "second", wrap=True))
        column.addWidget(text_label(sample_facts(sample), "muted", wrap=True))
        column.addSpacing(6)
        self.button = Button(context, "Open sample", "secondary", "cube", opener.open_sample, flush=True)
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(1)
        row.addLayout(column, 1)
        self.clicked.connect(opener.open_sample)


def sample_facts(sample: Mapping[str, Any]) -> str:
    """Return what opening the sample brings: ``"3 phases, 200³ voxels of 0.20 µm"``."""
    model = json.loads(resource_path("samples", sample["model"]).read_text(encoding="utf-8"))
    edges = sample["shape"]
    size = f"{edges[0]}³" if len(set(edges)) == 1 else " × ".join(map(str, reversed(edges)))
    return f"{len(model['phases'])} phases, {size} voxels of {number(float(model['voxel_size_um']), 2)} µm"


def _sample_picture() -> QPixmap:
    pixmap = QPixmap(str(resource_path("icons", "sample-cathode.png")))
    pixmap.setDevicePixelRatio(2.0)
    return pixmap
