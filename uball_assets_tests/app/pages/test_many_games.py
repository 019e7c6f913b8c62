"""A page of a large league asks for a handful of listings, and mostly for nothing at all.

Counted, not timed: requests to the store and reads of the table of games, for each page that is asked for.
The same at ten thousand games: `python -m benchmarks.pages`.
"""

from __future__ import annotations

import threading
from collections import Counter
from statistics import median

import pytest

from benchmarks.pages import SECONDS, League, state
from uball_assets.app.pages.league_index import LOOK_S, TABLE_S

GAMES = 500


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> League:
    league = League(tmp_path_factory.mktemp("many"), GAMES)
    assert len(league.index.now().games) == GAMES
    return league


def test_half_of_the_pages_ask_for_nothing_and_none_for_more_than_a_few_listings(league: League) -> None:
    reads, requests = league.table.reads, league.two_minutes()
    assert median(requests) == 0
    assert max(requests) <= 40
    assert sum(count > 0 for count in requests) <= SECONDS / LOOK_S
    assert league.table.reads - reads <= SECONDS / TABLE_S


def test_a_look_reads_what_is_new_and_nothing_else(league: League) -> None:
    league.now_s += LOOK_S
    usual = league.requests_of()
    league.registry.append("games", state(7, grade="F"), key="new")
    league.now_s += LOOK_S
    assert league.requests_of() <= usual + 2
    row = next(row for row in league.index.now().games if row.game_id == "g00007")
    assert row.state == "F"


def test_many_at_once_look_once(league: League) -> None:
    league.now_s += LOOK_S
    alone = league.requests_of()
    league.now_s += LOOK_S
    league.meter.counted = Counter()
    threads = [threading.Thread(target=league.index.now) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert league.meter.requests <= alone
