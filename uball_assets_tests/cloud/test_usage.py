"""What a game's copy and its keeping cost, from buckets to `uball costs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from uball_assets.adapters.record.usage import enter_storage
from uball_assets.adapters.stores.opening import open_store
from uball_assets.cli import main
from uball_assets.resources import record
from uball_assets.settings import load_settings
from uball_assets_tests.league import Platform, failure

pytestmark = pytest.mark.services

VIDEO = bytes(3 * 1024 * 1024)


@pytest.fixture
def buckets(
    an_s3_bucket: str, a_gcs_bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[str, str]:
    given = {
        "HOME": str(tmp_path / "home"),
        "SOURCE_URL": an_s3_bucket,
        "VIDEOS_URL": a_gcs_bucket,
        "PRICES": json.dumps(
            [
                {"service": "s3", "what": "egress", "usd": 1024.0, "as_of": "2026-11-28"},
                {"service": "gs", "what": "storage", "usd": 1024 * 365 / 12, "as_of": "2026-11-28"},
            ]
        ),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"UBALL_{name}", value)
    return an_s3_bucket, a_gcs_bucket


def told() -> dict[str, Any]:
    done = CliRunner().invoke(main, ["costs", "--json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_migration_by_hand_is_in_the_costs_of_its_game_and_list(
    buckets: tuple[str, str], tmp_path: Path
) -> None:
    open_store(buckets[0]).write("in/FAR_LEFT.mp4", VIDEO)
    (tmp_path / "games.csv").write_text("s3_path,game_id\nin/,g1\n")
    asked = ["migrate", "--batch", str(tmp_path / "games.csv")]
    for _ in range(2):  # the second copies nothing
        assert CliRunner().invoke(main, asked).exit_code == 0
    answer = told()
    assert [(total["name"], total["usd"]) for total in answer["by_game"]] == [("g1", pytest.approx(3.0))]
    assert [(total["name"], total["usd"]) for total in answer["by_batch"]] == [
        ("games.csv", pytest.approx(3.0))
    ]
    assert len(answer["by_day"]) == 1
    shown = CliRunner().invoke(main, ["costs"]).stdout
    assert "egress $3.00" in shown
    assert "cloud.google.com/storage/pricing-examples" in shown


def test_what_stands_in_a_bucket_is_in_the_costs_until_it_is_deleted(buckets: tuple[str, str]) -> None:
    videos, registry = open_store(buckets[1]), record(load_settings())
    for name in ("FAR_LEFT.mp4", "notes.txt"):
        videos.write(f"Games/g1/{name}", VIDEO)
    for _ in range(2):
        enter_storage(registry, videos, "Games/g1/", "g1")
    (entry,) = registry.entries("storage")
    assert (entry["service"], entry["bytes"]) == ("gs", 2 * len(VIDEO))
    (total,) = told()["by_game"]
    assert (total["name"], total["by_what"]) == ("g1", {"storage": pytest.approx(6.0)})
    for info in videos.list("Games/g1/"):
        videos.delete(info.name)
    enter_storage(registry, videos, "Games/g1/", "g1")
    assert registry.entries("storage")[-1]["bytes"] == 0
    assert told()["by_game"] == []


def test_a_game_that_is_brought_enters_what_left_s3_and_what_is_kept(
    platform: Platform, an_s3_bucket: str, a_gcs_bucket: str
) -> None:
    cloud = platform.with_settings(source_url=an_s3_bucket, videos_url=a_gcs_bucket)
    cloud.add_game("g1")
    source, size_bytes = open_store(an_s3_bucket), 0
    for info in open_store(str(platform.videos)).list("Games/g1/"):
        source.upload(info.name, platform.videos / info.name)
        size_bytes += info.size_bytes
    database = cloud.resources.plays_db
    game = database.game("g1")
    assert game is not None
    videos = [{**row, "s3_key": f"Games/g1/{row['angle']}.mp4"} for row in database.videos("g1")]
    database.add_game(game, [], videos)
    done = cloud.materialize("raw_videos", game_id="g1")
    assert done.success, failure(done, "raw_videos")
    (usage,) = cloud.entries("usage")
    assert (usage["service"], usage["game_id"], usage["bytes"]) == ("s3", "g1", size_bytes)
    (storage,) = cloud.entries("storage")
    assert (storage["service"], storage["folder"], storage["bytes"]) == ("gs", "Games/g1/", size_bytes)
    assert cloud.materialize("raw_videos", game_id="g1").success
    assert len(cloud.entries("usage")) == len(cloud.entries("storage")) == 1
