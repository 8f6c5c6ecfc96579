"""The main job, step by step, by mouse and keys in the real window."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from hand import choose, click, click_and_choose_file, drag, type_into, wait_until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from morphstudio.gui.widgets.phases import ROLE_TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from morphstudio.core.calibration.records import CalibrationResult
    from morphstudio.core.phases import Role
    from morphstudio.core.validation import Validation
    from morphstudio.gui.application import Application


@dataclass
class Walk:
    """One way through the window.

    Parameters
    ----------
    application : Application
        The running app, on its welcome page.
    look : callable
        Called with a name wherever a picture is worth taking.
    """

    application: Application
    look: Callable[[str], None] = lambda name: None
    seconds: dict[str, float] = field(default_factory=dict)

    def page(self, key: str) -> QWidget:
        return self.application.window.workspace.page(key)

    @property
    def document(self):
        return self.application.context.session.document

    def open_sample(self) -> None:
        with self._timed("open"):
            click(self.application.window.welcome.sample_card.button)
            self._wait_for_image()
        self.look("data")

    def open_file(self, path: Path) -> None:
        with self._timed("open"):
            click_and_choose_file(self.application.window.welcome.drop_area.open_image, path)
            self._wait_for_image()
        self.look("data-opened")

    def say_phases(self, phases: Sequence[tuple[str, Role]]) -> None:
        """Give each label a role by the arrow keys and a name by typing."""
        for at, (name, role) in enumerate(phases):
            rows = self.page("data").phases.rows
            choose(rows[at].role, ROLE_TITLES[role])
            type_into(rows[at].name, name)
        found = self.document.images[0].image.phases
        assert [(p.name, p.role) for p in found] == list(phases)

    def confirm_voxel_size(self, size_um: str | None = None) -> None:
        """Type a voxel size, or take what the file says, and confirm it."""
        form = self.page("data").voxel_size
        if size_um is not None:
            first = next(f for f in (form.fields["x"], form.fields["y"], form.fields["z"]) if f.isEnabled())
            type_into(first, size_um, Qt.Key.Key_Tab)
        click(form.confirm_button)
        entry = self.document.images[0]
        assert entry.voxel_confirmed
        if size_um is not None:
            assert all(np.isclose(size, float(size_um)) for size in entry.image.voxel_size_um)
        self.look("data")

    def calibrate(self, order: str = "", starts: int | None = None, seconds: float = 900.0, *,
                  cut: str = "") -> CalibrationResult:
        """Calibrate as the page proposes, or with one phase order, one place of its second phase, so many starts."""
        click(self.page("data").calibrate_button)
        page = self.page("calibrate")
        assert self.application.window.current_step == "calibrate"
        if order:
            click(page.inspector.try_all)
            choose(page.inspector.order, order)
        if cut:
            choose(page.inspector.cut, cut)
        if starts is not None:
            type_into(page.inspector.starts, str(starts), Qt.Key.Key_Tab)
        self.look("calibrate-before")
        with self._timed("calibrate"):
            click(page.start_button)
            wait_until(lambda: (page.run.last_record is not None and page.run.last_record.best is not None)
                       or not page.run.is_active, "the first fit")
            self.look("calibrate-running")
            wait_until(lambda: not page.run.is_active, "the end of the calibration", seconds)
        run = self.document.runs[-1]
        assert run.status == "finished"
        wait_until(lambda: page.sections.model_view.section is not None, "the section of the model")
        self.look("calibrate")
        return run.result

    def explore(self, parameter: str = "alpha_x", by: int = -120) -> None:
        """Go to Explore, drag a slider, see another section, and take the change back."""
        click(self.page("calibrate").explore_button)
        page = self.page("explore")
        with self._timed("explore"):
            wait_until(lambda: page.section.view.section is not None and page.values.is_filled, "the first section")
        before = page.section.view.section.indices.copy()
        model = self.document.model
        slider = page.inspector.form.rows[parameter].slider
        by = by if slider.value() + by > 0 else -by
        with self._timed("drag"):
            drag(slider, by)
            wait_until(lambda: not np.array_equal(page.section.view.section.indices, before), "another section")
        assert self.document.model != model
        wait_until(lambda: page.scene.view.is_ready and page.scene.view.n_surfaces > 0, "the surfaces in 3D")
        self.look("explore")
        click(page.inspector._undo)
        assert self.document.model == model

    def measure(self, realisations: int | None = None, edge: int | None = None,
                seconds: float = 900.0) -> Validation:
        click(self.application.window.rail.entry("measure"))
        page = self.page("measure")
        if realisations is not None:
            type_into(page.inspector.realisations, str(realisations), Qt.Key.Key_Tab)
        if edge is not None:
            type_into(page.inspector.edge, str(edge), Qt.Key.Key_Tab)
        with self._timed("measure"):
            click(page.measure_button)
            wait_until(lambda: not page.run.is_active, "the end of the measurement", seconds)
        assert page.run.validation is not None
        self.look("measure")
        return page.run.validation

    def export(self, folder: Path, edge: int, seconds: float = 300.0) -> list[Path]:
        """Export a cube of the model for GeoDict and return the files."""
        window = self.application.window
        click(window.rail.entry("explore"))
        click(self.page("explore").header_actions[1])
        dialog = window.export_dialog
        wait_until(dialog.isVisible, "the export dialog")
        QTest.qWait(50)
        assert dialog.format == "geodict"
        type_into(dialog.folder, str(folder), Qt.Key.Key_Tab)
        for axis in "xyz":
            type_into(dialog.edges[axis], str(edge), Qt.Key.Key_Tab)
        self.look("export")
        with self._timed("export"):
            click(dialog.export_button, QPoint(12, dialog.export_button.height() // 2))
            wait_until(lambda: any(s.kind == "export" for s in window._context.jobs.states()), "the export job")
            wait_until(lambda: not window._context.jobs.running("export"), "the export", seconds)
        self.look("exported")
        return sorted(folder.iterdir())

    def _wait_for_image(self) -> None:
        wait_until(lambda: bool(self.document.images), "the image")
        page = self.page("data")
        wait_until(lambda: page.phases.rows[0].fraction.text() not in ("", "…"), "the fractions")

    def _timed(self, name: str) -> _Timer:
        return _Timer(self.seconds, name)


class _Timer:
    def __init__(self, kept: dict[str, float], name: str) -> None:
        self._kept, self._name = kept, name

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._kept[self._name] = time.perf_counter() - self._start
