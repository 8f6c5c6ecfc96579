"""Saved states belong to the images and settings that they were made with."""

from dataclasses import replace

import numpy as np
import pytest

from morphstudio.core.calibration.exact import ExactCalibration
from morphstudio.core.calibration.inputs import check_same_inputs, fingerprint
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.calibration.simulated.settings import SimulatedSettings
from morphstudio.core.errors import InputError
from morphstudio.core.phases import PhaseImage, phase_image


@pytest.fixture
def image() -> PhaseImage:
    return phase_image(np.random.default_rng(0).integers(0, 2, (1, 40, 40)).astype(np.uint8), (0.2,) * 3)


@pytest.mark.parametrize("settings", [ExactSettings(), SimulatedSettings()])
def test_that_the_same_inputs_are_recognised(image, settings) -> None:
    again = phase_image(image.labels.copy(), (0.2,) * 3)
    check_same_inputs({"inputs": fingerprint([image], settings)}, [again], replace(settings))


def test_that_other_inputs_are_refused(image) -> None:
    state = {"inputs": fingerprint([image], ExactSettings())}
    labels = image.labels.copy()
    labels[0, 0, 0] ^= 1
    others = ([phase_image(labels, (0.2,) * 3)], [phase_image(image.labels, (0.1,) * 3)], [image, image],
              [phase_image(image.labels, (0.2,) * 3, {0: "pore", 1: "am"})])
    for images in others:
        with pytest.raises(InputError, match="interrupted"):
            check_same_inputs(state, images, ExactSettings())
    with pytest.raises(InputError, match="interrupted"):
        check_same_inputs(state, [image], ExactSettings(seed=1))


def test_that_an_exact_calibration_checks_them(image) -> None:
    state = ExactCalibration([image], ExactSettings()).state_dict()
    with pytest.raises(InputError, match="interrupted"):
        ExactCalibration([image], ExactSettings(seed=1)).load_state_dict(state)
