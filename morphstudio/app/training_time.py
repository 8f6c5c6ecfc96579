"""How long a calibration by simulation takes at most, before it begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from morphstudio.app.forecast import Forecast, forecast_simulate
from morphstudio.core.models.excursion_set import GAUSSIAN, families_of

if TYPE_CHECKING:
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.phases import PhaseImage

# Seconds of one thread of a desktop processor, as seen with 2 and 3 phases, windows of 64 to 201 pixels, batches of 8
# to 32 and three or four convolutions: for a pixel and phase of the windows, for a multiplication of a convolution,
# and for the exact two-point functions by the number of phases (those of 4 follow from the number of their pairs).
DRAW_SECONDS, MULTIPLY_SECONDS = 4e-7, 6e-11
TERM_SECONDS = {2: 0.03, 3: 0.2, 4: 0.7}
RICH_FACTOR = 1.4  # of exact two-point functions where covariances are not Gaussian
# An exact calibration with the usual four starts for each order; more where its fields are not Gaussian.
EXACT_SECONDS, RICH_SECONDS, USUAL_STARTS = {2: 8.0, 3: 45.0, 4: 400.0}, {2: 30.0, 3: 100.0, 4: 300.0}, 4
# Passes through the discriminator: forth and back to the windows; forth and back to its weights, real and generated.
GENERATOR_PASSES, DISCRIMINATOR_PASSES = 2, 6
SLOWEST, FASTEST, TELLING_SECONDS = 50.0, 0.1, 20.0


def forecast_training(images: tuple[PhaseImage, ...], settings: SimulatedSettings, pace: float = 1.0) -> Forecast:
    """Return what a calibration by simulation will need; its time if all epochs are run.

    Parameters
    ----------
    images : tuple of PhaseImage
    settings : SimulatedSettings
    pace : float
        What :func:`training_pace` made of an earlier run on this computer.
    """
    n_phases = len(images[0].phases)
    seconds = _exact_seconds(settings, n_phases) + _training_seconds(settings, n_phases)
    return replace(forecast_simulate(images, settings.batch, settings.window), seconds=pace * seconds)


def training_pace(images: tuple[PhaseImage, ...], settings: SimulatedSettings, n_epochs: int,
                  seconds: float) -> float | None:
    """Return how many times longer a run took than is usual, from one of ``n_epochs`` epochs in ``seconds``.

    ``None`` where it was over too soon to tell: starting would count for more
    than training.
    """
    if seconds < TELLING_SECONDS:
        return None
    usual = forecast_training(images, replace(settings, n_epochs=max(n_epochs, 1))).seconds
    assert usual is not None
    return min(max(seconds / usual, FASTEST), SLOWEST)


def _exact_seconds(settings: SimulatedSettings, n_phases: int) -> float:
    if not settings.begins_exactly:
        return 0.0
    is_rich = settings.exact_first == "fit" and _is_rich(settings, n_phases)
    seconds = settings.starts / USUAL_STARTS * EXACT_SECONDS[n_phases]
    return seconds + (RICH_SECONDS[n_phases] if is_rich else 0.0)


def _training_seconds(settings: SimulatedSettings, n_phases: int) -> float:
    adversarial, two_point = settings.method != "monte-carlo", settings.method != "adversarial"
    term = TERM_SECONDS[n_phases] * (RICH_FACTOR if _is_rich(settings, n_phases) else 1.0)
    drawn = DRAW_SECONDS * n_phases * settings.batch * settings.window**2
    through = MULTIPLY_SECONDS * settings.batch * _multiplications(settings, n_phases) if adversarial else 0.0
    needs_windows = adversarial or not settings.exact_term
    generator = drawn * needs_windows + GENERATOR_PASSES * through + term * (settings.exact_term and two_point)
    discriminator = drawn + DISCRIMINATOR_PASSES * through
    n_steps = settings.n_epochs * settings.n_steps
    before = (settings.pretraining_generator * generator + settings.pretraining_discriminator * discriminator
              if settings.method == "combined" else 0.0)
    # At the end of an epoch the model is assessed by its exact functions.
    return before + n_steps * (generator + discriminator * adversarial) + settings.n_epochs * term


def _multiplications(settings: SimulatedSettings, n_phases: int) -> int:
    """Return how many multiplications the convolutions take for one window."""
    edge, margin, maps, total = settings.window, (settings.kernel_size - 1) // 2, n_phases, 0
    for wider in settings.features:
        edge = max((edge + 2 * margin - settings.kernel_size) // settings.stride + 1, 1)
        total += edge**2 * settings.kernel_size**2 * maps * wider
        maps = wider
    return total


def _is_rich(settings: SimulatedSettings, n_phases: int) -> bool:
    if settings.begin is not None:
        return set(settings.begin.families) != {GAUSSIAN}
    return set(families_of(n_phases, settings.parameterisation, settings.covariances)) != {GAUSSIAN}
