from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.services.learning.lessons import lesson_names, read_set, write_lessons

BASE = "local-mlp-1"
ENTRY = {"hash": "h", "train_uri": "train.jsonl", "validation_uri": "validation.jsonl"}
MANIFEST = Manifest((GameExamples("g1", "a", 2, 1, "t", "v"), GameExamples("g2", "b", 2, 0, "t", "v")))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    store.write("train.jsonl", b"one\ntwo\n\nthree\nfour\n")
    store.write("validation.jsonl", b"asked\n")
    return store


def test_lessons_are_written_as_they_stand_in_the_set_without_the_others(store: FolderStore) -> None:
    lessons = read_set(store, ENTRY, MANIFEST, BASE).lessons("new_only", {"g2"}, 1.0)
    train, validation = lesson_names(ENTRY, lessons)
    write_lessons(store, ENTRY, TuneSpec("m", "f", train, validation, None, BASE, 1, 7), lessons)
    assert store.read(train) == b"three\nfour\n"
    assert store.read(validation) == b"asked\n"


@pytest.mark.parametrize("told", [b"one\n", b"1\n2\n3\n4\n5\n"], ids=["too few", "too many"])
def test_a_file_with_other_lines_than_its_manifest_says_is_no_set(store: FolderStore, told: bytes) -> None:
    store.write("train.jsonl", told)
    with pytest.raises(Permanent, match="its manifest 4: materialise training_set again"):
        read_set(store, ENTRY, MANIFEST, BASE)
