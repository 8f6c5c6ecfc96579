"""Parameters of covariances with several numbers: under the name of their field, each name whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea

from morphstudio.core.models.excursion_set import excursion_set, families_of
from morphstudio.gui.param_form.form import ParameterForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

COLOURS = ((200, 0, 0), (0, 200, 0), (0, 0, 200))
WIDTH = 294  # of the form at the inspector's own width


def _form(application: Application, qtbot: QtBot, key: str) -> ParameterForm:
    form, area = ParameterForm(application.context), QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(form)
    form.set_model(excursion_set(("se", "am", "pore"), {}, families_of(3, key)), COLOURS)
    for button in form._more:
        button.click()
    area.resize(WIDTH + area.verticalScrollBar().sizeHint().width() + 2 * area.frameWidth(), 600)
    area.show()
    qtbot.waitExposed(area)
    form.area = area  # type: ignore[attr-defined] # it would take the form along
    return form


@pytest.mark.parametrize("key", ["matern", "low-parametric", "cardinal-sine", "cardinal-sine+matern", "gaussian"])
def test_that_no_name_is_cut(application: Application, qtbot: QtBot, key: str) -> None:
    form = _form(application, qtbot, key)
    qtbot.waitUntil(lambda: form.width() <= WIDTH + 1)
    for name, row in form.rows.items():
        if (label := getattr(row, "name_label", None)) is not None:
            assert "…" not in label.text()
            assert label.height() >= label.heightForWidth(label.width()), name
            longest = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split())
            assert longest <= label.width(), name


def test_that_rows_stand_under_the_name_and_the_letter_of_their_field(application: Application, qtbot: QtBot) -> None:
    form = _form(application, qtbot, "matern")
    told = {tuple(label.text() for label in heading.findChildren(QLabel)): [row.param.name for row in rows]
            for heading, rows in list(form._groups.items())[:2]}
    assert told == {("Squared fields",): ["alpha_chi_x", "nu_chi_x"],
                    ("Plain field",): ["alpha_x", "nu_x", "sigma_x", "nugget_x"]}
    assert form.rows["nu_chi_x"].name_label.text() == "Smoothness"
    assert form.rows["nu_chi_x"].slider.accessibleName() == "Squared fields: smoothness"
    assert form.rows["correlation_sign_x"].name_label.text() == "Common field: sign"
    assert [heading.accessibleName() for heading in form._groups] == [
        "Squared fields", "Plain field", "Squared fields", "Plain field", "Common field"]


def test_that_a_heading_folds_with_all_its_rows(application: Application, qtbot: QtBot) -> None:
    form = _form(application, qtbot, "low-parametric")
    assert all(not heading.isHidden() for heading in form._groups)
    for button in form._more:
        button.click()
    assert all(heading.isHidden() for heading in form._groups)
    assert not form.rows["lambda_x"].isHidden()


def test_that_one_number_for_each_field_needs_no_headings(application: Application, qtbot: QtBot) -> None:
    form = _form(application, qtbot, "gaussian")
    assert form._groups == {}
    assert form.rows["alpha_chi_x"].name_label.text() == "Squared fields: detail"
    form.set_model(excursion_set(("se", "am", "pore"), {}, families_of(3, covariances={"x": "matern"})), COLOURS)
    assert form.rows["nu_x"].name_label.text() == "Smoothness"
    assert form.rows["alpha_chi_x"].name_label.text() == "Squared fields: detail"
