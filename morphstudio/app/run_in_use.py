"""Which run the model in use is of, and how it compares with another run of the same images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.app.document import Document, RunEntry

# Misfits within this factor are equally good: calibration itself does not tell such fits apart.
EQUALLY_GOOD = 1.02


def run_in_use(document: Document) -> RunEntry | None:
    """Return the run that the calibrated model is of; ``None`` where it is of none."""
    if document.calibrated is None:
        return None
    return next((run for run in reversed(document.runs) if run.best == document.calibrated), None)


def comparable_in_use(document: Document, run: RunEntry) -> RunEntry | None:
    """Return the run in use where its misfit can be set against that of ``run``, another one.

    Misfits are comparable for the same voxels, phases and lags only.
    """
    used = run_in_use(document)
    if used is None or used.best is None or run.best is None or used.id == run.id or not run.made_from:
        return None
    if _basis(used) != _basis(run) or set(used.best.phases) != set(run.best.phases):
        return None
    return used if used.misfit is not None and run.misfit is not None else None


def better_in_use(document: Document, run: RunEntry) -> RunEntry | None:
    """Return the run in use where it fits better than ``run``; ``None`` where it does not, or that is not known."""
    used = comparable_in_use(document, run)
    return used if used is not None and is_worse(run, used) else None


def is_worse(run: RunEntry, than: RunEntry) -> bool:
    """Whether the misfit of a run is higher than that of another one by more than calibration tells apart."""
    return run.misfit is not None and than.misfit is not None and run.misfit > EQUALLY_GOOD * than.misfit


def _basis(run: RunEntry) -> tuple[object, ...]:
    """Return what a misfit is measured against."""
    return (run.settings.n_lags, run.settings.max_lag,
            *((state.labels_sha256, state.voxel_size_um) for state in run.made_from))
