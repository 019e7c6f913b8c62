"""A bucket's objects go, then the bucket: seen, and put together in another one."""

from __future__ import annotations

import os

import pytest
import urllib3

from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.disasters.rehearsal import League, Made, empty, lessons
from uball_assets_tests.scale.disasters.runbook import commands

pytestmark = pytest.mark.scale


def test_a_league_goes_on_in_another_bucket(in_buckets: Made, buckets: tuple[str, str]) -> None:
    league, (bucket, other) = in_buckets.open(), buckets
    at_s3 = f"{os.environ['AWS_ENDPOINT_URL_S3']}/{bucket.removeprefix('s3://')}"
    before, told = league.before(), examples(league, bucket)
    empty(open_store(league.own["UBALL_TRAINING_URL"]))
    try:
        league.start()
        wait_for("sensors that refuse", lambda: both_refuse(league), 30, league.seen)
        assert "the record has lost entries" in league.refused("doctor")
        assert "the record has lost entries" in league.refused("status", "--check")
        league.stop()
        empty(open_store(league.own["UBALL_TRAINING_URL"]))
        assert urllib3.request("DELETE", at_s3).status == 204
        assert "faults: training" in league.refused("doctor")
        league.refused("status")
        names = {"gs://LEAGUE-training-2": f"{other}/league", "league.key": str(in_buckets.key)}
        league.follow(commands("Bucket lost"), names)

        league.rest(models=2)
        league.is_sound()
        assert league.runs_of_each() == [2, 2, 2], "cut again, once"
        after = league.before()
        assert lessons(after) == lessons(before)
        assert examples(league, other) == told, "but for where the clips stand"
        assert after.models == before.models
        league.uball("backup")
        league.goes_on(after)
    finally:
        league.stop()
        urllib3.request("PUT", at_s3)


def examples(league: League, bucket: str) -> dict[str, bytes]:
    """Of each game, with the bucket called by another name."""
    store = league.resources.training
    names = [info.name for info in store.list("games/") if info.name.endswith("/examples.json")]
    return {name: store.read(name).replace(bucket.encode(), b"s3://here") for name in names}


def both_refuse(league: League) -> bool:
    games, trainings = (league.platform.ui.ticks(name)[:1] for name in ("games_sensor", "retrain_sensor"))
    return (
        all("the record has lost entries" in tick.skip_reason for tick in games)
        and all(tick.status == "FAILURE" for tick in trainings)
        and bool(games and trainings)
    )
