"""Answers are kept while their version stands, within their number and time, and made once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from uball_assets.services.predicting.kept import KeptAnswers


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_an_answer_is_made_once_and_told_again() -> None:
    kept, made = KeptAnswers[str](), list[str]()
    for _ in range(3):
        assert kept.of(1, "q", lambda: made.append("q") or "a") == "a"  # type: ignore[func-returns-value]
    assert made == ["q"]
    assert kept.find(1, "q") == "a"


def test_another_version_drops_everything() -> None:
    kept = KeptAnswers[str]()
    kept.of(1, "q", lambda: "old")
    kept.of(1, "r", lambda: "old")
    assert kept.find(2, "q") is None
    assert kept.of(2, "q", lambda: "new") == "new"
    assert len(kept) == 1
    assert kept.find(1, "q") is None


def test_an_answer_ends_after_its_time() -> None:
    clock = Clock()
    kept = KeptAnswers[str](longest_s=10.0, clock=clock)
    kept.of(1, "q", lambda: "a")
    clock.now_s = 10.0
    assert kept.find(1, "q") == "a"
    clock.now_s = 10.1
    assert kept.find(1, "q") is None


def test_of_too_many_the_one_goes_that_nobody_asked_for_longest() -> None:
    kept = KeptAnswers[str](most=2)
    for question in ("q", "r"):
        kept.of(1, question, lambda: "a")
    kept.find(1, "q")
    kept.of(1, "s", lambda: "a")
    assert [kept.find(1, question) for question in ("q", "r", "s")] == ["a", None, "a"]


def test_what_fails_is_kept_nowhere() -> None:
    kept = KeptAnswers[str]()

    def fail() -> str:
        raise KeyError("a column")

    with pytest.raises(KeyError, match="a column"):
        kept.of(1, "q", fail)
    assert kept.of(1, "q", lambda: "a") == "a"


def test_threads_that_ask_at_once_make_it_once() -> None:
    kept, made, begun = KeptAnswers[int](), list[int](), threading.Event()

    def make() -> int:
        begun.wait(5)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(kept.of, 1, "q", make) for _ in range(8)]
        begun.set()
        assert {one.result() for one in asked} == {1}
    assert made == [1]
