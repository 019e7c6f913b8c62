"""Pages of teams, players and forecasts: what they say of a small league."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.tables import FORECASTS
from uball_assets_tests.app.conftest import context_of, open_client, settings_of
from uball_assets_tests.app.pages.test_pages import shown
from uball_assets_tests.app.pages.told_forecasts import HOSTILE, OUTCOME, TRIAL, fill_forecasts


def test_the_table_tells_what_was_told_beside_what_came(browser_client: TestClient) -> None:
    page = shown(browser_client, "/forecasts").text
    assert "1 of 1 right, log loss 0.357" in page
    assert "t herons/1 – t-larks 70 % 80 70 to 90 : 75 65 to 85 81:77 right 0.357" in page
    assert f"t herons/1 – t-larks 40 % 80 70 to 90 75 65 to 85 {OUTCOME}" in page
    assert TRIAL not in page


def test_days_before_the_first_game_are_empty_and_lead_back(browser_client: TestClient) -> None:
    page = shown(browser_client, "/forecasts?until=2020-01-31")
    assert "No game was played in these days." in page.text
    assert ("a", "/forecasts?until=2020-01-01#played") in [
        (tag, attributes.get("href")) for tag, attributes in page.tags
    ]
    assert browser_client.get("/forecasts?until=0001-01-02").status_code == 200


def test_a_game_to_come_has_its_chances_its_reasons_and_who_is_out(browser_client: TestClient) -> None:
    page = shown(browser_client, "/fixtures/n1").text
    assert "t-larks 60 %" in page
    assert "Elo rating, t herons/1 less t-larks 84 t herons/1 13.2 %" in page
    assert "players out, t-larks unknown t-larks 2.4 %" in page
    assert f"{TRIAL} on trial 60.0 %" in page
    assert "Bo out" in page


def test_a_played_game_s_sheet_has_what_was_told_and_what_came(browser_client: TestClient) -> None:
    page = shown(browser_client, "/fixtures/g1").text
    assert "came: 81" in page
    assert "Its box score adds up to 75, officially it has 77." in page
    assert f"{HOSTILE} 90 % 6.5 2.0 to 11.0 16 0/0 4/4 0/0 2/5 5 0 0 0 0 0" in page
    assert "a roster changed" in page


def test_a_team_has_its_record_its_ratings_and_its_roster(browser_client: TestClient) -> None:
    page = shown(browser_client, "/teams/t-larks").text
    assert "Record, 2026 0–1 won – lost; 0–0 at home, 0–1 away" in page
    assert "at t herons/1 77:81 lost 30 % right" in page
    assert "9 Bo out since" in page
    standings = shown(browser_client, "/teams").text
    assert standings.index("t herons/1 1–0 100 %") < standings.index("t-larks 0–1 0 %")


def test_a_player_has_his_games_his_shooting_and_what_is_told_of_the_next(browser_client: TestClient) -> None:
    page = shown(browser_client, "/players/p7").text
    assert "points 6.5 (2.0 to 11.0)" in page
    assert "points a game this season 8.00 +1.25" in page
    assert "4-pointers 2 of 5 40 % 1.60" in page
    assert "against t-larks 16 0/0 4/4 0/0 2/5" in page


@pytest.mark.parametrize("path", ["/teams/nobody", "/players/nobody", "/fixtures/nobody"])
def test_whom_nobody_knows_is_not_found(browser_client: TestClient, path: str) -> None:
    assert browser_client.get(path).status_code == 404


def test_a_game_and_its_forecast_lead_to_each_other(browser_client: TestClient) -> None:
    links = {
        path: {attributes.get("href") for _, attributes in shown(browser_client, path).tags}
        for path in ("/games/g1", "/games/g2", "/fixtures/g1", "/fixtures/n1")
    }
    assert "/fixtures/g1" in links["/games/g1"]
    assert not any(str(link).startswith("/fixtures") for link in links["/games/g2"])
    assert "/games/g1" in links["/fixtures/g1"]
    assert not any(str(link).startswith("/games") for link in links["/fixtures/n1"])


def test_a_league_without_results_says_so(tmp_path: Any) -> None:
    with open_client(settings_of(tmp_path)) as client:
        client.headers["accept"] = "text/html"
        assert "No game is on the schedule" in shown(client, "/forecasts").text
        assert "UBALL_RESULTS_SOURCES" in shown(client, "/teams").text


def test_a_league_of_feeds_alone_has_its_pages_without_a_plays_database(tmp_path: Any) -> None:
    settings = settings_of(tmp_path)
    fill_forecasts(settings)
    with open_client(settings) as client:
        for path in ("/forecasts", "/teams", "/teams/t-larks", "/players/p7", "/fixtures/g1"):
            assert client.get(path).status_code == 200, path


class Counting:
    """The warehouse, and which of its reads name neither a day nor a game, a team or a player."""

    def __init__(self, store: Warehouse) -> None:
        self._store = store
        self.whole: Counter[str] = Counter()
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self, table: Any, **asked: Any) -> list[dict[str, Any]]:
        self.reads += 1
        if not any(asked.values()):
            self.whole[table.name] += 1
        return self._store.read(table, **asked)


def test_no_page_reads_a_table_whole_but_the_scores_once_and_few_reads_make_one(told_league: Any) -> None:
    paths = ["/forecasts", "/teams", "/teams/t-larks", "/players/p7", "/fixtures/g1", "/", "/games/g1"]
    with open_client(told_league) as client:
        counting = Counting(context_of(client).warehouse)
        context_of(client).__dict__["warehouse"] = counting
        reads = {}
        for path in paths:
            before = counting.reads
            assert client.get(path).status_code == 200
            reads[path] = counting.reads - before
    assert counting.whole == {"forecast_scores": 1}
    assert FORECASTS.name not in counting.whole
    assert max(reads.values()) <= 11, reads


def test_a_league_of_feeds_alone_has_its_front_page_and_says_how_games_are_filmed(tmp_path: Path) -> None:
    with open_client(settings_of(tmp_path), headers={"Accept": "text/html"}) as client:
        assert "No games" in shown(client, "/").text
        page = client.get("/games/g1")
        assert (page.status_code, "uball import" in page.text) == (404, True)
        assert not (tmp_path / "plays.db").exists(), "looking makes none"
