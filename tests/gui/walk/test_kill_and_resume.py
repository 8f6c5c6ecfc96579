"""kill -9 of the whole app in mid-calibration: nothing is left running, and the resumed run ends the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import tifffile
from hand import click, wait_until

from morphstudio.app.work.calibrate import CalibrationJob
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.gui.application import Application

if TYPE_CHECKING:
    from morphstudio.app.jobs.engine import Engine, PreviewService

HERE = Path(__file__).parent
PATIENCE = 120.0


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path / "profile"))
    return tmp_path / "profile"


@pytest.fixture
def section_file(tmp_path: Path) -> Path:
    model = excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "lambda_x": 1.9, "lambda_y": -0.27})
    path = tmp_path / "section.tif"
    tifffile.imwrite(path, realise(model, (1, 160, 180), (0.2, 0.2, 0.2), 4)[0] + 1)
    return path


def _kill_in_mid_calibration(section_file: Path, profile: Path) -> list[psutil.Process]:
    """Run the app until a checkpoint and an autosave lie on disk, kill it, and return its processes."""
    app = subprocess.Popen([sys.executable, str(HERE / "cut_off.py"), str(section_file)])
    try:
        end = time.monotonic() + PATIENCE
        written: set[int] = set()
        # The second state on disk: the first one may be of the very first step.
        while len(written) < 2 or not list((profile / "state" / "autosave").glob("*.morphstudio")):
            written |= {path.stat().st_mtime_ns for path in (profile / "state" / "runs").glob("*.checkpoint")}
            assert app.poll() is None, "the app ended by itself"
            assert time.monotonic() < end, "no checkpoint came"
            time.sleep(0.02)
        family = psutil.Process(app.pid).children(recursive=True)
    finally:
        os.kill(app.pid, signal.SIGKILL)
        app.wait()
    return family


def test_that_a_killed_calibration_goes_on_to_the_same_end(qapp, engine: Engine, preview_service: PreviewService,
                                                           section_file: Path, profile: Path):
    family = _kill_in_mid_calibration(section_file, profile)
    assert len(family) >= 2, "the engine processes"
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == []
    application = Application(qapp, engine, preview_service)
    application.window.ask_before_close = False
    try:
        application.window.show()
        result = _recover_and_resume(application)
        document = application.context.session.document
        assert document.calibrated == result.model
        uninterrupted: list = []
        again = CalibrationJob(tuple(e.image for e in document.images), document.runs[-1].settings)
        application.context.jobs.submit(again, finished=uninterrupted.append)
        wait_until(lambda: bool(uninterrupted), "the run without the kill")
    finally:
        application.window.close()
        application.close()
        application.window.deleteLater()
    expected = uninterrupted[0]
    assert result.model.phases == expected.model.phases
    assert result.model.values() == expected.model.values()  # bit for bit
    assert [(r.order, r.misfit) for r in result.ranking] == [(r.order, r.misfit) for r in expected.ranking]
    assert result.estimates == expected.estimates


def _recover_and_resume(application: Application):
    click(application.window.welcome.recovery.recover_button)
    session = application.context.session
    wait_until(lambda: session.active_image is not None, "the recovered session")
    click(application.window.rail.entry("calibrate"))
    page = application.window.workspace.page("calibrate")
    click(page.resume_button)
    wait_until(lambda: page.run.last_record is not None, "the first step after the resume")
    # It goes on: the first steps are not taken again.
    assert page.run.last_record.step > 2
    wait_until(lambda: not page.run.is_active, "the end")
    run = session.document.runs[-1]
    assert run.status == "finished"
    return run.result
