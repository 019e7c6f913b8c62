"""Whose word counts more, of a game and of its lines."""

from __future__ import annotations

from uball_assets.domain.league.intake.taking import Ranks

RANKS = Ranks(("feed", "plays"))


def test_of_a_game_the_source_that_is_asked_first_counts_more_whatever_it_is_called() -> None:
    assert RANKS.of_fixture("feed") < RANKS.of_fixture("plays") < RANKS.of_fixture("a page")


def test_of_a_line_what_was_counted_here_counts_more_than_any_feed() -> None:
    assert RANKS.of("plays") < RANKS.of("feed") < RANKS.of("a page")
