"""The league's pages in a browser: axe finds nothing, nothing is refused, and clips open by keyboard.

Belongs here: what only a browser shows. Not here: what the pages say (`app.pages`), the review (its own).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from uball_assets.app.application import build_app
from uball_assets.app.context import open_context
from uball_assets_tests.app.conftest import settings_of
from uball_assets_tests.app.pages.conftest import V1, fill_told
from uball_assets_tests.browser.test_playback import CHROMIUM, QUIET

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")

PAGES = ["/", "/?q=nothing", "/games/g1", "/games/g2", "/games/g3", "/games/g1/plays/p1", "/models"]
PAGES += [f"/models/{V1}", "/seasons", "/games/nobody", "/teams", "/teams/t%20herons/1", "/players/p7"]
PAGES += ["/forecasts", "/forecasts/models", "/fixtures/g1", "/fixtures/n1"]
LAPTOP, TABLET = {"width": 1280, "height": 800}, {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = settings_of(tmp_path_factory.mktemp("site"))
    fill_told(settings)
    with open_context(settings) as context:
        config = uvicorn.Config(build_app(context), host="127.0.0.1", port=0, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Any]:  # noqa: ARG001 - the server starts first
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """In either scheme; what the console is told is in `page.said`."""
    context = browser.new_context(color_scheme=request.param, viewport=LAPTOP)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_the_browser_refuses_nothing(page: Any, site: str, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{site}{path}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert [text for text in page.said if "404" not in text] == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_tablet(page: Any, site: str, path: str) -> None:
    page.set_viewport_size(TABLET)
    page.goto(f"{site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]


def test_clips_open_and_close_by_keyboard_and_give_the_focus_back(page: Any, site: str) -> None:
    page.goto(f"{site}/games/g1")
    link = page.locator("a[data-clips]").first
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog.clips video").count() == 2
    title = page.locator("#clips-title").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#clips-title").inner_text() != title
    page.keyboard.press("Escape")
    assert not page.locator("dialog.clips").evaluate("dialog => dialog.open")
    assert page.evaluate("document.activeElement.dataset.clips") is not None


def test_only_mistakes_are_shown_where_that_is_wanted(page: Any, site: str) -> None:
    page.goto(f"{site}/games/g1")
    rows = page.locator(".plays tbody tr")
    everything = rows.evaluate_all("rows => rows.filter(row => row.offsetParent).length")
    page.locator("#only-wrong").check()
    assert rows.evaluate_all("rows => rows.filter(row => row.offsetParent).length") == 3 < everything
