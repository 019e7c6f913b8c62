from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.learning.presence import Limits, Presence, Seen, gone_state, presence

WHOLE = Seen(has_videos=True, has_plays=True, has_row=True)
UNFILMED = Seen(has_plays=True, has_row=True)
NOWHERE = Seen()


def a_state(**changed: Any) -> dict[str, Any]:
    return {"cameras": ["FAR_LEFT"], "rows": 8} | changed


def look(seen: dict[str, Seen], archived: tuple[str, ...] = (), **states: dict[str, Any]) -> Presence:
    """Of games that were filmed and played, unless `states` says otherwise."""
    known = {game_id: a_state() for game_id in seen} | states
    return presence(known, seen, archived, Limits(), "file:///videos/Games/")


def games(count: int, seen: Seen) -> dict[str, Seen]:
    return {f"{'there' if seen is WHOLE else 'lost'}{number}": seen for number in range(count)}


def test_games_that_are_there_are_neither_away_nor_gone() -> None:
    assert look(games(5, WHOLE)) == Presence({}, ())


def test_a_game_without_its_videos_is_away_and_one_that_no_source_has_is_gone() -> None:
    found = look(games(8, WHOLE) | {"a": UNFILMED, "b": NOWHERE})
    assert found.stopped == ""
    assert found.vanished == ("b",)
    assert list(found.away) == ["a"]
    assert "what was made of them stays" in found.away["a"]
    assert "`uball archive a" in found.away["a"]


def test_a_game_whose_plays_and_row_are_gone_is_away_and_one_whose_plays_were_deleted_is_not() -> None:
    found = look(
        games(8, WHOLE) | {"a": Seen(has_videos=True), "b": Seen(has_videos=True, has_row=True)},
    )
    assert list(found.away) == ["a"]
    assert found.stopped == ""


@pytest.mark.parametrize(
    ("lost", "there", "stops"),
    [(1, 0, True), (1, 1, False), (2, 0, True), (2, 2, False), (3, 6, False), (3, 5, True), (4, 8, False)],
)
def test_more_than_a_third_and_at_least_three_or_all_of_them_are_the_source_s_absence(
    lost: int, there: int, stops: bool
) -> None:
    for absence in (UNFILMED, NOWHERE, Seen(has_videos=True), Seen(has_videos=True, has_row=True)):
        found = look(games(there, WHOLE) | games(lost, absence))
        assert bool(found.stopped) is stops, absence


def test_it_says_how_many_which_and_what_to_do() -> None:
    assert look(games(4, WHOLE) | games(7, UNFILMED)).stopped == (
        "stopped: 7 of the 11 games that had videos at file:///videos/Games/ have none any more (lost0, "
        "lost1, lost2, lost3, lost4, …), so it is the source that is away. Nothing is dropped, and this goes "
        "on by itself when they are seen again: mount the disk, or correct UBALL_VIDEOS_URL; where they were "
        'put away on purpose, `uball archive GAME_ID --because "…"`, and where the games are gone for good, '
        '`uball retire GAME_ID --because "…"`'
    )
    assert look(games(1, UNFILMED)).stopped.startswith("stopped: no game has videos at")


def test_archived_games_are_neither_away_nor_counted() -> None:
    archived = tuple(games(7, UNFILMED))
    found = look(games(4, WHOLE) | games(7, UNFILMED), archived)
    assert found == Presence({}, ())


def test_games_that_never_had_a_camera_or_that_left_are_not_missed() -> None:
    found = look(
        games(1, WHOLE),
        annotated_by_nobody=a_state(cameras=[], rows=0),
        left=gone_state("left", "retired", "no source has it any more"),
    )
    assert found == Presence({}, ("annotated_by_nobody",))
