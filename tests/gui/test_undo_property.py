"""A hundred random actions, all undone and all redone: the identical state both ways; units change nothing stored."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from morphstudio.app.document import Document, ImageEntry, Variant
from morphstudio.app.session import Session
from morphstudio.core.image_edits import cropped
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import phase_image
from morphstudio.gui.panels.data.edits import with_entry, with_phase, with_voxel_size, without_image
from morphstudio.gui.units import UNITS, UnitController

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.gui.application import Application

ACTIONS = 100
NAMES = {0: "pore", 1: "am", 2: "se"}
SLIDERS = ("alpha_x", "alpha_y", "alpha_chi_x", "lambda_x", "lambda_y", "scale_z")
ROLES = ("electrolyte", "active material", "pore", "solid", "other")
MODEL = excursion_set(("se", "am", "pore"), {"lambda_x": 1.25})


def new_image(number: int) -> ImageEntry:
    labels = np.random.default_rng(number).integers(0, 3, (10, 12, 14)).astype(np.uint8)
    return ImageEntry(phase_image(labels, (0.2, 0.2, 0.2), NAMES, f"image {number}"), f"/data/{number}.tif", "",
                      voxel_confirmed=False)


def begin() -> Document:
    return Document(images=(new_image(0),), model=MODEL, calibrated=MODEL, model_labels=(2, 1, 0),
                    voxel_size_um=(0.2, 0.2, 0.2))


def move(document: Document, number: int) -> Document:
    assert document.model is not None
    sliders = [p for p in document.model.table if p.name in SLIDERS]
    param = sliders[number % len(sliders)]
    low, high = param.slider
    return replace(document, model=document.model.with_values({param.name: low + (high - low) * (number % 97) / 97}))


def rename(document: Document, number: int) -> Document:
    return with_phase(document, number % 3, lambda phase: replace(phase, name=f"name {number}"))


def give_role(document: Document, number: int) -> Document:
    return with_phase(document, number % 3, lambda phase: replace(phase, role=ROLES[number % len(ROLES)]))


def size_voxels(document: Document, number: int) -> Document:
    size = None if number % 7 == 0 else (0.01 + number / 1000,) * 3
    return with_voxel_size(document, document.active, size, confirmed=bool(number % 2))  # type: ignore[arg-type]


def crop(document: Document, number: int) -> Document:
    entry = document.images[document.active]
    z, y, x = entry.image.shape
    if min(z - 1, y - 1, x) < 8:
        return document
    return with_entry(document, document.active,
                      replace(entry, image=cropped(entry.image, ((number % 2, z), (0, y - 1), (0, x)))))


def keep(document: Document, number: int) -> Document:
    assert document.model is not None
    return replace(document, variants=(*document.variants, Variant(f"variant {number}", document.model)))


def forget(document: Document, number: int) -> Document:
    return replace(document, variants=document.variants[1:]) if document.variants else document


def reseed(document: Document, number: int) -> Document:
    return replace(document, seed=number)


def add(document: Document, number: int) -> Document:
    images = (*document.images, new_image(number))
    return replace(document, images=images, active=len(images) - 1) if len(images) < 5 else document


def remove(document: Document, number: int) -> Document:
    return without_image(document, number % len(document.images)) if len(document.images) > 1 else document


KINDS: tuple[Callable[[Document, int], Document], ...] = (
    move, move, rename, give_role, size_voxels, crop, keep, forget, reseed, add, remove)
actions = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 10_000)), min_size=ACTIONS, max_size=ACTIONS)


def frozen(value: Any) -> Any:
    """Return a copy of everything a document says, by value."""
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *(frozen(getattr(value, f.name)) for f in fields(value)))
    if isinstance(value, (tuple, list)):
        return tuple(map(frozen, value))
    if isinstance(value, dict):
        return tuple((key, frozen(item)) for key, item in value.items())
    return value


@seed(20)
# Not shrunk on failure: a hundred actions take long, and the names of the steps tell enough.
@settings(max_examples=10, deadline=None, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])
@given(actions)
def test_that_a_hundred_actions_undone_and_redone_give_the_identical_state(
        chosen: list[tuple[Callable[[Document, int], Document], int]]) -> None:
    session = Session(begin())
    first, states = frozen(session.document), []
    for action, number in chosen:
        changed = action(session.document, number)
        if changed is not session.document:
            states.append(frozen(session.document))
            session.apply(f"{action.__name__} {number}", changed)
    last, names = frozen(session.document), [step.name for step in session.history()]
    assert len(names) == len(states)
    for expected in reversed(states):
        session.undo()
        assert frozen(session.document) == expected
    assert session.undo_name is None
    assert frozen(session.document) == first
    for expected in (*states[1:], last):
        session.redo()
        assert frozen(session.document) == expected
    assert session.redo_name is None
    assert [step.name for step in session.history()] == names


@seed(21)
@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(UNITS), max_size=20), st.floats(1e-4, 1e4), st.floats(1e-3, 10))
def test_that_a_length_survives_every_unit(units: list[Any], length: float, edge: float) -> None:
    controller = UnitController()
    controller.set_voxel_size((edge, edge, edge))
    for unit in units:
        controller.set_unit(unit)
        assert length * controller.factor() / controller.factor() == pytest.approx(length, rel=1e-15)


def test_that_switching_units_stores_nothing_new(opened: Application) -> None:
    session, window = opened.context.session, opened.window
    session.apply("open a model", replace(session.document, model=MODEL, calibrated=MODEL, model_labels=(2, 1, 0),
                                          voxel_size_um=(0.2, 0.2, 0.2)))
    for step in ("explore", "measure", "data"):
        window.show_step(step)
    before, state, steps = session.document, frozen(session.document), len(session.history())
    for step in ("explore", "measure", "data"):
        window.show_step(step)
        for unit in (*UNITS, "um"):
            window.actions_.action(f"unit_{unit}").trigger()
    assert session.document is before
    assert frozen(session.document) == state
    assert len(session.history()) == steps
