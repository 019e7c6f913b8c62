from __future__ import annotations

import hashlib
import weakref
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from uball_assets.domain.answers.evaluation_set import (
    Drawing,
    EvaluationEmpty,
    EvaluationPlay,
    EvaluationSet,
    draw,
    empties_set_aside,
)
from uball_assets.domain.answers.evaluation_set import set_aside as plays_set_aside
from uball_assets.domain.clipping.empty_windows import EmptyWindow
from uball_assets.domain.clipping.reports import Clip, ExampleLine, GameExamplesReport
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.hashing import content_hash
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


def set_aside(count: int, rare: int = 0) -> list[EvaluationPlay]:
    """So many plays of the commonest label, and a few of a rare one, in the games' order."""
    common = [a_play(play_id=f"p{number}", classification="FG_MISS") for number in range(count)]
    seldom = [a_play(play_id=f"r{number}", classification="4PT_MAKE") for number in range(rare)]
    return [EvaluationPlay(play, (CLIP,)) for play in (*common, *seldom)]


def ids(evaluation_set: EvaluationSet) -> set[str]:
    return {play.truth.play_id for play in evaluation_set.plays}


def test_below_its_ceiling_all_plays_are_on_the_set_as_they_come() -> None:
    plays = set_aside(40)
    assert draw(plays, 40) == EvaluationSet(tuple(plays))


def test_above_it_so_many_are_drawn_in_their_order_and_the_set_says_of_how_many() -> None:
    plays = set_aside(400)
    drawn = draw(plays, 100)
    assert len(drawn.plays) == 100
    assert list(drawn.plays) == [play for play in plays if play in drawn.plays]
    assert drawn.name == f"set {drawn.hash[:8]}: 100 of 400 plays"
    assert draw(plays, 100) == drawn


def test_a_play_that_was_drawn_stays_as_the_set_grows_unless_a_new_one_takes_its_place() -> None:
    before, after = draw(set_aside(400), 100), draw(set_aside(440), 100)
    gone, came = ids(before) - ids(after), ids(after) - ids(before)
    assert came <= {f"p{number}" for number in range(400, 440)}
    assert len(gone) == len(came) <= 20


def test_a_play_that_is_taken_out_costs_only_its_own_place() -> None:
    plays = set_aside(400)
    before = draw(plays, 100)
    removed = next(play for play in plays if play.truth.play_id in ids(before))
    after = draw([play for play in plays if play != removed], 100)
    assert len(ids(after) - ids(before)) == 1
    assert ids(before) - ids(after) == {removed.truth.play_id}


@pytest.mark.parametrize(("rare", "drawn"), [(3, 3), (20, 20), (60, 20)])
def test_a_rare_label_is_not_lost_among_the_common(rare: int, drawn: int) -> None:
    on_it = draw(set_aside(4000, rare), 200)
    assert len(on_it.plays) == 200
    found = sum(play.truth.classification == "4PT_MAKE" for play in on_it.plays)
    assert drawn <= found <= drawn + 5


def place(play: EvaluationPlay) -> str:
    return hashlib.sha256(f"evaluation:{play.truth.play_id}".encode()).hexdigest()


@pytest.mark.parametrize("most", [1, 3, 50, 300])
def test_who_is_drawn_is_decided_by_places_alone_however_many_plays_came(most: int) -> None:
    plays = set_aside(900, rare=40)
    plays[3::7] = [replace(play, truth=replace(play.truth, classification="FT_MAKE")) for play in plays[3::7]]
    order, labels = sorted(plays, key=place), {play.truth.classification for play in plays}
    firsts = [
        play
        for label in labels
        for play in [each for each in order if each.truth.classification == label][: min(20, most // 3)]
    ]
    others = [play for play in order if play not in firsts][: most - len(firsts)]
    assert ids(draw(plays, most)) == {play.truth.play_id for play in (*firsts, *others)}


def test_of_plays_that_come_one_after_another_few_are_held() -> None:
    drawing, living = Drawing(50), weakref.WeakSet[EvaluationPlay]()
    for play in (EvaluationPlay(a_play(play_id=f"p{number}"), (CLIP,)) for number in range(5000)):
        drawing.add(play)
        living.add(play)
        assert len(living) <= 200
    assert drawing.drawn().drawn_from == 5000


def an_empty(number: int, key: str = "key") -> EvaluationEmpty:
    window = EmptyWindow(f"empty-p{number}", "g1", Side.LEFT, Window(110.5, 120.5), "between plays 1 and 2")
    return EvaluationEmpty(window, (replace(CLIP, play_id=window.empty_id, key=key),))


def test_empty_windows_are_drawn_by_their_places_beside_the_plays_and_cost_no_play_its_own() -> None:
    drawing = Drawing(20)
    for play in set_aside(30):
        drawing.add(play)
    for number in range(40):
        drawing.add_empty(an_empty(number))
    drawn = drawing.drawn()
    assert drawn.plays == draw(set_aside(30), 20).plays
    names = [each.empty.empty_id for each in drawn.empties]
    first = sorted((hashlib.sha256(f"evaluation:empty-p{n}".encode()).hexdigest(), n) for n in range(40))[:5]
    assert names == [f"empty-p{n}" for n in sorted(n for _, n in first)]


def test_a_set_without_empty_windows_is_the_set_that_it_was_and_one_with_others_is_another() -> None:
    alone, beside = EvaluationSet((PLAY,)), EvaluationSet((PLAY,), empties=(an_empty(1),))
    assert alone.hash == content_hash([[repr(PLAY.truth), ["key"]]])
    assert len({alone.hash, beside.hash, EvaluationSet((PLAY,), empties=(an_empty(1, "recut"),)).hash}) == 3


def test_a_games_empty_windows_of_the_validation_side_are_set_aside_with_their_clips() -> None:
    lines = (
        ExampleLine("validation", "u", replace(CLIP, play_id="empty-p1")),
        ExampleLine("train", "u", replace(CLIP, play_id="empty-p2")),
        ExampleLine("validation", "u", CLIP),
    )
    empties = (an_empty(1).empty, an_empty(2).empty)
    report = GameExamplesReport("g1", "h", lines, (a_play(),), empties=empties)
    assert [each.empty.empty_id for each in empties_set_aside(report)] == ["empty-p1"]
    assert [each.truth.play_id for each in plays_set_aside(report)] == ["p1"]


def test_a_set_from_before_plays_were_drawn_is_read_as_whole() -> None:
    stored = TypeAdapter(EvaluationSet).dump_python(EvaluationSet((PLAY,)), mode="json")
    del stored["drawn_from"], stored["empties"]
    assert TypeAdapter(EvaluationSet).validate_python(stored) == EvaluationSet((PLAY,))
