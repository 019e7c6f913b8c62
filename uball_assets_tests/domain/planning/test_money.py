"""A month's bill, held against what the documents say that the platform itself reckons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.planning.assumptions import Costs, believed, costs_at
from uball_assets.domain.planning.league import Film, League, Ways
from uball_assets.domain.planning.money import Item, Prices, game_usd, month, paid_usd
from uball_assets.domain.planning.ranges import Case
from uball_assets.domain.planning.room import border, room
from uball_assets.domain.planning.work import Game
from uball_assets.domain.spending.cost import parse_prices
from uball_assets.domain.spending.service_prices import parse_service_prices
from uball_assets_tests.domain.planning.leagues import LOCAL, VERTEX, league, region


def costs(ways: Ways, **told: float) -> Costs:
    return replace(costs_at(believed(ways), Case.LIKELY), **told)


def prices(told: str = "", videos: str = "gs", source: str = "") -> Prices:
    return Prices(parse_prices(told), parse_service_prices(told), videos, videos, source)


def by_name(items: list[Item]) -> dict[str, Item]:
    return {item.what: item for item in items}


def test_questions_cost_what_the_document_on_moments_says() -> None:
    """An hour of the messy league, both cameras: $2.95 for 677 clips of some five seconds."""
    asked, five_s = league(region(1, 4), ways=VERTEX), costs(VERTEX, clip_s=5.0)
    each = (game_usd(asked, five_s, prices()) or 0.0) / Game(five_s, asked.film, VERTEX).asked_clips
    assert 677 * each == pytest.approx(2.95, rel=0.1)


def test_a_batch_costs_half() -> None:
    batch = replace(VERTEX, annotate_by="batch")
    online, batched = (
        game_usd(league(region(1, 4), ways=ways), costs(VERTEX), prices()) or 0.0 for ways in (VERTEX, batch)
    )
    assert batched == pytest.approx(online / 2)


def test_lines_cost_what_the_document_on_growth_says() -> None:
    """3,200 lines of ten seconds on gemini-3.5-flash: $32; a line's answer is counted here too."""
    asked = league(region(10, 40), ways=VERTEX)
    lines = by_name(month(asked, costs(VERTEX), prices(), 730, 1))["trainings"]
    assert lines.usd
    assert 3200 * lines.usd / lines.amount == pytest.approx(32, rel=0.15)


def test_a_league_that_learns_cumulatively_pays_more_each_month_and_one_that_replays_does_not() -> None:
    def trainings(train_on: str, number: int) -> float:
        asked = league(region(10, 40), ways=replace(VERTEX, train_on=train_on))
        return by_name(month(asked, costs(VERTEX), prices(), 730, number))["trainings"].usd or 0.0

    assert trainings("cumulative", 12) > 10 * trainings("cumulative", 1)
    assert trainings("new_plus_replay", 12) == trainings("new_plus_replay", 1)
    assert trainings("new_only", 1) == pytest.approx(trainings("new_plus_replay", 1) / 2)


def test_what_is_kept_grows_and_what_is_asked_does_not() -> None:
    asked = league(region(10, 40), ways=VERTEX)
    first, last = (by_name(month(asked, costs(VERTEX), prices(), 730, number)) for number in (1, 12))
    assert last["videos kept in gs"].usd == pytest.approx(12 * (first["videos kept in gs"].usd or 0.0))
    assert last["answers about games"] == first["answers about games"]


def test_a_machines_hour_has_no_price_until_somebody_tells_one_and_other_prices_can_be_corrected() -> None:
    asked = league(region(10, 40))
    assert by_name(month(asked, costs(LOCAL), prices(), 730, 1))["compute"].usd is None
    told = (
        '[{"service": "machine", "what": "compute", "usd": 0.2, "as_of": "2026-11-28"},'
        ' {"service": "gs", "what": "storage", "usd": 0.04, "as_of": "2026-11-28"}]'
    )
    usual, corrected = (by_name(month(asked, costs(LOCAL), prices(text), 730, 1)) for text in ("", told))
    assert corrected["compute"].usd == pytest.approx(146)
    before = usual["videos kept in gs"].usd or 0.0
    assert corrected["videos kept in gs"].usd == pytest.approx(2 * before)


def test_what_runs_and_stands_on_this_machine_is_no_bill() -> None:
    items = month(league(region(10, 40)), costs(LOCAL), prices(videos=""), 730, 12)
    assert [item.what for item in items] == ["compute"]
    assert paid_usd(items) == 0


def test_a_model_that_nobody_knows_the_price_of_is_told_without_one() -> None:
    lite = replace(VERTEX, base_model="gemini-3.5-flash-lite")
    asked = league(region(10, 40), ways=lite)
    found = by_name(month(asked, costs(lite), prices(), 730, 1))
    assert found["answers about games"].usd is None
    assert found["trainings"].usd is None
    assert game_usd(asked, costs(lite), prices()) is None


def test_copying_out_of_s3_is_billed_once_a_game() -> None:
    asked = league(region(10, 40), film=Film(4.0))
    found = by_name(month(asked, costs(LOCAL, film_gb_an_hour=2.5), prices(source="s3"), 730, 1))
    games = 40 * 365 / 12 / 7
    assert found["videos copied in from s3"].usd == pytest.approx(games * 3.60)


@pytest.mark.parametrize(("ways", "asks_elsewhere"), [(LOCAL, False), (VERTEX, True)])
def test_clips_alone_cross_a_border_where_they_are_cut_beside_the_videos(
    ways: Ways, asks_elsewhere: bool
) -> None:
    asked: League = league(region(6, 24, name="eu"), region(4, 16, name="us"), ways=ways)
    table = prices().services
    at_home, away = (border(asked, one, costs(ways), "eu", "gs", tuple(table)) for one in asked.regions)
    assert at_home is None
    assert away
    assert away.clips_gb < away.films_gb / 2
    game = Game(costs(ways), asked.film, ways)
    assert (away.clips_gb == pytest.approx(16 * game.stored_gb)) is asks_elsewhere
    assert away.clips_usd == pytest.approx(0.12 * away.clips_gb)


def test_room_is_what_games_and_runs_add_up_to() -> None:
    asked = league(region(10, 40, cores=4))
    found = room(asked, asked.regions[0], costs(LOCAL))
    assert found.videos_gb_a_week == pytest.approx(40 * 4 * 2 * 3.0)
    assert found.court_mbit == pytest.approx(4 * 3.0 * 8000 / 3600)
    assert found.runs_a_year == pytest.approx((40 * 1.2 + 40 * 0.2 / 5) * 365 / 7)
