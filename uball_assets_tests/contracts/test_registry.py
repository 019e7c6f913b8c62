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


REGISTRIES = [
    pytest.param(("a_folder", False), id="folder"),
    pytest.param(("a_folder", True), id="folder, kept on this machine"),
    pytest.param(("an_s3_bucket", True), id="s3", marks=pytest.mark.services),
    pytest.param(("a_gcs_bucket", True), id="gcs", marks=pytest.mark.services),
]
"""The fixture of an empty store's URL, opened anew by every process; whether what is read is kept here."""


@pytest.fixture
def a_folder(tmp_path: Path) -> str:
    return str(tmp_path / "store")


@pytest.fixture(params=REGISTRIES)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    fixture, is_kept = request.param
    url, cache = str(request.getfixturevalue(fixture)), tmp_path / "cache" if is_kept else None
    return lambda: StoreRegistry(open_store(url), _now, cache)


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


@pytest.mark.parametrize("count", [1, 8, 9, 23, 33])
def test_every_question_has_the_answer_that_reading_all_entries_gives(
    registry: Registry, opener: Opener, count: int
) -> None:
    told = [
        registry.append("games", {"game_id": f"g{number % 5}", "rows": number}, key=f"k{number}")
        for number in range(1, count + 1)
    ]
    asked = opener()
    assert asked.entries("games") == told
    assert asked.count("games") == count
    assert asked.latest("games") == told[-1]
    assert [asked.find("games", f"k{number}") for number in range(1, count + 1)] == told
    assert asked.find("games", "k0") is None
    for seen in (0, 1, count // 2, count - 1, count):
        assert asked.since("games", seen) == told[seen:]
    for game in range(6):
        about = [entry for entry in told if entry["game_id"] == f"g{game}"]
        assert asked.about("games", f"g{game}") == about
        assert asked.newest("games", f"g{game}") == (about[-1] if about else None)
    assert asked.newest_by_subject("games") == {entry["game_id"]: entry for entry in told}
    assert asked.strangers() == []


def test_an_entry_of_a_megabyte_is_found_again_however_long_ago_it_was(
    registry: Registry, opener: Opener
) -> None:
    large = registry.append("manifests", {"hash": "a", "games": ["g" * 1000] * 1000}, key="large")
    told = [registry.append("manifests", {"hash": str(number)}, key=str(number)) for number in range(17)]
    assert opener().find("manifests", "large") == large
    assert opener().newest("manifests", "a") == large
    assert opener().entries("manifests") == [large, *told]


def test_a_key_that_was_folded_is_still_recorded_once(registry: Registry, opener: Opener) -> None:
    told = [registry.append("models", {"name": f"m{number}"}, key=f"k{number}") for number in range(20)]
    assert [opener().append("models", {}, key=f"k{number}") for number in range(20)] == told
    assert opener().count("models") == 20


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
