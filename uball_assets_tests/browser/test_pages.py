"""Dagster's pages after a small league's runs, in a browser: what a person sees there is so.

Belongs here: whole pages as Chromium shows them. Not here: what the runs did (`assets`), GraphQL (`daemon`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from uball_assets.automation.in_process import run_in_process
from uball_assets.automation.instance import open_instance
from uball_assets_tests.browser.test_playback import CHROMIUM, QUIET
from uball_assets_tests.daemon.platform import Platform as Served
from uball_assets_tests.league import CHAIN, filmed_game, new_platform

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")

TITLE = "2026-03-07, "
ASSETS = ("raw_videos", "plays", "clips/FAR_LEFT", "training_examples", "annotations")
CUT_OFF = """() => [...document.querySelectorAll('table table')].filter(table => {
    for (let box = table.parentElement; box; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== 'visible'
            && table.getBoundingClientRect().right > box.getBoundingClientRect().right + 1) return true;
    return table.getBoundingClientRect().right > window.innerWidth;
}).length"""
"""How many tables reach beyond what shows them."""
QUIET_RUNS = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The UI of a home with one sound game, learned, and one that nobody annotated."""
    folder, videos = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("videos")
    home = folder / "spring"
    served = Served(folder, {"UBALL_HOME": str(home)})
    league = new_platform(home, filmed_game(videos), videos, checkout=served.folder)
    league.add_game("sound")
    league.add_game("nobody_annotated", [])
    with open_instance(league.settings) as instance:
        instance.add_dynamic_partitions("games", ["sound", "nobody_annotated"])
        runs = [("game_job", "sound"), ("game_job", "nobody_annotated"), ("retrain_job", "sound")]
        for name, game in runs:
            job = league.defs.resolve_job_def(name)
            assert run_in_process(job, game, instance, {}, QUIET_RUNS, league.settings.league)
    league.instance.dispose()
    try:
        served.start()
        yield served.ui.url
    finally:
        served.stop()


@pytest.fixture(scope="module")
def page(site: str) -> Iterator[Any]:
    """Opened after the runs, for Dagster starts an event loop of its own."""
    assert site
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page(viewport={"width": 1500, "height": 1400})
        browser.close()


def test_the_overview_lists_the_runs_under_their_job(page: Any, site: str) -> None:
    page.goto(f"{site}/overview/activity/timeline")
    playwright.expect(page.get_by_role("link", name="game_job")).to_be_visible(timeout=30_000)
    assert "No runs" not in page.inner_text("body")


def test_a_runs_job_is_one_that_this_league_has(page: Any, site: str) -> None:
    page.goto(f"{site}/overview/activity/timeline")
    job = page.get_by_role("link", name="game_job")
    playwright.expect(job).to_have_attribute("href", "/locations/uball-spring/jobs/game_job", timeout=30_000)


def test_the_list_of_runs_knows_the_games_by_name(page: Any, site: str) -> None:
    page.goto(f"{site}/runs")
    named = page.get_by_text(re.compile(f"game: {TITLE}"))
    playwright.expect(named).to_have_count(2, timeout=30_000)


@pytest.mark.parametrize("check", ["good_grade", "no_play_on_both_sides"])
def test_a_game_that_nobody_annotated_has_no_failed_check(check: str, page: Any, site: str) -> None:
    page.goto(f"{site}/assets/training_examples?view=checks&checkDetail={check}")
    said = page.get_by_text("nothing to check: nobody annotated this game yet")
    playwright.expect(said.first).to_be_visible(timeout=30_000)
    shown = page.inner_text("body")
    assert "Succeeded" in shown
    assert not {"Failed", "Skipped"} & set(shown.split())


@pytest.mark.parametrize("asset", ASSETS)
def test_a_games_page_says_its_name_and_cuts_no_table_off(asset: str, page: Any, site: str) -> None:
    page.goto(f"{site}/assets/{asset}?view=partitions&partition=sound")
    playwright.expect(page.get_by_text(re.compile(TITLE)).first).to_be_visible(timeout=30_000)
    assert page.evaluate(CUT_OFF) == 0


@pytest.mark.parametrize("asset", [*ASSETS, *CHAIN, "routes"])
def test_an_asset_s_overview_cuts_no_table_off(asset: str, page: Any, site: str) -> None:
    """It is narrower than a partition's page, and the first that a person opens."""
    page.goto(f"{site}/assets/{asset}?view=overview")
    playwright.expect(page.locator("table table, table").last).to_be_visible(timeout=30_000)
    assert page.evaluate(CUT_OFF) == 0


def test_a_run_of_the_model_chain_says_which_model_it_made(page: Any, site: str) -> None:
    page.goto(f"{site}/runs")
    playwright.expect(page.get_by_text("model: v1-1games")).to_have_count(1, timeout=30_000)


def test_the_route_s_page_says_who_serves(page: Any, site: str) -> None:
    page.goto(f"{site}/assets/routes?view=overview")
    playwright.expect(page.get_by_text("basketball-model-v1-1games")).to_be_visible(timeout=30_000)


def test_every_resource_has_its_class_and_its_meaning(page: Any, site: str) -> None:
    page.goto(f"{site}/overview/resources")
    playwright.expect(page.get_by_text("FolderStore").first).to_be_visible(timeout=30_000)
    assert "lambda" not in page.inner_text("body")
    assert "Clips, examples, models, and the record" in page.inner_text("body")
