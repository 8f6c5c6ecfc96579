"""Which run the model in use is of, and whether it fits the same images better than another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.app.document import Document, RunEntry
    from morphstudio.core.calibration.records import CalibrationResult

# Misfits within this factor are equally good: calibration itself does not tell such fits apart.
EQUALLY_GOOD = 1.02


def run_in_use(document: Document) -> RunEntry | None:
    """Return the run that the calibrated model is of; ``None`` where it is of none."""
    if document.calibrated is None:
        return None
    return next((run for run in reversed(document.runs)
                 if run.result is not None and run.result.model == document.calibrated), None)


def better_in_use(document: Document, run: RunEntry, result: CalibrationResult) -> RunEntry | None:
    """Return the run in use where it fits better than ``run`` with its ``result``; ``None`` where it does not.

    Misfits are comparable for the same voxels, phases and lags only.
    """
    used = run_in_use(document)
    if used is None or used.result is None or used.id == run.id or _basis(used) != _basis(run):
        return None
    if not run.made_from or set(used.result.model.phases) != set(result.model.phases):
        return None
    return used if result.misfit > EQUALLY_GOOD * used.result.misfit else None


def _basis(run: RunEntry) -> tuple[object, ...]:
    """Return what a misfit is measured against."""
    return (run.settings.n_lags, run.settings.max_lag,
            *((state.labels_sha256, state.voxel_size_um) for state in run.made_from))
