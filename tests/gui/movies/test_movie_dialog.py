"""The dialog: real clicks from the menu to a file that another reader opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit

from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.movies.stacks import NOTHING_TO_FILM
from morphstudio.gui.widgets.buttons import Segmented
from morphstudio.gui.widgets.phases import image_colours
from morphstudio.io.exports import write_image
from morphstudio.io.movies import mp4

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application
    from morphstudio.gui.movies.dialog import MovieDialog

ANSWER_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
SHAPE = (6, 24, 32)


@pytest.fixture
def labels() -> NDArray[np.uint8]:
    """Slices of one label each, but for a corner that all labels share."""
    labels = np.empty(SHAPE, np.uint8)
    for z in range(SHAPE[0]):
        labels[z] = z % 3
    labels[:, :2, :3] = (0, 1, 2)
    return labels


@pytest.fixture
def with_volume(application: Application, labels: NDArray[np.uint8], tmp_path: Path, qtbot: QtBot) -> Application:
    phases = tuple(Phase(label, name, "other") for label, name in enumerate(("am", "se", "pore")))
    write_image(tmp_path / "volume.tif", PhaseImage(labels, phases, (0.2, 0.2, 0.2)))
    application.window.opener.open_image(tmp_path / "volume.tif")
    qtbot.waitUntil(lambda: application.context.session.active_image is not None, timeout=ANSWER_MS)
    return application


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def dialog(with_volume: Application, folder: Path, qtbot: QtBot) -> MovieDialog:
    """The dialog as Ctrl+Shift+E opens it, for a short small movie."""
    window = with_volume.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = window.movie_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.preview.picture.pixmap().isNull(), timeout=ANSWER_MS)
    for field, text in ((dialog.fields.seconds, "2"), (dialog.fields.fps, "10"), (dialog.fields.width_field, "160"),
                        (dialog.fields.height_field, "120")):
        enter(field, text, qtbot)
    enter(dialog.place.folder, str(folder), qtbot)
    enter(dialog.place.name, "film", qtbot)
    return dialog


def enter(field: QAbstractSpinBox | QLineEdit, text: str, qtbot: QtBot) -> None:
    line = field.lineEdit() if isinstance(field, QAbstractSpinBox) else field
    field.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Tab)


def make(dialog: MovieDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.make_button, LEFT)
    assert dialog.is_making
    qtbot.waitUntil(lambda: not dialog.is_making, timeout=ANSWER_MS)


def frames_of(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(container.streams.video[0])]


def test_that_a_sweep_is_made_by_clicks(dialog: MovieDialog, with_volume: Application, folder: Path, qtbot: QtBot):
    assert dialog.fields.what.current == "sweep"
    assert "20 frames" in dialog.progress.words.text()
    plan = dialog.plan
    make(dialog, qtbot)
    assert [p.name for p in folder.iterdir()] == ["film.mp4"]
    frames = frames_of(folder / "film.mp4")
    assert len(frames) == 20
    assert frames[0].shape == (120, 160, 3)
    colours = dialog_colours(with_volume)
    for at, label in ((0, 0), (-1, (SHAPE[0] - 1) % 3)):
        assert np.abs(frames[at][55, 80].astype(int) - colours[label]).max() < 8
    assert with_volume.window.notice.isVisible()
    assert dialog.is_gone
    assert with_volume.context.settings.folder("movie", folder) == str(folder)
    with_volume.window.open_movie()
    # The next one begins as this one was.
    assert with_volume.window.movie_dialog.plan == plan


def dialog_colours(application: Application) -> list[tuple[int, int, int]]:
    return list(image_colours(application.context.session.active_image.image))


@pytest.mark.parametrize("kind", ["gif", "png"])
def test_that_the_other_formats_have_exact_colours(dialog: MovieDialog, with_volume: Application, folder: Path,
                                                   qtbot: QtBot, kind: str):
    qtbot.mouseClick(dialog.fields.format.button(kind), LEFT)
    make(dialog, qtbot)
    colours = dialog_colours(with_volume)
    if kind == "gif":
        with Image.open(folder / "film.gif") as image:
            assert image.n_frames == 20
            image.seek(19)
            last = np.asarray(image.convert("RGB"))
    else:
        files = sorted((folder / "film").iterdir())
        assert len(files) == 20
        last = np.asarray(Image.open(files[-1]))
    assert tuple(last[55, 80]) == colours[(SHAPE[0] - 1) % 3]


def test_that_the_preview_follows_its_slider(dialog: MovieDialog, with_volume: Application, qtbot: QtBot):
    dialog.preview.slider.setFocus()
    qtbot.keyClick(dialog.preview.slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: dialog.preview.words.text() == "Frame 20 of 20")
    wanted = dialog_colours(with_volume)[(SHAPE[0] - 1) % 3]

    def shown() -> bool:
        image = dialog.preview.picture.pixmap().toImage()
        return image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3] == wanted

    qtbot.waitUntil(shown)


def test_that_stop_leaves_nothing_and_the_settings_stay(dialog: MovieDialog, folder: Path, qtbot: QtBot):
    enter(dialog.fields.seconds, "60", qtbot)
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.bar.value() > 3, timeout=ANSWER_MS)
    qtbot.mouseClick(dialog.stop_button, LEFT)
    qtbot.waitUntil(lambda: not dialog.is_making, timeout=ANSWER_MS)
    assert not list(folder.iterdir())
    assert dialog.isVisible()
    assert dialog.fields.seconds.value() == 60
    assert dialog.make_button.isEnabled()


@pytest.mark.parametrize("how", ["stop", "close"])
def test_that_ffmpeg_is_not_waited_for_when_the_movie_is_not_wanted(
        dialog: MovieDialog, with_volume: Application, folder: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, how: str):
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\ncat >/dev/null\nexec sleep 600\n")
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "encoder", lambda: str(fake))
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.bar.value() == dialog.plan.n_frames, timeout=ANSWER_MS)
    assert dialog.is_making
    if how == "stop":
        qtbot.mouseClick(dialog.stop_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.is_making, timeout=ANSWER_MS)
        assert dialog.place.failure.isHidden()
    else:
        with_volume.window.close()
    assert not list(folder.iterdir())


def test_that_a_hidden_dialog_goes_on_and_comes_back(dialog: MovieDialog, with_volume: Application, folder: Path,
                                                    qtbot: QtBot):
    window = with_volume.window
    enter(dialog.fields.seconds, "20", qtbot)
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.is_making
    window.actions_.action("movie").trigger()
    assert window.movie_dialog is dialog
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.is_making, timeout=ANSWER_MS)
    assert dialog.is_gone
    assert len(frames_of(folder / "film.mp4")) == 200
    window.actions_.action("movie").trigger()
    assert window.movie_dialog is not dialog


def test_that_closing_the_window_stops_a_movie_and_leaves_nothing(dialog: MovieDialog, with_volume: Application,
                                                                 folder: Path, qtbot: QtBot):
    enter(dialog.fields.seconds, "60", qtbot)
    qtbot.mouseClick(dialog.make_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.bar.value() > 1, timeout=ANSWER_MS)
    with_volume.window.close()
    assert not list(folder.iterdir())


def test_that_what_is_there_stays_unless_it_may_go(dialog: MovieDialog, folder: Path, qtbot: QtBot):
    (folder / "film.mp4").write_bytes(b"mine")
    dialog.place.refresh()
    assert dialog.place.guard.isVisible()
    assert dialog.place.beside.text() == "Save beside it as film_2.mp4"
    make(dialog, qtbot)
    assert (folder / "film.mp4").read_bytes() == b"mine"
    assert len(frames_of(folder / "film_2.mp4")) == 20


def test_that_what_may_go_is_replaced(dialog: MovieDialog, folder: Path, qtbot: QtBot):
    (folder / "film.mp4").write_bytes(b"mine")
    dialog.place.refresh()
    qtbot.mouseClick(dialog.place.overwrite, LEFT)
    make(dialog, qtbot)
    assert len(frames_of(folder / "film.mp4")) == 20
    assert len(list(folder.iterdir())) == 1


def test_that_a_folder_with_other_files_cannot_be_replaced(dialog: MovieDialog, folder: Path, qtbot: QtBot):
    qtbot.mouseClick(dialog.fields.format.button("png"), LEFT)
    (folder / "film").mkdir()
    (folder / "film" / "film_0001.png").write_bytes(b"a frame")
    dialog.place.refresh()
    qtbot.mouseClick(dialog.place.overwrite, LEFT)
    assert dialog.place.replaces
    (folder / "film" / "results.csv").write_bytes(b"mine")
    dialog.place.refresh()
    assert not dialog.place.overwrite.isEnabled()
    assert "holds more" in dialog.place.overwrite.toolTip()
    assert not dialog.place.replaces
    make(dialog, qtbot)
    assert {p.name for p in (folder / "film").iterdir()} == {"film_0001.png", "results.csv"}
    assert len(list((folder / "film_2").iterdir())) == 20


def test_that_long_sentences_squeeze_no_field(dialog: MovieDialog, folder: Path, qtbot: QtBot):
    (folder / "film.mp4").write_bytes(b"mine")
    dialog.place.show_failure("It could not be written: there is no space left on the device. " * 3)
    dialog.place.refresh()
    fields = (dialog.fields.seconds, dialog.fields.source, dialog.fields.width_field)
    layout = dialog.layout()
    wanted = layout.totalHeightForWidth(dialog.width())
    assert wanted > layout.minimumSize().height()
    qtbot.waitUntil(lambda: dialog.height() >= wanted)
    qtbot.waitUntil(lambda: all(field.parentWidget().height() >= field.height() for field in fields))
    assert dialog.place.guard.isVisible()


@pytest.mark.parametrize(("field", "text", "words"), [
    ("folder", "/nowhere/at/all", "There is no such folder"), ("folder", "", "No folder is chosen"),
    ("folder", "~nosuchperson", "There is no such folder"), ("folder", "/" + "x" * 300, "There is no such folder"),
    ("name", "a/b", "cannot hold"), ("name", "", "needs a name"), ("name", "x" * 220, "too long")])
def test_that_a_bad_place_is_said_beside_it(dialog: MovieDialog, field: str, text: str, words: str, qtbot: QtBot):
    line = getattr(dialog.place, field)
    line.clear()
    enter(line, text, qtbot)
    assert dialog.place.problem.isVisible()
    assert words in dialog.place.problem.text.text()
    assert not dialog.make_button.isEnabled()
    assert dialog.make_button.toolTip()


def test_that_a_name_counts_as_the_disk_counts_it(dialog: MovieDialog):
    dialog.place.name.setText("é" * 150)
    assert "too long" in dialog.place.problem.text.text()
    assert not dialog.make_button.isEnabled()


def test_that_a_disk_that_gets_full_is_said_beside_the_folder(dialog: MovieDialog, folder: Path, tmp_path: Path,
                                                              monkeypatch: pytest.MonkeyPatch, qtbot: QtBot):
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\nhead -c 100000 >/dev/null\necho 'av_interleaved_write_frame(): No space left on device'"
                    " >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "encoder", lambda: str(fake))
    make(dialog, qtbot)
    assert dialog.isVisible()
    assert not list(folder.iterdir())
    failure = dialog.place.failure
    # Looking at another frame, and coming back to the window, change neither.
    with qtbot.waitSignal(dialog.preview.measured):
        qtbot.keyClick(dialog.preview.slider, Qt.Key.Key_End)
    dialog.sources.refresh()
    assert failure.isVisible()
    assert "No space left on device" in failure.text.text()
    assert dialog.make_button.isEnabled()
    enter(dialog.fields.seconds, "3", qtbot)
    assert not failure.isVisible()
    make(dialog, qtbot)
    assert failure.isVisible()
    enter(dialog.place.name, "other", qtbot)
    assert not failure.isVisible()
    assert dialog.make_button.isEnabled()


def test_that_of_two_volumes_of_one_name_the_second_stays_chosen(dialog: MovieDialog, with_volume: Application,
                                                                qtbot: QtBot):
    session = with_volume.context.session
    document = session.document
    twin = replace(document.images[0])
    session.apply("image", replace(document, images=(*document.images, twin)), undoable=False)
    source = dialog.fields.source
    assert source.count() == 2
    assert source.itemText(0) == source.itemText(1)
    source.setFocus()
    qtbot.keyClick(source, Qt.Key.Key_Down)
    assert source.currentIndex() == 1
    dialog.sources.refresh()
    assert source.currentIndex() == 1
    # Another one before it: it stays the one that was chosen.
    third = replace(twin)
    session.apply("image", replace(session.document, images=(third, *session.document.images)), undoable=False)
    assert source.currentIndex() == 2


def test_that_sizes_become_even_and_presets_are_marked(dialog: MovieDialog, qtbot: QtBot):
    enter(dialog.fields.width_field, "161", qtbot)
    assert dialog.plan.size == (162, 120)
    assert dialog.fields.preset.current == "own"
    qtbot.mouseClick(dialog.fields.preset.button("1080p"), LEFT)
    assert dialog.plan.size == (1920, 1080)
    assert dialog.fields.preset.current == "1080p"


def test_that_a_gif_that_is_too_fast_is_said(dialog: MovieDialog, qtbot: QtBot):
    enter(dialog.fields.fps, "60", qtbot)
    assert dialog.make_button.isEnabled()
    qtbot.mouseClick(dialog.fields.format.button("gif"), LEFT)
    assert "60 frames a second" in dialog.fields.problem.text.text()
    assert not dialog.make_button.isEnabled()


def test_that_without_a_model_the_spin_says_why(dialog: MovieDialog):
    button = dialog.fields.what.button("spin")
    assert not button.isEnabled()
    assert "model" in button.toolTip()


def test_that_a_section_alone_cannot_be_filmed(opened: Application):
    actions = opened.window.actions_
    assert not actions.action("movie").isEnabled()
    assert actions.reason("movie") == NOTHING_TO_FILM


def test_that_a_project_that_is_closed_leaves_nothing_to_film(dialog: MovieDialog, with_volume: Application):
    with_volume.window.close_project()
    assert not dialog.make_button.isEnabled()
    assert dialog.progress.words.text() == NOTHING_TO_FILM


def test_that_every_control_has_a_name_a_meaning_and_is_reached_by_tab(dialog: MovieDialog):
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
    controls = [w for kind in kinds for w in dialog.findChildren(kind) if w.isVisible() and w.isEnabled()
                and not isinstance(w.parentWidget(), (QAbstractSpinBox, QComboBox))]
    assert len(controls) > 20
    reached, widget = set(), dialog.nextInFocusChain()
    while widget is not dialog:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
        widget = widget.nextInFocusChain()
    for control in controls:
        assert control.accessibleName() or control.text(), control
        assert control.toolTip() or control.text(), control
        # Of the choices of a row, the arrow keys reach the others from the one that holds.
        row = control.parentWidget().children() if isinstance(control.parentWidget(), Segmented) else [control]
        assert reached & set(row), control.accessibleName()
