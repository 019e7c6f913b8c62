"""The pages: what they say of a league, that hostile names stay words, and where every clip is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from uball_assets_tests.app.pages.conftest import CLIP, HOSTILE, V1, V2

PAGES = ["/", "/games/g2", "/games/g3", "/games/g1/plays/p2", "/models", f"/models/{V1}"]
PAGES += ["/models/v2-9games", "/seasons", "/teams", "/teams/t%20herons/1", "/players/p7"]
PAGES += ["/players/t-larks%20%239", "/forecasts", "/forecasts/models", "/fixtures/g1", "/fixtures/n1"]
UNCLOSED = {"meta", "link", "img", "input", "br", "hr", "path", "rect", "line", "polyline", "circle"}


class Markup(HTMLParser):
    """Tags in order, their attributes, and the text that a person reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shown(client: TestClient, path: str) -> Markup:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[:500])
    return Markup(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_breaks_the_content_security_policy(browser_client: TestClient, path: str) -> None:
    """No inline script or style, nothing from elsewhere, no tag out of anybody's words."""
    for tag, attributes in shown(browser_client, path).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], (
            tag,
            attributes,
        )
        assert tag != "style"
        if tag == "script":
            assert str(attributes.get("src")).startswith("/static/")
        if tag == "img":
            assert str(attributes.get("src")).startswith("/static/")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(browser_client: TestClient, path: str) -> None:
    for tag, attributes in shown(browser_client, path).tags:
        address = attributes.get("href") if tag in ("a", "link") else attributes.get("formaction")
        if not address or not address.startswith("/") or address.startswith(("/review", "/api")):
            continue
        assert browser_client.get(address.split("#")[0]).status_code in (200, 422), address


def test_the_league_lists_its_games_what_waits_and_who_serves(browser_client: TestClient) -> None:
    page = shown(browser_client, "/")
    assert (
        "2026-03-07 Gray – Teal grade B 3 3 1 plays of Gray – Teal to review v1-5games v2-9games" in page.text
    )
    assert f"{HOSTILE} – Teal waiting" in page.text
    assert "3 plays" in page.text
    assert "On trial, in shadow: v2-9games" in page.text
    assert "$0.00" in page.text


def test_games_are_searched_and_limited_by_state(browser_client: TestClient) -> None:
    found = shown(browser_client, "/?q=navy&state=to annotate").text
    assert "Navy – Teal" in found
    assert "Gray – Teal" not in found
    assert "No game is like that." in shown(browser_client, "/?q=purple").text
    assert "Gray – Teal" in shown(browser_client, "/?state=nonsense").text


def test_a_game_tells_whose_each_number_is_and_what_went_wrong(browser_client: TestClient) -> None:
    page = shown(browser_client, "/games/g1")
    assert "By people : Gray 4, Teal 2" in page.text
    assert "By v1-5games : Gray 3" in page.text
    assert "Official: Gray 4, Teal 3" in page.text
    assert "Told by people: made–tried" in page.text
    assert "Told by v1-5games: a model's numbers" in page.text
    assert "label, side and time right, within 2 s precision 33.3%, recall 33.3% (n = 3)" in page.text
    for mistake in ("wrong label", "invented", "not found"):
        assert f"{mistake} Player" in page.text
    assert f"classification '{HOSTILE}' is not known" in page.text
    assert "it was marked for review" in page.text


def test_a_model_that_learned_from_a_game_is_not_measured_on_it(
    browser_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uball_assets.services.game_reading.GameNow.is_honest", False)
    assert "had learned from this game" in shown(browser_client, "/games/g1").text


def test_a_game_that_nobody_annotated_is_the_models_and_says_so(browser_client: TestClient) -> None:
    page = shown(browser_client, "/games/g2")
    assert "By v1-5games : Gray 2, Teal 1" in page.text
    assert "people" not in page.text.partition("Box score")[2].partition("Every play")[0]
    assert "they disagree" in page.text


def test_a_game_that_waits_says_what_to_do(browser_client: TestClient) -> None:
    assert "uball run g3 --check" in shown(browser_client, "/games/g3").text


@pytest.mark.parametrize("address", ["/models/v1-5games"])
def test_a_page_leads_to_dagster(browser_client: TestClient, address: str) -> None:
    links = [
        str(attributes.get("href")) for tag, attributes in shown(browser_client, address).tags if tag == "a"
    ]
    assert [link for link in links if link.startswith("http://127.0.0.1:3000/assets/")]


def test_a_model_shows_its_card_and_its_routes(browser_client: TestClient) -> None:
    page = shown(browser_client, f"/models/{V1}")
    assert "3PT or 4PT told apart" in page.text
    assert "What each label was taken for" in page.text
    assert "Moments, players and box scores" in page.text
    assert f"because {HOSTILE}" in page.text
    assert "It has no score yet." in shown(browser_client, f"/models/{V2}").text


def test_months_tell_games_scores_and_labels(browser_client: TestClient) -> None:
    page = shown(browser_client, "/seasons")
    assert "2026-03 2 1 B , 1 to annotate 3 v1-5games 50.0 % 9 to 91" in page.text
    assert "FG MAKE 4PT MAKE" in page.text


@pytest.mark.parametrize(
    "path",
    [
        *("/games/g9", "/games/%2e%2e%2fapp.db", "/games/g1/plays/nope", "/models/v9"),
        *("/games/g1/clips/p1/NEAR_LEFT.mp4", "/games/g1/clips/..%2f..%2fapp/FAR_LEFT.mp4"),
        *("/games/g9/clips/p1/FAR_LEFT.mp4", "/games/g1/exports/nope", "/games/g9/exports/csv"),
    ],
)
def test_what_is_not_there_is_not_found(browser_client: TestClient, path: str) -> None:
    answer = browser_client.get(path)
    assert answer.status_code == 404, path
    assert "Traceback" not in answer.text


def test_a_clip_is_served_in_ranges(browser_client: TestClient) -> None:
    for address in ("/games/g1/clips/p1/FAR_LEFT.mp4", "/games/g2/clips/LEFT_0096000/NEAR_RIGHT.mp4"):
        whole = browser_client.get(address)
        part = browser_client.get(address, headers={"range": "bytes=10-19"})
        assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, CLIP, "bytes")
        assert (part.status_code, part.content) == (206, CLIP[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(CLIP)}"


def test_the_table_of_plays_has_a_clip_of_each_a_click_away(browser_client: TestClient) -> None:
    clips = {
        (attributes["data-play"], attributes["data-clips"])
        for tag, attributes in shown(browser_client, "/games/g1").tags
        if "data-clips" in attributes
    }
    assert clips == {("p1", "FAR_LEFT NEAR_RIGHT"), ("p2", "FAR_RIGHT"), ("p3", "FAR_LEFT NEAR_RIGHT")}


def test_a_second_play_of_a_window_has_that_windows_clips(browser_client: TestClient) -> None:
    films = [
        attributes.get("src")
        for tag, attributes in shown(browser_client, "/games/g2/plays/LEFT_0103000").tags
        if tag == "video"
    ]
    window = "/games/g2/clips/LEFT_0096000"
    assert films == [f"{window}/FAR_LEFT.mp4", f"{window}/NEAR_RIGHT.mp4"]
