"""The line under a see-through block: how dense each phase is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.gui.panels.explore.scene_footer import ALL_PHASES, fill_phases, phase_box
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import NARROW_SPACE
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_PREFERRED, _OTHERS = 0.8, 0.25
_LONGEST = 320
_TIP = "How much light the phase holds back: at 0 % none, at 100 % all of it at its boundary"


class OpacityLine(QWidget):
    """A phase, or all of them, and its opacity.

    Signals
    -------
    changed :
        An opacity moves.
    settled :
        The slider was let go.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opacities: list[float] = []
        self._visible: tuple[bool, ...] = ()
        self.setFixedHeight(METRICS.scene_footer)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self.phase = phase_box("Phase whose opacity the slider sets")
        self.phase.currentIndexChanged.connect(self._show)
        self.slider = ThinSlider(context.theme, (0.0, 0.5, 1.0))
        self.slider.setAccessibleName("Opacity")
        self.slider.dragged.connect(self._take)
        self.slider.settled.connect(self.settled)
        self.value = text_label("", "second")
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance(f"≤ 100{NARROW_SPACE}%") + 2)
        row.addWidget(text_label("Opacity", "second"))
        row.addWidget(self.phase)
        self.slider.setMaximumWidth(_LONGEST)
        row.addWidget(self.slider, 4)
        row.addWidget(self.value)
        row.addStretch(1)

    @property
    def opacities(self) -> tuple[float, ...]:
        """Opacity of each phase, 0 … 1; that of a hidden phase is 0."""
        return tuple(value if shown else 0.0 for value, shown in zip(self._opacities, self._visible, strict=True))

    @property
    def is_held(self) -> bool:
        """Whether the slider is being dragged."""
        return self.slider.isSliderDown()

    def set_phases(self, names: Sequence[str], colours: Sequence[RGB], order: Sequence[int], preferred: int) -> None:
        """Offer other phases in the order given; the preferred one is the densest."""
        self._opacities = [_PREFERRED if k == preferred else _OTHERS for k in range(len(names))]
        self._visible = (True,) * len(names)
        fill_phases(self.phase, names, colours, order, "All phases")
        with QSignalBlocker(self.phase):
            self._choose(preferred)
        self._show()

    def set_visible_phases(self, visible: Sequence[bool]) -> None:
        """Tell which phases are shown."""
        self._visible = tuple(visible)
        self._show()

    def view_state(self) -> dict[str, Any]:
        """Return the opacities and which phase the slider sets, counted from 1; 0 is all of them."""
        return {"of": self._at + 1, "values": tuple(self._opacities)}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Take over what :meth:`view_state` says, where the phases are as many."""
        values = state.get("values", ())
        if len(values) == len(self._opacities):
            self._opacities = [min(max(float(value), 0.0), 1.0) for value in values]
            self._choose(min(max(int(state.get("of", 0)), 0), len(values)) - 1)
            self._show()

    @property
    def _at(self) -> int:
        """Position in the model of the phase that the slider sets, or that all are."""
        return ALL_PHASES if self.phase.currentData() is None else int(self.phase.currentData())

    def _choose(self, position: int) -> None:
        self.phase.setCurrentIndex(self.phase.findData(position))

    def _chosen(self) -> list[int]:
        return list(range(len(self._opacities))) if self._at == ALL_PHASES else [self._at]

    def _take(self, position: int) -> None:
        for phase in self._chosen():
            self._opacities[phase] = position / STEPS
        self._show_value()
        self.changed.emit()

    def _show(self) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        seen = any(self._visible[k] for k in chosen)
        self.slider.setEnabled(seen)
        self.slider.setToolTip(_TIP if seen else f"{self.phase.currentText()} is hidden: show it in the header first")
        self.slider.setValue(round(STEPS * max(self._opacities[k] for k in chosen)))
        self._show_value()

    def _show_value(self) -> None:
        chosen = [self._opacities[k] for k in self._chosen()]
        differ = max(chosen) - min(chosen) > 0.5 / STEPS
        # The slider stands at the densest phase; moved, it makes all the same.
        self.value.setText(f"≤ {max(chosen):.0%}".replace("%", f"{NARROW_SPACE}%") if differ
                           else f"{chosen[0]:.0%}".replace("%", f"{NARROW_SPACE}%"))
