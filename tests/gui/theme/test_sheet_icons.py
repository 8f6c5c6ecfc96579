"""Small pictures of the style sheet: drawn once, kept in one place, left nowhere else."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QCheckBox

from morphstudio.app.places import cache_directory
from morphstudio.gui.theme.controller import ThemeController
from morphstudio.gui.theme.sheet_icons import sheet_icon_folder
from morphstudio.gui.theme.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path / "profile"))
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))


def test_that_many_starts_leave_one_folder_for_each_theme_and_nothing_in_the_temporary_one(
        qapp: QApplication, tmp_path: Path) -> None:
    for _ in range(3):
        controller = ThemeController(qapp)
        controller.toggle()
        controller.toggle()
    folders = sorted((cache_directory() / "icons").iterdir())
    assert len(folders) == 2
    assert all(not QImage(str(picture)).isNull() for folder in folders for picture in folder.iterdir())
    assert [len(list(folder.iterdir())) for folder in folders] == [8, 8]
    assert list((tmp_path / "temp").iterdir()) == []


def test_that_kept_pictures_are_used_and_lost_ones_drawn_again(qapp: QApplication) -> None:
    controller = ThemeController(qapp)
    asked: list[str] = []

    def icon(name: str, colour: str) -> object:
        asked.append(name)
        return controller.icon(name, colour)

    folder = sheet_icon_folder(LIGHT, icon)
    assert asked == []
    (folder / "check@2x.png").unlink()
    assert sheet_icon_folder(LIGHT, icon) == folder
    assert asked == ["check"]
    assert QImage(str(folder / "check@2x.png")).width() == 24
    assert sheet_icon_folder(DARK, icon) != folder


def test_that_a_cache_that_cannot_be_written_is_told_and_stops_nothing(
        qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    (cache_directory() / "icons").write_text("in the way")
    assert ThemeController(qapp).name == "light"
    assert "could not be kept" in caplog.text


def test_that_a_folder_with_blanks_and_brackets_in_its_name_serves(
        qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def picture(folder: str) -> QImage:
        monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path / folder))
        box = QCheckBox()
        qtbot.addWidget(box)
        box.setChecked(True)
        ThemeController(qapp).style_window(box)
        box.resize(40, 20)
        return box.grab().toImage()

    plain = picture("plain")
    assert picture("Jane's (own) folder") == plain
    monkeypatch.setattr("morphstudio.gui.theme.sheet_icons._ICONS", ())
    assert picture("none") != plain


def test_that_a_cache_folder_that_cannot_be_made_keeps_nobody_from_starting(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication, caplog: pytest.LogCaptureFixture):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("MORPHSTUDIO_CONFIG_DIR", str(tmp_path / "file" / "profile"))
    sheet_icon_folder(LIGHT, lambda name, colour: QIcon())
    assert "could not be kept" in caplog.text
