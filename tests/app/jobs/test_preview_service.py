from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from small_jobs import CountThreads, Preview, ReadEnvironment, Unreadable

from morphstudio.app.jobs.engine_child import IMPORTING, import_alone
from morphstudio.app.jobs.preview_service import PreviewAnswer, PreviewService
from morphstudio.app.threads import WAIT_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answers:
    """Collects answers and waits for one."""

    def __init__(self) -> None:
        self.all: list[PreviewAnswer] = []
        self._changed = threading.Condition()

    def __call__(self, answer: PreviewAnswer) -> None:
        with self._changed:
            self.all.append(answer)
            self._changed.notify_all()

    def wait_for(self, key: str, generation: int) -> PreviewAnswer:
        def found() -> Any:
            return next((a for a in self.all if (a.key, a.generation) == (key, generation)), None)

        with self._changed:
            answer = self._changed.wait_for(found, 60)
        assert answer is not None
        return answer


@pytest.fixture
def service() -> Iterator[PreviewService]:
    service = PreviewService()
    yield service
    service.close()


@pytest.fixture
def answers(service: PreviewService) -> Answers:
    answers = Answers()
    service.subscribe(answers)
    return answers


def test_that_the_latest_request_wins(service: PreviewService, answers: Answers) -> None:
    answers.wait_for("a", service.request("a", Preview(0)))
    slow = service.request("a", Preview(1, seconds=0.5))
    answers_before = len(answers.all)
    generations = [service.request("a", Preview(n, seconds=0.05)) for n in range(2, 30)]
    last = answers.wait_for("a", generations[-1])
    assert last.result[0] == 29
    assert len(answers.all) - answers_before < 15, "what lay between was never computed"
    assert [a.generation for a in answers.all] == sorted(a.generation for a in answers.all)
    assert slow < generations[0]


def test_that_each_key_keeps_its_own_cache(service: PreviewService, answers: Answers) -> None:
    for n in (1, 2, 3):
        assert answers.wait_for("a", service.request("a", Preview("x"))).result == ("x", n)
    assert answers.wait_for("b", service.request("b", Preview("x"))).result == ("x", 1)


def test_that_a_slow_key_does_not_hold_up_another(service: PreviewService, answers: Answers) -> None:
    slow = service.request("slow", Preview(1, seconds=1.0))
    quick = answers.wait_for("quick", service.request("quick", Preview(2)))
    assert not any(a.key == "slow" for a in answers.all)
    assert quick.result[0] == 2
    answers.wait_for("slow", slow)


def test_that_fifty_keys_leave_no_threads_behind(service: PreviewService, answers: Answers) -> None:
    at_first = answers.wait_for("first", service.request("first", CountThreads())).result
    counts = [answers.wait_for(f"key {n}", service.request(f"key {n}", CountThreads())).result for n in range(50)]
    # One more where a key asks just before the thread of the one before is free.
    assert max(counts) <= at_first + 1


def test_that_dropped_requests_are_not_answered(service: PreviewService, answers: Answers) -> None:
    service.request("a", Preview(1, seconds=0.3))
    service.drop("a")
    later = service.request("a", Preview(2))
    answers.wait_for("a", later)
    assert [a.generation for a in answers.all] == [later]


def test_that_errors_are_answers(service: PreviewService, answers: Answers) -> None:
    rejected = answers.wait_for("a", service.request("a", Preview("reject")))
    assert rejected.error is not None
    assert rejected.error.message == "Too large."
    assert rejected.details == ""
    defect = answers.wait_for("a", service.request("a", Preview("defect")))
    assert defect.error is not None
    assert "RuntimeError" in defect.details
    unreadable = answers.wait_for("a", service.request("a", Unreadable()))
    assert unreadable.error is not None
    assert answers.wait_for("a", service.request("a", Preview(1))).result[0] == 1


def test_that_the_service_survives_a_crash(service: PreviewService, answers: Answers) -> None:
    crashed = answers.wait_for("a", service.request("a", Preview("crash")))
    assert crashed.error is not None
    assert "exit code 3" in crashed.details
    assert answers.wait_for("a", service.request("a", Preview(1))).result == (1, 1)


def test_that_nothing_is_imported_while_another_thread_imports() -> None:
    done = threading.Event()
    with IMPORTING:
        other = threading.Thread(target=lambda: (import_alone(("this_module_is_missing",)), done.set()), daemon=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("importlib.import_module", lambda _name: None)
            other.start()
            assert not done.wait(0.05)
            IMPORTING.release()
            assert done.wait(10)
            IMPORTING.acquire()


def test_that_an_imported_module_needs_no_waiting() -> None:
    import_alone(("json",))
    done = threading.Event()
    with IMPORTING:
        threading.Thread(target=lambda: (import_alone(("json",)), done.set()), daemon=True).start()
        assert done.wait(10)


def test_that_threads_of_a_child_sleep_while_they_wait_unless_told_otherwise(
        monkeypatch: pytest.MonkeyPatch) -> None:
    for told, wanted in ((None, "PASSIVE"), ("ACTIVE", "ACTIVE")):
        monkeypatch.delenv(WAIT_POLICY, raising=False)
        if told is not None:
            monkeypatch.setenv(WAIT_POLICY, told)
        service = PreviewService()
        answers = Answers()
        service.subscribe(answers)
        assert answers.wait_for("wait", service.request("wait", ReadEnvironment(WAIT_POLICY))).result == wanted
        service.close()
