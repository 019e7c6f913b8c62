"""One source's box score stands; a changed line is a new version, and nothing is written twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from uball_assets.domain.league.intake.versions import ARCHIVE_AFTER, OVER_AFTER
from uball_assets.domain.league.lines import Counts, PlayerLine
from uball_assets.domain.league.standing import differences, new_versions, newest_lines, rank
from uball_assets_tests.domain.league.facts_samples import TIP_OFF

SEEN_AT = TIP_OFF + timedelta(days=9)
FIRST = TIP_OFF + OVER_AFTER


def a_line(who: str = "p7", source: str = "plays", **counts: int) -> PlayerLine:
    return PlayerLine("g1", TIP_OFF, "t1", "t2", who, True, Counts(**counts), source, FIRST)


@pytest.mark.parametrize(
    ("seen_at", "known_at"),
    [
        (TIP_OFF + timedelta(hours=2), FIRST),
        (TIP_OFF + timedelta(hours=5), TIP_OFF + timedelta(hours=5)),
        (TIP_OFF + ARCHIVE_AFTER + timedelta(seconds=1), FIRST),
    ],
    ids=["before its end", "in time", "an archive's"],
)
def test_since_when_a_first_count_is_known(seen_at: datetime, known_at: datetime) -> None:
    assert [one.known_at for one in new_versions([a_line(fouls=1)], [], seen_at)] == [known_at]


def test_again_changes_nothing() -> None:
    written = new_versions([a_line(fouls=1), a_line("p9")], [], SEEN_AT)
    assert new_versions([a_line(fouls=1), a_line("p9")], written, SEEN_AT) == []


def test_a_changed_count_is_a_new_version_known_since_it_was_seen_and_alone_is_written() -> None:
    held = [a_line(fouls=1), a_line("p9")]
    [new] = new_versions([a_line(fouls=2), a_line("p9")], held, SEEN_AT)
    assert (new.player_id, new.counts.fouls, new.known_at) == ("p7", 2, SEEN_AT)
    assert newest_lines([*held, new])["p7"] == new


def test_plays_take_the_place_of_a_feed_s_line_even_where_they_say_the_same() -> None:
    [new] = new_versions([a_line(fouls=1)], [a_line(source="feed", fouls=1)], SEEN_AT)
    assert (new.source, new.known_at) == ("plays", SEEN_AT)


def test_who_is_counted_no_more_has_a_line_of_zeros() -> None:
    [new] = new_versions([a_line()], [a_line(), a_line("p8", fouls=3)], SEEN_AT)
    assert (new.player_id, new.counts, new.source) == ("p8", Counts(), "plays")


def test_a_correction_before_the_game_is_over_is_known_no_sooner_than_its_first_version() -> None:
    [new] = new_versions([a_line(fouls=2)], [a_line(fouls=1)], TIP_OFF)
    assert new.known_at == FIRST


def test_nothing_made_leaves_what_stands() -> None:
    assert new_versions([], [a_line()], SEEN_AT) == []


def test_plays_stand_over_annotations_and_those_over_feeds() -> None:
    assert rank("plays") > rank("annotations") > rank("feed") == rank("another")


def test_what_two_sources_differ_in_is_told_points_first() -> None:
    made = [a_line(threes_made=1), a_line("p8", fouls=1, steals=1), a_line("p9")]
    others = [a_line(source="feed", fours_made=1), a_line("p8", source="feed"), a_line("p9", source="feed")]
    assert differences(made, others) == [
        "p7: 3 points by plays, 4 by feed",
        "p8: 1 steals by plays, 0 by feed, and 1 more",
    ]
    assert differences(made, [replace(one, source="feed") for one in made]) == []
