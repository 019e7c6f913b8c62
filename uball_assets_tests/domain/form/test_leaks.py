"""No feature knows what was not known at tip-off: whatever is learnt later, of whichever game, changes none.

Leagues and later facts are drawn at random; a table names each way in which the rule could be broken, and
breaking the rule on purpose is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from uball_assets.domain.form import index, rows, schedule, squads
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.rosters import RosterMove
from uball_assets_tests.domain.form.later import KINDS, known_by, late_move, shuffled, together
from uball_assets_tests.domain.form.leagues import League, some_league

SEEDS = st.integers(0, 2**32)


def a_league(seed: int) -> League:
    """Two short seasons, in which some facts were corrected, and some told late."""
    league = some_league(seed, teams=4, games=14, seasons=2)
    rng = Random(seed)
    for _ in range(6):
        moment = rng.choice(league.final).tip_off + timedelta(hours=rng.uniform(-2, 90))
        facts = rng.choice(KINDS)(league, rng, moment)
        league.fixtures += facts.fixtures
        league.team_lines += facts.team_lines
        league.player_lines += facts.player_lines
        league.moves += facts.roster_moves
    return league


def everything(book: FormBook, game: Fixture, as_of: datetime | None = None) -> dict[str, object]:
    """All that is told of a game, its rosters and their players."""
    moment = as_of or game.tip_off
    rosters = {team: book.roster(team, moment) for team in (game.home_team, game.away_team)}
    told: dict[str, object] = {"game": book.game(game, as_of), "rosters": rosters}
    for team, roster in rosters.items():
        told[f"{team} appearing"] = book.appearing(game, team, as_of)
        for player in (*sorted(roster.players), "nobody"):
            told[f"{team} {player}"] = book.player(game, team, player, as_of)
    return told


@given(SEEDS)
@example(11)  # somebody's first game, moved to an earlier day afterwards
@settings(max_examples=25)
def test_what_is_learnt_after_tip_off_changes_nothing(seed: int) -> None:
    league, rng = a_league(seed), Random(seed + 1)
    game = rng.choice(league.final)
    later = together(
        *(
            rng.choice(KINDS)(league, rng, game.tip_off + timedelta(seconds=rng.choice((1, 7200, 10**6))))
            for _ in range(8)
        )
    )
    with_later = shuffled(together(league.facts, later), rng)
    assert everything(FormBook(with_later), game) == everything(FormBook(league.facts), game)


@given(SEEDS)
@settings(max_examples=15)
def test_every_game_reads_as_if_later_facts_had_never_been(seed: int) -> None:
    """Of any earlier moment too, in any order of asking."""
    league, rng = a_league(seed), Random(seed + 1)
    book = FormBook(league.facts)
    for game in rng.sample(league.final, 5):
        as_of = game.tip_off - timedelta(hours=rng.choice((0, 1, 30, 200)))
        alone = FormBook(known_by(league.facts, as_of))
        assert everything(book, game, as_of) == everything(alone, game, as_of)


@given(SEEDS)
@settings(max_examples=10)
def test_the_order_in_which_facts_are_read_does_not_matter(seed: int) -> None:
    league = a_league(seed)
    mixed = FormBook(shuffled(league.facts, Random(seed)))
    book = FormBook(league.facts)
    for game in league.final[::3]:
        assert everything(mixed, game) == everything(book, game)


CASES: dict[str, tuple[Callable[[League, Random, datetime], LeagueFacts], str]] = {
    **{f"{kind.__name__.replace('_', ' ')}": (kind, "game") for kind in KINDS if kind is not late_move},
    "late move": (late_move, "rosters"),
}
"""A fact, and where it would show had it been known."""


def changed(case: str, after: timedelta) -> set[str]:
    """What of some games changes by facts known at `after` their tip-off."""
    make, _ = CASES[case]
    found: set[str] = set()
    for seed in range(6):
        league, rng = some_league(seed, games=14, seasons=2), Random(seed)
        game = league.final[-1]
        added = together(*(make(league, rng, game.tip_off + after) for _ in range(3)))
        plain = everything(FormBook(league.facts), game)
        other = everything(FormBook(together(league.facts, added)), game)
        found |= {name for name in plain.keys() | other.keys() if plain.get(name) != other.get(name)}
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_fact_shows_where_it_was_known_in_time_and_nowhere_where_it_was_not(case: str) -> None:
    assert CASES[case][1] in changed(case, timedelta())
    assert changed(case, timedelta(seconds=1)) == set()


def forget_when_it_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(self: rows.Rows, asked: rows.Asked) -> rows.Truths:
        return np.asarray(
            (asked.at_s < self.until_s) & (self.tip_s < asked.tip_s) & (self.game != asked.game)
        )

    monkeypatch.setattr(rows.Rows, "seen", seen)


def take_the_newest_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(self: rows.Rows, asked: rows.Asked) -> rows.Truths:
        newest = np.isinf(self.until_s)
        return np.asarray(newest & (self.tip_s < asked.tip_s) & (self.game != asked.game))

    monkeypatch.setattr(rows.Rows, "seen", seen)


def average_the_league_over_all_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at = rows.RunningSums.at
    monkeypatch.setattr(rows.RunningSums, "at", lambda self, _: at(self, np.inf))


def read_the_schedule_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = schedule.rest
    monkeypatch.setattr(
        "uball_assets.domain.form.page.rest", lambda begins, game, _, tip_s: rest(begins, game, 4e9, tip_s)
    )


def read_moves_by_when_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(squads.Rosters):
        def __init__(self, moves: Iterable[RosterMove]) -> None:
            super().__init__(replace(move, known_at=move.moved_at) for move in moves)

    monkeypatch.setattr(index, "Rosters", Told)


@pytest.mark.parametrize(
    "breaking",
    [
        forget_when_it_was_known,
        take_the_newest_version,
        average_the_league_over_all_time,
        read_the_schedule_of_today,
        read_moves_by_when_they_were_made,
    ],
)
def test_breaking_the_rule_on_purpose_is_found(
    breaking: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch)
    assert any(changed(case, timedelta(seconds=1)) for case in CASES)
