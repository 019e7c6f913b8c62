"""Health answers at once, whatever is down or hangs, and says which part it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from uball_assets.adapters.access.health_changes import KEPT, HealthChanges
from uball_assets.app.context import AppContext
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.operating.health import State, Word
from uball_assets.services.watching import Part, Watch
from uball_assets_tests.app.conftest import context_of, fill, open_client, settings_of

SOON_S = 5.0


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = settings_of(tmp_path)
    fill(settings)
    with open_client(settings) as client:
        yield client


@contextmanager
def _watched(context: AppContext, parts: Mapping[str, Callable[[], Word]]) -> Iterator[Watch]:
    """In place of the context's own parts; hung after a tenth of a second."""
    watch = Watch({name: Part(look, every_s=0.02) for name, look in parts.items()}, context._note_change, 0.1)
    vars(context)["health"] = watch
    watch.start()
    yield watch
    watch.stop()


def _until(seen: Callable[[], bool]) -> None:
    until_s = time.monotonic() + SOON_S
    while not seen():
        assert time.monotonic() < until_s, "not seen in time"
        time.sleep(0.01)


def _fine() -> Word:
    return Word(State.OK, "it answers")


def _states(client: TestClient) -> dict[str, str]:
    states: dict[str, str] = client.get("/api/health").json()["parts"]
    return states


def test_every_part_of_a_small_league_is_looked_at(client: TestClient) -> None:
    context = context_of(client)
    context.health.start()
    _until(lambda: "starting" not in _states(client).values())
    context.health.stop()
    told = client.get("/api/system/health").json()
    parts = {each["part"]: each for each in told["parts"]}
    assert {"database", "store", "code", "daemon", "queue", "jobs", "model", "freshness", "disk"} <= set(
        parts
    )
    assert all(
        parts[name]["state"] == "ok" for name in ("database", "store", "keys", "queue", "jobs", "model")
    )
    assert parts["daemon"]["said"].startswith("it has never run here")
    assert "uball dev" in parts["code"]["remedy"]
    assert told["status"] in ("degraded", "ok")
    assert client.get("/api/health").status_code == 200


def test_a_part_that_hangs_is_named_and_nobody_waits_for_it(client: TestClient) -> None:
    hung = Event()

    def hang() -> Word:
        hung.wait()
        return _fine()

    with _watched(context_of(client), {"database": _fine, "store": hang, "disk": _fine}):
        _until(lambda: _states(client)["store"] == "down")
        begun_s = time.monotonic()
        answers = [client.get("/api/health") for _ in range(20)]
        assert time.monotonic() - begun_s < 1.0 * len(answers)
        assert {answer.status_code for answer in answers} == {503}
        assert answers[-1].json()["parts"] == {"database": "ok", "store": "down", "disk": "ok"}
        hung.set()
        _until(lambda: client.get("/api/health").status_code == 200)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Transient("the database is locked: close the other program"), "the database is locked"),
        (Permanent("there is no such bucket"), "there is no such bucket"),
        (OSError("a secret path"), "it does not answer as it should"),
    ],
)
def test_a_part_that_is_down_says_why_and_what_to_do(client: TestClient, error: Exception, said: str) -> None:
    def down() -> Word:
        raise error

    with _watched(context_of(client), {"daemon": down, "database": _fine}):
        _until(lambda: _states(client) == {"daemon": "down", "database": "ok"})
        told = client.get("/api/system/health").json()
    assert told["status"] == "degraded"
    assert said == told["parts"][0]["said"]
    assert "secret" not in client.get("/api/system/health").text


def test_the_past_holds_changes_alone_and_no_more_than_its_bound(client: TestClient) -> None:
    context, up = context_of(client), Event()

    def look() -> Word:
        return _fine() if up.is_set() else Word(State.DOWN, "it is away")

    with _watched(context, {"store": look}):
        _until(lambda: _states(client)["store"] == "down")
        up.set()
        _until(lambda: _states(client)["store"] == "ok")
        _until(lambda: len(_past(client)) == 2)
    assert [change["state"] for change in _past(client)] == ["ok", "down"]
    changes = HealthChanges(context.db)
    for number in range(KEPT + 20):
        changes.add("disk", ("ok", "down")[number % 2], "")
    assert len(_past(client, 1000)) == KEPT


def _past(client: TestClient, limit: int = 100) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = client.get(f"/api/system/health/history?limit={limit}").json()["changes"]
    return told
