"""What every record must do. A new implementation is one line in REGISTRIES."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import Registry, StoreRegistry
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import Permanent

Opener = Callable[[], Registry]


def _now() -> datetime:
    return datetime(2026, 3, 18, 12, tzinfo=UTC)


REGISTRIES: dict[str, Callable[[Path], Registry]] = {
    "in a folder": lambda folder: StoreRegistry(open_store(str(folder)), _now),
}
"""The registry kept at a place; opened once more by every process."""


@pytest.fixture(params=list(REGISTRIES.values()), ids=list(REGISTRIES))
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    return lambda: request.param(tmp_path)


@pytest.fixture
def registry(opener: Opener) -> Registry:
    return opener()


def test_an_empty_record_has_nothing(registry: Registry) -> None:
    assert registry.entries("models") == []
    assert registry.latest("models") is None
    assert registry.find("models", "k") is None


def test_an_entry_is_numbered_dated_and_kept(registry: Registry, opener: Opener) -> None:
    first = registry.append("models", {"name": "m1", "games": ("g1", "g2")}, key="a")
    second = registry.append("models", {"name": "m2 é"}, key="b")
    assert first == {
        "name": "m1",
        "games": ["g1", "g2"],
        "number": 1,
        "key": "a",
        "recorded_at": "2026-03-18T12:00:00+00:00",
    }
    assert opener().entries("models") == [first, second]
    assert opener().latest("models") == second
    assert opener().find("models", "a") == first


def test_a_key_is_recorded_once_and_the_first_entry_stands(registry: Registry) -> None:
    first = registry.append("models", {"score": 1}, key="a")
    assert registry.append("models", {"score": 2}, key="a") == first
    assert registry.entries("models") == [first]


def test_kinds_are_apart(registry: Registry) -> None:
    registry.append("models", {}, key="a")
    registry.append("model_routes", {}, key="a")
    assert [registry.entries(kind)[0]["number"] for kind in ("models", "model_routes")] == [1, 1]
    assert registry.entries("model") == []


def test_changing_what_was_returned_does_not_change_the_record(registry: Registry) -> None:
    registry.append("models", {"games": ["g1"]}, key="a")["games"].append("forged")
    registry.entries("models")[0]["games"].append("forged")
    assert registry.entries("models")[0]["games"] == ["g1"]


@pytest.mark.parametrize("kind", ["", "Models", "a/b", "..", "a-b", "1a", "a" * 51])
def test_a_kind_that_is_no_plain_word_is_refused(registry: Registry, kind: str) -> None:
    with pytest.raises(Permanent, match="is no kind of entry"):
        registry.append(kind, {}, key="a")


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ({"number": 7}, "a"),
        ({"key": "x"}, "a"),
        ({"recorded_at": "now"}, "a"),
        ({}, ""),
        ({"score": float("nan")}, "a"),
        ({"path": Path("x")}, "a"),
        ({"text": "\udcff"}, "a"),
    ],
    ids=["number", "key", "recorded_at", "empty key", "nan", "no JSON", "broken text"],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(
    registry: Registry, entry: dict[str, object], key: str
) -> None:
    with pytest.raises(Permanent, match="cannot record in models"):
        registry.append("models", entry, key)
    assert registry.entries("models") == []


def _append(opener: Opener, start: object, keys: list[str]) -> None:
    start.wait()  # type: ignore[attr-defined]
    registry = opener()
    for key in keys:
        assert registry.append("models", {"name": key}, key)["name"] == key


def _race(opener: Opener, keys: list[list[str]]) -> None:
    context = multiprocessing.get_context("fork")
    start = context.Barrier(len(keys))
    writers = [context.Process(target=_append, args=(opener, start, own)) for own in keys]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert [writer.exitcode for writer in writers] == [0] * len(keys)


def test_four_racing_writers_leave_no_gap_and_no_duplicate(opener: Opener) -> None:
    keys = [[f"{writer}-{i:02}" for i in range(20)] for writer in range(4)]
    _race(opener, keys)
    entries = opener().entries("models")
    assert [entry["number"] for entry in entries] == list(range(1, 81))
    for own in keys:
        assert [entry["key"] for entry in entries if entry["key"] in own] == own


def test_racing_writers_of_the_same_keys_record_each_once(opener: Opener) -> None:
    keys = [f"k{i}" for i in range(10)]
    _race(opener, [keys, keys, keys])
    assert [entry["key"] for entry in opener().entries("models")] == keys
