"""Many clips at once: all of them, the same bytes in any order, bounded memory, and an end to every run."""

from __future__ import annotations

import faulthandler
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Transient, UballError
from uball_assets.media.cutting import batch
from uball_assets.media.cutting.batch import Progress, Wanted, cut_all
from uball_assets.media.cutting.plan import CutClip, Tools, plan_clip
from uball_assets.media.videos.joint import Joint
from uball_assets.media.videos.video import Video, open_video
from uball_assets_tests.cutting import cut, numbers, pictures_of, wanted
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.videos import BROKEN_VIDEOS

SMART = Recipe(mode="smart")
WINDOWS = [(start_s / 10, start_s / 10 + 0.9) for start_s in range(0, 50, 6)]
LONGEST_S = 60


@pytest.fixture(autouse=True)
def _never_for_ever() -> Iterator[None]:
    """A run that hangs ends the tests, and shows where each thread waits."""
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


class Results:
    def __init__(self) -> None:
        self.clips: dict[str, CutClip | UballError] = {}
        self.threads: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, one: Wanted, result: CutClip | UballError) -> None:
        with self._lock:
            assert one.name not in self.clips
            self.clips[one.name] = result
            self.threads.add(threading.current_thread().name)

    def data(self) -> dict[str, bytes]:
        return {name: clip.data for name, clip in self.clips.items() if isinstance(clip, CutClip)}


def opened(path: Path, **words: object) -> Video:
    return open_video(FarAway(path.read_bytes(), **words), path.parent)  # type: ignore[arg-type]


def all_of(video: Video, name: str = "") -> list[Wanted]:
    return [Wanted(video, *window, f"{name}{number}") for number, window in enumerate(WINDOWS)]


@pytest.mark.parametrize("mode", ["smart", "edit", "keyframe"])
def test_clips_are_the_same_bytes_whatever_the_order_the_workers_and_the_company(
    mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    names = ("b-frames", "29.97-fps")
    one_by_one = {
        f"{name} {number}": cut(videos[name], *window, mode, tmp_path).data
        for name in names
        for number, window in enumerate(WINDOWS)
    }
    for seed, workers, fetches in ((1, 1, 1), (2, 3, 8)):
        clips = [one for name in names for one in all_of(opened(videos[name], delay_s=0.001), f"{name} ")]
        Random(seed).shuffle(clips)
        results = Results()
        cut_all(clips, Recipe(mode=mode), Tools(tmp_path), workers, results, fetches)
        assert results.data() == one_by_one


def test_videos_of_every_kind_are_cut_in_one_run(videos: dict[str, Path], tmp_path: Path) -> None:
    names = ("b-frames", "open-gop", "fragmented", "hevc", "no-sound")
    with (
        open_video(FarAway(videos["fragmented"].read_bytes()), tmp_path / "copies") as walked,
    ):
        by_name = {name: walked if name == "fragmented" else opened(videos[name]) for name in names}
        clips = [Wanted(by_name[name], 2.013, 2.777, name) for name in names]
        results = Results()
        cut_all(clips, SMART, Tools(tmp_path / "work"), 2, results)
    for name in names:
        clip = results.clips[name]
        assert isinstance(clip, CutClip)
        assert numbers(pictures_of(clip.data)) == numbers(wanted(videos[name], 2.013, 2.777))
    assert list((tmp_path / "work").iterdir()) == []


def test_what_cannot_be_cut_is_handed_over_with_its_reason_and_the_rest_goes_on(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    BROKEN_VIDEOS["zeroed-middle"].make(tmp_path / "broken.mp4")
    video, broken = opened(videos["b-frames"]), opened(tmp_path / "broken.mp4")
    clips = [
        Wanted(video, 1.0, 2.0, "good"),
        Wanted(video, 9.0, 10.0, "outside"),
        Wanted(broken, 4.0, 5.0, "damaged"),
        Wanted(broken, 1.0, 2.0, "whole"),
    ]
    results = Results()
    cut_all(clips, SMART, Tools(tmp_path), 2, results)
    assert set(results.data()) == {"good", "whole"}
    assert "lies outside the video" in str(results.clips["outside"])
    assert "frames are damaged, between 3.9 s" in str(results.clips["damaged"])


def test_progress_never_falls_and_ends_with_all_clips_and_all_bytes(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    told: list[Progress] = []
    video = opened(videos["b-frames"])
    clips = [*all_of(video), Wanted(video, 9.0, 10.0, "outside")]
    cut_all(clips, SMART, Tools(tmp_path), 2, Results(), progress=told.append)
    assert [one.clips for one in told] == sorted(one.clips for one in told)
    assert [one.read_bytes for one in told] == sorted(one.read_bytes for one in told)
    assert (told[-1].clips, told[-1].read_bytes) == (len(clips), told[-1].all_bytes)
    assert told[-1].left_s == 0
    assert told[-1].text.startswith("10 of 10 clips, 0 of 0 MB read")


def test_an_empty_list_is_done_at_once(tmp_path: Path) -> None:
    cut_all([], SMART, Tools(tmp_path), 2, Results())


def test_neighbouring_clips_share_one_read_and_no_byte_is_read_twice(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    video = opened(videos["b-frames"])
    store = video.source
    assert isinstance(store, FarAway)
    store.asked.clear()
    cut_all(all_of(video), SMART, Tools(tmp_path), 2, Results())
    assert len(store.asked) == 1
    assert store.asked_bytes <= store.size_bytes


@pytest.fixture
def one_read_a_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small videos, cut as if they were large ones."""
    monkeypatch.setattr(batch, "LARGEST_GROUP_BYTES", 1)


@pytest.mark.usefixtures("one_read_a_clip")
def test_as_many_reads_are_in_flight_as_asked_for(videos: dict[str, Path], tmp_path: Path) -> None:
    """Each read waits until so many are under way."""
    video, are_gathered = opened(videos["b-frames"]), threading.Event()
    source = video.source
    assert isinstance(source, FarAway)
    source.most_at_once = 0

    def gather(*_: int) -> None:
        if source.most_at_once >= 4:
            are_gathered.set()
        are_gathered.wait(60)

    source.before = gather
    cut_all(all_of(video), Recipe(mode="edit"), Tools(tmp_path), 2, Results(), fetches=4)
    assert source.most_at_once == 4


@pytest.mark.parametrize(("mode", "room_for"), [("smart", "MOST_BYTES"), ("edit", "MOST_COPIED_BYTES")])
@pytest.mark.usefixtures("one_read_a_clip")
def test_no_more_bytes_are_held_than_there_is_room_for(
    mode: str, room_for: str, videos: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(mode=mode)
    video = opened(videos["b-frames"])
    assert isinstance(video.source, FarAway)
    video.source.asked.clear()
    held, most, lock = 0, 0, threading.Lock()
    sizes: dict[str, int] = {}
    clips = all_of(video)
    for one in clips:
        planned = plan_clip(video, one.start_file_s, one.end_file_s, recipe)
        sizes[one.name] = planned.size_bytes
    room = 2 * max(sizes.values())
    monkeypatch.setattr(batch, room_for, room)

    def reading(_: int, length: int) -> None:
        nonlocal held, most
        with lock:
            held += length
            most = max(most, held)

    def done(one: Wanted, _: CutClip | UballError) -> None:
        nonlocal held
        threading.Event().wait(0.01)
        with lock:
            held -= sizes[one.name]

    video.source.before = reading
    cut_all(clips, recipe, Tools(tmp_path), 2, done, fetches=8)
    assert held == 0
    assert max(sizes.values()) < most <= room


@pytest.mark.usefixtures("one_read_a_clip")
def test_a_clip_larger_than_all_room_goes_alone(
    videos: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", 1)
    results = Results()
    cut_all(all_of(opened(videos["b-frames"])), SMART, Tools(tmp_path), 2, results)
    assert len(results.data()) == len(WINDOWS)


def _failing_from(number: int, error: Exception) -> Callable[[int, int], None]:
    left = [number]
    lock = threading.Lock()

    def before(_: int, __: int) -> None:
        with lock:
            left[0] -= 1
            if left[0] < 0:
                raise error

    return before


@pytest.mark.usefixtures("one_read_a_clip")
@pytest.mark.parametrize("error", [Transient("the store is away"), KeyError("x")], ids=["transient", "bug"])
@pytest.mark.parametrize("reads", [0, 4], ids=["at-once", "in-mid-run"])
def test_a_video_that_cannot_be_read_ends_the_run_and_what_was_handed_over_counts(
    reads: int, error: Exception, videos: dict[str, Path], tmp_path: Path
) -> None:
    video, results = opened(videos["b-frames"]), Results()
    assert isinstance(video.source, FarAway)
    video.source.before = _failing_from(reads, error)
    with pytest.raises(type(error)):
        cut_all(all_of(video), SMART, Tools(tmp_path), 2, results, fetches=2)
    assert len(results.clips) <= reads
    whole = Results()
    cut_all(all_of(opened(videos["b-frames"])), SMART, Tools(tmp_path), 2, whole)
    assert results.data().items() <= whole.data().items()


@pytest.mark.usefixtures("one_read_a_clip")
@pytest.mark.parametrize("most_bytes", [1, 10**9], ids=["no-room", "room"])
@pytest.mark.parametrize("handed", [0, 3], ids=["the-first", "a-later-one"])
def test_a_hand_over_that_fails_ends_the_run(
    handed: int, most_bytes: int, videos: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", most_bytes)
    before = _failing_from(handed, Transient("the bucket is full"))
    counted: list[str] = []

    def done(one: Wanted, _: CutClip | UballError) -> None:
        before(0, 0)
        counted.append(one.name)

    with pytest.raises(Transient, match="the bucket is full"):
        cut_all(all_of(opened(videos["b-frames"])), SMART, Tools(tmp_path), 2, done)
    assert len(counted) == handed


def test_progress_that_fails_ends_the_run(videos: dict[str, Path], tmp_path: Path) -> None:
    def progress(_: Progress) -> None:
        raise Transient("nobody looks")

    with pytest.raises(Transient, match="nobody looks"):
        cut_all(all_of(opened(videos["b-frames"])), SMART, Tools(tmp_path), 2, Results(), progress=progress)


def _not_joining(path: Path) -> Video:
    """A video whose re-encoded frames take the id of its own parameter set, which copied ones then lack."""
    video = opened(path)
    assert isinstance(video.joint, Joint)
    return replace(video, joint=replace(video.joint, set_id=0))


@pytest.mark.parametrize("prove_all", [False, True], ids=["tried", "all-proved"])
def test_where_a_videos_first_frames_do_not_join_every_clip_is_decoded_again_and_made_anew(
    prove_all: bool, videos: dict[str, Path], tmp_path: Path
) -> None:
    results = Results()
    clips = [one for one in all_of(_not_joining(videos["b-frames"])) if one.start_file_s % 1]
    clips += all_of(opened(videos["29.97-fps"]), "good ")
    cut_all(clips, SMART, Tools(tmp_path), 2, results, prove_all=prove_all)
    for one in clips:
        clip = results.clips[one.name]
        assert isinstance(clip, CutClip)
        if one.name.startswith("good"):
            assert clip.mode_used == "smart"
        elif clip.copied_count or clip.mode_used == "reencode":
            assert clip.reason.startswith("its frames do not join re-encoded ones")
            shown = numbers(pictures_of(clip.data))
            assert shown == numbers(wanted(videos["b-frames"], one.start_file_s, one.end_file_s))


def test_a_first_clip_that_copies_nothing_tells_nothing_of_the_clips_that_do(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    video = _not_joining(videos["b-frames"])
    clips = [Wanted(video, 1.1, 1.9, "copies nothing"), Wanted(video, 2.5, 4.5, "copies")]
    results = Results()
    cut_all(clips, SMART, Tools(tmp_path), 1, results)
    copies = results.clips["copies"]
    assert isinstance(copies, CutClip)
    assert copies.mode_used == "reencode"
    assert numbers(pictures_of(copies.data)) == numbers(wanted(videos["b-frames"], 2.5, 4.5))


def _with_spoilt_pictures(path: Path) -> bytes:
    """Frames that are whole, with pictures that do not decode: found by nothing but decoding."""
    data = bytearray(path.read_bytes())
    index = open_video(FarAway(bytes(data)), path.parent).index
    assert index is not None
    video = index.video_track
    for position in np.flatnonzero(~video.is_sync).tolist():
        place, size = int(video.offset[position]), int(video.size[position])
        data[place + 5 : place + size] = bytes(byte ^ 0x55 for byte in data[place + 5 : place + size])
    return bytes(data)


def test_of_a_video_whose_first_clip_does_not_decode_no_other_is_taken_on_trust(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    video = open_video(FarAway(_with_spoilt_pictures(videos["plain"])), tmp_path)
    results = Results()
    clips = [Wanted(video, float(second), second + 1.0, str(second)) for second in range(5)]
    cut_all(clips, SMART, Tools(tmp_path), 2, results)
    assert len(results.clips) == 5
    assert not results.data(), "all begin and end on keyframes: no seam decodes anything of them"
