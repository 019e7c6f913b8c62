"""Exports over HTTP: whose plays, on which clock, under which name."""

from __future__ import annotations

import csv
import io
import json

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.app.problems import Problem
from uball_assets.app.ranges import ranged
from uball_assets.domain.exports.formats import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_is_a_file_with_a_name(browser_client: TestClient, name: str) -> None:
    answer = browser_client.get(f"/games/g1/exports/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert f'attachment; filename="g1-{name}' in answer.headers["content-disposition"]


def test_people_come_first_and_a_models_plays_are_asked_for(browser_client: TestClient) -> None:
    def tellers(query: str, game_id: str = "g1") -> set[str]:
        text = browser_client.get(f"/games/{game_id}/exports/csv{query}").text
        return {row["told_by"] for row in csv.DictReader(io.StringIO(text, newline=""))}

    assert tellers("") == {"people"}
    assert tellers("?of=model") == tellers("", "g2") == {"v1-5games"}


def test_a_timeline_is_on_its_cameras_clock_unless_another_is_asked_for(browser_client: TestClient) -> None:
    answer = browser_client.get("/games/g1/exports/sportscode")
    assert "<start>10.000</start>" in answer.text
    assert (answer.headers["uball-clock"], answer.headers["uball-left-out"]) == ("FAR_LEFT", "0")
    assert "<start>100.000</start>" in browser_client.get("/games/g1/exports/sportscode?camera=game").text


@pytest.mark.parametrize("query", ["camera=NEAR_LEFT", "camera=..%2f", "of=model&camera=game"])
def test_what_a_game_does_not_have_is_said(browser_client: TestClient, query: str) -> None:
    game_id = "g3" if "of=model" in query else "g1"
    answer = browser_client.get(f"/games/{game_id}/exports/csv?{query}", headers={"accept": "*/*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_this_game")


def test_the_box_score_tells_whose_each_row_is(browser_client: TestClient) -> None:
    text = browser_client.get("/games/g1/exports/box?mark=true").content.decode("utf-8-sig")
    rows = [(row["told_by"], row["player"], row["points"]) for row in csv.DictReader(io.StringIO(text))]
    assert ("people", "Gray #7", "4") in rows
    assert ("v1-5games", "Gray #7", "3") in rows


def test_the_plays_of_some_days_are_one_table(browser_client: TestClient) -> None:
    text = browser_client.get("/exports/rows?first=2026-03-01&last=2026-03-31").text
    assert [json.loads(line)["game_id"] for line in text.splitlines()] == ["g1"] * 3 + ["g2"] * 3
    assert browser_client.get("/exports/csv?first=2030-01-01&last=2030-01-02").status_code == 404
    assert browser_client.get("/exports/csv?first=x&last=2030-01-02").status_code == 422


class Bucket(FolderStore):
    """Its objects are no files of this machine."""

    def local_path(self, name: str) -> None:  # type: ignore[override]  # noqa: ARG002
        return None


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=0-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=0-1,4-5", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=-", 206, b"0123456789", "bytes 0-9/10"),
        ("lines=1-2", 206, b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_bucket_is_asked_for_the_range_and_no_more(
    tmp_path_factory: pytest.TempPathFactory, asked: str | None, status: int, content: bytes, told: str | None
) -> None:
    store = Bucket(tmp_path_factory.mktemp("bucket"))
    store.write("a/b.mp4", b"0123456789")
    answer = ranged(store, "a/b.mp4", "video/mp4", asked, 60)
    assert (answer.status_code, answer.body) == (status, content)
    assert answer.headers.get("content-range") == told


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=5-2"])
def test_a_range_beyond_the_file_is_refused_with_its_size(
    tmp_path_factory: pytest.TempPathFactory, asked: str
) -> None:
    store = Bucket(tmp_path_factory.mktemp("bucket"))
    store.write("b.mp4", b"0123456789")
    with pytest.raises(Problem) as refused:
        ranged(store, "b.mp4", "video/mp4", asked, 60)
    assert (refused.value.status, refused.value.headers) == (416, {"Content-Range": "bytes */10"})
