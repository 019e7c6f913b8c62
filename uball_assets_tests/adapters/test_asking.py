from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from uball_assets.adapters.asking import Annotator, PlayQuestion
from uball_assets.adapters.folder_store import FolderStore
from uball_assets.domain.angles import Angle, Side
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.reports import Clip
from uball_assets.domain.timeline import Window


class Scripted:
    """An endpoint that says what the test wrote down, by the clip's file name; an error is raised."""

    def __init__(self, answers: dict[str, str | Exception]) -> None:
        self.answers = answers

    def generate(self, model_uri: str, clip_uri: str, prompt: str) -> str:
        answer = self.answers[clip_uri.rpartition("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        assert model_uri == "model"
        assert clip_uri.rpartition("/")[2].split("_", 1)[1].removesuffix(".mp4") in prompt
        return answer

    def is_alive(self, model_uri: str) -> bool:
        return model_uri == "model"


def said(label: str, timestamp_s: float = 2.0, confidence: float | None = 0.9) -> str:
    play = {"classification": label, "timestamp_seconds": timestamp_s, "confidence": confidence, "events": []}
    return json.dumps([play])


def a_clip(play_id: str, angle: Angle, sync_offset_s: float = 0.0) -> Clip:
    name = f"games/g1/clips/{play_id}_{angle}.mp4"
    start_file_s = 100.0 + sync_offset_s
    return Clip(play_id, angle, name, "k", start_file_s, sync_offset_s, None, 10.0, 150, 999, clamped=False)


def a_question(play_id: str) -> PlayQuestion:
    clips = (a_clip(play_id, Angle.FAR_LEFT, 1.5), a_clip(play_id, Angle.NEAR_RIGHT, -3.0))
    return PlayQuestion(play_id, Side.LEFT, Window(100.0, 110.0), clips)


def annotator(tmp_path: Path, answers: dict[str, str | Exception]) -> Annotator:
    return Annotator(Scripted(answers), FolderStore(tmp_path), workers=2)


def test_two_cameras_that_agree_become_one_play_in_game_time(tmp_path: Path) -> None:
    answers = {"p1_FAR_LEFT.mp4": said("4PT_MAKE", 2.0), "p1_NEAR_RIGHT.mp4": said("4PT_MAKE", 2.2)}
    result = annotator(tmp_path, {**answers}).annotate("model", [a_question("p1")])
    [play] = result.plays
    assert (play.play_key, play.classification, play.agreed) == ("p1", "4PT_MAKE", True)
    assert play.timestamp_game_s == pytest.approx(102.1)
    assert result.losses == ()
    assert [(key, answer.angle) for key, answer in result.per_camera] == [
        ("p1", Angle.FAR_LEFT),
        ("p1", Angle.NEAR_RIGHT),
    ]


def test_answers_on_clips_in_slow_motion_come_back_at_the_games_own_speed(tmp_path: Path) -> None:
    clips = tuple(replace(clip, duration_s=40.0, slow_motion=4.0) for clip in a_question("p1").clips)
    question = replace(a_question("p1"), clips=clips)
    answers = {"p1_FAR_LEFT.mp4": said("STEAL", 30.0), "p1_NEAR_RIGHT.mp4": said("STEAL", 30.8)}
    [play] = annotator(tmp_path, {**answers}).annotate("model", [question]).plays
    assert play.timestamp_game_s == pytest.approx(107.6)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("I cannot see the clip.", "holds no play"),
        (said("DUNK"), "not in the league's vocabulary"),
        (said("FG_MAKE", 99.0), "outside"),
        (Permanent("the clip is unreadable"), "the clip is unreadable"),
    ],
    ids=["no json", "unknown label", "time outside the clip", "refused"],
)
def test_an_answer_that_says_nothing_valid_is_a_loss_and_the_other_camera_answers(
    tmp_path: Path, broken: str | Exception, why: str
) -> None:
    answers = {"p1_FAR_LEFT.mp4": broken, "p1_NEAR_RIGHT.mp4": said("FG_MISS")}
    result = annotator(tmp_path, answers).annotate("model", [a_question("p1")])
    assert [play.classification for play in result.plays] == ["FG_MISS"]
    assert why in result.losses[0].why
    silent = {answer.angle: answer for _, answer in result.per_camera}[Angle.FAR_LEFT]
    assert silent.answer is None
    assert why in silent.reason


def test_a_play_that_no_camera_could_tell_is_left_out_and_costs_no_other(tmp_path: Path) -> None:
    answers: dict[str, str | Exception] = {
        "p1_FAR_LEFT.mp4": "nothing",
        "p1_NEAR_RIGHT.mp4": "nothing",
        "p2_FAR_LEFT.mp4": said("STEAL"),
        "p2_NEAR_RIGHT.mp4": said("STEAL"),
    }
    result = annotator(tmp_path, answers).annotate("model", [a_question("p1"), a_question("p2")])
    assert [play.play_key for play in result.plays] == ["p2"]
    assert len(result.losses) == 2


def test_a_service_that_is_down_is_raised_and_no_answer_is_made_up(tmp_path: Path) -> None:
    answers: dict[str, str | Exception] = {
        "p1_FAR_LEFT.mp4": Transient("503"),
        "p1_NEAR_RIGHT.mp4": said("STEAL"),
    }
    with pytest.raises(Transient, match="503"):
        annotator(tmp_path, answers).annotate("model", [a_question("p1")])


def test_no_question_is_no_answer(tmp_path: Path) -> None:
    assert annotator(tmp_path, {}).annotate("model", []).plays == ()
