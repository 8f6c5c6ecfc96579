"""The network that tells cutouts of images from windows of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from morphstudio.core.calibration.simulated.settings import discriminator_edge

if TYPE_CHECKING:
    from morphstudio.core.calibration.simulated.settings import SimulatedSettings

# Standard deviation of the weights at the start, usual for such networks.
_WEIGHT_SPREAD = 0.02


class Discriminator(nn.Module):
    """Convolutions with stride, LeakyReLU and batch normalisation, a dense layer, a sigmoid.

    Parameters
    ----------
    n_phases : int
        K, the channels of a window.
    settings : SimulatedSettings
        ``window``, ``features``, ``kernel_size``, ``stride`` and ``leak`` are used.
    generator : torch.Generator
        Draws the first weights: "initialize θ_D by simulating Gaussian noise".

    Notes
    -----
    Fig. 4 of the "Excursion sets" paper prints the style alone: k4n64s2 →
    k4n128s2 → k4n256s2 → …. The first convolution has no batch normalisation,
    as usual, so that the network sees the phases' shares.
    """

    def __init__(self, n_phases: int, settings: SimulatedSettings, generator: torch.Generator) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = n_phases
        for number, maps in enumerate(settings.features):
            layers.append(nn.Conv2d(before, maps, settings.kernel_size, settings.stride,
                                    (settings.kernel_size - 1) // 2))
            if number > 0:
                layers.append(nn.BatchNorm2d(maps))
            layers.append(nn.LeakyReLU(settings.leak))
            before = maps
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * discriminator_edge(settings) ** 2, 1))
        self._begin(generator)

    def forward(self, windows: Tensor) -> Tensor:
        """Return D in (0, 1), shape (B,), of windows, shape (B, K, N, N)."""
        out: Tensor = self.layers(windows)
        return torch.sigmoid(out[:, 0])

    def _begin(self, generator: torch.Generator) -> None:
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if name.endswith("bias"):
                    weight.zero_()
                else:
                    # One dimension: factors of a batch normalisation, around 1.
                    weight.normal_(1.0 if weight.dim() == 1 else 0.0, _WEIGHT_SPREAD, generator=generator)


def least_squares_error(real: Tensor, generated: Tensor) -> Tensor:
    """Return E[(1−D(real))²] + E[D(generated)²], 0 for a perfect discriminator, ½ for one that says ½."""
    return ((1 - real) ** 2).mean() + (generated**2).mean()


def discriminator_loss(real: Tensor, generated: Tensor) -> Tensor:
    """Return −E[D(real)² + (1−D(generated))²], as in Algorithm 2."""
    return -((real**2).mean() + ((1 - generated) ** 2).mean())


def generator_loss(generated: Tensor) -> Tensor:
    """Return E[(1−D(generated))²] (Eq. 34)."""
    return ((1 - generated) ** 2).mean()
