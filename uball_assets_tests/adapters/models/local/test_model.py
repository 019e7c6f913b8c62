from __future__ import annotations

import numpy as np
import pytest

from uball_assets.adapters.models.local.learning import learn
from uball_assets.adapters.models.local.model import Lesson, LocalModel, camera_in
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.plays.plays import Event
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import (
    ACTION_FEATURES,
    COLOUR_FEATURES,
    FEATURE_COUNT,
    LANDMARK_FEATURES,
)

SHOTS = ("FG_MAKE", "3PT_MAKE", "4PT_MAKE")


def test_a_model_learns_what_its_lessons_say() -> None:
    model = LocalModel()
    losses = learn(model, _lessons(60), epochs=1, seed=1)
    assert losses[0] == pytest.approx(np.log(18))
    assert losses[1] < 0.2
    for lesson in _lessons(30, first=100):
        [told] = model.answer(lesson.angle, lesson.features)
        assert lesson.answer is not None
        assert told["classification"] == lesson.answer.classification
        assert told["timestamp_seconds"] == pytest.approx(lesson.answer.timestamp_clip_s, abs=0.8)
        assert told["player_a"] == (lesson.answer.player_a or "").replace("#7 ", "")
        assert [event["label"] for event in told["events"]] == [event.label for event in lesson.answer.events]
        assert told["confidence"] > 0.5


def test_of_two_teams_that_play_the_likelier_is_named_and_nothing_else_changes() -> None:
    model = _taught()
    for lesson in _lessons(20, first=300):
        [free] = model.answer(lesson.angle, lesson.features)
        assert free["player_a"] is not None
        own = free["player_a"].removeprefix("Player (").removesuffix(")")
        assert model.answer(lesson.angle, lesson.features, ("Pink", own)) == [free]
        [other] = model.answer(lesson.angle, lesson.features, ("Pink", "grey" if own != "Gray" else "Teal"))
        assert other["player_a"] in ("Player (Pink)", "Player (grey)", "Player (Teal)")
        assert (other["classification"], other["confidence"]) == (free["classification"], free["confidence"])
        assert model.answer(lesson.angle, lesson.features, ("Tartan", own)) == [free]


def test_after_no_epochs_the_child_is_its_parent() -> None:
    parent = _taught()
    child = LocalModel.from_bytes(parent.to_bytes())
    learn(child, _lessons(40, first=500), epochs=0, seed=9)
    assert child.to_bytes() == parent.to_bytes()


def test_a_child_starts_with_less_to_learn_than_the_base() -> None:
    more = _lessons(40, first=500)
    from_base = learn(LocalModel(), more, epochs=1, seed=2)
    from_parent = learn(_taught(), more, epochs=1, seed=2)
    assert from_parent[0] < from_base[0] / 2


def test_learning_goes_on_from_the_parents_weights_and_leaves_its_scale_alone() -> None:
    parent, child = _taught(), _taught()
    learn(child, _lessons(40, first=500), epochs=1, seed=2)
    for part in ("mean", "std"):
        np.testing.assert_array_equal(child.tensors[f"far/scale/{part}"], parent.tensors[f"far/scale/{part}"])
    fresh = LocalModel()
    learn(fresh, _lessons(40, first=500), epochs=1, seed=2)
    name = "far/label/weights/0"
    from_parent = np.abs(child.tensors[name] - parent.tensors[name]).mean()
    assert 0 < from_parent < np.abs(fresh.tensors[name] - parent.tensors[name]).mean()


@pytest.mark.parametrize(("seed", "same"), [(3, True), (4, False)], ids=["same seed", "other seed"])
def test_the_seed_decides_the_bytes(seed: int, same: bool) -> None:
    assert (_taught(seed).to_bytes() == _taught(3).to_bytes()) is same


def test_a_model_read_back_answers_the_same() -> None:
    model = _taught()
    lesson = _lessons(1, first=900)[0]
    again = LocalModel.from_bytes(model.to_bytes())
    assert again.answer(lesson.angle, lesson.features) == model.answer(lesson.angle, lesson.features)


def test_far_and_near_views_have_weights_of_their_own() -> None:
    model = _taught()
    before = model.tensors["far/label/weights/0"].copy()
    learn(model, _lessons(30, angle=Angle.NEAR_RIGHT), epochs=1, seed=1)
    np.testing.assert_array_equal(model.tensors["far/label/weights/0"], before)
    assert model.knows("near", "label")


def test_a_view_never_seen_is_not_guessed_at() -> None:
    with pytest.raises(Permanent, match="never seen a near view"):
        _taught().answer(Angle.NEAR_LEFT, _lessons(1)[0].features)


def test_what_no_lesson_says_is_left_open_in_the_answer() -> None:
    model = LocalModel()
    learn(model, _lessons(30, silent=True), epochs=1, seed=1)
    [told] = model.answer(Angle.FAR_LEFT, _lessons(1)[0].features)
    assert told["timestamp_seconds"] is None
    assert told["player_a"] is None


def test_a_moment_never_lies_outside_the_clip() -> None:
    model = _taught()
    for name in ("weights/1", "biases/1"):
        model.tensors[f"far/moment/{name}"] = model.tensors[f"far/moment/{name}"] + 100
    [told] = model.answer(Angle.FAR_LEFT, _lessons(1)[0].features)
    assert told["timestamp_seconds"] == 4.0


def test_what_shows_no_play_is_told_apart_and_changes_nothing_that_is_learned_of_plays() -> None:
    model, plays = LocalModel(), _lessons(40)
    learn(model, [*plays[:20], *_nothing(20), *plays[20:]], epochs=1, seed=3)
    without = LocalModel()
    learn(without, plays, epochs=1, seed=3)
    for name, weights in without.tensors.items():
        np.testing.assert_array_equal(model.tensors[name], weights)
    for lesson in _lessons(20, first=100):
        assert model.answer(lesson.angle, lesson.features) == without.answer(lesson.angle, lesson.features)
    for lesson in _nothing(20, first=100):
        assert model.answer(lesson.angle, lesson.features) == []
        assert without.answer(lesson.angle, lesson.features) != []


def test_a_view_that_was_shown_no_play_is_never_guessed_at() -> None:
    model = LocalModel()
    learn(model, [*_lessons(30), *_nothing(10, angle=Angle.NEAR_RIGHT)], epochs=1, seed=1)
    with pytest.raises(Permanent, match="never seen a near view"):
        model.answer(Angle.NEAR_LEFT, _lessons(1)[0].features)


@pytest.mark.parametrize("angle", list(Angle), ids=str)
def test_the_camera_is_read_from_the_leagues_prompt(angle: Angle) -> None:
    assert camera_in(prompt(angle)) is angle


@pytest.mark.parametrize("text", ["", "what happens?", "FAR_LEFT or NEAR_LEFT"], ids=["empty", "none", "two"])
def test_a_prompt_must_name_one_camera(text: str) -> None:
    with pytest.raises(Permanent, match="cameras"):
        camera_in(text)


@pytest.mark.parametrize("damage", ["cut", "text", "empty"])
def test_a_damaged_model_file_is_refused(damage: str) -> None:
    whole = _taught().to_bytes()
    data = {"cut": whole[: len(whole) // 2], "text": b"hello, I am a model", "empty": b""}[damage]
    with pytest.raises(Permanent, match=r"models/m\.safetensors is not a local model"):
        LocalModel.from_bytes(data, "models/m.safetensors")


def test_a_model_of_other_features_is_refused() -> None:
    data = _taught().to_bytes().replace(b"clip-features-", b"clip-feathers-")
    with pytest.raises(Permanent, match="other features: train a model from the base"):
        LocalModel.from_bytes(data)


def _taught(seed: int = 3) -> LocalModel:
    model = LocalModel()
    learn(model, _lessons(30), epochs=1, seed=seed)
    return model


def _lessons(count: int, first: int = 0, angle: Angle = Angle.FAR_LEFT, silent: bool = False) -> list[Lesson]:
    return [_lesson(number, angle, silent) for number in range(first, first + count)]


def _nothing(count: int, first: int = 0, angle: Angle = Angle.FAR_LEFT) -> list[Lesson]:
    """Clips in which nothing but noise moves."""
    lessons = []
    for number in range(first, first + count):
        features = np.random.default_rng(1000 + number).normal(0, 0.3, FEATURE_COUNT).astype(np.float32)
        features[0] = 4.0
        lessons.append(Lesson(angle, features, None))
    return lessons


def _lesson(number: int, angle: Angle, silent: bool) -> Lesson:
    """A 4 s clip whose features tell the shot, the moment and the jersey, under noise."""
    rng = np.random.default_rng(number)
    shot, colour, moment = number % 3, ("Blue", "Gray")[number // 3 % 2], float(rng.uniform(0.2, 0.8))
    features: Floats = rng.normal(0, 0.3, FEATURE_COUNT).astype(np.float32)
    features[0] = 4.0
    features[ACTION_FEATURES.start + shot * 20 : ACTION_FEATURES.start + shot * 20 + 20] += 2
    features[COLOUR_FEATURES.start : COLOUR_FEATURES.start + 40] += 1 if colour == "Blue" else -1
    features[LANDMARK_FEATURES.start : LANDMARK_FEATURES.start + 30] += 4 * moment
    label = SHOTS[shot]
    events = (Event(label), *((Event("ASSIST"),) if shot == 1 else ()))
    answer = Answer(
        timestamp_clip_s=None if silent else moment * 4,
        classification=label,
        note="",
        player_a=None if silent else f"Player #7 ({colour})",
        player_b=None,
        events=events,
        confidence=None,
    )
    return Lesson(angle, features, answer)
