"""`/forecasts/models`: who tells forecasts, beside what needs no model."""

from __future__ import annotations

from pathlib import Path

from uball_assets_tests.app.conftest import open_client, settings_of
from uball_assets_tests.app.forecasts.conftest import Served
from uball_assets_tests.app.pages.test_pages import shown


def test_the_page_has_who_serves_the_baselines_and_what_it_rests_on(served: Served) -> None:
    page = shown(served.client, "/forecasts/models").text
    assert "Who wins: outcome-model-v1" in page
    assert "Players' lines: player-model-v1" in page
    assert page.count("needs no model") == 3
    assert page.count(" kept ") == 1
    assert "What outcome-model-v1 rests on" in page


def test_before_the_first_model_the_page_says_so(tmp_path: Path) -> None:
    with open_client(settings_of(tmp_path)) as client:
        assert "Who wins: no outcome model yet" in shown(client, "/forecasts/models").text
