"""The review page in a browser, as people use it: by keyboard, in twos, over a bad connection.

Belongs here: what a reviewer sees and what the server holds afterwards. Not here: the rules of decisions.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from uball_assets.app.context import AppContext, open_context
from uball_assets_tests.app.conftest import settings_of
from uball_assets_tests.browser.review_here import GAME, Told, fill, serving, wait_for
from uball_assets_tests.browser.test_playback import CHROMIUM, QUIET
from uball_assets_tests.processes import AFRESH
from uball_assets_tests.videos import SyntheticVideo, make_video, numbers_and_times

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")

FILMS = {
    "29.97": SyntheticVideo(duration_s=4, frame_rate=Fraction(30000, 1001), gop_frames=30, b_frames=2),
    "59.94": SyntheticVideo(duration_s=4, frame_rate=Fraction(60000, 1001), gop_frames=60, b_frames=2),
    "variable": SyntheticVideo(duration_s=4, is_variable_rate=True, b_frames=2),
    "short": SyntheticVideo(duration_s=1, has_audio=False),
}
HTML = "<img src=x onerror=\"document.title='broken into'\"><b>bold</b>"
BARCODE = """which => {
    const video = document.querySelectorAll('.deck.on video')[which];
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = new OffscreenCanvas(width, height), pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0);
    const top = Math.floor(height / 12), rows = Math.floor(height / 4) - top;
    let number = 0;
    for (let bit = 0; bit < 16; bit++) {
        const { data } = pen.getImageData(Math.floor((bit + 0.5) * width / 16), top, 1, rows);
        let light = 0;
        for (let at = 0; at < data.length; at += 4) light += data[at + 1];
        if (light / rows > 125) number += 2 ** bit;
    }
    return number;
}"""
"""The frame number that is drawn in the picture of a camera."""
FIRST_PICTURE = "document.querySelector('.deck.on .lead video')?.readyState >= 2"
SETTLED = """document.querySelector('.deck.on .lead') !== null
    && [...document.querySelectorAll('.deck.on .film:has(.film-notice[hidden]) video')]
        .every(video => !video.seeking && video.readyState >= 2)"""
"""What is on the screen is what was asked for last."""
AHEAD = """document.querySelectorAll('.deck .lead').length > 2
    && [...document.querySelectorAll('.deck video')].every(film => !film.seeking && film.readyState >= 3)"""
"""The next two plays are loaded too."""


class League:
    """A home with one game to review, served."""

    def __init__(self, context: AppContext, url: str) -> None:
        self.context, self.url = context, url
        page = context.review.queue.page("nobody", 100)
        self.order = [item.item_id for _, item in page.items]
        """Of the first page's items."""

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """Decisions about plays as they stand in the league's database, oldest first."""
        rows = self.context.plays_db.decisions(game_id=GAME, kind="decision")
        return sorted(map(dict, rows), key=lambda row: str(row["decided_at"]))

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """Which item, and what was decided."""
        return [(row["shown"]["item_id"], row["action"]) for row in self.ledger]

    def becomes(self, item_id: str) -> list[dict[str, Any]]:
        """The plays that the last decision about an item made of it."""
        rows = [row for row in self.ledger if row["shown"]["item_id"] == item_id]
        return list(rows[-1]["rows_after"])


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("films")
    return {name: make_video(folder / f"{name}.mp4", film).read_bytes() for name, film in FILMS.items()}


@pytest.fixture(scope="module")
def times_s(films: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    """When each frame of a film is shown."""
    path = tmp_path_factory.mktemp("times") / "film.mp4"
    found = {}
    for name, film in films.items():
        path.write_bytes(film)
        found[name] = numbers_and_times(path)[1]
    return found


Serves = Callable[..., League]


@pytest.fixture
def league(tmp_path: Path, films: dict[str, bytes]) -> Iterator[Serves]:
    """Serves a league of so many plays, with these films of the far and the near camera."""
    with ExitStack() as open_ones:

        def serve(plays: int, far: str = "29.97", near: str = "59.94", **told: Any) -> League:
            settings = settings_of(tmp_path, requests_a_minute=100_000)  # a test is faster than people
            context = open_ones.enter_context(open_context(settings))
            fill(context, Told((films[far], films[near]), plays, **told))
            return League(context, open_ones.enter_context(serving(context)))

        yield serve


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


Opens = Callable[..., Any]


@pytest.fixture
def reviewer(browser: Any) -> Iterator[Opens]:
    """Opens the page for somebody, in a browser of their own; nothing may go wrong in it unseen."""
    contexts, faults = [], []

    def open_page(url: str, name: str = "Ada", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{url}/review")
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Begin").click()
        wait_until(page, SETTLED)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def is_saved(page: Any) -> None:
    playwright.expect(page.locator("#outbox")).to_have_text("all saved", timeout=30_000)


def says(page: Any, words: str) -> None:
    playwright.expect(page.locator("#status")).to_contain_text(words, timeout=10_000)


def shown(page: Any) -> str:
    return str(page.evaluate("decodeURIComponent(location.hash.slice(1))"))


def wait_until(page: Any, so: str) -> None:
    """The page's own rules forbid what Playwright would wait with."""
    for _ in range(2000):
        if page.evaluate(so):
            return
        page.wait_for_timeout(5)
    raise AssertionError(so)


def number_shown(page: Any, camera: int = 0) -> int:
    wait_until(page, SETTLED)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return int(page.evaluate(BARCODE, camera))


def stop_at_the_moment(page: Any) -> None:
    wait_until(page, SETTLED)
    press(page, " ", "k")


# Deciding


def test_a_game_is_reviewed_by_keyboard_from_first_to_last_play(league: Serves, reviewer: Opens) -> None:
    game = league(9)
    page = reviewer(game.url)
    press(page, "Enter")  # as it is
    press(page, "4", "Enter")  # another label
    press(page, "x")  # no play
    stop_at_the_moment(page)
    press(page, "ArrowRight", "ArrowRight", "m", "Enter")  # two frames later
    press(page, "p", *"17 orange", "Enter", "Shift+P", *"00 g", "Enter", "Enter")  # who, and who else
    press(page, "n", *"a late whistle", "Enter", "Enter")
    stop_at_the_moment(page)
    press(page, *["Shift+ArrowRight"] * 4, "c", "5", "Enter")  # two plays in one film
    press(page, "ArrowDown", "Enter", "Enter")  # the one passed over comes last
    playwright.expect(page.locator("#stage-words")).to_contain_text("Nothing is left to decide")
    is_saved(page)
    page.get_by_role("button", name="Close its review").click()
    says(page, "is closed")

    order = game.order
    actions = ["accept", "correct", "reject", "correct", "correct", "correct", "split", "accept", "accept"]
    assert dict(game.decisions) == dict(zip(order, actions, strict=True))
    assert len(game.ledger) == 9
    assert {row["reviewer"] for row in game.ledger} == {"Ada"}
    assert [play["classification"] for play in game.becomes(order[1])] == ["4PT_MAKE"]
    assert game.becomes(order[2]) == []
    (moved,) = game.becomes(order[3])
    moment_s, frame_s = float(order[3].split(".")[-1]) / 1000, 1001 / 30000
    assert moved["timestamp_seconds"] == pytest.approx(moment_s + 2 * frame_s, abs=frame_s)
    (named,) = game.becomes(order[4])
    assert (named["player_a"], named["player_b"]) == ("Player #17 (Orange)", "Player #00 (Gray)")
    assert [play["note"] for play in game.becomes(order[5])] == ["a late whistle"]
    first, second = game.becomes(order[6])
    assert second["classification"] == "REBOUND"
    assert first["timestamp_seconds"] < second["timestamp_seconds"]


def test_more_plays_than_a_page_holds_take_no_mouse(league: Serves, reviewer: Opens) -> None:
    game = league(80, "short", "short")
    page = reviewer(game.url)
    seen = []
    for _ in range(80):
        wait_until(page, FIRST_PICTURE)
        seen.append(shown(page))
        press(page, "Enter")
    playwright.expect(page.locator("#stage-words")).to_contain_text(
        "Nothing is left to decide", timeout=30_000
    )
    is_saved(page)
    assert len(set(seen)) == 80
    assert game.decisions == [(item_id, "accept") for item_id in seen]


def test_the_next_film_is_there_before_the_key_is_up(league: Serves, reviewer: Opens) -> None:
    game = league(4)
    page = reviewer(game.url)
    wait_until(page, AHEAD)
    page.keyboard.down("Enter")
    is_there, first = page.evaluate(FIRST_PICTURE), page.evaluate(BARCODE, 0)
    page.keyboard.up("Enter")
    assert shown(page) == game.order[1]
    assert is_there
    assert first < 30


def test_a_missed_play_is_added_where_it_was_seen(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    page = reviewer(game.url)
    stop_at_the_moment(page)
    press(page, *["Shift+ArrowRight"] * 4, "i", "s", "Enter")
    is_saved(page)
    assert shown(page) == game.order[0]
    (row,) = game.ledger
    (play,) = row["rows_after"]
    moment_s = float(game.order[0].split(".")[-1]) / 1000
    assert (row["action"], play["classification"]) == ("add", "STEAL")
    assert play["timestamp_seconds"] == pytest.approx(moment_s + 40 * 1001 / 30000, abs=0.05)


def test_a_missed_play_is_taken_back(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    page = reviewer(game.url)
    stop_at_the_moment(page)
    press(page, *["Shift+ArrowRight"] * 4, "i", "s", "Enter")
    is_saved(page)
    press(page, "u")
    says(page, "Taken back")
    is_saved(page)
    assert [row["action"] for row in game.ledger] == ["add", "undo"]
    assert game.context.plays_db.plays(GAME) == []


def test_a_decision_is_taken_back_and_made_anew(league: Serves, reviewer: Opens) -> None:
    game = league(3)
    page = reviewer(game.url)
    press(page, "x", "u")
    says(page, "Taken back")
    assert shown(page) == game.order[0]
    press(page, "4", "Enter")
    is_saved(page)
    assert game.decisions == [(game.order[0], action) for action in ("reject", "undo", "correct")]


def test_what_was_changed_and_not_decided_outlives_a_reload(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    page = reviewer(game.url)
    before = page.locator("#title").inner_text()
    press(page, "b")
    page.reload()
    playwright.expect(page.locator("#title")).to_have_text("BLOCK")
    press(page, "Escape")
    playwright.expect(page.locator("#title")).to_have_text(before)


def test_a_held_key_decides_once(league: Serves, reviewer: Opens) -> None:
    game = league(5)
    page = reviewer(game.url)
    for _ in range(4):
        page.keyboard.down("Enter")  # the browser repeats it
    page.keyboard.up("Enter")
    is_saved(page)
    assert game.decisions == [(game.order[0], "accept")]


# The film


@pytest.mark.parametrize("film", ["29.97", "59.94", "variable"])
def test_every_frame_step_shows_its_frame(
    film: str, league: Serves, reviewer: Opens, times_s: dict[str, list[float]]
) -> None:
    page = reviewer(league(1, film, "59.94").url)
    press(page, " ", *["Shift+ArrowLeft"] * 30)
    seen = [number_shown(page)]
    for _ in times_s[film][1:]:
        press(page, "ArrowRight")
        seen.append(number_shown(page))
    assert seen == list(range(len(times_s[film])))
    press(page, *["ArrowLeft"] * 7)
    assert number_shown(page) == len(times_s[film]) - 8


def test_both_cameras_show_one_moment(
    league: Serves, reviewer: Opens, times_s: dict[str, list[float]]
) -> None:
    page = reviewer(league(1).url)
    press(page, " ", *["Shift+ArrowLeft"] * 30)
    for place in range(0, 100, 10):
        middle_s = sum(times_s["29.97"][place : place + 2]) / 2
        assert number_shown(page, 0) == place
        assert number_shown(page, 1) == sum(time_s < middle_s + 1e-4 for time_s in times_s["59.94"]) - 1
        press(page, "Shift+ArrowRight")


def test_a_film_begins_again_and_both_cameras_stay_in_step(league: Serves, reviewer: Opens) -> None:
    page = reviewer(league(1).url)
    watched = page.evaluate(
        """() => new Promise(done => {
        const [one, other] = document.querySelectorAll('.deck.on video'), seen = [];
        const ends = performance.now() + 6000;
        const watch = () => {
            if (!one.seeking && !other.seeking) seen.push([one.currentTime, other.currentTime]);
            if (performance.now() < ends) requestAnimationFrame(watch); else done(seen);
        };
        watch();
    })"""
    )
    apart = sorted(abs(one - other) for one, other in watched)
    assert any(later[0] < earlier[0] - 1 for earlier, later in pairwise(watched)), "it never began again"
    assert apart[len(apart) // 2] < 0.06


def test_speed_loop_zoom_and_camera_have_keys(league: Serves, reviewer: Opens) -> None:
    page = reviewer(league(1).url)
    press(page, "j")
    playwright.expect(page.locator("#speed")).to_have_text("0.25×")
    press(page, "+")
    playwright.expect(page.locator("#speed")).to_have_text("0.5×")
    press(page, "l", "z", "v")
    playwright.expect(page.locator('[data-action="loop"]')).to_have_attribute("aria-pressed", "false")
    playwright.expect(page.locator('[data-action="zoom"]')).to_contain_text("2×")
    playwright.expect(page.locator(".deck.on .lead figcaption")).to_contain_text("near")


def test_a_camera_whose_clip_is_gone_is_said_and_the_other_plays(league: Serves, reviewer: Opens) -> None:
    game = league(1)
    store = game.context.training
    for info in store.list(f"games/{GAME}/annotations/clips/"):
        if "FAR_" in info.name:
            store.delete(info.name)
    page = reviewer(game.url)
    playwright.expect(page.locator(".deck.on .film-notice").first).to_contain_text("far left is missing")
    playwright.expect(page.locator(".deck.on .lead figcaption")).to_contain_text("near right")


# Two people


def test_the_second_of_two_is_told_who_decided_what_and_chooses(league: Serves, reviewer: Opens) -> None:
    game = league(3)
    ada, bo = reviewer(game.url), reviewer(game.url, "Bo Łukasz")
    press(ada, "x")
    is_saved(ada)
    press(bo, "3", "Enter")
    trouble = bo.locator("#trouble")
    playwright.expect(trouble).to_be_visible()
    playwright.expect(trouble).to_contain_text("Ada decided this play")
    playwright.expect(trouble).to_contain_text("Yours was NOT saved")
    playwright.expect(trouble).to_contain_text("It stands as: rejected")
    playwright.expect(trouble).to_contain_text("You wanted: corrected 3PT MAKE")
    playwright.expect(bo.get_by_role("alert")).to_contain_text("NOT saved")
    press(bo, "Enter", "x", "2")  # struck in the flow of work: they settle nothing
    assert len(game.ledger) == 1
    press(bo, "9")
    is_saved(bo)
    decided = [(row["reviewer"], row["action"]) for row in game.ledger]
    assert decided == [("Ada", "reject"), ("Bo Łukasz", "correct")]
    assert shown(bo) == game.order[1]

    press(ada, "u")  # it is Bo's now
    playwright.expect(ada.locator("#trouble")).to_contain_text("Bo Łukasz decided this play")
    press(ada, "9", "8")  # there is nothing of hers to put in its place
    is_saved(ada)
    assert len(game.ledger) == 2


def test_what_somebody_else_decided_stands_when_the_second_leaves_it(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    ada, bo = reviewer(game.url), reviewer(game.url, "Bo")
    press(ada, "x")
    is_saved(ada)
    press(bo, "Enter")
    playwright.expect(bo.locator("#trouble")).to_be_visible()
    press(bo, "8")
    playwright.expect(bo.locator("#trouble")).to_be_hidden()
    is_saved(bo)
    assert shown(bo) == game.order[1]
    assert game.decisions == [(game.order[0], "reject")]


def test_a_refused_decision_is_mended(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    page = reviewer(game.url)
    stop_at_the_moment(page)
    press(page, "c", "5", "Enter")  # two plays at one moment
    playwright.expect(page.locator("#trouble")).to_contain_text("less than 1 s apart")
    press(page, "9")
    stop_at_the_moment(page)
    press(page, *["Shift+ArrowRight"] * 4)
    page.get_by_role("button", name="2: REBOUND").click()
    press(page, "m", "Enter")
    is_saved(page)
    assert game.decisions == [(game.order[0], "split")]


# A bad connection


def test_nothing_is_lost_or_doubled_when_the_connection_is(league: Serves, reviewer: Opens) -> None:
    game = league(8)
    page = reviewer(game.url)
    press(page, "Enter")
    is_saved(page)
    page.context.set_offline(True)
    press(page, "x", "u", "4", "Enter", "Enter", "x")
    playwright.expect(page.locator("#outbox")).to_contain_text("5 waiting")
    playwright.expect(page.locator("#progress")).to_contain_text("4 done")
    page.context.set_offline(False)
    is_saved(page)
    first, second, third, fourth = game.order[:4]
    wanted = [(first, "accept"), (second, "reject"), (second, "undo"), (second, "correct")]
    assert game.decisions == [*wanted, (third, "accept"), (fourth, "reject")]


def test_an_answer_that_never_came_is_asked_for_again_and_counts_once(
    league: Serves, reviewer: Opens
) -> None:
    game = league(4)
    page = reviewer(game.url)
    lost: list[Any] = []

    def lose_the_first_answer(route: Any) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # it arrives, and its answer does not
            route.abort()

    page.route("**/decision", lose_the_first_answer)
    press(page, "Enter", "x")
    is_saved(page)
    assert game.decisions == [(game.order[0], "accept"), (game.order[1], "reject")]


def test_a_reload_in_the_middle_loses_nothing(league: Serves, reviewer: Opens) -> None:
    game = league(6)
    page = reviewer(game.url)
    page.route("**/decision", lambda route: route.abort())
    press(page, "Enter", "x", "Enter")
    playwright.expect(page.locator("#outbox")).to_contain_text("3 waiting")
    page.reload()
    wait_until(page, SETTLED)
    assert shown(page) == game.order[3]
    playwright.expect(page.locator("#progress")).to_contain_text("3 done · 3 left")
    assert game.ledger == []
    page.unroute("**/decision")
    press(page, "Enter")
    is_saved(page)
    wanted = ["accept", "reject", "accept", "accept"]
    assert game.decisions == list(zip(game.order, wanted, strict=False))


def test_a_server_that_is_killed_and_comes_back_holds_every_decision_once(
    league: Serves, reviewer: Opens, tmp_path: Path
) -> None:
    game = league(24, "short", "short")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = [*AFRESH, AFRESH[0], "-m", "uball_assets_tests.browser.review_here", str(tmp_path), str(port)]
    served = subprocess.Popen(words)
    try:
        wait_for(url)
        page = reviewer(url)
        for place in range(24):
            if place in (6, 15):
                served.kill()
                served.wait()
            press(page, "x" if place % 5 == 0 else "Enter")
            if place in (9, 18):
                served = subprocess.Popen(words)
                wait_for(url)
        is_saved(page)
    finally:
        served.kill()
        served.wait()
    wanted = [(item_id, "reject" if place % 5 == 0 else "accept") for place, item_id in enumerate(game.order)]
    assert game.decisions == wanted


def test_a_key_that_ends_in_the_middle_loses_nothing_and_nobody_signs_for_somebody_else(
    league: Serves, browser: Any
) -> None:
    game = league(4)
    keys = game.context.keys
    ada, bo = keys.add("ada", {"review", "read"}, 1), keys.add("bo", {"review", "read"}, 1)
    page = browser.new_context().new_page()

    def log_in(secret: str) -> None:
        page.get_by_label("Key").fill(secret)
        page.get_by_role("button", name="Log in").click()
        wait_until(page, SETTLED)

    page.goto(f"{game.url}/review")
    log_in(ada)
    press(page, "Enter")
    is_saved(page)
    keys.revoke("ada")
    press(page, "x")
    playwright.expect(page.locator("#outbox")).to_contain_text("1 waiting")
    page.get_by_role("link", name="Sign in again").click()
    log_in(bo)
    playwright.expect(page.locator("#outbox")).to_contain_text("ada must log in")
    press(page, "Enter")
    page.wait_for_timeout(1500)
    assert [(row["reviewer"], row["action"]) for row in game.ledger] == [("ada", "accept"), ("bo", "accept")]
    page.context.clear_cookies()
    page.goto(f"{game.url}/review?again")
    log_in(keys.add("ada", {"review", "read"}, 1))
    playwright.expect(page.locator("#trouble")).to_contain_text("bo decided this play")
    press(page, "8")
    is_saved(page)
    assert len(game.ledger) == 2
    page.context.close()


# Safe, and for everybody


def test_what_people_wrote_is_shown_as_text(league: Serves, reviewer: Opens) -> None:
    game = league(2, title=HTML, player=HTML, note=HTML)
    ada, bo = reviewer(game.url, HTML), reviewer(game.url, "Bo")
    playwright.expect(ada.locator("#where")).to_contain_text(HTML)
    playwright.expect(ada.locator("#note")).to_have_value(HTML)
    playwright.expect(ada.locator(".deck.on figcaption").first).to_contain_text(HTML)
    press(ada, "x")
    is_saved(ada)
    press(bo, "Enter")
    playwright.expect(bo.locator("#trouble-title")).to_contain_text(HTML)
    for page in (ada, bo):
        assert page.locator("main img, main b:text-is('bold')").count() == 0
        assert page.title() != "broken into"


def test_single_keys_can_be_switched_off_and_stay_off(league: Serves, reviewer: Opens) -> None:
    game = league(3)
    page = reviewer(game.url)
    page.get_by_role("button", name="Single keys: on").click()
    press(page, "x", "Enter", "2", "u")
    page.reload()
    playwright.expect(page.get_by_role("button", name="Single keys: off")).to_be_visible()
    wait_until(page, SETTLED)
    press(page, "x")
    assert game.ledger == []
    page.get_by_role("button", name="Reject").click()
    is_saved(page)
    assert game.decisions == [(game.order[0], "reject")]


def test_keys_rest_while_somebody_types(league: Serves, reviewer: Opens) -> None:
    game = league(2)
    page = reviewer(game.url)
    press(page, "n", *"xu4? ", "Escape")
    assert page.locator("#note").input_value() == "xu4? "
    assert shown(page) == game.order[0]
    assert game.ledger == []


def test_every_key_is_on_the_page(league: Serves, reviewer: Opens) -> None:
    page = reviewer(league(1).url)
    press(page, "?")
    listed = page.locator("#help-list").inner_text()
    for word in ("Space", "Enter", "4PT MAKE", "One frame back", "Next camera", "Quarter speed"):
        assert word in listed
    press(page, "Escape")
    playwright.expect(page.locator("#help")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, league: Serves, reviewer: Opens) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    game = league(3)
    page, other = reviewer(game.url, color_scheme=scheme), reviewer(game.url, "Bo")

    def violations() -> list[str]:
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in axe.run(page).response["violations"]]

    found = violations()
    for key in ("?", "p"):
        press(page, key)
        found += violations()
        press(page, "Escape")
    press(page, "4", "c")
    found += violations()
    press(page, "Escape", "Escape")
    press(other, "x")
    is_saved(other)
    press(page, "Enter")
    playwright.expect(page.locator("#trouble")).to_be_visible()
    found += violations()
    assert found == []


def test_by_fingers_on_a_tablet(league: Serves, reviewer: Opens) -> None:
    game = league(3)
    page = reviewer(game.url, has_touch=True)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.get_by_role("button", name="4PT MAKE").tap()
    page.get_by_role("button", name="Save the correction").tap()
    page.get_by_role("button", name="Reject").tap()
    is_saved(page)
    assert game.decisions == [(game.order[0], "correct"), (game.order[1], "reject")]
