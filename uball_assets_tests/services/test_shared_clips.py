"""One camera's clips cut on several machines: the same clips, the same losses, each of them once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from uball_assets.adapters.machine.core_seconds import core_s
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.clips import ClipPlan, Recipe, content_key
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window
from uball_assets.media.cutting.batch import Progress
from uball_assets.services.clip_library import ClipCutter, CutResult, Part, PartCut
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.services.test_clip_library import PREFIX
from uball_assets_tests.videos import SyntheticVideo, make_video

RECIPE = Recipe(mode="edit")
VIDEO_S = 12.0
CORE_S = 1000.0
LONG_S = 20.0


@dataclass
class OtherMachine:
    """A place on one; `before` happens to each part there."""

    cutter: ClipCutter
    before: Callable[[Part], None] = lambda _: None
    parts: list[Part] = field(default_factory=list)
    has_begun: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        pass

    def do(self, work: Part) -> PartCut:
        self.parts.append(work)
        self.has_begun.set()
        self.before(work)
        with self.cutter.opened(work.camera) as opened:
            return replace(self.cutter.cut_part(work, opened), core_s=CORE_S)

    def end(self) -> None:
        pass


@dataclass
class NoRoom(OtherMachine):
    def begin(self) -> None:
        self.has_begun.set()
        raise ConnectionError("every node is full")


class Slow(FolderStore):
    """This machine's way to the clips: the others have begun before its first one is there."""

    def __init__(self, store: FolderStore, machines: Sequence[OtherMachine]) -> None:
        super().__init__(store.root)
        self._machines = machines

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        for machine in self._machines:
            assert machine.has_begun.wait(LONG_S)
        super().write(name, data, metadata)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    folder = tmp_path_factory.mktemp("videos")
    source = folder / "Games/g1/FAR_LEFT.mp4"
    source.parent.mkdir(parents=True)
    make_video(source, SyntheticVideo(duration_s=VIDEO_S))
    return FolderStore(folder)


@pytest.fixture
def cutter(videos: FolderStore, tmp_path: Path) -> ClipCutter:
    training = FolderStore(tmp_path / "training")
    return ClipCutter(videos, training, RECIPE, ffmpeg="", workers=1, work_folder=tmp_path / "work")


@pytest.fixture(scope="module")
def alone(videos: FolderStore, tmp_path_factory: pytest.TempPathFactory) -> tuple[CutResult, dict[str, str]]:
    """As one machine does it."""
    folder = tmp_path_factory.mktemp("alone")
    training = FolderStore(folder / "training")
    cutter = ClipCutter(videos, training, RECIPE, ffmpeg="", workers=1, work_folder=folder / "work")
    return cutter.make(PREFIX, CAMERA, PLANS), stored(cutter)


def a_plan(number: int, start_file_s: float) -> ClipPlan:
    window = Window(start_file_s, start_file_s + 0.5)
    name = f"{PREFIX}p{number:02d}_FAR_LEFT.mp4"
    key = content_key(CAMERA, window, RECIPE)
    return ClipPlan(
        f"p{number:02d}", "g1", Angle.FAR_LEFT, name, window.start_s, window.end_s, 0.2, key, False
    )


CAMERA: Camera = replace(a_camera(Angle.FAR_LEFT, 1.0), filmed=Window(0.0, VIDEO_S))
PLANS = [a_plan(number, 0.6 * number + 0.1) for number in range(18)] + [a_plan(99, 50.0)]
"""Clips, and one whose play the video does not show."""


def stored(cutter: ClipCutter) -> dict[str, str]:
    """What the store holds, with what is kept beside the bytes."""
    return {
        info.name: hashlib.sha256(cutter.training.read(info.name)).hexdigest()
        + str(sorted(info.metadata.items()))
        for info in cutter.training.list("")
    }


def shared(cutter: ClipCutter, *machines: OtherMachine) -> CutResult:
    told: list[Progress] = []
    assert isinstance(cutter.training, FolderStore)
    slow = Slow(cutter.training, machines)
    result = replace(cutter, training=slow, places=lambda: machines).make(PREFIX, CAMERA, PLANS, told.append)
    assert [one.clips for one in told] == sorted(one.clips for one in told)
    assert {one.all_clips for one in told} == {len(PLANS)}
    return result


def same(result: CutResult, alone: CutResult) -> bool:
    return replace(result, elsewhere_count=0) == alone


def test_clips_and_losses_are_those_of_one_machine(
    cutter: ClipCutter, alone: tuple[CutResult, dict[str, str]]
) -> None:
    other, before_s = OtherMachine(cutter), core_s()
    result = shared(cutter, other)
    assert same(result, alone[0])
    assert stored(cutter) == alone[1]
    assert 0 < result.elsewhere_count < len(PLANS)
    assert core_s() - before_s >= CORE_S * len(other.parts)


def test_a_machine_that_is_lost_in_the_middle_of_a_part_costs_no_clip(
    cutter: ClipCutter, alone: tuple[CutResult, dict[str, str]]
) -> None:
    def lost(part: Part) -> None:
        with cutter.opened(part.camera) as opened:
            cutter.cut_part(replace(part, plans=part.plans[:1]), opened)
        raise ConnectionError("its power is cut")

    result = shared(cutter, OtherMachine(cutter, before=lost))
    assert same(result, alone[0])
    assert stored(cutter) == alone[1]
    assert result.elsewhere_count == 1


def test_a_machine_that_writes_elsewhere_or_says_so_falsely_is_not_believed(
    cutter: ClipCutter, alone: tuple[CutResult, dict[str, str]], tmp_path: Path
) -> None:
    """A node whose settings name another bucket."""
    misled = replace(cutter, training=FolderStore(tmp_path / "another"))
    result = shared(cutter, OtherMachine(misled))
    assert same(result, alone[0])
    assert stored(cutter) == alone[1]
    assert result.elsewhere_count == 0


def test_nothing_waits_for_room_that_does_not_come(
    cutter: ClipCutter, alone: tuple[CutResult, dict[str, str]]
) -> None:
    result = shared(cutter, NoRoom(cutter), NoRoom(cutter))
    assert result == alone[0]
    assert stored(cutter) == alone[1]


def test_which_clips_count_is_decided_where_the_run_is(cutter: ClipCutter) -> None:
    """The other machine's own settings are otherwise."""
    own = replace(cutter, recipe=Recipe(), prove_all=True, timeout_s=5.0)
    other = OtherMachine(own)
    strict = replace(cutter, refused_flaws=frozenset({"black"}), timeout_s=30.0)
    shared(strict, other)
    assert other.parts
    for part in other.parts:
        assert (part.recipe, part.prove_all, part.timeout_s) == (RECIPE, False, 30.0)
        assert part.refused_flaws == {"black"}
    assert {info.metadata["mode_used"] for info in cutter.training.list("")} == {"edit"}


def test_few_clips_are_cut_where_the_run_is(cutter: ClipCutter) -> None:
    other = OtherMachine(cutter)
    replace(cutter, places=lambda: [other]).make(PREFIX, CAMERA, PLANS[:15])
    assert other.parts == []
    replace(cutter, places=lambda: [other]).make(PREFIX, CAMERA, PLANS)
    assert other.parts == [], "only four of them are not there yet"
