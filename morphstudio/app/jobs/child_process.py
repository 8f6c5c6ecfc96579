"""One spawned process and the two threads that talk with it."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
from typing import TYPE_CHECKING

from morphstudio.app.jobs.wire import PackedMessage, Wire, pack
from morphstudio.app.threads import wait_without_spinning

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

log = logging.getLogger(__name__)

CLOSE_SECONDS = 1.0


class CloseRequest:
    """Asks the child to end now."""


class ChildProcess:
    """A running child; it ends when told to, when killed, or when its pipe closes.

    Parameters
    ----------
    target : callable
        Module-level function that the child runs with its end of the pipe.
    name : str
        Name of the process and of the threads that talk with it.
    on_message : callable
        Receives (this, message) on the reader thread.
    on_end : callable
        Receives (this) on the reader thread after the child has ended.
    """

    def __init__(self, target: Callable[[Connection], None], name: str,
                 on_message: Callable[[ChildProcess, object], None],
                 on_end: Callable[[ChildProcess], None]) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=True)
        self._process = context.Process(target=target, args=(theirs,), name=name, daemon=True)
        wait_without_spinning()
        self._process.start()
        theirs.close()
        self._wire = Wire(ours)
        self._outbox: queue.SimpleQueue[PackedMessage | None] = queue.SimpleQueue()
        self._on_message = on_message
        self._on_end = on_end
        self.killed = False
        threading.Thread(target=self._write, name=f"{name} writer", daemon=True).start()
        self._reader = threading.Thread(target=self._read, name=f"{name} reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        """Process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code of an ended child; negative: the signal that ended it."""
        return self._process.exitcode

    def send(self, *messages: object) -> None:
        """Queue messages; returns at once. What cannot be pickled raises here."""
        for packed in [pack(message) for message in messages]:
            self._outbox.put(packed)

    def kill(self) -> None:
        """End the child now, whatever it does."""
        self.killed = True
        self._process.kill()

    def close(self) -> None:
        """Ask the child to end, kill it where it does not answer, and wait for its end."""
        self.killed = True
        self.send(CloseRequest())
        self._process.join(CLOSE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        if threading.current_thread() is not self._reader:
            self._reader.join(CLOSE_SECONDS)

    def _write(self) -> None:
        while (packed := self._outbox.get()) is not None:
            try:
                self._wire.send(packed)
            except OSError:
                return  # the reader sees the same end and deals with it

    def _read(self) -> None:
        while True:
            try:
                message = self._wire.receive()
            except (EOFError, OSError):
                break
            except Exception:
                log.exception("A message from the %s process could not be read; the process is restarted.",
                              self._process.name)
                self._process.kill()
                break
            self._deliver(message)
        self._process.join()
        self._outbox.put(None)
        self._on_end(self)

    def _deliver(self, message: object) -> None:
        try:
            self._on_message(self, message)
        except Exception:
            log.exception("A listener of the %s process failed.", self._process.name)
