"""A child process that is there whenever it is needed, and listeners that hear what it says."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from morphstudio.app.jobs.child_process import ChildProcess
from morphstudio.app.jobs.engine_child import Preload

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

log = logging.getLogger(__name__)

Heard = TypeVar("Heard")


class PersistentProcess(ABC, Generic[Heard]):
    """Starts its child when it is first needed, and anew after the child has ended by itself.

    What the child says is taken up by :meth:`_take`, which tells the listeners
    what concerns them.

    Parameters
    ----------
    target : callable
        Module-level function that the child runs with its end of the pipe.
    name : str
        Name of the process.
    """

    def __init__(self, target: Callable[[Connection], None], name: str) -> None:
        self._target = target
        self._name = name
        # Also held while listeners are called, so that nothing overtakes what they are being told.
        self._lock = threading.RLock()
        self._child: ChildProcess | None = None
        self._listeners: list[Callable[[Heard], None]] = []
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the child, ``None`` before its start."""
        return self._child.pid if self._child else None

    def subscribe(self, listener: Callable[[Heard], None]) -> Callable[[], None]:
        """Tell ``listener`` everything, on the thread that reads from the child; returns the unsubscriber."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def start(self, preload: tuple[str, ...] = ()) -> None:
        """Start the process now and let it import ``preload`` while nobody waits."""
        with self._lock:
            child = self._running_child()
            if preload:
                child.send(Preload(preload))

    def close(self) -> None:
        """End the process; listeners hear nothing more."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.close()

    @abstractmethod
    def _take(self, message: object) -> None:
        """Deal with a message of the present child; the lock is held."""

    @abstractmethod
    def _go_on(self, ended: ChildProcess) -> None:
        """Deal with the end of the child, which is no longer the present one; the lock is held."""

    def _running_child(self) -> ChildProcess:
        if self._closed:
            raise RuntimeError(f"The {self._name} process is closed.")
        if self._child is None:
            self._child = ChildProcess(self._target, self._name, self._on_message, self._on_end)
        return self._child

    def _tell(self, heard: Heard) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(heard)
            except Exception:
                log.exception("A listener of the %s process failed.", self._name)

    def _on_message(self, child: ChildProcess, message: object) -> None:
        with self._lock:
            if child is self._child:
                self._take(message)

    def _on_end(self, child: ChildProcess) -> None:
        with self._lock:
            if child is self._child and not self._closed:
                self._child = None
                self._go_on(child)
