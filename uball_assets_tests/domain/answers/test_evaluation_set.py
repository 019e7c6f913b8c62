from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.answers.evaluation_set import EvaluationPlay, EvaluationSet
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.domain.samples import a_play

CLIP = Clip("p1", Angle.FAR_LEFT, "games/g1/clips/p1_FAR_LEFT.mp4", "key", 1.0, 0.0, 2.0, 4.0, 60, 900, False)
PLAY = EvaluationPlay(a_play(), (CLIP,))


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLAY, truth=a_play(classification="4PT_MISS")),
        replace(PLAY, truth=a_play(note="Another sentence.")),
        replace(PLAY, clips=(replace(CLIP, key="recut"),)),
        replace(PLAY, clips=()),
    ],
    ids=["label", "note", "clip cut again", "clip lost"],
)
def test_an_evaluation_set_changes_with_a_plays_truth_and_with_its_clips(changed: EvaluationPlay) -> None:
    assert EvaluationSet((changed,)).hash != EvaluationSet((PLAY,)).hash


def test_an_evaluation_set_with_one_play_more_is_another_and_the_same_plays_are_the_same() -> None:
    assert EvaluationSet((PLAY, PLAY)).hash != EvaluationSet((PLAY,)).hash
    assert EvaluationSet((replace(PLAY),)).hash == EvaluationSet((PLAY,)).hash
