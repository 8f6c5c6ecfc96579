"""The phases of the active image: label, colour, name, role, fraction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.core.phases import known_role
from morphstudio.gui.panels.data.edits import with_phase
from morphstudio.gui.steps import is_named
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import rule, text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.phases import ROLE_NAMES, ROLE_TITLES, image_colours
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.phases import Phase, PhaseImage, Role
    from morphstudio.gui.context import AppContext

NUMBER_WIDTH = 24  # pixels, for three figures


class PhaseRow:
    """The widgets of one phase."""

    def __init__(self, label: int) -> None:
        self.label = label
        self.number = text_label(str(label))
        self.swatch = Swatch()
        self.name = QLineEdit()
        self.name.setAccessibleName(f"Name of label {label}")
        self.name.setToolTip("What this label is called in tables, plots and exports")
        self.name.setMaxLength(40)
        self.name.setMinimumWidth(96)
        self.role = ComboBox()
        self.role.setAccessibleName(f"Role of label {label}")
        self.role.setToolTip("What the phase is in the material; it chooses the colour")
        # Long role names must not push the fractions out of the card.
        self.role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.role.setMinimumContentsLength(6)
        self.role.setMinimumWidth(112)
        for key, title in ROLE_TITLES.items():
            self.role.addItem(title, key)
        self.fraction = text_label("")
        self.fraction.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def widgets(self) -> tuple[QWidget, ...]:
        """Return the widgets in column order."""
        return self.number, self.swatch, self.name, self.role, self.fraction

    def show_phase(self, phase: Phase, colour: tuple[int, int, int]) -> None:
        """Show what the phase is now."""
        self.swatch.set_colour(colour)
        if self.name.text() != phase.name:
            self.name.setText(phase.name)
        # A role gives a name as well: it is what is asked for first.
        set_state(self.name, state="")
        set_state(self.role, state="" if is_named(phase) else "warn")
        self.role.blockSignals(True)
        self.role.setCurrentIndex(list(ROLE_TITLES).index(phase.role))
        self.role.blockSignals(False)


class PhaseTable(QWidget):
    """Edits go through the session, so each can be undone."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._labels: tuple[int, ...] = ()
        self.rows: list[PhaseRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(5)
        column.addLayout(self._grid)
        self.problem = InlineError(context)
        column.addWidget(self.problem)
        foot = QHBoxLayout()
        self.found = text_label("", "muted")
        self._sum = text_label("", "muted")
        foot.addWidget(self.found, 1)
        foot.addWidget(self._sum)
        column.addLayout(foot)

    def show_image(self, image: PhaseImage, counts: NDArray[np.int64] | None) -> None:
        """Show the phases of an image; fractions follow when they are counted."""
        labels = tuple(phase.label for phase in image.phases)
        if labels != self._labels:
            self._build(labels)
        for row, phase, colour in zip(self.rows, image.phases, image_colours(image), strict=True):
            row.show_phase(phase, colour)
        self.problem.clear()
        self._show_counts(counts)
        unnamed = sum(not is_named(phase) for phase in image.phases)
        self.found.setText(f"{len(labels)} labels, all named" if not unnamed else
                           f"Choose a role or name for {unnamed} label{'s' if unnamed > 1 else ''}")
        set_state(self.found, role="warnText" if unnamed else "muted")

    def _show_counts(self, counts: NDArray[np.int64] | None) -> None:
        for position, row in enumerate(self.rows):
            row.fraction.setText("…" if counts is None else f"{counts[position] / counts.sum():.4f}")
        self._sum.setText("" if counts is None else "sum 1.0000")

    def _build(self, labels: tuple[int, ...]) -> None:
        clear_layout(self._grid)
        self._labels = labels
        self.rows = [PhaseRow(label) for label in labels]
        for column, title in ((0, "#"), (2, "Name"), (3, "Role"), (4, "Fraction")):
            heading = text_label(title, "column")
            heading.setToolTip("The label: the value of these pixels in the file" if title == "#" else "")
            side = Qt.AlignmentFlag.AlignRight if title == "Fraction" else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(heading, 0, column, side)
        self._grid.addWidget(rule(), 1, 0, 1, 5)
        for number, row in enumerate(self.rows, start=2):
            for column, widget in enumerate(row.widgets()):
                self._grid.addWidget(widget, number, column)
            row.name.editingFinished.connect(lambda row=row: self._rename(row))
            row.role.activated.connect(lambda _=0, row=row: self._give_role(row))
        self._grid.setColumnMinimumWidth(0, NUMBER_WIDTH)
        self._grid.setColumnStretch(2, 8)
        self._grid.setColumnStretch(3, 6)

    def _phase(self, label: int) -> Phase:
        entry = self._context.session.active_image
        assert entry is not None
        return next(phase for phase in entry.image.phases if phase.label == label)

    def _rename(self, row: PhaseRow) -> None:
        name = row.name.text().strip()
        old = self._phase(row.label)
        if name == old.name:
            return
        # What the name says counts as long as nobody chose a role.
        self._apply(row, f"Rename {old.name} to {name}",
                    lambda phase: replace(phase, name=name, role=known_role(replace(phase, name=name))))

    def _give_role(self, row: PhaseRow) -> None:
        role: Role = row.role.currentData()
        old = self._phase(row.label)
        if role == old.role:
            return
        name = self._name_for(old, role)
        self._apply(row, f"Call {name} {ROLE_TITLES[role].lower()}",
                    lambda phase: replace(phase, role=role, name=name))

    def _name_for(self, phase: Phase, role: Role) -> str:
        """Name a phase after its role where it is still called by its label."""
        entry = self._context.session.active_image
        assert entry is not None
        wanted = ROLE_NAMES.get(role, "")
        taken = any(other.name == wanted for other in entry.image.phases if other is not phase)
        if not wanted or taken or phase.name.strip() not in ("", str(phase.label), *ROLE_NAMES.values()):
            return phase.name
        return wanted

    def _apply(self, row: PhaseRow, title: str, change: Callable[[Phase], Phase]) -> None:
        session = self._context.session
        try:
            document = with_phase(session.document, row.label, change)
        except InputError as error:
            set_state(row.name, state="error")
            old = self._phase(row.label).name
            self.problem.show_problem(f"{error.message} {error.hint}", f"Back to {old}", lambda: self._reset(row, old))
            return
        self.problem.clear()
        session.apply(title, document)

    def _reset(self, row: PhaseRow, name: str) -> None:
        row.name.setText(name)
        set_state(row.name, state="")
        self.problem.clear()

