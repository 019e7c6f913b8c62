"""Plays become lines of teams and players; who appeared is there once."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.league.box_score import FIELD_OF, Box, box_score, sides_of
from uball_assets.domain.league.lines import COUNTED, Counts
from uball_assets.domain.plays.labels import LABELS
from uball_assets.domain.plays.plays import Event, Play
from uball_assets_tests.domain.league.facts_samples import GAME, SIDES, TEAMS, TIP_OFF, a_fixture
from uball_assets_tests.domain.samples import a_play, predicted

ADA, BO, CY = "Player #7 (Gray)", "Player #9 (blue)", "Player #11 (Gray)"


def boxed(*plays: Any, source: str = "plays") -> Box:
    return box_score(a_fixture(), SIDES, plays, source, TIP_OFF)


def play(label: str, who: str | None = ADA, *events: Event, other: str | None = None) -> Play:
    return a_play(classification=label, player_a=who, player_b=other, events=(Event(label, who), *events))


def counts_of(box: Box) -> dict[str, Counts]:
    return {line.player_id: line.counts for line in box.player_lines}


@pytest.mark.parametrize(("label", "field"), FIELD_OF.items())
def test_a_label_counts_once_for_the_player_and_for_the_team(label: str, field: str) -> None:
    box = boxed(play(label))
    assert counts_of(box) == {"p7": Counts(**{field: 1})}
    assert [line.counts for line in box.team_lines] == [Counts(**{field: 1}), Counts()]


def test_every_label_of_the_league_counts_but_for_two_and_every_count_has_a_label() -> None:
    assert set(LABELS) - set(FIELD_OF) == {"TIMEOUT", "SUBSTITUTION"}
    assert sorted(FIELD_OF.values()) == sorted(COUNTED)


def test_points_by_kind_add_up() -> None:
    box = boxed(*(play(label) for label in ("FREE_THROW_MAKE", "FG_MAKE", "3PT_MAKE", "4PT_MAKE")))
    assert counts_of(box)["p7"].points == box.team_lines[0].counts.points == 10


def test_the_other_events_of_a_play_count_for_whom_they_name() -> None:
    box = boxed(play("3PT_MISS", ADA, Event("DEFENSIVE_REBOUND", BO), Event("FOUL", None)))
    assert counts_of(box) == {"p7": Counts(threes_missed=1), "p9": Counts(defensive_rebounds=1)}
    assert box.team_lines[1].counts.rebounds == 1


def test_points_that_nobody_is_named_for_are_the_first_player_s_or_his_team_s() -> None:
    free_throw = Event("FREE_THROW_MAKE", None)
    assert counts_of(boxed(play("FG_MAKE", ADA, free_throw)))["p7"].points == 3
    of_the_team = boxed(play("FG_MAKE", "someone (Gray)", free_throw))
    assert (of_the_team.team_lines[0].counts.points, of_the_team.player_lines) == (3, ())
    of_nobody = boxed(play("FG_MAKE", None, free_throw))
    assert (of_nobody.points_of_nobody, of_nobody.team_lines[0].counts.points) == (3, 0)


def test_who_appears_in_any_role_has_one_line_and_who_sits_on_the_bench_has_none() -> None:
    box = boxed(
        play("SUBSTITUTION", ADA, other=CY),
        play("FG_MAKE", ADA, Event("ASSIST", CY, ADA)),
        play("FG_MISS", "Player #07 (grey)"),
    )
    assert [line.player_id for line in box.player_lines] == ["p7", "t-herons #07", "t-herons #11"]


def test_a_player_whom_no_roster_has_is_known_by_team_and_number() -> None:
    assert [line.player_id for line in boxed(play("FG_MAKE", CY)).player_lines] == ["t-herons #11"]


def test_each_line_says_whose_number_it_is_against_whom_and_where() -> None:
    [ada, bo] = boxed(play("STEAL", BO, Event("TURNOVER", ADA)), source="annotations").player_lines
    assert (ada.team_id, ada.opponent_id, ada.is_home, ada.source) == (
        "t-herons",
        "t-larks",
        True,
        "annotations",
    )
    assert (bo.team_id, bo.opponent_id, bo.is_home, bo.tip_off) == ("t-larks", "t-herons", False, TIP_OFF)


def test_a_model_s_plays_are_counted_as_people_s_are() -> None:
    assert counts_of(boxed(predicted("4PT_MAKE")))["p7"].points == 4


@pytest.mark.parametrize(
    ("home", "away", "ids"),
    [
        ("t-herons", "t-larks", ("t-herons", "t-larks")),
        ("t-larks", "t-herons", ("t-herons", "t-larks")),
        ("Larks", "Herons", ("Herons", "Larks")),
        ("gray", "BLUE", ("gray", "BLUE")),
        ("t-herons", "t-owls", None),
    ],
)
def test_the_schedule_s_teams_are_found_by_id_name_or_colour(
    home: str, away: str, ids: tuple[str, str] | None
) -> None:
    found = sides_of(a_fixture(home_team=home, away_team=away), GAME, TEAMS, None)
    assert (found.team_ids if found else None) == ids


def test_without_two_teams_nothing_is_told() -> None:
    assert sides_of(a_fixture(), GAME, None, None) is None
