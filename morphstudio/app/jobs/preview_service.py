"""Interactive previews in a process of their own: the latest request wins.

Each key (``"section"``, ``"block"``, ...) has one slot, worked off by one thread
at a time: a request replaces one that waits in the slot, and what the key's
requests keep in their cache stays warm for the next one. Threads that have
nothing to do serve whichever key asks next.
"""

from __future__ import annotations

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from morphstudio.app.jobs.child_process import CloseRequest
from morphstudio.app.jobs.engine_child import IMPORTING, Preload, import_alone, import_early, leave, prepare_child
from morphstudio.app.jobs.persistent_process import PersistentProcess
from morphstudio.app.jobs.wire import Wire, pack
from morphstudio.app.threads import hand_over_quickly
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from morphstudio.app.jobs.child_process import ChildProcess
# More keys than the window ever asks about side by side: none waits for a thread.
MAX_THREADS = 64


class PreviewRequest(Protocol):
    """A frozen, picklable dataclass, answered in the preview process.

    Its class may name in ``modules`` what :meth:`answer` imports: answers run
    side by side, imports must not.
    """

    def answer(self, cache: dict[str, Any]) -> object:
        """Compute the preview; ``cache`` belongs to the request's key and lasts between requests."""


@dataclass(frozen=True, slots=True)
class PreviewAnswer:
    """The answer to one request.

    Parameters
    ----------
    key : str
        Key of the request.
    generation : int
        Number that :meth:`PreviewService.request` returned.
    result : object
        What the request computed; ``None`` where it failed.
    error : InputError or None
        Why it failed, in words for people; ``None`` where it did not.
    details : str
        Traceback of a defect, else empty.
    seconds : float
        Computing time.
    """

    key: str
    generation: int
    result: object
    error: InputError | None
    details: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Announces a request; the request follows as a message of its own."""

    key: str
    generation: int


class PreviewService(PersistentProcess[PreviewAnswer]):
    """Parent's side: numbers the requests and drops answers that come too late.

    An answer is delivered where it is newer than the last delivered one of its
    key, so that the picture keeps moving while requests come faster than
    answers.

    Parameters
    ----------
    name : str
        Name of the process.
    """

    def __init__(self, name: str = "previews") -> None:
        super().__init__(preview_main, name)
        self._requested: dict[str, int] = {}
        self._delivered: dict[str, int] = {}

    def request(self, key: str, request: PreviewRequest) -> int:
        """Ask for a preview in place of any earlier one of ``key``; returns its generation."""
        with self._lock:
            generation = self._requested.get(key, 0) + 1
            self._running_child().send(_Numbered(key, generation), request)
            self._requested[key] = generation
            return generation

    def drop(self, key: str) -> None:
        """Drop the answers to all requests of ``key`` so far."""
        with self._lock:
            self._delivered[key] = self._requested.get(key, 0)

    def _take(self, message: object) -> None:
        if isinstance(message, PreviewAnswer):
            self._deliver(message)

    def _deliver(self, answer: PreviewAnswer) -> None:
        if answer.generation <= self._delivered.get(answer.key, 0):
            return
        self._delivered[answer.key] = answer.generation
        self._tell(answer)

    def _go_on(self, ended: ChildProcess) -> None:
        """Tell everybody who waits that the process is gone; the next request starts another."""
        error = InputError("preview", "The preview stopped, perhaps for lack of memory.",
                           "Choose a smaller preview and try again.")
        for key, generation in self._requested.items():
            self._deliver(PreviewAnswer(key, generation, None, error,
                                        f"The process ended with exit code {ended.exit_code}.", 0.0))


def preview_main(connection: Connection) -> None:
    """Serve until the pipe closes: the target of the preview process."""
    prepare_child()
    hand_over_quickly()
    wire = Wire(connection)
    slots: dict[str, _Slot] = {}
    threads = ThreadPoolExecutor(MAX_THREADS, "preview")
    while True:
        try:
            message = wire.receive()
            if isinstance(message, CloseRequest):
                leave()
            if isinstance(message, Preload):
                import_early(message)
            if isinstance(message, _Numbered):
                slot = slots.get(message.key)
                # To read a key's first request imports what it is made of.
                with IMPORTING if slot is None else nullcontext():
                    request = wire.receive()
                if slot is None:
                    slot = slots[message.key] = _Slot(wire, threads)
                slot.put(message, request)
        except (EOFError, OSError):
            leave()
        except Exception as error:  # noqa: BLE001 - a request that cannot be read is answered with its error
            if isinstance(message, _Numbered):
                _send(wire, _failure(message, error, 0.0))


class _Slot:
    """Holds the latest request of one key until a thread takes it."""

    def __init__(self, wire: Wire, threads: ThreadPoolExecutor) -> None:
        self._wire = wire
        self._threads = threads
        self._lock = threading.Lock()
        self._latest: tuple[_Numbered, Any] | None = None
        self._is_served = False
        self._cache: dict[str, Any] = {}

    def put(self, number: _Numbered, request: object) -> None:
        """Replace whatever waits."""
        with self._lock:
            self._latest = (number, request)
            if not self._is_served:
                self._is_served = True
                self._threads.submit(self._work)

    def _work(self) -> None:
        """Answer until nothing waits; then the thread is free for another key."""
        while (taken := self._take()) is not None:
            _send(self._wire, self._answer(*taken))
            # While the next one is taken the last one's image must not be held.
            del taken

    def _take(self) -> tuple[_Numbered, Any] | None:
        with self._lock:
            taken, self._latest = self._latest, None
            self._is_served = taken is not None
            return taken

    def _answer(self, number: _Numbered, request: PreviewRequest) -> PreviewAnswer:
        begin = time.perf_counter()
        try:
            import_alone(getattr(request, "modules", ()))
            result = request.answer(self._cache)
        except Exception as error:  # noqa: BLE001 - becomes the answer's error
            self._cache.clear()
            return _failure(number, error, time.perf_counter() - begin)
        return PreviewAnswer(number.key, number.generation, result, None, "", time.perf_counter() - begin)


def _failure(number: _Numbered, error: Exception, seconds: float) -> PreviewAnswer:
    if isinstance(error, InputError):
        return PreviewAnswer(number.key, number.generation, None, error, "", seconds)
    details = "".join(traceback.format_exception(error))
    told = InputError("preview", f"The preview stopped because of a defect: {type(error).__name__}: {error}.", "")
    return PreviewAnswer(number.key, number.generation, None, told, details, seconds)


def _send(wire: Wire, answer: PreviewAnswer) -> None:
    try:
        packed = pack(answer)
    except Exception as error:  # noqa: BLE001 - a result that cannot be pickled is answered with the error
        packed = pack(_failure(_Numbered(answer.key, answer.generation), error, answer.seconds))
    try:
        wire.send(packed)
    except OSError:
        leave()
