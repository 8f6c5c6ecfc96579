"""Jobs small enough to watch."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from morphstudio.app.jobs.job import StepOutcome
from morphstudio.app.jobs.one_step import OneStep
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Walk:
    """A random walk: its end depends on every step and on the random state."""

    steps: int = 20
    seed: int = 1
    pause: float = 0.0
    checkpoint: Path | None = None
    title: ClassVar[str] = "Walk"

    def create(self) -> WalkSteps:
        return WalkSteps(self)


class WalkSteps:
    def __init__(self, job: Walk) -> None:
        self._job = job
        self._random = np.random.default_rng(job.seed)
        self._path = np.zeros(1)

    def step(self) -> StepOutcome:
        time.sleep(self._job.pause)
        self._path = np.append(self._path, self._path[-1] + self._random.normal())
        taken = len(self._path) - 1
        return StepOutcome(float(self._path[-1]), taken / self._job.steps, "walking", taken >= self._job.steps)

    def result(self) -> np.ndarray:
        return self._path

    def state_dict(self) -> dict[str, Any]:
        return {"path": self._path.copy(), "random": self._random.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._path = np.asarray(state["path"])
        self._random.bit_generator.state = state["random"]


@dataclass(frozen=True)
class Call:
    """Calls one of the functions below by name."""

    name: str
    argument: Any = None
    checkpoint: Path | None = None
    title: ClassVar[str] = "Call"

    def create(self) -> OneStep:
        return OneStep(lambda report, should_stop: globals()[self.name](self.argument, report, should_stop), "calling")


@dataclass(frozen=True)
class LightCall(Call):
    light: ClassVar[bool] = True


class Unreadable:
    """Can be pickled but not unpickled."""

    checkpoint = None
    title = "Unreadable"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_refuse, ())


def _refuse() -> None:
    raise ValueError("not readable")


def give(argument: Any, report: Any, should_stop: Any) -> Any:
    return argument


def big_array(n_bytes: int, report: Any, should_stop: Any) -> np.ndarray:
    return (np.arange(n_bytes) % 251).astype(np.uint8)


def reject(argument: Any, report: Any, should_stop: Any) -> None:
    raise InputError("image", "The image is upside down.", "Turn it.")


def break_down(argument: Any, report: Any, should_stop: Any) -> None:
    raise RuntimeError("a defect")


def run_out_of_memory(argument: Any, report: Any, should_stop: Any) -> None:
    raise MemoryError


def crash(argument: Any, report: Any, should_stop: Any) -> None:
    os._exit(3)


def give_lambda(argument: Any, report: Any, should_stop: Any) -> Any:
    return lambda: None


def sleep_deaf(seconds: float, report: Any, should_stop: Any) -> None:
    time.sleep(seconds)


def poll(argument: Any, report: Any, should_stop: Any) -> None:
    while not should_stop():
        report(0.5, "polling")
        time.sleep(0.01)
    raise RuntimeError("stopped in the middle")


def own_pid(argument: Any, report: Any, should_stop: Any) -> int:
    return os.getpid()


@dataclass(frozen=True)
class Preview:
    """A preview request that counts its calls in the cache."""

    value: Any
    seconds: float = 0.0

    def answer(self, cache: dict[str, Any]) -> Any:
        time.sleep(self.seconds)
        if self.value == "reject":
            raise InputError("preview", "Too large.", "Choose less.")
        if self.value == "defect":
            raise RuntimeError("a defect")
        if self.value == "crash":
            os._exit(3)
        cache["calls"] = cache.get("calls", 0) + 1
        return self.value, cache["calls"]


@dataclass(frozen=True)
class CountThreads:
    """A preview request that counts the threads of the process that answers it."""

    def answer(self, cache: dict[str, Any]) -> int:
        return threading.active_count()


@dataclass(frozen=True)
class ReadEnvironment:
    """Answers with one variable of the process's environment."""

    name: str

    def answer(self, cache: dict[str, Any]) -> object:
        return os.environ.get(self.name)
