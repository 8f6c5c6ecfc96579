"""Closing says truly what would be lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from morphstudio.app.document import Document
from morphstudio.app.project_contents import read_project
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.closing import ask_to_save, leaves_unfinished
from morphstudio.gui.job_bridge import JobState

ANSWER_MS = 30_000


@pytest.mark.parametrize(("path", "words"), [(None, "not in any project file"),
                                             (Path("twin.morphstudio"), "since the last save")])
def test_that_the_question_says_what_would_be_lost(application, monkeypatch, path, words):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.informativeText())
                        or QMessageBox.StandardButton.Cancel)
    session = application.context.session
    session.apply("model", replace(session.document, path=path, model=excursion_set(("am", "pore"), {})))
    assert ask_to_save(application.context, application.window) == "stay"
    assert words in asked[0]


@pytest.mark.parametrize(("button", "closes"), [("Close anyway", True), ("Let it finish", False)])
def test_that_closing_amid_an_export_asks_and_may_wait(application, monkeypatch, button, closes):
    asked = []

    def answer(box):
        asked.append(box.informativeText())
        chosen = next(each for each in box.buttons() if each.text() == button)
        monkeypatch.setattr(box, "clickedButton", lambda: chosen)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    job = JobState("1", "Export cathode.tif", "export", status="running")
    monkeypatch.setattr(application.context.jobs, "running", lambda kind=None: (job,) if kind == "export" else ())
    assert leaves_unfinished(application.context, application.window, movie=False) is closes
    assert "Export cathode.tif" in asked[0]


def test_that_nothing_is_asked_where_nothing_is_being_written(application):
    assert leaves_unfinished(application.context, application.window, movie=False)


def test_that_opening_a_project_asks_about_unsaved_work_and_can_be_given_up(application, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text())
                        or QMessageBox.StandardButton.Cancel)
    window, session = application.window, application.context.session
    window.ask_before_close = True
    model = excursion_set(("am", "pore"), {})
    session.apply("model", replace(session.document, model=model))
    window.opener.open_project(tmp_path / "other.morphstudio")
    window.ask_before_close = False
    assert len(asked) == 1
    assert not application.context.jobs.running("open")
    assert session.document.model == model


def test_that_opening_an_image_asks_about_unsaved_work_and_can_be_given_up(application, monkeypatch, label_file):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text())
                        or QMessageBox.StandardButton.Cancel)
    window, session = application.window, application.context.session
    model = excursion_set(("am", "pore"), {})
    session.apply("model", replace(session.document, model=model))
    window.ask_before_close = True
    window.opener.open_image(label_file)
    window.opener.open_sample()
    assert len(asked) == 2
    assert not application.context.jobs.running("open")
    window.opener.open_image(label_file, add=True)
    window.ask_before_close = False
    assert len(asked) == 2, "an image that is added leaves nothing behind"
    assert application.context.jobs.running("open")


def test_that_a_view_that_cannot_be_told_keeps_nothing_from_being_saved(application, caplog):
    class Broken:
        def view_state(self):
            raise RuntimeError("the scene is gone")

        def restore_view(self, state):
            """Nothing to put back."""

    application.context.views.register("broken", Broken())
    session = application.context.session
    session.apply("seed", replace(session.document, seed=7))
    assert session.document.seed == 7
    assert "broken" not in application.context.views.gather()
    assert "The view of broken is not kept" in caplog.text


def test_that_a_save_that_ends_after_another_document_was_opened_names_the_one_it_saved(application, qtbot, tmp_path):
    session, window, path = application.context.session, application.window, tmp_path / "first.morphstudio"
    model = excursion_set(("am", "pore"), {})
    session.apply("model", replace(session.document, model=model, path=path))
    went_on, told = [], []
    application.context.jobs.state_changed.connect(lambda state: told.append(state.status))
    window.save(then=lambda: went_on.append(True))
    session.replace_all(Document(name="second", model=model), saved=True)
    qtbot.waitUntil(lambda: "finished" in told, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: "Saved first.morphstudio" in window.tray.log.toPlainText(), timeout=ANSWER_MS)
    assert (session.document.name, session.document.path) == ("second", None)
    assert window.windowTitle().startswith("second")
    assert not session.dirty
    assert went_on == [], "nobody asked whether the second may be left"
    assert application.context.settings.value.recent[0].path == str(path)
    assert read_project(path).model == model


def test_that_what_ends_while_the_project_is_saved_is_saved_too_before_the_window_closes(
        application, qtbot, monkeypatch, tmp_path):
    window, session = application.window, application.context.session
    path = tmp_path / "twin.morphstudio"
    model = excursion_set(("am", "pore"), {})
    session.apply("model", replace(session.document, model=model, path=path))
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(1) or QMessageBox.StandardButton.Save)
    window.ask_before_close = True
    window.close()
    session.apply("arrives", replace(session.document, seed=9), undoable=False)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=ANSWER_MS)
    assert len(asked) == 1
    assert read_project(path).seed == 9


def test_that_saving_starts_where_this_document_was_saved_before(application, tmp_path):
    context = application.context
    image, used = tmp_path / "images", tmp_path / "out"
    image.mkdir()
    used.mkdir()
    session = context.session
    session.apply("project", replace(session.document, path=image / "twin.morphstudio"))
    assert context.save_folder("export") == image
    context.remember_folder("export", used)
    assert context.save_folder("export") == used
    assert context.save_folder("figure") == image
    session.replace_all(Document(path=image / "other.morphstudio"), saved=True)
    assert context.save_folder("export") == image
