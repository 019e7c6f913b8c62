"""Circuits in a home's files: shared by processes, and never a reason that a healthy source lies idle."""

from __future__ import annotations

import contextlib
import multiprocessing
from pathlib import Path

import pytest

from uball_assets.adapters.machine.circuits import CircuitOpen, Circuits
from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import Permanent, ServiceDown, Transient

SOURCE = "gs://bucket"
FOR_LONG, AT_ONCE = Rule(3, 3600.0), Rule(3, 1e-6)


def ask(folder: Path, error: Exception | None = None, rule: Rule = FOR_LONG, source: str = SOURCE) -> None:
    with Circuits(folder, rule).of(source).asking():
        if error:
            raise error


def fail(folder: Path, times: int, rule: Rule = FOR_LONG) -> None:
    for _ in range(times):
        with pytest.raises(ServiceDown):
            ask(folder, ServiceDown("503"), rule)


def test_three_failures_in_a_row_open_it_for_every_process(tmp_path: Path) -> None:
    workers = [multiprocessing.Process(target=_fails, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with pytest.raises(CircuitOpen, match=r"gs://bucket was not asked: it failed 3 times in a row.*503"):
        ask(tmp_path)


def _fails(folder: Path) -> None:
    try:
        ask(folder, ServiceDown("503"))
    except ServiceDown:
        return


@pytest.mark.parametrize(
    "answer",
    [None, Permanent("404"), Transient("429"), KeyError()],
    ids=["sound", "refused", "slower", "odd"],
)
def test_any_answer_between_begins_anew(tmp_path: Path, answer: Exception | None) -> None:
    fail(tmp_path, 2)
    with contextlib.suppress(Permanent, Transient, KeyError):
        ask(tmp_path, answer)
    fail(tmp_path, 2)
    ask(tmp_path)
    assert Circuits(tmp_path, FOR_LONG).troubled() == []


def test_after_the_wait_an_answer_closes_it_and_a_failure_opens_it_again(tmp_path: Path) -> None:
    fail(tmp_path, 3, AT_ONCE)
    fail(tmp_path, 1, AT_ONCE)
    with pytest.raises(CircuitOpen):
        ask(tmp_path, rule=FOR_LONG)
    ask(tmp_path, rule=AT_ONCE)
    ask(tmp_path, rule=FOR_LONG)


def test_a_source_that_fails_holds_no_other_one(tmp_path: Path) -> None:
    fail(tmp_path, 3)
    ask(tmp_path, source="s3://other")
    assert [source.source for source in Circuits(tmp_path, FOR_LONG).troubled()] == [SOURCE]


def test_a_failure_is_counted_once_and_for_the_source_that_failed(tmp_path: Path) -> None:
    circuits = Circuits(tmp_path, FOR_LONG)
    for _ in range(2):
        with (
            pytest.raises(ServiceDown),
            circuits.of("s3://source").asking(),
            circuits.of(SOURCE).asking(),
            circuits.of(SOURCE).asking(),
        ):
            raise ServiceDown("503")
    assert [(source.source, source.failures) for source in circuits.troubled()] == [(SOURCE, 2)]


def test_a_damaged_file_is_no_reason_not_to_ask(tmp_path: Path) -> None:
    fail(tmp_path, 3)
    [path] = tmp_path.glob("*.json")
    path.write_text("{")
    ask(tmp_path)
    assert not path.exists()


def test_a_place_that_cannot_be_written_to_is_no_reason_not_to_ask(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fail(tmp_path / "file" / "circuits", 5)
    ask(tmp_path / "file" / "circuits")


def test_a_healthy_source_leaves_no_file(tmp_path: Path) -> None:
    ask(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_whoever_calls_the_doctor_has_every_source_asked(tmp_path: Path) -> None:
    fail(tmp_path, 3)
    Circuits(tmp_path, FOR_LONG).forget()
    ask(tmp_path)
