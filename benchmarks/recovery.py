"""How long a backup, the next one and a restore take, by how many games a league has.

    make bench-recovery       # or: python -m benchmarks.recovery [GAMES ...]

A league is made in a folder, each game of 20 documents and pictures (400 kB), twelve entries on the record,
a run of Dagster's (260 kB of SQLite), 150 plays. Sealed for a key.

Belongs here: making and measuring. Not here: any judgement.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pyrage

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.automation.backups.restoring import prove_backup, restore_league
from uball_assets.automation.backups.taking import back_up
from uball_assets.settings import Settings

RECORDED_AT = "2026-11-29T12:00:00+00:00"
KINDS = ("games", "annotations", "runs", "unseen_scores")
ENTRIES, PLAYS, DOCUMENTS, PICTURES = 3, 150, 14, 6


@dataclass(frozen=True)
class Took:
    wall_s: float
    cpu_s: float


def main(sizes: list[int]) -> None:
    click.echo("| games | holds | first backup | after ten more games | proof | restore |")
    click.echo("| --- | --- | --- | --- | --- | --- |")
    for games in sizes:
        with tempfile.TemporaryDirectory() as folder:
            click.echo(_row(games, Path(folder)))


def _row(games: int, folder: Path) -> str:
    identity = pyrage.x25519.Identity.generate()
    (folder / "key").write_text(f"{identity}\n")
    settings = Settings(
        home=folder / "home",
        backup_url=str(folder / "place"),
        backup_recipients=(str(identity.to_public()),),
        backup_identity=folder / "key",
    )
    _add(settings, range(games))
    done, first = _timed(lambda: back_up(settings))
    _add(settings, range(games, games + 10))
    more, again = _timed(lambda: back_up(settings))
    proof, proved = _timed(lambda: prove_backup(settings))
    assert proof.wrong == [], proof.wrong
    shutil.rmtree(settings.home)
    _, restored = _timed(lambda: restore_league(settings))
    holds = f"{more.manifest.size_bytes / 1e6:,.0f} MB, {len(more.manifest.items):,} items"
    times = " | ".join(
        f"{took.wall_s:,.1f} s ({took.cpu_s:,.1f} CPU)" for took in (first, again, proved, restored)
    )
    written = f"{done.written_bytes / 1e6:,.0f} MB written, then {more.written_bytes / 1e6:,.1f}"
    return f"| {games:,} | {holds}; {written} | {times} |"


def _timed(work: Callable[[], Any]) -> tuple[Any, Took]:
    begun_s, used_s = time.monotonic(), _cpu_s()
    found = work()
    return found, Took(time.monotonic() - begun_s, _cpu_s() - used_s)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _add(settings: Settings, numbers: range) -> None:
    """Past the platform's own ways, which would take hours: the same files."""
    draw = random.Random(numbers.start)
    words = [f"word{n}" for n in range(500)]
    training = Path(settings.training_url)
    database = open_plays_db(settings.plays_url)
    for number in numbers:
        game_id = f"game-{number:05d}"
        folder = training / "games" / game_id
        folder.mkdir(parents=True)
        for document in range(DOCUMENTS):
            text = " ".join(draw.choices(words, k=2_500))
            (folder / f"document{document}.json").write_text(json.dumps(text))
        for picture in range(PICTURES):
            (folder / f"picture{picture}.png").write_bytes(draw.randbytes(25_000))
        plays = [{"id": f"{game_id}-{n}", "game_id": game_id, "note": "a pass"} for n in range(PLAYS)]
        database.add_game({"id": game_id}, plays, [])
        _record(training, game_id, number)
        _run(settings.instance_folder, number, draw)


def _record(training: Path, game_id: str, number: int) -> None:
    for kind in KINDS:
        folder = training / "record" / kind
        folder.mkdir(parents=True, exist_ok=True)
        for step in range(ENTRIES):
            at = number * ENTRIES + step + 1
            entry = {"number": at, "key": f"{game_id}:{step}", "recorded_at": RECORDED_AT, "game_id": game_id}
            told = {**entry, "model": "v1", "said": "x" * 700}
            (folder / f"{at:06d}.json").write_text(json.dumps(told, sort_keys=True, indent=1) + "\n")


def _run(folder: Path, number: int, draw: random.Random) -> None:
    path = folder / "history" / "runs" / f"run-{number:05d}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as events, events:
        events.execute("CREATE TABLE event_logs (id INTEGER PRIMARY KEY, event TEXT)")
        rows = [(json.dumps({"message": draw.random(), "said": "step " * 180}),) for _ in range(250)]
        events.executemany("INSERT INTO event_logs (event) VALUES (?)", rows)


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [100, 1_000])
