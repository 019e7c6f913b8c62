"""A state that changes is on the record once for each change, whoever else records meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import Entry, StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo

NOW = datetime(2026, 3, 18, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path: Path) -> StoreRegistry:
    return StoreRegistry(FolderStore(tmp_path), now=lambda: NOW)


def said(registry: StoreRegistry, game_id: str) -> list[str]:
    return [entry["hash"] for entry in registry.entries("games") if entry["game_id"] == game_id]


def say(registry: StoreRegistry, value: str, game_id: str = "g1") -> Entry:
    return registry.append_change("games", {"game_id": game_id, "hash": value}, subject="game_id")


def test_a_state_that_did_not_change_is_recorded_once(registry: StoreRegistry) -> None:
    for _ in range(3):
        entry = say(registry, "a")
    assert entry["number"] == 1
    assert said(registry, "g1") == ["a"]


def test_a_state_that_comes_back_is_recorded_again(registry: StoreRegistry) -> None:
    for value in ("a", "b", "a", "a", "b", "a"):
        say(registry, value)
    assert said(registry, "g1") == ["a", "b", "a", "b", "a"]


def test_subjects_do_not_hide_each_other(registry: StoreRegistry) -> None:
    for game_id in ("g1", "g2", "g1", "g2"):
        say(registry, "a", game_id)
    assert said(registry, "g1") == said(registry, "g2") == ["a"]


def test_a_kind_without_subjects_is_one_state(registry: StoreRegistry) -> None:
    for value in ("a", "a", "b", "a"):
        registry.append_change("manifests", {"hash": value})
    assert [entry["hash"] for entry in registry.entries("manifests")] == ["a", "b", "a"]


class Overtaken(FolderStore):
    """Another process is quicker: it acts between this one's look and its entry."""

    def __init__(self, root: Path, others: Iterable[Callable[[], object]]) -> None:
        super().__init__(root)
        self._others = iter(others)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        next(self._others, lambda: None)()
        return super().create(name, data, metadata)


def test_of_two_writers_with_different_states_neither_is_lost(
    registry: StoreRegistry, tmp_path: Path
) -> None:
    store = Overtaken(tmp_path, [lambda: say(registry, "theirs")])
    say(StoreRegistry(store, now=lambda: NOW), "ours")
    assert said(registry, "g1") == ["theirs", "ours"]


def test_of_two_writers_that_say_the_same_one_does(registry: StoreRegistry, tmp_path: Path) -> None:
    store = Overtaken(tmp_path, [lambda: say(registry, "a")])
    assert say(StoreRegistry(store, now=lambda: NOW), "a")["number"] == 1
    assert said(registry, "g1") == ["a"]


def test_what_was_so_at_an_earlier_look_is_looked_at_again(registry: StoreRegistry, tmp_path: Path) -> None:
    ours = StoreRegistry(FolderStore(tmp_path), now=lambda: NOW)
    say(ours, "a")
    say(registry, "b")
    say(ours, "a")
    assert said(registry, "g1") == ["a", "b", "a"]


class Asked(FolderStore):
    """What was asked of it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.lists = self.reads = 0

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        self.lists += 1
        return super().list(prefix, after)

    def read(self, name: str) -> bytes:
        self.reads += 1
        return super().read(name)


def test_at_one_look_each_kind_is_looked_at_once_and_what_is_recorded_so_is_seen(
    registry: StoreRegistry, tmp_path: Path
) -> None:
    store = Asked(tmp_path)
    ours = StoreRegistry(store, now=lambda: NOW).at_one_look()
    say(ours, "a")
    looked = store.lists
    say(registry, "theirs", "g2")
    assert (ours.count("games"), ours.latest("games"), ours.newest("games", "g2")) == (
        1,
        ours.entries("games")[0],
        None,
    )
    assert store.lists == looked
    say(ours, "b")
    ours.append("games", {"game_id": "g3", "hash": "c"}, key="k")
    assert [entry["hash"] for entry in ours.entries("games")] == ["a", "theirs", "b", "c"]


def test_the_next_process_of_a_home_does_not_fetch_what_the_last_one_recorded(tmp_path: Path) -> None:
    store = Asked(tmp_path / "store")
    say(StoreRegistry(store, now=lambda: NOW, cache=tmp_path / "cache"), "a")
    assert said(StoreRegistry(store, now=lambda: NOW, cache=tmp_path / "cache"), "g1") == ["a"]
    assert store.reads == 0


def test_one_look_serves_as_long_as_something_new_is_said(tmp_path: Path) -> None:
    store = Asked(tmp_path)
    ours = StoreRegistry(store, now=lambda: NOW)
    assert ours.newest("games", "g1") is None
    looked = store.lists
    for value in ("a", "b", "a"):
        say(ours, value)
    assert store.lists == looked
    say(ours, "a")
    assert store.lists == looked + 1
    assert said(ours, "g1") == ["a", "b", "a"]
