"""The sensor that alerts: tick by tick, over restarts, with channels that are down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from uball_assets.automation.operating.telling import alerts_on_record
from uball_assets.cli import main
from uball_assets.definitions import build_defs
from uball_assets.resources import build_resources, record
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.adapters.messages.servers import Taken


@pytest.fixture
def settings(settings: Settings, hook: Taken) -> Settings:  # noqa: ARG001
    """The fresh home's, read again: alerts go to the hook."""
    return load_settings()


class Watch:
    """The daemon's part; a new one for the same home is a restarted platform that has kept its cursor."""

    def __init__(self, settings: Settings, cursor: str | None = None) -> None:
        self.settings, self.cursor, self.observed = settings, cursor, list[Any]()

    def tick(self) -> str:
        defs, resources = build_defs(self.settings), build_resources(self.settings)
        sensor = next(one for one in defs.sensors or () if one.name == "alerts_sensor")
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(
                instance=instance, cursor=self.cursor, definitions=defs, resources=resources.by_name()
            )
            result: Any = sensor(context)
        self.cursor = result.cursor
        self.observed += result.asset_events
        return str(result.skip_reason.skip_message)


def refuse(settings: Settings, game_id: str = "g1", grade: str = "F") -> None:
    registry = record(settings)
    entry = {"game_id": game_id, "rows": 9, "grade": grade, "reasons": ["no clip"], "cameras": list("abcd")}
    registry.append("games", entry, key=f"{game_id}:{registry.count('games')}")
    done = {"game_id": game_id, "model": None, "source_hash": "s", "target": "t"}
    registry.append("annotations", done, key=game_id)


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def told(hook: Taken) -> list[str]:
    return [got["subject"] for got in hook.got]


def test_what_is_broken_is_told_once_over_ticks_and_restarts_and_shown_in_the_ui(
    settings: Settings, hook: Taken
) -> None:
    refuse(settings)
    watch = Watch(settings)
    assert "1 told now" in watch.tick()
    for cursor in (watch.cursor, None, "no json"):
        assert "0 told now" in Watch(settings, cursor).tick()
    assert told(hook) == [f"{settings.league}: 1 new: a game is refused: grade F"]
    (observed,) = watch.observed
    assert observed.asset_key == dg.AssetKey("broken_now")
    assert observed.metadata["to_look_at"].value == 1
    (row,) = observed.metadata["findings"].records
    assert row.data["what and where"] == "a game is refused: grade F: g1"


def test_a_channel_that_is_down_is_told_by_the_log_and_gets_its_message_later(
    settings: Settings, hook: Taken, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(settings)
    hook.answers = 500
    watch = Watch(settings)
    watch.tick()
    assert told(hook) == []
    watch.tick()
    assert "alerts do not get through: channel webhook" in caplog.text
    hook.answers = 200
    state = settings.home / "messages/webhook/state.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "next_s": 0.0}))
    watch.tick()
    assert told(hook) == [
        f"{settings.league}: 1 new: a game is refused: grade F",
        f"{settings.league}: 1 new: alerts do not get through",
    ]


def test_who_acknowledges_is_on_the_record_and_scripts_take_it_as_known(settings: Settings) -> None:
    refuse(settings)
    Watch(settings).tick()
    (alert,) = [one for one in alerts_on_record(record(settings)).values() if one.finding.key == "refused:g1"]
    assert alert.finding.id in uball("alerts").stdout
    assert uball("status", "--check").exit_code == 3
    assert uball("alerts", "ack", "zzz", "--because", "x").exit_code == 1
    said = uball("alerts", "ack", alert.finding.id[:4], "--because", "it was rained off", "--by", "anna")
    assert (said.exit_code, "anna knows of a game is refused" in said.stdout) == (0, True)
    assert uball("status", "--check").exit_code == 0
    assert "known to anna: it was rained off" in uball("status").stdout
    assert "0 told now" in Watch(settings).tick()
    (entry,) = json.loads(uball("alerts", "--json").stdout)["alerts"]
    assert (entry["event"], entry["by"]) == ("acknowledged", "anna")


def test_what_nobody_was_told_of_yet_can_be_acknowledged_too(settings: Settings, hook: Taken) -> None:
    refuse(settings)
    (found,) = json.loads(uball("status", "--check", "--json").stdout)["findings"]
    assert uball("alerts", "ack", found["id"], "--because", "known").exit_code == 0
    Watch(settings).tick()
    assert told(hook) == []


def test_a_test_message_goes_through_every_channel_or_says_which_does_not(
    settings: Settings, hook: Taken
) -> None:
    assert uball("alerts", "--test").exit_code == 0
    assert told(hook) == [f"{settings.league}: a test of the alerts"]
    hook.answers = 403
    refused = uball("alerts", "--test")
    assert (refused.exit_code, "channel webhook: it answered 403" in refused.stderr) == (75, True)


def test_a_database_that_is_away_stops_no_alert(settings: Settings, hook: Taken) -> None:
    refuse(settings)
    (settings.home / "plays.db").write_text("this is no database")
    Watch(settings).tick()
    assert told(hook)[0].startswith(f"{settings.league}: 1 new")
    assert datetime.now(UTC).timestamp() - alerts_on_record(record(settings))["refused:g1"].begun_s < 60
