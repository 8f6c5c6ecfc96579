"""Models kept under a name: use one, compare with it, rename it, delete it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from morphstudio.app.document import Variant
from morphstudio.gui.panels.explore.exploration import CALIBRATED
from morphstudio.gui.param_form.row import shown_unit, value_text
from morphstudio.gui.param_form.symbol import symbol_html
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.clickable_row import ClickableRow
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.layouts import clear_layout

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.panels.explore.exploration import Exploration

_HEIGHT = 30
LIT_MS = 2000  # how long a new row is tinted


class VariantList(QWidget):
    """The calibrated model and every kept one; a click uses a model, its menu does the rest."""

    def __init__(self, context: AppContext, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._exploration = context, exploration
        self.rows: dict[str, VariantRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        exploration.comparison_changed.connect(self.refresh)
        context.session.variants_changed.connect(self.refresh)
        context.units.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the document's variants."""
        clear_layout(self._column)
        self.rows = {}
        document = self._exploration.document
        if document.calibrated is not None:
            self._add(CALIBRATED, document.calibrated, kept=False)
        for variant in document.variants:
            self._add(variant.name, variant.model, kept=True)
        if not document.variants:
            self._column.addWidget(text_label("Keep the present parameters under a name to return to them.", "caption",
                                              wrap=True))

    def keep(self) -> VariantRow | None:
        """Keep the present model under a name of its own; return its row."""
        document = self._exploration.document
        if document.model is None:
            return None
        number = len(document.variants) + 1
        while f"Variant {number}" in self._names():
            number += 1
        name = f"Variant {number}"
        self._context.session.apply(f"keep {name}", replace(
            document, variants=(*document.variants, Variant(name, document.model, document.model_labels))))
        self._context.notify(f"Kept the present parameters as {name}", "Name it", lambda: self._ask_name(name))
        return self.rows.get(name)

    def use(self, name: str) -> None:
        """Make a kept model the present one, as one step of undo."""
        model = self._exploration.named_model(name)
        if model is not None:
            verb = "back to the calibrated values" if name == CALIBRATED else f"use {name}"
            document = self._exploration.document
            labels = next((variant.labels for variant in document.variants if variant.name == name), ())
            self._exploration.set_model(verb, model, labels)

    def rename(self, name: str, new: str) -> None:
        """Give a variant another name, one that no other has."""
        new = new.strip()
        if not new or new == name:
            return
        if new in self._names():
            self._context.notify(f"{new} is taken: choose another name")
            return
        document, was_compared = self._exploration.document, self._exploration.compared_name == name
        self._context.session.apply(f"rename {name} to {new}", replace(document, variants=tuple(
            replace(v, name=new) if v.name == name else v for v in document.variants)))
        if was_compared:
            self._exploration.compare_with(new)

    def delete(self, name: str) -> None:
        """Forget a variant; undo brings it back."""
        document = self._exploration.document
        self._context.session.apply(f"delete {name}", replace(
            document, variants=tuple(v for v in document.variants if v.name != name)))

    def _names(self) -> set[str]:
        return {CALIBRATED, *(v.name for v in self._exploration.document.variants)}

    def _add(self, name: str, model: ExcursionSet, *, kept: bool) -> None:
        compared = self._exploration.compared_name == name and self._exploration.compared is not None
        row = VariantRow(self._context, name, "" if compared else self._difference(model), compared=compared,
                         kept=kept)
        row.use_asked.connect(self.use)
        row.compare_asked.connect(self._exploration.compare_with)
        row.rename_asked.connect(self._ask_name)
        row.delete_asked.connect(self.delete)
        self.rows[name] = row
        self._column.addWidget(row)

    def _ask_name(self, name: str) -> None:
        new, taken = QInputDialog.getText(self, "Rename variant", "Name", text=name)
        if taken:
            self.rename(name, new)

    def _difference(self, model: ExcursionSet) -> str:
        """Return in what a model differs from the compared one: its one value, or how many."""
        compared = self._exploration.compared
        if compared is None or compared.phases != model.phases:
            return ""
        if not compared.is_like(model):
            return "other covariances"
        was = compared.values()
        changed = [param for param in model.table if model.values()[param.name] != was[param.name]]
        if len(changed) != 1:
            return f"{len(changed)} differ" if changed else "the same"
        units, param = self._context.units, changed[0]
        value = value_text(param, model.values()[param.name], units)
        return f"{symbol_html(param.symbol)} = {value} {shown_unit(param, units)}".rstrip()


class VariantRow(ClickableRow):
    """Name, difference, menu.

    Signals
    -------
    use_asked, compare_asked, rename_asked, delete_asked : str
        Carry the variant's name.
    """

    use_asked = Signal(str)
    compare_asked = Signal(str)
    rename_asked = Signal(str)
    delete_asked = Signal(str)

    def __init__(self, context: AppContext, name: str, difference: str, *, compared: bool, kept: bool,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setToolTip(f"Use {name}: its parameters come under the sliders")
        self.setAccessibleName(f"Use {name}")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(context, "bookmark-simple", "text2", 14))
        row.addWidget(ElidedLabel(name), 1)
        if compared:
            chip = Chip(context, "reference")
            chip.setToolTip("Changes are counted from this model")
            row.addWidget(chip)
        elif difference:
            label = text_label("", "second")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setText(difference)
            row.addWidget(label)
        self.more = IconButton(context, "dots-three", f"What to do with {name}")
        menu = QMenu(self.more)
        menu.addAction("Use", lambda: self.use_asked.emit(name))
        menu.addAction("Compare with", lambda: self.compare_asked.emit(name)).setEnabled(not compared)
        if kept:
            menu.addSeparator()
            menu.addAction("Rename…", lambda: self.rename_asked.emit(name))
            menu.addAction("Delete", lambda: self.delete_asked.emit(name))
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.addWidget(self.more)
        self.clicked.connect(lambda: self.use_asked.emit(name))
        self._light = QTimer(self, interval=LIT_MS, singleShot=True)
        self._light.timeout.connect(lambda: set_state(self, state=""))

    def light_up(self) -> None:
        """Draw the eye for a moment."""
        set_state(self, state="on")
        self._light.start()
