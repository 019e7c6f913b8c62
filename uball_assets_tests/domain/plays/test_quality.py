from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.footage.angles import CAMERAS, Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.quality import GameFacts, grade
from uball_assets.domain.plays.whole_game import usual_plays
from uball_assets_tests.domain.samples import a_play

PLAYS = tuple(a_play(play_id=f"p{n}", side=Side.LEFT if n % 2 else Side.RIGHT) for n in range(20))


def facts(
    plays: tuple[Play, ...] = PLAYS,
    row_count: int | None = None,
    without: frozenset[Angle] = frozenset(),
    refused: frozenset[tuple[str, Angle]] = frozenset(),
) -> GameFacts:
    wanted = {(play.play_id, angle) for play in plays for angle in CAMERAS[play.side] if angle not in without}
    return GameFacts(
        row_count=len(plays) if row_count is None else row_count,
        plays=plays,
        clips_wanted=len(wanted),
        clips_accepted=frozenset(wanted - refused),
        cameras=frozenset(Angle) - without,
    )


def spoiled(count: int, **changed: object) -> tuple[Play, ...]:
    return tuple(replace(play, **changed) for play in PLAYS[:count]) + PLAYS[count:]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("game", "letter", "score"),
    [
        (facts(), "A", 1.0),
        (facts(row_count=21), "B", 0.3 * 20 / 21 + 0.7),
        (facts(plays=spoiled(4, note="")), "A", 0.99),
        (facts(plays=spoiled(5, note="")), "B", 0.9875),
        (facts(plays=spoiled(20, note="")), "B", 0.95),
        (facts(plays=spoiled(20, note="", player_a=None)), "C", 0.90),
        (facts(plays=spoiled(20, note="", player_a=None, events=(), timestamp_game_s=None)), "C", 0.80),
        (facts(plays=spoiled(20, window=Window(50.0, 111.0))), "C", 0.90),
        (facts(plays=spoiled(2, window=Window(106.0, 106.9))), "A", 0.99),
        (facts(without=frozenset({Angle.NEAR_LEFT})), "C", 0.90),
        (facts(without=frozenset({Angle.NEAR_LEFT, Angle.NEAR_RIGHT})), "C", 0.80),
        (facts(row_count=40, without=frozenset({Angle.NEAR_LEFT})), "F", 0.75),
    ],
    ids=[
        "perfect",
        "one bad row of 21",
        "4 of 20 notes empty is just an A",
        "5 of 20 notes empty",
        "no notes",
        "no notes, no players",
        "no optional field filled",
        "all plays over a minute",
        "two plays under a second",
        "one camera missing is trained on",
        "one camera of each side missing",
        "half the rows bad and a camera missing",
    ],
)
def test_the_score_decides_the_letter(game: GameFacts, letter: str, score: float) -> None:
    graded = grade(game)
    assert graded.letter == letter
    assert graded.score == pytest.approx(score, abs=1e-6)
    assert graded.trainable is (letter != "F")


def test_one_missing_camera_leaves_every_play_seen_and_three_quarters_of_the_clips() -> None:
    graded = grade(facts(without=frozenset({Angle.FAR_LEFT})))
    assert (graded.coverage, graded.parts["clips"]) == (1.0, 0.75)
    assert graded.reasons == ("10 of 40 clips are missing; no camera FAR_LEFT (-0.100)",)


def test_both_cameras_of_one_side_missing_is_not_trained_on() -> None:
    graded = grade(facts(without=frozenset(CAMERAS[Side.LEFT])))
    assert (graded.letter, graded.coverage) == ("F", 0.5)
    assert graded.reasons[0] == "no clip shows 10 of 20 plays: 50.0% are seen, 90% needed"


@pytest.mark.parametrize(("unseen", "trainable"), [(2, True), (3, False)])
def test_the_gate_needs_nine_plays_of_ten_seen_whatever_the_score(unseen: int, trainable: bool) -> None:
    hidden = frozenset((play.play_id, angle) for play in PLAYS[:unseen] for angle in Angle)
    graded = grade(facts(refused=hidden))
    assert graded.score > 0.9
    assert graded.trainable is trainable


def test_a_clip_of_a_play_that_is_not_sound_counts_for_nothing() -> None:
    game = replace(facts(), clips_accepted=frozenset({("gone", Angle.FAR_LEFT)}))
    assert grade(game).parts["clips"] == 0.0


def test_reasons_say_numbers_worst_first() -> None:
    refused = frozenset({("p1", Angle.FAR_LEFT)})
    graded = grade(facts(plays=spoiled(10, note="", player_a=None), row_count=21, refused=refused))
    assert graded.reasons == (
        "of 20 plays, 10 have no note, 10 have no player_a (-0.050)",
        "1 of 21 rows are not sound (-0.014)",
        "1 of 40 clips are missing; 1 of 40 planned were not accepted (-0.010)",
    )


def test_a_perfect_game_has_no_reasons() -> None:
    assert grade(facts()).reasons == ()


@pytest.mark.parametrize(
    ("row_count", "reason"),
    [(0, "no plays yet: nothing to learn from"), (12, "none of 12 rows is sound: nothing to learn from")],
)
def test_a_game_without_a_sound_play_is_f_with_its_reason(row_count: int, reason: str) -> None:
    graded = grade(facts(plays=(), row_count=row_count))
    assert (graded.letter, graded.score, graded.reasons) == ("F", 0.0, (reason,))


@pytest.mark.parametrize(
    ("game", "letter"), [(facts(), "C"), (facts(without=frozenset(CAMERAS[Side.LEFT])), "F")], ids=["A", "F"]
)
def test_a_doubted_offset_is_a_reason_and_leaves_a_c_at_best_but_costs_no_score(
    game: GameFacts, letter: str
) -> None:
    doubted = grade(replace(game, offset_complaints=("sync offset of FAR_LEFT: off by 3 s",)))
    assert (doubted.letter, doubted.score) == (letter, grade(game).score)
    assert "sync offset of FAR_LEFT: off by 3 s" in doubted.reasons
    assert doubted.trainable is grade(game).trainable


LEAGUE = usual_plays([190, 204, 215, 226, 240, 251, 270, 288, 301, 315])


def of_plays(count: int) -> GameFacts:
    sides = (Side.LEFT, Side.RIGHT)
    plays = tuple(a_play(play_id=f"p{n}", side=sides[n % 2]) for n in range(count))
    return replace(facts(plays=plays), usual=LEAGUE)


@pytest.mark.parametrize(
    ("count", "letter"), [(3, "F"), (108, "F"), (109, "C"), (163, "C"), (164, "A"), (250, "A")]
)
def test_a_perfect_game_of_few_plays_warns_and_of_far_too_few_stays_out(count: int, letter: str) -> None:
    graded = grade(of_plays(count))
    assert (graded.letter, graded.score) == (letter, 1.0)
    assert [reason.partition(" for a game")[0] for reason in graded.reasons] == {
        "F": [f"{count} plays are far too few"],
        "C": [f"{count} plays are few"],
        "A": [],
    }[letter]


def test_a_game_of_a_league_that_is_not_known_is_judged_by_itself() -> None:
    assert grade(replace(of_plays(3), usual=None)).letter == "A"


def test_two_of_a_hundred_rows_that_are_not_sound_leave_no_a() -> None:
    sound = facts(plays=tuple(a_play(play_id=f"p{n}") for n in range(98)))
    graded = grade(replace(sound, row_count=100))
    assert graded.score == pytest.approx(0.994)
    assert graded.letter == "B"


def test_a_row_that_says_what_cannot_be_leaves_no_a_and_is_told() -> None:
    graded = grade(replace(facts(), row_complaints=("a score of -4 cannot be",)))
    assert (graded.letter, graded.score) == ("B", 1.0)
    assert graded.reasons == ("a score of -4 cannot be",)
