"""Merging: two cameras, several plays in one answer, windows that overlap, players on no roster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.games import Rosters, rosters_of
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets_tests.domain.samples import WINDOW, an_answer, far, near

GRAY_WHITE = Teams(("Gray", "White"), ("Gray", "White"))


def asked(*answers: ClipAnswer, key: str = "k1", start_s: float = 100.0, game_id: str = "g1") -> Asked:
    return Asked(key, game_id, Side.LEFT, Window(start_s, start_s + 10.0), answers)


def merged(*answers: ClipAnswer, teams: Teams | None = None, rosters: Rosters | None = None) -> AnnotatedPlay:
    """Of one play that people wrote down."""
    [play] = merged_plays([Asked("k1", "g1", Side.LEFT, WINDOW, answers, teams, rosters, is_one_play=True)])
    return play


def told(clip: ClipAnswer, *plays: tuple[str, float], confidence: float = 0.8) -> ClipAnswer:
    """The clip, said to show these: label, and seconds after game time 100."""
    start_s = clip.clip_start_file_s - clip.sync_offset_s - 100.0
    answers = [an_answer(label, confidence, timestamp_clip_s=at_s - start_s) for label, at_s in plays]
    return replace(clip, answer=answers[0], more=tuple(answers[1:]))


def nothing(clip: ClipAnswer) -> ClipAnswer:
    """The clip, said to show no play."""
    return replace(clip, saw_no_play=True)


def shown(plays: tuple[AnnotatedPlay, ...]) -> list[tuple[str, str, float, bool | None]]:
    return [
        (play.play_key, play.classification, round((play.timestamp_game_s or 0) - 100, 2), play.agreed)
        for play in plays
    ]


FAR, NEAR, MISS = far(None), near(None), "3PT_MISS"
LATER_FAR, LATER_NEAR = replace(FAR, clip_start_file_s=107.5), replace(NEAR, clip_start_file_s=104.0)
"""Of a window that begins at 105."""


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        pytest.param(
            [
                asked(
                    told(FAR, ("3PT_MISS", 2.0), ("FG_MAKE", 6.0)),
                    told(NEAR, ("3PT_MISS", 2.2), ("FG_MAKE", 6.4)),
                )
            ],
            [("k1", MISS, 2.1, True), ("LEFT_0106200", "FG_MAKE", 6.2, True)],
            id="two plays, both seen by both",
        ),
        pytest.param(
            [
                asked(
                    told(FAR, ("3PT_MISS", 2.0), ("FG_MAKE", 3.5)),
                    told(NEAR, ("3PT_MISS", 2.1), ("FG_MAKE", 3.4)),
                )
            ],
            [("k1", MISS, 2.05, True), ("LEFT_0103450", "FG_MAKE", 3.45, True)],
            id="a miss and a putback stay two",
        ),
        pytest.param(
            [asked(told(FAR, (MISS, 2.0), ("FG_MAKE", 6.0)), told(NEAR, (MISS, 2.2)))],
            [("k1", MISS, 2.1, True), ("LEFT_0106000", "FG_MAKE", 6.0, False)],
            id="what only one of two saw is disputed",
        ),
        pytest.param(
            [asked(told(FAR, ("3PT_MAKE", 5.0)), told(NEAR, ("4PT_MAKE", 5.2), confidence=0.9))],
            [("k1", "4PT_MAKE", 5.2, False)],
            id="two labels for one moment are one play, disputed",
        ),
        pytest.param(
            [asked(told(FAR, ("3PT_MAKE", 2.0)), told(NEAR, ("3PT_MAKE", 8.0)))],
            [("k1", "3PT_MAKE", 2.0, False), ("LEFT_0108000", "3PT_MAKE", 8.0, False)],
            id="one label at two moments is two plays",
        ),
        pytest.param(
            [
                asked(told(FAR, ("STEAL", 7.0)), told(NEAR, ("STEAL", 7.2))),
                asked(
                    told(LATER_FAR, ("STEAL", 7.1)),
                    told(LATER_NEAR, ("STEAL", 7.1)),
                    key="k2",
                    start_s=105.0,
                ),
            ],
            [("k1", "STEAL", 7.1, True)],
            id="seen by two windows: one",
        ),
        pytest.param(
            [
                asked(told(FAR, ("STEAL", 7.0))),
                asked(nothing(LATER_FAR), key="k2", start_s=105.0),
            ],
            [("k1", "STEAL", 7.0, False)],
            id="the other window shows it and says nothing is there",
        ),
        pytest.param(
            [
                asked(told(FAR, ("STEAL", 5.5))),
                asked(nothing(LATER_FAR), key="k2", start_s=105.0),
            ],
            [("k1", "STEAL", 5.5, None)],
            id="the other window only just begins there",
        ),
        pytest.param(
            [asked(told(FAR, ("STEAL", 7.0))), asked(told(FAR, ("STEAL", 7.0)), key="k2", game_id="g2")],
            [("k1", "STEAL", 7.0, None), ("k2", "STEAL", 7.0, None)],
            id="two games never meet",
        ),
        pytest.param(
            [
                replace(asked(told(FAR, ("FG_MISS", 4.0))), is_one_play=True),
                replace(asked(told(FAR, ("FG_MAKE", 5.0)), key="k2"), is_one_play=True),
            ],
            [("k1", "FG_MISS", 4.0, None), ("k2", "FG_MAKE", 5.0, None)],
            id="two plays that people wrote down stay two",
        ),
        pytest.param(
            [
                replace(asked(told(FAR, ("FG_MISS", 2.0)), told(NEAR, ("FG_MISS", 6.0))), is_one_play=True),
            ],
            [("k1", "FG_MISS", 2.0, True)],
            id="one that people wrote down stays one",
        ),
        pytest.param(
            [
                replace(asked(told(FAR, ("FG_MISS", 2.0), ("FG_MAKE", 8.0))), is_one_play=True),
                replace(
                    asked(told(LATER_FAR, ("FG_MAKE", 8.2)), key="k2", start_s=105.0),
                    is_one_play=True,
                ),
            ],
            [("k1", "FG_MISS", 2.0, None), ("k2", "FG_MAKE", 8.1, True)],
            id="a neighbour that a play's clip shows too",
        ),
        pytest.param([asked(FAR, NEAR)], [], id="no answer makes no play"),
        pytest.param([asked(nothing(FAR), nothing(NEAR))], [], id="nothing there"),
        pytest.param([], [], id="nothing asked"),
    ],
)
def test_plays_are_told_apart_by_side_and_moment(
    questions: list[Asked], expected: list[tuple[str, str, float, bool | None]]
) -> None:
    assert shown(merged_plays(questions)) == expected


def test_all_that_was_said_is_kept_and_says_why_a_person_should_look() -> None:
    surer = replace(
        near(an_answer("4PT_MAKE", 0.9)), answer=an_answer("4PT_MAKE", 0.9, player_a="Player #7 (Gray)")
    )
    play = merged(far(an_answer("3PT_MAKE", 0.6)), surer)
    assert [
        (each.angle, each.label, each.confidence, each.timestamp_game_s, each.player)
        for each in play.evidence
    ] == [
        (Angle.NEAR_RIGHT, "4PT_MAKE", 0.9, 106.0, "Player #7 (Gray)"),
        (Angle.FAR_LEFT, "3PT_MAKE", 0.6, 106.0, None),
    ]
    assert play.doubts == ("they disagree: NEAR_RIGHT 4PT_MAKE (0.90), FAR_LEFT 3PT_MAKE (0.60)",)
    alone = merged(far(an_answer(confidence=0.3)), nothing(NEAR))
    assert alone.doubts == (
        "they disagree: FAR_LEFT 3PT_MAKE (0.30), NEAR_RIGHT no such play",
        "the model is 0.30 sure, under 0.5",
    )
    assert merged(far(an_answer())).doubts == ("only FAR_LEFT tells it",)


def test_a_moment_in_slow_motion_is_averaged_at_the_games_own_speed() -> None:
    stretched = replace(far(an_answer(timestamp_clip_s=24.0)), slow_motion=4.0)
    assert merged(stretched, near(an_answer())).timestamp_game_s == 106.0


@pytest.mark.parametrize(
    ("far_told", "near_told", "label", "agreed", "needs_review"),
    [
        pytest.param(("3PT_MAKE", 0.9), ("3PT_MAKE", 0.6), "3PT_MAKE", True, False, id="agree"),
        pytest.param(("3PT_MAKE", None), ("3PT_MAKE", None), "3PT_MAKE", True, False, id="agree, unknown"),
        pytest.param(("3PT_MAKE", 0.4), ("3PT_MAKE", 0.3), "3PT_MAKE", True, True, id="agree, unsure"),
        pytest.param(("3PT_MAKE", 0.6), ("4PT_MAKE", 0.9), "4PT_MAKE", False, True, id="near is surer"),
        pytest.param(("3PT_MAKE", 0.9), ("4PT_MAKE", 0.6), "3PT_MAKE", False, True, id="far is surer"),
        pytest.param(("3PT_MAKE", 0.7), ("4PT_MAKE", 0.7), "3PT_MAKE", False, True, id="tie"),
        pytest.param(("3PT_MAKE", None), ("4PT_MAKE", 0.9), "3PT_MAKE", False, True, id="one unknown"),
        pytest.param(("3PT_MAKE", 0.9), None, "3PT_MAKE", None, True, id="far only"),
        pytest.param(None, ("4PT_MAKE", 0.9), "4PT_MAKE", None, True, id="near only"),
    ],
)
@pytest.mark.parametrize("near_comes_first", [False, True], ids=["far first", "near first"])
def test_two_cameras_make_one_play(
    far_told: tuple[str, float | None] | None,
    near_told: tuple[str, float | None] | None,
    label: str,
    agreed: bool | None,
    needs_review: bool,
    near_comes_first: bool,
) -> None:
    answers = [
        far(an_answer(*far_told) if far_told else None),
        near(an_answer(*near_told) if near_told else None),
    ]
    play = merged(*(reversed(answers) if near_comes_first else answers))
    assert (play.classification, play.note, play.agreed, play.needs_review) == (
        label,
        label,
        agreed,
        needs_review,
    )


@pytest.mark.parametrize(
    ("far_clip_s", "near_clip_s", "near_label", "expected_game_s"),
    [
        pytest.param(6.0, 6.8, "3PT_MAKE", 106.4, id="close: averaged"),
        pytest.param(6.0, 7.5, "3PT_MAKE", 106.0, id="apart: the winner's"),
        pytest.param(6.0, 6.8, "FOUL", 106.0, id="another event: the winner's"),
        pytest.param(None, 6.8, "3PT_MAKE", 106.8, id="only the other knows"),
        pytest.param(None, None, "3PT_MAKE", None, id="nobody knows"),
    ],
)
def test_the_moment_is_averaged_only_where_both_saw_the_same(
    far_clip_s: float | None, near_clip_s: float | None, near_label: str, expected_game_s: float | None
) -> None:
    play = merged(
        far(an_answer("3PT_MAKE", 0.9, timestamp_clip_s=far_clip_s)),
        near(an_answer(near_label, 0.6, timestamp_clip_s=near_clip_s)),
    )
    assert play.timestamp_game_s == (None if expected_game_s is None else pytest.approx(expected_game_s))


def test_a_player_only_the_agreeing_close_up_could_read_is_kept() -> None:
    agreeing = near(an_answer("3PT_MAKE", 0.6, player_a="Player #7 (Gray)"))
    disagreeing = near(an_answer("FOUL", 0.6, player_a="Player #7 (Gray)"))
    assert merged(far(an_answer()), agreeing).player_a == "Player #7 (Gray)"
    assert merged(far(an_answer()), disagreeing).player_a is None


def test_a_player_of_a_team_that_does_not_play_is_doubted_and_named() -> None:
    answers = [far(an_answer(player_a="Player #7 (Gray)")), near(an_answer(player_a="Player #7 (Gray)"))]
    own = merged(*answers, teams=GRAY_WHITE)
    assert (own.needs_review, own.strangers) == (False, ())
    other = merged(*answers, teams=Teams(("Red", "White"), ("Red", "White")))
    assert (other.needs_review, other.strangers) == (True, ("Player #7 (Gray)",))
    assert other.doubts == ("Player #7 (Gray) is of neither team",)
    assert merged(*answers) == own


@pytest.mark.parametrize(
    ("player", "off_roster", "player_ids"),
    [
        ("Player #7 (Gray)", (), {"Player #7 (Gray)": "seven"}),
        ("Player #0 (Gray)", (), {"Player #0 (Gray)": "zero"}),
        ("Player #00 (Gray)", (), {"Player #00 (Gray)": "double"}),
        ("Player #7 (grey)", (), {"Player #7 (grey)": "seven"}),
        ("Player #23 (Gray)", ("Player #23 (Gray)",), {}),
        ("Player #23 (White)", (), {}),
        ("Player (Gray)", (), {}),
        ("Player #7", (), {}),
        (None, (), {}),
    ],
)
def test_a_number_that_is_not_on_the_roster_is_said_and_never_another(
    player: str | None, off_roster: tuple[str, ...], player_ids: dict[str, str]
) -> None:
    gray = [(7, "seven"), ("0", "zero"), ("00", "double")]
    game = {"roster_team1": [{"jersey_number": number, "player_id": who} for number, who in gray]}
    answers = [far(an_answer(player_a=player)), near(an_answer())]
    play = merged(*answers, teams=GRAY_WHITE, rosters=rosters_of(game, GRAY_WHITE))
    assert (play.player_a, play.off_roster, play.player_ids) == (player, off_roster, player_ids)
    assert play.needs_review == bool(off_roster)
    assert play.doubts == tuple(f"{name} is not on the roster" for name in off_roster)
