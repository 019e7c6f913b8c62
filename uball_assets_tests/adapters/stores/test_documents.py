from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.reports import CameraClips, Clip, PlaysReport
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.angles import Angle

CLIP = Clip("p1", Angle.FAR_LEFT, "games/g1/clips/p1_FAR_LEFT.mp4", "k", 1.5, -2.0, None, 4.0, 60, 900, True)
DOCUMENT = CameraClips(
    "g1", Angle.FAR_LEFT, "h", 2, (CLIP,), (Quarantined("clip p2", "file", "café", "mend"),)
)


class Counting(FolderStore):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.writes = 0

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        self.writes += 1
        super().write(name, data, metadata)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        version = super().create(name, data, metadata)
        self.writes += 1
        return version


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


def test_a_document_comes_back_as_it_went(store: Counting) -> None:
    documents.save(store, "a.json", DOCUMENT)
    assert documents.load(store, "a.json", CameraClips) == DOCUMENT
    assert documents.find(store, "a.json", CameraClips) == DOCUMENT


def test_a_document_from_before_slow_motion_was_recorded_is_at_the_videos_own_speed(store: Counting) -> None:
    older = json.loads(documents.to_bytes(DOCUMENT))
    del older["clips"][0]["slow_motion"]
    store.write("a.json", json.dumps(older).encode())
    assert documents.load(store, "a.json", CameraClips) == DOCUMENT
    assert CLIP.slow_motion == 1.0


def test_the_same_document_is_written_once_and_has_the_same_bytes(store: Counting) -> None:
    for _ in range(3):
        documents.save(store, "a.json", DOCUMENT)
    assert store.writes == 1
    assert store.read("a.json") == documents.to_bytes(DOCUMENT)
    assert "café" in store.read("a.json").decode()


def test_a_changed_document_replaces_the_old(store: Counting) -> None:
    documents.save(store, "a.json", PlaysReport(1, "v", ()))
    documents.save(store, "a.json", PlaysReport(2, "v", ()))
    assert documents.load(store, "a.json", PlaysReport).row_count == 2


def test_a_neighbour_whose_name_begins_alike_is_no_document(store: Counting) -> None:
    store.write("a.json.old", b"{}")
    assert documents.find(store, "a.json", PlaysReport) is None
    documents.save(store, "a.json", PlaysReport(1, "v", ()))
    assert documents.load(store, "a.json", PlaysReport).row_count == 1


def test_what_is_quarantined_keeps_the_name_that_it_has_in_stores(store: Counting) -> None:
    report = PlaysReport(1, "v", (Quarantined("play p1", "row 1", "no label", "label it"),))
    documents.save(store, "a.json", report)
    told = json.loads(store.read("a.json"))
    assert [row["what"] for row in told["losses"]] == ["play p1"]
    assert "quarantined" not in told
    assert documents.load(store, "a.json", PlaysReport) == report


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"", PlaysReport),
        (b"not json", PlaysReport),
        (b'{"row_count": 1}', PlaysReport),
        (b'{"row_count": "many", "plays_version": "v", "losses": []}', PlaysReport),
        (b"\xff\xfe", PlaysReport),
        (b"{}", list[dict[str, Any]]),
    ],
    ids=["empty", "not json", "a part is missing", "not a number", "not text", "not a list"],
)
def test_a_document_of_another_form_says_where_it_is_and_what_to_do(
    store: Counting, data: bytes, form: Any
) -> None:
    store.write("a.json", data)
    with pytest.raises(Permanent, match=r"a\.json is not of its form.*materialise its asset again"):
        documents.load(store, "a.json", form)


def test_a_document_that_is_not_there_is_an_error_to_load_and_none_to_find(store: Counting) -> None:
    assert documents.find(store, "a.json", PlaysReport) is None
    with pytest.raises(Permanent, match=r"a\.json"):
        documents.load(store, "a.json", PlaysReport)
