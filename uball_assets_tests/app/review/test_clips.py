"""Clips come in ranges, from a folder and from a bucket alike, and with the table of their frames."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.review.conftest import item_at

CLIP = f"/api/review/clips/{item_at(40.0)}/FAR_LEFT.mp4"


class AsABucket:
    """The same objects, none of which is a file of this machine."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def local_path(self, name: str) -> None:
        del name


@pytest.fixture(params=["folder", "bucket"])
def client(
    unchanged: TestClient, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> TestClient:
    if request.param == "bucket":
        context = context_of(unchanged)
        monkeypatch.setattr(context, "training", AsABucket(context.training))
    return unchanged


def test_a_clip_comes_whole_and_in_the_ranges_that_a_browser_asks_for(
    client: TestClient, a_clip: bytes
) -> None:
    whole = client.get(CLIP)
    assert (whole.status_code, whole.content) == (200, a_clip)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "video/mp4"
    size = len(a_clip)
    for asked, begin, end in (("0-99", 0, 99), ("100-", 100, size - 1), ("-50", size - 50, size - 1)):
        part = client.get(CLIP, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, a_clip[begin : end + 1])
        assert part.headers["content-range"] == f"bytes {begin}-{end}/{size}"
    assert client.get(CLIP, headers={"Range": f"bytes={size}-"}).status_code == 416


def test_a_clip_has_the_table_of_its_frames_and_stands_on_game_time(client: TestClient) -> None:
    table = client.get(CLIP.replace(".mp4", "/frames")).json()
    assert len(table["frame_times_s"]) == 15
    assert table["frame_times_s"] == sorted(table["frame_times_s"])
    assert table["frame_times_s"][0] >= 0
    assert (table["start_game_s"], table["slow_motion"]) == (37.0, 1.0)
    assert table["duration_s"] == pytest.approx(1.0, abs=0.05)


def test_a_clip_that_is_not_there_is_said_to_be_missing(client: TestClient) -> None:
    context = context_of(client)
    [gone] = [info.name for info in context.training.list("games/m1/annotations/clips/LEFT_0037000_FAR_LEFT")]
    clip = context.training.read(gone)
    context.training.delete(gone)
    assert client.get(CLIP).status_code == 404
    assert client.get(CLIP.replace(".mp4", "/frames")).status_code == 404
    assert client.get(CLIP.replace("FAR_LEFT", "FAR_RIGHT")).status_code == 404
    assert client.get(CLIP.replace("FAR_LEFT", "..%2Fx")).status_code in (404, 422)
    context.training.write(gone, clip)
