"""The whole form: one section per field of the model, then the whole structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import field_names
from morphstudio.gui.param_form.linked_row import LinkedRow
from morphstudio.gui.param_form.row import ParameterRow
from morphstudio.gui.param_form.symbol import SymbolLabel
from morphstudio.gui.widgets.labels import rule, text_label
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

Row = ParameterRow | LinkedRow


class MoreButton(QPushButton):
    """At the right of a heading: opens and folds the parameters that stand at their defaults."""

    def __init__(self, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = group
        self.setProperty("kind", "more")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int) -> None:
        """Say what a click does to so many parameters."""
        opened = self.isChecked()
        parameters = f"{count} parameter{'s' if count != 1 else ''} of {self._group}"
        self.setText("fewer ▾" if opened else f"{count} more ▸")
        self.setToolTip(f"Fold {parameters} at {'their defaults' if count != 1 else 'its default'}" if opened else
                        f"Show {parameters} more, at {'their defaults' if count != 1 else 'its default'}")
        self.setAccessibleName(f"{'Fewer' if opened else 'More'} parameters of {self._group}")


class ParameterForm(QWidget):
    """Sliders for every parameter of a model, generated from its table.

    Signals
    -------
    moving : str, float
        A parameter is being moved: name, value.
    fraction_moving : int, float
        A volume fraction is wanted: phase position in the model, value.
    settled : str
        A parameter stays; its name.
    """

    moving = Signal(str, float)
    fraction_moving = Signal(int, float)
    settled = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._laid_out_for: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._colours: tuple[RGB, ...] = ()
        self._notes: dict[str, str] = {}
        self._doubts: dict[str, str] = {}
        self.rows: dict[str, Row] = {}
        self._more: dict[MoreButton, list[ParameterRow]] = {}
        self._groups: dict[QWidget, list[Row]] = {}
        self._grouped = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def set_model(self, model: ExcursionSet, colours: Sequence[RGB]) -> None:
        """Show a model; the rows are rebuilt only where its phases or families changed."""
        if ((model.phases, model.families), tuple(colours)) != (self._laid_out_for, self._colours):
            self._build(model, tuple(colours))
        values = model.values()
        for name, row in self.rows.items():
            row.set_value(values[name])
        self._show_more()

    def set_compared(self, model: ExcursionSet | None, fractions: Sequence[float] | None = None) -> None:
        """Put the triangles at the values of ``model``; ``None`` takes them away."""
        values = model.values() if model is not None else {}
        linked = 0
        for name, row in self.rows.items():
            if isinstance(row, LinkedRow):
                row.set_compared(values.get(name), fractions[linked] if fractions else None)
                linked += 1
            else:
                row.set_compared(values.get(name))
        self._show_more()

    def set_fractions(self, fractions: Sequence[float]) -> None:
        """Show the volume fractions that the thresholds make, in the model's order."""
        linked = [row for row in self.rows.values() if isinstance(row, LinkedRow)]
        for row, fraction in zip(linked, fractions, strict=False):
            row.set_fraction(fraction)

    def set_notes(self, notes: Mapping[str, str]) -> None:
        """Say something under the sliders of some parameters, by name."""
        self._notes = dict(notes)
        for name, row in self.rows.items():
            if isinstance(row, ParameterRow):
                row.set_note(self._notes.get(name, ""))

    def set_doubts(self, doubts: Mapping[str, str]) -> None:
        """Mark the parameters that the image hardly determines, by name; the texts say why."""
        self._doubts = dict(doubts)
        for name, row in self.rows.items():
            row.doubt.set_reason(self._doubts.get(name, ""))

    @property
    def n_changed(self) -> int:
        """Number of parameters that differ from the compared model."""
        return sum(row.is_changed for row in self.rows.values())

    def focus_row(self, name: str) -> None:
        """Bring a parameter's slider into view and give it the focus."""
        row = self.rows.get(name)
        if row is None:
            return
        for button, rows in self._more.items():
            if row in rows and row.isHidden():
                button.click()
        parent = row.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if parent is not None:
            self.layout().activate()
            # When the folded rows have found their places.
            QTimer.singleShot(0, row, lambda: parent.ensureWidgetVisible(row, 0, 80))
        control = row.slider if row.slider.isEnabled() else row.field
        control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _build(self, model: ExcursionSet, colours: tuple[RGB, ...]) -> None:
        self._clear()
        self._laid_out_for, self._colours = (model.phases, model.families), colours
        # A kernel's values are a curve, not a hundred sliders.
        table = [p for p in model.table if not p.array]
        # Where a covariance has several numbers, their names stand under the field's.
        self._grouped = any(sum(not p.array for p in family(key).params) > 1 for key in model.families)
        for position, suffix in enumerate(field_names(len(model.phases))):
            more = self._add_heading(model.phases[position], f"field {suffix.upper()}", colours[position])
            self._add_rows([p for p in table if p.group == suffix], model, position, more)
        more = self._add_heading("Whole structure")
        self._add_rows([p for p in table if not p.group], model, None, more)

    def _add_rows(self, params: Sequence[Param], model: ExcursionSet, position: int | None, more: MoreButton) -> None:
        folded: list[ParameterRow] = []
        for heading, group in groups(params) if self._grouped else [("", list(params))]:
            under = self._add_group(heading, group[0]) if heading else None
            for param in group:
                row = self._row(param, model, position, param.title.partition(": ")[2] if heading else "")
                self.rows[param.name] = row
                self._column.addWidget(row)
                if under is not None:
                    self._groups[under].append(row)
                if isinstance(row, ParameterRow) and not param.main:
                    folded.append(row)
        more.toggled.connect(self._show_more)
        self._more[more] = folded

    def _add_group(self, title: str, param: Param) -> QWidget:
        """Add the heading of one Gaussian field's parameters: its name and its letter."""
        heading = QWidget()
        heading.setAccessibleName(title)
        line = QHBoxLayout(heading)
        line.setContentsMargins(0, 4, 0, 0)
        line.setSpacing(6)
        line.addWidget(text_label(title, "second"))
        line.addWidget(SymbolLabel(param.symbol.rpartition("_")[2].rpartition(",")[2]))
        line.addStretch(1)
        self._column.addWidget(heading)
        self._groups[heading] = []
        return heading

    def _row(self, param: Param, model: ExcursionSet, position: int | None, name: str) -> Row:
        row: Row
        if position is not None and param.name == model.threshold_names[position]:
            row = LinkedRow(param, model.phases[position], position, self._context)
            row.fraction_moving.connect(self.fraction_moving)
        else:
            row = ParameterRow(param, self._context, name[:1].upper() + name[1:])
            row.set_note(self._notes.get(param.name, ""))
        row.doubt.set_reason(self._doubts.get(param.name, ""))
        row.moving.connect(self.moving)
        row.settled.connect(self.settled)
        return row

    def _add_heading(self, title: str, remark: str = "", colour: RGB | None = None) -> MoreButton:
        if self._column.count():
            self._column.addSpacing(6)
            self._column.addWidget(rule())
            self._column.addSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(6)
        if colour is not None:
            line.addWidget(Swatch(colour))
        line.addWidget(text_label(title, "strong"))
        line.addWidget(text_label(remark, "second"))
        line.addStretch(1)
        more = MoreButton(title)
        line.addWidget(more)
        self._column.addLayout(line)
        return more

    def _show_more(self) -> None:
        """Fold what is at its default, unless asked to show it or compared with another value."""
        for button, rows in self._more.items():
            resting = [r for r in rows if r.value == r.param.default and not r.is_changed]
            for row in rows:
                row.setVisible(button.isChecked() or row not in resting)
            button.setVisible(bool(resting))
            button.show_count(len(resting))
        for heading, rows_under in self._groups.items():
            heading.setVisible(any(not row.isHidden() for row in rows_under))

    def _clear(self) -> None:
        self.rows, self._more, self._groups = {}, {}, {}
        while (item := self._column.takeAt(0)) is not None:
            _discard(item)


def groups(params: Sequence[Param]) -> list[tuple[str, list[Param]]]:
    """Return the parameters of a section by the field that their titles begin with, the others apart.

    A single one of its kind stands under no heading, with its whole title.
    """
    found: dict[str, list[Param]] = {}
    for param in params:
        field, colon, _ = param.title.partition(": ")
        found.setdefault(field if colon else param.name, []).append(param)
    return [(key if len(group) > 1 else "", group) for key, group in found.items()]


def _discard(item: object) -> None:
    """Remove a layout item with everything in it."""
    if (widget := item.widget()) is not None:  # type: ignore[attr-defined]
        widget.hide()
        widget.deleteLater()
    elif (layout := item.layout()) is not None:  # type: ignore[attr-defined]
        while (inner := layout.takeAt(0)) is not None:
            _discard(inner)
