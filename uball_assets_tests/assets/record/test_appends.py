from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.assets.record.appends import append_change


@pytest.fixture
def registry(tmp_path: Path) -> StoreRegistry:
    return StoreRegistry(FolderStore(tmp_path), now=lambda: datetime(2026, 3, 18, tzinfo=UTC))


def said(registry: StoreRegistry, game_id: str) -> list[str]:
    return [entry["hash"] for entry in registry.entries("games") if entry["game_id"] == game_id]


def test_a_state_that_did_not_change_is_recorded_once(registry: StoreRegistry) -> None:
    for _ in range(3):
        entry = append_change(registry, "games", {"game_id": "g1", "hash": "a"}, subject="game_id")
    assert entry["number"] == 1
    assert said(registry, "g1") == ["a"]


def test_a_state_that_comes_back_is_recorded_again(registry: StoreRegistry) -> None:
    for value in ("a", "b", "a", "a", "b", "a"):
        append_change(registry, "games", {"game_id": "g1", "hash": value}, subject="game_id")
    assert said(registry, "g1") == ["a", "b", "a", "b", "a"]


def test_subjects_do_not_hide_each_other(registry: StoreRegistry) -> None:
    for game_id in ("g1", "g2", "g1", "g2"):
        append_change(registry, "games", {"game_id": game_id, "hash": "a"}, subject="game_id")
    assert said(registry, "g1") == said(registry, "g2") == ["a"]


def test_a_kind_without_subjects_is_one_state(registry: StoreRegistry) -> None:
    for value in ("a", "a", "b", "a"):
        append_change(registry, "manifests", {"hash": value})
    assert [entry["hash"] for entry in registry.entries("manifests")] == ["a", "b", "a"]


def test_of_two_writers_with_different_states_neither_is_lost(registry: StoreRegistry) -> None:
    class Late(StoreRegistry):
        """Another process writes between this one's look and its append."""

        def append(self, kind, entry, key):  # type: ignore[no-untyped-def]
            append_change(registry, "games", {"game_id": "g1", "hash": "theirs"}, subject="game_id")
            return super().append(kind, entry, key)

    late = Late(registry._store, now=lambda: datetime(2026, 3, 18, tzinfo=UTC))
    append_change(late, "games", {"game_id": "g1", "hash": "ours"}, subject="game_id")
    assert said(registry, "g1") == ["theirs", "ours"]
