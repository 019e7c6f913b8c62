"""The pages' server under load: readers, writers, reviewers and event streams at once, and nothing lost.

One `uball serve` in a process of its own, on a league of a game to review and some hundred plays; Dagster's
webserver is played by a small server that does what the real one does to its tables. Both run beside the
clients on this machine, so the numbers are of the whole. Belongs here: the load, the counts, the table. Not
here: what an answer should hold (the tests).
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import numpy as np

from benchmarks.table import Gate, gates_table, table
from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.audit import Audit
from uball_assets.adapters.access.keys import Keys
from uball_assets.adapters.stores import documents
from uball_assets.automation.instance import open_instance
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.domain.review.suspects import Evidence, Kind, Suspect
from uball_assets.resources import plays_database, record, training_store
from uball_assets.settings import Settings
from uball_assets_tests.app.api.dagster_here import webserver

READERS, WRITERS, REVIEWERS, STREAMS = 16, 4, 4, 20
GAMES, PLAYS, JOBS = 20, 40, 40
TRIES = 2
"""Each job is asked for so often, with one idempotency key; each decision by every reviewer."""
REVIEWED, LAUNCH = "reviewed", "launch of a job"


@dataclass
class Told:
    """What came back, by what was asked."""

    took_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, took_s: float, status: int) -> None:
        with self.lock:
            self.took_s[what].append(took_s)
            self.statuses[what][status] += 1


class Client:
    """One connection of one key, kept open."""

    def __init__(self, port: int, key: str, told: Told) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers, self._told = {"Authorization": f"Bearer {key}"}, told

    def ask(self, what: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        begun_s = time.perf_counter()
        self._http.request(method, path, sent, {**self._headers, "Content-Type": "application/json", **named})
        answer = self._http.getresponse()
        text = answer.read()
        self._told.add(what, time.perf_counter() - begun_s, answer.status)
        return answer.status, json.loads(text)

    def follow(self, path: str, until: threading.Event) -> None:
        """A stream, open until then; what is told is how long its first event took."""
        begun_s = time.perf_counter()
        self._http.request("GET", path, headers=self._headers)
        answer = self._http.getresponse()
        answer.readline()
        self._told.add("first event of a stream", time.perf_counter() - begun_s, answer.status)
        until.wait()
        self._http.close()


@dataclass
class Load:
    """All clients of one run, and what they wished for."""

    port: int
    keys: list[str]
    told: Told = field(default_factory=Told)
    over: threading.Event = field(default_factory=threading.Event)
    job_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    decided: Counter[str] = field(default_factory=Counter)
    items: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def client(self, number: int = 0) -> Client:
        return Client(self.port, self.keys[number], self.told)

    def read(self) -> None:
        client, number = self.client(), 0
        paths = [
            ("health", "/api/health"),
            ("list of jobs", "/api/jobs"),
            ("a game's plays", f"/api/plays/{REVIEWED}"),
            ("review queue", "/api/review/queue?limit=10"),
        ]
        while not self.over.is_set():
            what, path = paths[number % len(paths)]
            client.ask(what, "GET", path)
            number += 1

    def launch(self, name: str) -> None:
        """Until it is answered: another thread may be at the same request."""
        client, body = self.client(), {"game_ids": [f"g{sum(name.encode()) % GAMES}"], "because": name}
        while True:
            status, said = client.ask(LAUNCH, "POST", "/api/training/pipeline", body, Idempotency_Key=name)
            if status == 202:
                self.job_of[name].add(said["job_id"])
                return
            if status != 503 and said["code"] != "still_going_on":
                self.broken.append(f"{status} {said}")
                return
            time.sleep(0.2)

    def decide(self, number: int) -> None:
        """Each reviewer decides every item, by the version that all of them have seen."""
        client = self.client(number)
        for item_id, version in self.items:
            body = {"action": "accept"}
            status, said = client.ask(
                "decision",
                "PUT",
                f"/api/review/items/{item_id}/decision",
                body,
                If_Match=f'"{version}"',
                Idempotency_Key=uuid4().hex,
            )
            if status == 200:
                self.decided[item_id] += 1
            elif status != 412:
                self.broken.append(f"{status} {said}")

    def run(self, seconds: float) -> None:
        self.items = [(item["item_id"], item["version"]) for item in self._queue()]
        self.launch("first")
        (job_id,) = self.job_of["first"]
        names = [f"job-{number}" for number in range(JOBS) for _ in range(TRIES)]
        streams = [
            threading.Thread(target=self.client().follow, args=(f"/api/jobs/{job_id}/events", self.over))
            for _ in range(STREAMS)
        ]
        readers = [threading.Thread(target=self.read) for _ in range(READERS)]
        reviewers = [threading.Thread(target=self.decide, args=(number,)) for number in range(REVIEWERS)]
        for thread in (*streams, *readers, *reviewers):
            thread.start()
        begun_s = time.monotonic()
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self.launch, names))
        for thread in reviewers:
            thread.join()
        time.sleep(max(0.0, seconds - (time.monotonic() - begun_s)))
        self.over.set()
        for thread in (*streams, *readers):
            thread.join()

    def _queue(self) -> list[dict[str, Any]]:
        status, said = self.client().ask("review queue", "GET", "/api/review/queue?limit=100")
        assert status == 200, said
        found: list[dict[str, Any]] = said["items"]
        return found


@click.command()
@click.option("--seconds", default=20.0, show_default=True, help="How long readers go on, at least.")
def main(seconds: float) -> None:
    """Readers, writers, reviewers and event streams at once, on one server of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _league(Path(folder) / "home")
        db = AppDb(settings.home / "app.db")
        keys = [Keys(db).add(f"client {n}", ("review", "operate"), days=1) for n in range(REVIEWERS)]
        with open_instance(settings) as instance:
            instance.add_dynamic_partitions("games", [f"g{n}" for n in range(GAMES)])
            with webserver(instance, settings.league) as dagster, served(settings, dagster.url) as server:
                load = Load(server.port, keys)
                begun_s = time.monotonic()
                load.run(seconds)
                took_s = time.monotonic() - begun_s
            launched = Counter(backfill.tags["uball/request"] for backfill in instance.get_backfills())
        decisions = Counter(row["chain"] for row in plays_database(settings).decisions(game_id=REVIEWED))
        writes = Audit(db).newest(100_000)
        db.close()
    click.echo(_table(load.told, took_s))
    click.echo()
    gates = _gates(load, launched, decisions, len(writes), sum(row.outcome is None for row in writes))
    click.echo(gates_table(gates))
    sys.exit(0 if all(gate.ok for gate in gates) else 1)


def _gates(
    load: Load, launched: Counter[str], decisions: Counter[str], writes: int, cut_off: int
) -> list[Gate]:
    answered = {job_id for jobs in load.job_of.values() for job_id in jobs}
    asked = [status for statuses in load.told.statuses.values() for status in statuses.elements()]
    sent = sum(load.told.statuses[what].total() for what in (LAUNCH, "decision"))
    return [
        _equal("jobs that Dagster has, of jobs wished for", launched.total(), JOBS + 1),
        _equal("jobs that clients were told of", len(answered), JOBS + 1),
        _equal("decisions kept, of items", decisions.total(), PLAYS),
        _equal("items that somebody was told to have decided", len(load.decided), PLAYS),
        _equal("items decided twice", sum(count > 1 for count in decisions.values()), 0),
        _equal("writes on record, of writes sent", writes, sent),
        _equal("writes on record without an outcome", cut_off, 0),
        _equal("answers that nobody expects", len(load.broken) + asked.count(500), 0),
    ]


def _equal(what: str, measured: int, demand: int) -> Gate:
    return Gate(what, str(demand), str(measured), measured == demand)


def _table(told: Told, took_s: float) -> str:
    rows = []
    for what, took in sorted(told.took_s.items()):
        p50_ms, p99_ms = 1000 * np.percentile(took, [50, 99])
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(told.statuses[what].items()))
        rows.append(
            [what, str(len(took)), f"{len(took) / took_s:.0f}", f"{p50_ms:.0f}", f"{p99_ms:.0f}", answers]
        )
    return table(["request", "count", "a second", "p50 ms", "p99 ms", "answers"], rows)


def _league(home: Path) -> Settings:
    """A game whose every play is a suspect, and games to annotate."""
    settings = Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
    )
    database, training, registry = plays_database(settings), training_store(settings), record(settings)
    plays = [_play(number) for number in range(PLAYS)]
    database.add_game(_game(REVIEWED), plays, [])
    for number in range(GAMES):
        database.add_game(_game(f"g{number}"), [], [])
    suspects = tuple(_suspect(play) for play in plays)
    audit = LabelAudit(REVIEWED, PLAYS, 1, ("v1-1games",), (), "", suspects)
    documents.save(training, object_names.label_audit(REVIEWED), audit)
    state = {"game_id": REVIEWED, "source_hash": "s", "rows": PLAYS, "trainable": True}
    registry.append_change("games", state, subject="game_id")
    annotated = {"game_id": REVIEWED, "model": "basketball-model-v1-1games", "source_hash": "s"}
    registry.append_change("annotations", annotated, subject="game_id")
    return settings


def _game(game_id: str) -> dict[str, Any]:
    return {"id": game_id, "date": "2026-03-18", "team1_display_name": "Gray", "team2_display_name": "Blue"}


def _play(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "game_id": REVIEWED,
        "angle": "LEFT",
        "classification": "3PT_MAKE",
        "start_timestamp": 10.0 * number,
        "timestamp_seconds": 10.0 * number + 2.0,
        "end_timestamp": 10.0 * number + 3.0,
    }


def _suspect(play: dict[str, Any]) -> Suspect:
    return Suspect(
        key=f"{play['id']}:3PT_MAKE",
        game_id=REVIEWED,
        play_id=play["id"],
        side=Side.LEFT,
        moment_game_s=play["timestamp_seconds"],
        written="3PT_MAKE",
        suggested="4PT_MAKE",
        chance=0.7,
        worth=1.4,
        evidence=(Evidence(play["id"], Kind.SCORE, "4PT_MAKE", 0.7, "the score lacks a point"),),
        clips=(),
    )


@dataclass(frozen=True)
class Serving:
    port: int
    pid: int

    @property
    def cpu_s(self) -> float:
        """User and system, of all its threads so far; on Linux."""
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(settings: Settings, dagster_url: str = "") -> Iterator[Serving]:
    """`uball serve` in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {
        "UBALL_HOME": str(settings.home),
        "UBALL_DAGSTER_URL": dagster_url,
        "UBALL_REQUESTS_A_MINUTE": "1000000",
    }
    words = [str(Path(sys.executable).with_name("uball")), "serve", "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, **given}) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield Serving(port, process.pid)
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
