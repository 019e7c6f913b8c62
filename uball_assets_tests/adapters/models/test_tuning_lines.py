from __future__ import annotations

import math
from pathlib import Path

import pytest

from uball_assets.adapters.models.tuning_lines import read_tuning_lines
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.answers.examples import read_example
from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.adapters.clips_of_shots import DURATION_S, training_lines

LABELS = ("FG_MAKE", "3PT_MISS")


class Counting(FolderStore):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.listings: list[str] = []

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        self.listings.append(prefix)
        return super().list(prefix, after)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "store")


def written(store: FolderStore, lines: list[str], name: str = "train.jsonl") -> str:
    store.write(name, "\n".join([*lines, ""]).encode())
    return store.uri(name)


def test_a_line_knows_its_clip_by_size_and_length(store: Counting) -> None:
    lines = training_lines(store, LABELS)
    ((first, second),) = read_tuning_lines(store, written(store, lines))
    example = read_example(lines[0])
    assert first.where == f"{store.uri('train.jsonl')} line 1"
    assert second.where.endswith(" line 2")
    assert first.clip_uri == example.clip_uri
    assert first.size_bytes == len(store.read(store.name_of(example.clip_uri)))
    assert first.duration_s == pytest.approx(DURATION_S, abs=0.1)
    assert first.text_tokens == math.ceil(len(example.prompt + example.answer) / 4)
    assert first.media_resolution == "low"


def test_lengths_come_from_the_games_document_and_only_other_clips_are_probed(store: Counting) -> None:
    train = written(store, training_lines(store, LABELS))
    clip = Clip(
        play_id="play-0",
        angle=Angle.FAR_LEFT,
        name="games/g1/clips/play-0_FAR_LEFT.mp4",
        key="k",
        start_file_s=0.0,
        sync_offset_s=0.0,
        timestamp_clip_s=None,
        duration_s=77.0,
        frame_count=1,
        size_bytes=1,
        clamped=False,
    )
    report = CameraClips("g1", Angle.FAR_LEFT, "h", 2, (clip,), ())
    documents.save(store, object_names.camera_clips("g1", Angle.FAR_LEFT), report)
    ((first, second),) = read_tuning_lines(store, train)
    assert (first.duration_s, first.clip_marks) == (77.0, frozenset({"k"}))
    assert second.clip_marks == frozenset()
    assert second.duration_s == pytest.approx(DURATION_S, abs=0.1)


def test_each_folder_of_clips_is_listed_once_whatever_the_number_of_files_and_lines(store: Counting) -> None:
    lines = training_lines(store, LABELS * 2)
    uris = written(store, lines[:3]), written(store, lines[3:], "validation.jsonl")
    store.listings.clear()
    train, validation = read_tuning_lines(store, *uris)
    assert (len(train), len(validation)) == (3, 1)
    assert store.listings == ["games/g1/clips"]


def test_a_clip_that_is_gone_elsewhere_or_no_video_is_told_by_what_it_lacks(store: Counting) -> None:
    lines = training_lines(store, LABELS * 2)
    names = [store.name_of(read_example(line).clip_uri) for line in lines]
    store.delete(names[0])
    store.write(names[1], b"no video")
    lines[2] = lines[2].replace(store.uri(names[2]), "gs://elsewhere/clip.mp4")
    ((gone, broken, elsewhere, sound),) = read_tuning_lines(store, written(store, lines))
    assert (gone.size_bytes, gone.duration_s) == (None, None)
    assert (broken.size_bytes, broken.duration_s) == (8, None)
    assert (elsewhere.size_bytes, elsewhere.duration_s) == (None, None)
    assert sound.duration_s


@pytest.mark.parametrize("line", ["{", "[]", "7", "\udcff", "{}"], ids=repr)
def test_a_line_that_is_no_example_says_so_and_the_others_are_read(store: Counting, line: str) -> None:
    data = "\n".join([line, *training_lines(store, LABELS[:1])]).encode(errors="surrogateescape")
    store.write("train.jsonl", data)
    ((broken, sound),) = read_tuning_lines(store, store.uri("train.jsonl"))
    assert broken.fault
    assert not sound.fault
    assert sound.where.endswith(" line 2")


def test_a_file_that_is_not_there_is_permanent(store: Counting) -> None:
    with pytest.raises(Permanent):
        read_tuning_lines(store, store.uri("train.jsonl"))
