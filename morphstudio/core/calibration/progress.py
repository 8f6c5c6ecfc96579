"""How far a calibration is, as a share of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import Stage

# Share of a run that is done when phase orders have been told apart, where richer covariances follow.
_BEFORE_RICH = 0.35


@dataclass(slots=True)
class Progress:
    """Turns what is left of a stage into a share that never falls.

    Parameters
    ----------
    rich : bool
        Whether covariances other than the Gaussian follow.
    """

    rich: bool
    shown: float = 0.0

    def share(self, stage: Stage, left: int, total: int, *, second: bool) -> float:
        """Return the share that is done, 0 … 1.

        Parameters
        ----------
        stage : Stage
        left, total : int
            Fits that wait, and fits of this round.
        second : bool
            Whether it is the second round of a stage that has two.
        """
        done = 1 - left / max(total, 1)
        if stage == "enrich":
            share = _BEFORE_RICH + (0.98 - _BEFORE_RICH) * (0.3 + 0.7 * done if second else 0.3 * done)
        elif stage == "triage":
            # Half of the starts go on to the second round.
            share = 0.02 + (0.3 + 0.3 * (2 * done - 1) if second else 0.3 * done)
        else:
            share = 0.62 + 0.36 * done if stage == "refine" else 0.98
        if self.rich and stage in ("triage", "refine"):
            share *= _BEFORE_RICH
        # New fits on the way must not turn the clock back.
        self.shown = max(self.shown, share)
        return self.shown
