"""A real window for each test, with engine processes that the tests share."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from morphstudio.app.jobs.engine import Engine, PreviewService
from morphstudio.gui.application import Application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

ANSWER_MS = 30_000


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine("test jobs")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def preview_service() -> Iterator[PreviewService]:
    service = PreviewService("test previews")
    yield service
    service.close()


@pytest.fixture
def application(qapp: QApplication, engine: Engine, preview_service: PreviewService, tmp_path: Path,
                monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The app with a fresh profile, its window shown."""
    # What earlier tests left in this process is not for the app to look through; it would by the hundred thousand.
    gc.collect()
    gc.freeze()
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path / "profile"))
    running = Application(qapp, engine, preview_service)
    running.window.ask_before_close = False
    running.window.show()
    yield running
    running.window.close()
    running.close()
    running.window.deleteLater()


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    """A section of 40 rows and 60 columns with three labels and no voxel size."""
    rng = np.random.default_rng(5)
    coarse = rng.integers(0, 3, (10, 15)).astype(np.uint8)
    path = tmp_path / "section.tif"
    tifffile.imwrite(path, np.kron(coarse, np.ones((4, 4), np.uint8)))
    return path


@pytest.fixture
def opened(application: Application, label_file: Path, qtbot: QtBot) -> Application:
    """The app with ``label_file`` open and counted."""
    application.window.opener.open_image(label_file)
    qtbot.waitUntil(lambda: application.context.session.active_image is not None, timeout=ANSWER_MS)
    page = application.window.workspace.page("data")
    qtbot.waitUntil(lambda: page.phases.rows[0].fraction.text() != "…", timeout=ANSWER_MS)
    return application
