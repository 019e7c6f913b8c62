"""Mutated videos: no crash, no hang, no memory without bound, no clip that is not exact.

And no refusal of what is sound. Each video has limits of its own (`trials`); a complaint names the seed, and

    python -m uball_assets_tests.faults.trials SEED

puts that video on trial again. The same command with a range, `0-9999`, is the long soak.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.videos.video import open_video
from uball_assets_tests.faults.index_mutations import INDEX
from uball_assets_tests.faults.mutations import DATA, LEGAL, Mutated
from uball_assets_tests.faults.raw_mutations import RAW
from uball_assets_tests.faults.trial import Complaint, Trial, read_good
from uball_assets_tests.faults.trials import ODD_FROM, make_good_videos, mutated_video, try_videos

VIDEOS_A_TEST = 40
ODD_SEEDS = [range(begin, begin + 30) for begin in range(ODD_FROM, ODD_FROM + 60, 30)]
SEEDS = [range(begin, begin + VIDEOS_A_TEST) for begin in range(0, 160, VIDEOS_A_TEST)]


@pytest.fixture(scope="module")
def good_videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    make_good_videos(folder)
    return folder


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_a_mutated_video_is_refused_with_a_reason_or_cut_exactly_within_its_limits(
    seeds: range, good_videos: Path
) -> None:
    findings = try_videos(seeds, good_videos)
    assert not findings.complaints, "\n".join(findings.complaints)
    assert findings.videos == len(seeds)
    assert all(findings.outcomes[outcome] >= 5 for outcome in ("refused", "no video", "smart", "edit"))


@pytest.mark.parametrize("seeds", ODD_SEEDS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_a_mutated_odd_video_is_refused_with_a_reason_or_cut_exactly_within_its_limits(
    seeds: range, good_videos: Path
) -> None:
    findings = try_videos(seeds, good_videos)
    assert not findings.complaints, "\n".join(findings.complaints)
    assert findings.videos == len(seeds)


def test_the_seeds_make_every_change_there_is(good_videos: Path) -> None:
    seeds = [seed for some in (*SEEDS, *ODD_SEEDS) for seed in some]
    made = {name for seed in seeds for name in mutated_video(seed, good_videos).changes}
    assert made == {*DATA, *LEGAL, *INDEX, *RAW}


def test_the_same_seed_makes_the_same_video(good_videos: Path) -> None:
    assert [mutated_video(seed, good_videos) for seed in range(40)] == [
        mutated_video(seed, good_videos) for seed in range(40)
    ]


@pytest.mark.parametrize(
    ("shown_s", "says"),
    [((1.1, 2.1), "shows"), ((1.0, 2.5), "frames told"), ((1.0, 2.0), None)],
    ids=["other-frames", "more-frames", "the-right-ones"],
)
def test_a_clip_that_is_not_of_its_window_is_complained_of(
    shown_s: tuple[float, float], says: str | None, good_videos: Path, tmp_path: Path
) -> None:
    good = read_good(good_videos / "b-frames.mp4")
    trial = Trial(1, good, tmp_path)
    trial.mutated = Mutated(good.data, (), good.data)
    with FileRanges(good_videos / "b-frames.mp4") as source, open_video(source, tmp_path) as video:
        clip = cut_clip(video, *shown_s, Recipe(mode="edit"), Tools(tmp_path))
        if says is None:
            trial.look_into(video, (1.0, 2.0), clip, is_decoded_again=True)
        else:
            with pytest.raises(Complaint, match=says):
                trial.look_into(video, (1.0, 2.0), clip, is_decoded_again=True)
