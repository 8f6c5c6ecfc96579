"""Every control of every page: reached by Tab, named, and said what it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.steps import STEP_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morphstudio.gui.application import Application
    from morphstudio.gui.main_window import MainWindow

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView, QTabBar,
            QPlainTextEdit)
ROW_D = {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
         "lambda_x": 1.9, "lambda_y": -0.27}


@pytest.fixture
def modelled(opened: Application) -> Application:
    """An image and a model with its phases."""
    session = opened.context.session
    document = session.document
    entry = replace(document.images[0], voxel_confirmed=True)
    names = ("a", "b", "c")
    phases = tuple(replace(phase, name=name, role=role) for phase, name, role in
                   zip(entry.image.phases, names, ("electrolyte", "active material", "pore"), strict=True))
    entry = replace(entry, image=replace(entry.image, phases=phases, voxel_size_um=(0.2, 0.2, 0.2)))
    model = excursion_set(names, ROW_D)
    session.apply("model", replace(
        document, images=(entry,), model=model, calibrated=model, model_labels=tuple(p.label for p in phases),
        model_roles=tuple(p.role for p in phases), voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    return opened


def controls(window: MainWindow) -> Iterator[QWidget]:
    """Yield what can be worked with and is shown, without the parts of composed controls."""
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, (QScrollBar, QMenuBar)) or not widget.isVisible():
            continue
        parent = widget.parentWidget()
        inside = isinstance(parent, (QAbstractSpinBox, QComboBox, QTabBar, QAbstractItemView))
        view = parent.parentWidget() if parent is not None else None
        if not inside and not isinstance(view, (QAbstractItemView, QComboBox, QPlainTextEdit)):
            yield widget


def told(widget: QWidget) -> str:
    place = next((type(parent).__name__ for parent in parents(widget) if type(parent).__name__[0] != "Q"), "")
    return f"{type(widget).__name__} {name_of(widget)!r} in {place}"


def parents(widget: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        yield parent
        parent = parent.parentWidget()


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def has_meaning(widget: QWidget) -> bool:
    if (isinstance(widget, QAbstractButton) and widget.text()) or isinstance(widget, (QTabBar, QAbstractItemView)):
        return True
    return bool(widget.toolTip() or any(parent.toolTip() for parent in parents(widget)))


def reached_by_tab(window: MainWindow) -> set[QWidget]:
    """Follow Qt's chain of focus from the window round to itself, as the Tab key does."""
    found, widget = set(), window.nextInFocusChain()
    while widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
            found.add(widget)
            if widget.focusProxy() is not None:
                found.add(widget.focusProxy())
        widget = widget.nextInFocusChain()
    return found


@pytest.mark.parametrize("key", STEP_KEYS)
def test_that_every_control_has_a_name_and_a_meaning(modelled: Application, key: str):
    modelled.window.show_step(key)
    shown = list(controls(modelled.window))
    assert len(shown) > 10
    assert not [told(widget) for widget in shown if not name_of(widget)]
    assert not [told(widget) for widget in shown if not has_meaning(widget)]


@pytest.mark.parametrize("key", STEP_KEYS)
def test_that_every_control_is_reached_by_tab(modelled: Application, key: str):
    modelled.window.show_step(key)
    reached = reached_by_tab(modelled.window)
    # Of the choices of a row, the arrow keys reach the others from the one that holds.
    missing = [told(widget) for widget in controls(modelled.window) if widget.isEnabled() and widget not in reached]
    assert not missing


def test_that_the_welcome_page_can_be_worked_by_keys(application: Application):
    reached = reached_by_tab(application.window)
    shown = list(controls(application.window))
    assert not [told(widget) for widget in shown if not name_of(widget)]
    assert not [told(widget) for widget in shown if widget.isEnabled() and widget not in reached]
