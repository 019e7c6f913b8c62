"""The record as objects in a store: their names, their bytes, and what is not one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def registry(store: FolderStore) -> StoreRegistry:
    registry = StoreRegistry(store, lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))
    for number in (1, 2, 3):
        registry.append("models", {"name": f"m{number}"}, key=f"k{number}")
    return registry


def test_an_entry_is_a_file_that_a_person_can_read(store: FolderStore, registry: StoreRegistry) -> None:
    registry.append("routes", {"weights": {"b": 1, "a": 0}, "why": "größer"}, key="k")
    assert store.read("record/routes/000001.json").decode() == (
        '{\n "key": "k",\n "number": 1,\n "recorded_at": "2026-03-18T12:00:00+00:00",\n'
        ' "weights": {\n  "a": 0,\n  "b": 1\n },\n "why": "größer"\n}\n'
    )


@pytest.mark.parametrize(
    "name",
    [
        "models/notes.txt",
        "models/Thumbs.db",
        "models/4.json",
        "models/000004.json.part",
        "models/000003 (1).json",
        "models/old/000004.json",
        "notes.txt",
        "Old Models/000001.json",
    ],
)
def test_a_stranger_in_the_record_is_passed_over_and_named(
    store: FolderStore, registry: StoreRegistry, name: str
) -> None:
    store.write(f"record/{name}", b"{}")
    assert [entry["key"] for entry in registry.entries("models")] == ["k1", "k2", "k3"]
    assert registry.append("models", {}, key="k4")["number"] == 4
    assert registry.strangers() == [store.uri(f"record/{name}")]


def test_a_hidden_file_is_none_of_the_records_business(store: FolderStore, registry: StoreRegistry) -> None:
    (store.root / "record/models/.DS_Store").write_bytes(b"Bud1")
    assert len(registry.entries("models")) == 3
    assert registry.strangers() == []


@pytest.mark.parametrize(
    "data",
    [b"", b'{"key": "k2", "numb', b"[]", b"{}", b'{"number": 3, "key": "k2", "recorded_at": "x"}', b"\xff"],
    ids=["empty", "half", "a list", "bare", "another number", "not text"],
)
def test_a_damaged_entry_is_named_and_nothing_is_appended(
    store: FolderStore, registry: StoreRegistry, data: bytes
) -> None:
    store.write("record/models/000002.json", data)
    with pytest.raises(Permanent, match=r"record/models/000002\.json is damaged") as refusal:
        registry.append("models", {}, key="k4")
    assert "judging a model on trial cannot go on without it; not affected: cutting clips, picking up" in str(
        refusal.value
    )
    assert len(store.list("record/models/")) == 3


def test_a_lost_entry_is_named(store: FolderStore, registry: StoreRegistry) -> None:
    store.delete("record/models/000002.json")
    with pytest.raises(Permanent, match=r"lost file:.*record/models/000002\.json"):
        registry.entries("models")


def test_a_damaged_entry_stops_no_other_kind(store: FolderStore, registry: StoreRegistry) -> None:
    registry.append("routes", {}, key="k")
    store.write("record/models/000002.json", b"")
    assert registry.append("routes", {}, key="other")["number"] == 2
