"""Closing says truly what would be lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.closing import ask_to_save


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
