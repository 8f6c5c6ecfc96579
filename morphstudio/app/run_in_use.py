"""Which run the model in use is of, and how it compares with another run of the same images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.app.document import Document, RunEntry
    from morphstudio.core.calibration.records import RankedOrder
    from morphstudio.core.grades import Grade

# Misfits within this factor are equally good: calibration itself does not tell such fits apart.
EQUALLY_GOOD = 1.02
# Below this share of a misfit curves fit noticeably better.
NOTICEABLY_BETTER = 0.95
# Mean errors of surface and chord that differ by more than this, and by this share of the smaller one, clearly differ.
CLEARLY_APART, CLEAR_SHARE = 0.01, 0.1
_RANKS: dict[Grade, int] = {"no": 0, "partly": 1, "fits": 2}


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


def stays_in_use(document: Document, run: RunEntry) -> RunEntry | None:
    """Return the run in use where ``run`` does not fit noticeably better; ``None`` where it does, or none compares."""
    used = comparable_in_use(document, run)
    return None if used is None or is_noticeably_better(run, used) else used


def is_noticeably_better(run: RunEntry, than: RunEntry) -> bool:
    """Whether a run is worth another one's place: it fits better by one measure and is not worse by the other.

    The measures are the misfit of the curves, and surface and chord: their
    grade and their mean error. What both leave equal is no reason to change a
    model that somebody works with.
    """
    if run.misfit is None or than.misfit is None:
        return False
    surfaces = compared_surfaces(run, than)
    if run.misfit < NOTICEABLY_BETTER * than.misfit:
        return surfaces >= 0
    return surfaces > 0 and not is_worse(run, than)


def compared_surfaces(run: RunEntry, than: RunEntry) -> int:
    """Return 1 where surfaces and chords of a run are clearly closer than another one's, −1 where farther off, else 0.

    Another grade is a clear difference, too; 0 also where they are not known.
    """
    one, other = ranked_best(run), ranked_best(than)
    if one is None or other is None:
        return 0
    if one.grade != other.grade:
        return 1 if _RANKS[one.grade] > _RANKS[other.grade] else -1
    gap = mean_error(other) - mean_error(one)
    clear = max(CLEARLY_APART, CLEAR_SHARE * min(mean_error(one), mean_error(other)))
    return 0 if not abs(gap) > clear else 1 if gap > 0 else -1


def mean_error(ranked: RankedOrder) -> float:
    """Return the mean of surface and chord error."""
    return (ranked.surface_error + ranked.chord_error) / 2


def ranked_best(run: RunEntry) -> RankedOrder | None:
    """Return the ranking's entry of a run's best model; ``None`` where there is none."""
    kept = run.result if run.result is not None else run.reached
    return None if kept is None else next((ranked for ranked in kept.ranking if ranked.model == run.best), None)


def is_worse(run: RunEntry, than: RunEntry) -> bool:
    """Whether the misfit of a run is higher than that of another one by more than calibration tells apart."""
    return run.misfit is not None and than.misfit is not None and run.misfit > EQUALLY_GOOD * than.misfit


def _basis(run: RunEntry) -> tuple[object, ...]:
    """Return what a misfit is measured against."""
    return (run.settings.n_lags, run.settings.max_lag,
            *((state.labels_sha256, state.voxel_size_um) for state in run.made_from))
