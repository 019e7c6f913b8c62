"""Jobs over the HTTP API, by Dagster's real webserver, daemon and run workers: launched, repeated, followed
live to their end, cancelled; the webserver killed, after which reads go on and writes say that they cannot.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from uball_assets.app.application import build_app
from uball_assets.app.context import open_context
from uball_assets.resources import build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform, free_port
from uball_assets_tests.daemon.season import Season, bring
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon

SETTINGS = {"UBALL_RETRAIN_FIRST_THRESHOLDS": "1", "UBALL_EPOCHS": "1"}


@dataclass
class Api:
    url: str
    platform: Platform

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(  # noqa: S310 - always our own http
            f"{self.url}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def job(self, job_id: str) -> Any:
        status, told = self.ask("GET", f"/api/jobs/{job_id}")
        assert status == 200, told
        return told

    def followed(self, job_id: str) -> list[tuple[str, Any]]:
        """Every event until the stream ends by itself."""
        events, name = [], ""
        with urllib.request.urlopen(f"{self.url}/api/training/progress/{job_id}", timeout=60) as stream:  # noqa: S310
            for raw in stream:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    events.append((name, json.loads(line.removeprefix("data: "))))
        return events


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, games: Season, videos: Path) -> Iterator[Api]:
    """Two games in folder and database, nothing done to them, no sensor switched on."""
    platform = Platform(tmp_path_factory.mktemp("api"), SETTINGS)
    settings = Settings(checkout=platform.folder)
    for game in games.sound[:2]:
        bring(game, videos, platform.home / "videos", build_resources(settings).plays_db)
    try:
        platform.start()
        with served(settings) as url:
            yield Api(url, platform)
    finally:
        platform.stop()


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """By uvicorn on a port of its own; it finds the webserver by what `uball dev` noted."""
    port = free_port()
    with open_context(settings) as context:
        app = build_app(context)
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=3)
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            wait_for("the API", lambda: server.started, 20)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def test_games_are_learned_by_one_request_however_often_it_is_sent(api: Api, games: Season) -> None:
    wish = {"game_ids": [game.game_id for game in games.sound[:2]], "because": "the first day"}
    first = api.ask("POST", "/api/training/pipeline", wish, Idempotency_Key="first-day")
    again = api.ask("POST", "/api/training/pipeline", wish, Idempotency_Key="first-day")
    assert first[0] == 202, first
    assert again == first
    events = api.followed(first[1]["job_id"])
    assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
    name, told = events[-1]
    assert (name, told["state"], told["percent"]) == ("end", "completed", 100), api.platform.log_tail()
    assert any(0 < event["percent"] < 100 for _, event in events), [event["percent"] for _, event in events]
    assert {run["state"] for run in told["runs"]} == {"completed"}
    learned = api.platform.ui.partitions("endpoint")["materialized"]
    assert learned == set(wish["game_ids"])
    [training] = api.ask("GET", "/api/training/jobs")[1]["jobs"]
    assert (training["job_id"], training["because"]) == (first[1]["job_id"], "the first day")
    [run, *_] = api.platform.ui.runs(dagster__backfill=first[1]["job_id"])
    assert run.tags["uball/because"] == "the first day"


def test_a_game_is_annotated_and_its_plays_are_read(api: Api, games: Season) -> None:
    game_id = games.sound[0].game_id
    status, job = api.ask("POST", "/api/annotate", {"game_ids": [game_id]})
    assert status == 202, job
    assert api.followed(job["job_id"])[-1][1]["state"] == "completed", api.platform.log_tail()
    status, told = api.ask("GET", f"/api/plays/{game_id}?source=model")
    assert status == 200
    assert told["model"] == "basketball-model-v1-2games"
    assert told["plays"]


def test_a_job_is_cancelled_while_it_works_and_one_that_is_over_is_not(api: Api, games: Season) -> None:
    over = api.ask("GET", "/api/training/jobs")[1]["jobs"][0]["job_id"]
    assert api.ask("POST", f"/api/jobs/{over}/cancel")[1]["code"] == "already_over"

    wish = {"game_ids": [game.game_id for game in games.sound[:2]]}
    job_id = api.ask("POST", "/api/training/pipeline", wish)[1]["job_id"]
    wait_for("a run", lambda: api.job(job_id)["runs"], 60, api.platform.ui.seen, poll_s=0.2)
    status, told = api.ask("POST", f"/api/jobs/{job_id}/cancel")
    assert (status, told["is_stopping"]) == (202, True), told
    wait_for("end of its runs", lambda: _are_over(api, job_id), 20, api.platform.ui.seen)
    name, told = api.followed(job_id)[-1]
    assert (name, told["state"]) == ("end", "cancelled"), told
    assert "cancelled" in {run["state"] for run in told["runs"]}
    assert api.job(over)["state"] == "completed"


def test_a_killed_webserver_stops_no_reading_and_writes_say_when_to_try_again(
    api: Api, games: Season
) -> None:
    job_id = api.ask("GET", "/api/jobs")[1]["jobs"][0]["job_id"]
    for pid in api.platform.processes():
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"dagster_webserver" in words:
            os.kill(pid, signal.SIGKILL)
    wait_for("end of the webserver", lambda: not _answers(api.platform), 20)
    assert api.job(job_id)["job_id"] == job_id
    assert api.ask("GET", "/api/jobs")[0] == 200
    assert api.ask("GET", f"/api/plays/{games.sound[0].game_id}")[0] == 200
    wish = {"game_ids": [games.sound[0].game_id]}
    for path, body in (("/api/training/pipeline", wish), ("/api/annotate", wish)):
        status, problem = api.ask("POST", path, body, Idempotency_Key="while-away")
        assert (status, problem["code"]) == (503, "not_available_now"), problem


def _are_over(api: Api, job_id: str) -> bool:
    return all(run["state"] not in ("pending", "running") for run in api.job(job_id)["runs"])


def _answers(platform: Platform) -> bool:
    try:
        return platform.ui.is_loaded()
    except (OSError, AssertionError):
        return False
