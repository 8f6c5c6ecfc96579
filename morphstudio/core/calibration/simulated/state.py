"""Optimisers, networks and random generators as numbers and arrays, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_MOMENTS = ("exp_avg", "exp_avg_sq")


def adam_state(optimiser: torch.optim.Adam) -> list[dict[str, Any]]:
    """Return the moments and step count of each parameter; empty before the first step."""
    held = [optimiser.state.get(p, {}) for group in optimiser.param_groups for p in group["params"]]
    return [{"step": float(one["step"]), **{key: array_of(one[key]) for key in _MOMENTS}} if one else {}
            for one in held]


def load_adam(optimiser: torch.optim.Adam, state: Sequence[Mapping[str, Any]]) -> None:
    """Give an optimiser what :func:`adam_state` returned."""
    params = [p for group in optimiser.param_groups for p in group["params"]]
    optimiser.state.clear()
    for param, one in zip(params, state, strict=True):
        if one:
            optimiser.state[param] = {
                "step": torch.tensor(float(one["step"]), dtype=torch.float32),
                **{key: tensor_of(one[key]).reshape(param.shape) for key in _MOMENTS}}


def module_state(module: torch.nn.Module) -> dict[str, NDArray[np.generic]]:
    """Return the weights and buffers of a network by name."""
    return {name: array_of(value) for name, value in module.state_dict().items()}


def load_module(module: torch.nn.Module, state: Mapping[str, Any]) -> None:
    """Give a network what :func:`module_state` returned."""
    own = module.state_dict()
    module.load_state_dict({name: tensor_of(state[name]).reshape(value.shape) for name, value in own.items()})


def generator_state(generator: torch.Generator) -> NDArray[np.generic]:
    """Return the state of a random generator, uint8."""
    return array_of(generator.get_state())


def load_generator(generator: torch.Generator, state: Any) -> None:
    """Give a random generator what :func:`generator_state` returned."""
    generator.set_state(tensor_of(state))


def array_of(tensor: torch.Tensor) -> NDArray[np.generic]:
    """Return a copy of a tensor as an array."""
    return np.array(tensor.detach().cpu().numpy())


def tensor_of(array: Any) -> torch.Tensor:
    """Return a copy of an array as a tensor."""
    return torch.from_numpy(np.array(array))
