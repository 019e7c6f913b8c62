"""`box_score` through Dagster: plays become lines in the warehouse; what does not add up is asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.review_index import ReviewIndex
from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.checks.forecasting import good_grades
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, TEAM_LINES, rows_of
from uball_assets.domain.operating.late_results import LATE_RESULTS, late_findings
from uball_assets.services.label_audit import LabelAuditor
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.queue import ReviewQueue
from uball_assets.services.review.sources import Sources
from uball_assets_tests.domain.league.facts_samples import GAME, TIP_OFF, a_fixture
from uball_assets_tests.domain.samples import a_row
from uball_assets_tests.league import Platform, failure, metadata

ADA, BO = "Player #7 (Gray)", "Player #9 (Blue)"


def shot(number: int, label: str, who: str = ADA) -> dict[str, Any]:
    return a_row(
        id=f"p{number}",
        start_timestamp=100.0 * number,
        end_timestamp=100.0 * number + 10,
        timestamp_seconds=None,
        classification=label,
        player_a=who,
        events=[],
    )


def schedule(platform: Platform, *fixtures: Fixture) -> None:
    platform.resources.warehouse.write(FIXTURES, rows_of(fixtures), Lineage("plays", "r0"))
    platform.instance.add_dynamic_partitions("fixtures", [fixture.game_id for fixture in fixtures])


def filmed(platform: Platform, rows: list[dict[str, Any]], **changed: Any) -> None:
    platform.resources.plays_db.add_game({**GAME, **changed}, rows, [])


def fed(platform: Platform, **counts: int) -> None:
    """A feed told the home team's and one player's line."""
    known_at = TIP_OFF + timedelta(hours=4)
    told = (TIP_OFF, "t-herons", "t-larks")
    lines = Counts(**counts)
    of_team = TeamLine("g1", *told, True, lines, "feed", known_at)
    of_player = PlayerLine("g1", *told, "p8", True, lines, "feed", known_at)
    platform.resources.warehouse.write(TEAM_LINES, rows_of([of_team]), Lineage("feed", "r0"))
    platform.resources.warehouse.write(PLAYER_LINES, rows_of([of_player]), Lineage("feed", "r0"))


def count(platform: Platform, game_id: str = "g1") -> dg.ExecuteInProcessResult:
    result = platform.materialize("box_score", game_id=game_id)
    assert result.success, failure(result, "box_score")
    return result


def points_add_up(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    [found] = result.get_asset_check_evaluations()
    return found


def graded(platform: Platform) -> str:
    """What the check of results says now."""
    found: Any = good_grades(platform.resources.warehouse)
    return str(found.description)


def stored(platform: Platform, of: Any = PLAYER_LINES) -> list[tuple[str, int, str]]:
    """Who, how many points, by whom: all versions, oldest first."""
    rows = sorted(platform.resources.warehouse.read(of), key=lambda row: row["known_at"])
    whose = "player_id" if of is PLAYER_LINES else "team_id"
    return [(row[whose], Counts(fours_made=row["fours_made"]).points, row["source"]) for row in rows]


def test_a_game_s_plays_become_lines_and_again_changes_nothing(platform: Platform) -> None:
    schedule(platform, a_fixture())
    filmed(platform, [shot(1, "4PT_MAKE"), shot(2, "STEAL", BO)], scores={"team1": 4, "team2": 0})
    first = count(platform)
    assert stored(platform) == [("p7", 4, "plays"), ("p9", 0, "plays")]
    assert stored(platform, TEAM_LINES) == [("t-herons", 4, "plays"), ("t-larks", 0, "plays")]
    told = metadata(first, "box_score")
    assert (told["new_lines"], told["counted_by"]) == (4, "plays: 1")
    assert [row.data["who"] for row in told["box_score"].records] == ["Herons", "- Ada", "Larks", "- Bo"]
    assert points_add_up(first).passed
    assert metadata(count(platform), "box_score")["new_lines"] == 0


def test_what_its_plays_tell_of_a_game_is_neither_late_nor_graded_f_any_more(platform: Platform) -> None:
    registry = platform.resources.registry
    day = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    rows = [shot(number, "4PT_MAKE", f"Player #{number} (Gray)") for number in range(1, 6)]
    rows += [shot(number, "FOUL", f"Player #{number} (Blue)") for number in range(6, 11)]
    filmed(platform, rows, date=day, scores={"team1": 20, "team2": 0})
    platform.instance.add_dynamic_partitions("fixtures", ["g1"])
    assert platform.materialize("results", game_id="g1").success
    assert late_findings(registry.latest(LATE_RESULTS))
    assert "g1: named players account for 0.0%" in graded(platform)
    count(platform)
    assert not late_findings(registry.latest(LATE_RESULTS))
    assert graded(platform) == "1 games graded, none F"


def test_a_corrected_play_is_a_new_version_of_the_lines_it_counts_in(platform: Platform) -> None:
    schedule(platform, a_fixture())
    filmed(platform, [shot(1, "3PT_MAKE"), shot(2, "STEAL", BO)])
    count(platform)
    before = datetime.now(UTC)
    filmed(platform, [shot(1, "4PT_MAKE")])
    assert metadata(count(platform), "box_score")["new_lines"] == 2
    versions = platform.resources.warehouse.read(PLAYER_LINES, equal={"player_id": ["p7"]})
    assert [row["fours_made"] for row in versions] == [0, 1]
    assert versions[0]["known_at"] == TIP_OFF + timedelta(hours=3)
    assert versions[1]["known_at"] >= before


def test_plays_take_the_place_of_a_feed_s_lines_and_the_difference_is_told(platform: Platform) -> None:
    schedule(platform, a_fixture())
    fed(platform, fours_made=2)
    assert metadata(count(platform), "box_score")["counted_by"] == "feed: 1"
    filmed(platform, [shot(1, "4PT_MAKE"), shot(2, "FOUL", BO)])
    told = metadata(count(platform), "box_score")
    assert told["counted_by"] == "plays: 1"
    assert told["sources_differ"] == (
        "- g1: t-herons: 4 points by plays, 8 by feed\n- g1: p8: 0 points by plays, 8 by feed"
    )
    assert stored(platform) == [
        ("p8", 8, "feed"),
        ("p7", 4, "plays"),
        ("p8", 0, "plays"),
        ("p9", 0, "plays"),
    ]
    assert metadata(count(platform), "box_score")["new_lines"] == 0


def test_a_league_of_feeds_alone_needs_no_plays_database_and_that_is_told(platform: Platform) -> None:
    schedule(platform, a_fixture(home_points=8))
    fed(platform, fours_made=2)
    told = metadata(count(platform), "box_score")
    assert told["counted_by"] == "feed: 1"
    assert told["not_counted"].startswith("- no plays are read: there is no plays database at ")


@pytest.mark.parametrize(("allowed", "counted"), [("plays", "nobody: 1"), ("plays_or_annotations", None)])
def test_a_model_s_annotations_count_only_where_the_setting_lets_them(
    platform: Platform, allowed: str, counted: str | None
) -> None:
    chosen = platform.with_settings(box_scores_from=allowed)
    schedule(chosen, a_fixture())
    filmed(chosen, [])
    play = shot(1, "4PT_MAKE")
    said = {name: play[name] for name in ("angle", "start_timestamp", "end_timestamp", "classification")}
    said |= {"play_key": "k1", "player_a": ADA, "confidence": 0.9, "agreed": True}
    chosen.resources.plays_db.write_annotations("g1", "m1", [said])
    state = {"game_id": "g1", "model": "m1"}
    chosen.resources.registry.append_change("annotations", state, subject="game_id")
    assert metadata(count(chosen), "box_score")["counted_by"] == (counted or "annotations: 1")


def test_a_four_pointer_written_as_a_three_pointer_fails_the_check_and_is_asked_about(
    platform: Platform,
) -> None:
    schedule(platform, a_fixture())
    filmed(platform, [shot(1, "3PT_MAKE"), shot(2, "FOUL", BO)], scores={"team1": 4, "team2": 0})
    found = points_add_up(count(platform))
    assert not found.passed
    assert found.description == (
        "g1: Herons has 3 by plays, 4 officially: 1 point too few "
        "(in the review queue: p1, 3PT_MAKE, rather 4PT_MAKE)"
    )
    assert asked_about(platform) == {"p1": "score"}
    filmed(platform, [shot(1, "4PT_MAKE")])
    assert points_add_up(count(platform)).passed
    assert asked_about(platform) == {}


def test_a_score_that_the_schedule_alone_tells_is_held_against_the_plays_too(platform: Platform) -> None:
    schedule(platform, a_fixture(home_team="t-larks", away_team="t-herons", home_points=0, away_points=4))
    filmed(platform, [shot(1, "3PT_MAKE"), shot(2, "FOUL", BO)])
    assert not points_add_up(count(platform)).passed
    resources = platform.resources
    audited = LabelAuditor(resources.training, resources.registry, resources.plays_db).audit_and_keep("g1")
    assert [line.official for line in audited.score] == [4, 0]
    assert asked_about(platform) == {"p1": "score"}


def test_two_official_scores_are_both_said_and_the_games_table_s_is_held_to(platform: Platform) -> None:
    schedule(platform, a_fixture(home_points=5))
    filmed(platform, [shot(1, "4PT_MAKE"), shot(2, "FOUL", BO)], scores={"team1": 4, "team2": 0})
    found = points_add_up(count(platform))
    assert not found.passed
    assert "the games table says 4:0, the schedule 5:0" in (found.description or "")
    assert asked_about(platform) == {}


def test_one_run_counts_many_games_and_a_game_that_does_not_add_up_stays_told(platform: Platform) -> None:
    others = [a_fixture(game_id=f"x{number}", tip_off=TIP_OFF + timedelta(days=number)) for number in (1, 2)]
    schedule(platform, a_fixture(), *others)
    filmed(platform, [shot(1, "FG_MAKE"), shot(2, "FOUL", BO)], scores=[4, 0])
    tags = {
        "dagster/asset_partition_range_start": "g1",
        "dagster/asset_partition_range_end": "x2",
    }
    result = platform.defs.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey("box_score")], instance=platform.instance, tags=tags
    )
    assert metadata(result, "box_score")["counted_by"] == "nobody: 2, plays: 1"
    assert platform.materialized("box_score") == {"g1", "x1", "x2"}
    for told in (points_add_up(result), points_add_up(count(platform, "x1"))):
        assert not told.passed
        assert (told.description or "").startswith("g1: Herons has 2 by plays, 4 officially")


def test_a_game_that_no_schedule_has_is_counted_as_such(platform: Platform) -> None:
    platform.instance.add_dynamic_partitions("fixtures", ["g9"])
    result = count(platform, "g9")
    assert metadata(result, "box_score")["not_on_the_schedule"] == 1
    assert points_add_up(result).passed


def asked_about(platform: Platform) -> dict[str, str]:
    """Plays that the queue asks about, not those drawn at random: by which evidence."""
    resources = platform.resources
    resources.registry.append_change("games", {"game_id": "g1", "rows": 2}, subject="game_id")
    sources = Sources(resources.training, resources.registry, resources.plays_db)
    queue = ReviewQueue(sources, ReviewIndex(AppDb(platform.settings.home / "app.db")))
    return {
        item.item_id: game.suspects[item.item_id].evidence[0].kind
        for game, item in queue.page("Ann", 50).items
        if isinstance(game, ReviewedGame) and item.item_id in game.suspects
    }
