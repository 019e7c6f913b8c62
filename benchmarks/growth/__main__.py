"""Costs that stay flat as the league grows: measured on leagues of tiny files, made by script.

    python -m benchmarks.growth                          100, 1,000 and 10,000 games, each on two stores
    python -m benchmarks.growth --games 100 1000         other sizes
    python -m benchmarks.growth --write docs/growth.md   also writes the tables there

Every probe is a process of its own. Seconds are of the processor on the folder, where nothing else is waited
for, so that a busy machine fails no gate; of the clock at 30 ms a request. Exits with 1 if a gate fails.

Belongs here: sizes, turns, gates and tables. Not here: what is measured (`probes`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.growth.leagues import make_league
from benchmarks.growth.one_game import GAME_ID, OneGame, make_one_game
from benchmarks.growth.season import season_report
from benchmarks.growth.trainings import trainings_report
from benchmarks.measure import machine
from benchmarks.table import Gate, gates_table, table
from uball_assets.resources import build_resources
from uball_assets.settings import Settings

Told = Mapping[str, Any]
Results = dict[tuple[str, str, int], Told]
"""By probe, store and games."""

REQUEST_MS = 30.0
FOLDER = "folder"
STORES = {FOLDER: 0.0, "30 ms": REQUEST_MS}
LEFT_OUT = "left out of this run"
LONGEST_S = 400.0
"""A probe that takes longer is ended, and the table says so."""
LARGE = 10_000
COMMANDS = {"why": "`uball why`", "status": "`uball status`"}
SENSORS = ("games_sensor", "retrain_sensor")
RUN = "one_more_game"
LAPS = ("cold", "warm")
MOST_WARM_S, MOST_COLD_S, MOST_REQUESTS, MOST_GROWTH = 2.0, 20.0, 40, 1.3


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--games", type=int, nargs="+", default=[100, 1000, LARGE])
    asked.add_argument("--probes", nargs="+", default=[*SENSORS, *COMMANDS, "definitions", *_ONCE])
    asked.add_argument("--stores", nargs="+", default=list(STORES), choices=list(STORES))
    asked.add_argument("--work", type=Path, help="a folder for the leagues; a temporary one without it")
    asked.add_argument("--write", type=Path, help="a markdown file for the tables")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work, prefix="uball-growth-") as work:
        results = measure(Path(work), options.games, options.probes, options.stores)
    priced, season_gates = season_report()
    trainings, training_gates = trainings_report()
    gates = [*judged(results, options.probes, options.stores), *season_gates, *training_gates]
    text = report(results, options.games, gates) + f"\n{priced}\n\n{trainings}\n"
    print(text)  # noqa: T201
    if options.write:
        options.write.write_text(text)
    sys.exit(any(gate.ok is False for gate in gates))


def measure(work: Path, sizes: Sequence[int], probes: Sequence[str], stores: Sequence[str]) -> Results:
    one = make_one_game(work / "one")
    results: Results = {}
    for games in sizes:
        home = work / f"league-{games}"
        began_s = time.monotonic()
        make_league(_settings(home), games, one)
        _say(f"{games} games made in {time.monotonic() - began_s:.0f} s")
        for store in stores:
            for name in probes:
                measured = _two_runs(home, one, store) if name == RUN else _probe(name, home, STORES[store])
                results[name, store, games] = told = measured
                _say(f"{name}, {store}: {json.dumps(told)}")
    return results


_ONCE = ("training_set", RUN)
"""They change the league, and stand last."""


def _settings(home: Path) -> Settings:
    return Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
    )


def _two_runs(home: Path, one: OneGame, store: str) -> Told:
    """Cold: the home has nothing of the record yet. Warm: the next game, in the same home."""
    shutil.rmtree(_settings(home).cache / "record", ignore_errors=True)
    both: dict[str, Any] = {}
    for lap in LAPS:
        _let_arrive(home, one, f"{lap}-at-{store.replace(' ', '-')}")
        told = _probe(RUN, home, STORES[store])
        if "failed" in told:
            return told
        both |= {name.replace("cold", lap, 1): value for name, value in told.items()}
    return both


def _let_arrive(home: Path, one: OneGame, game_id: str) -> None:
    def renamed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [json.loads(json.dumps(row).replace(GAME_ID, game_id)) for row in rows]

    one.put_videos(home / "videos", game_id)
    plays_db = build_resources(_settings(home)).plays_db
    plays_db.add_game(renamed([one.row])[0], renamed(one.plays), renamed(one.cameras))
    (home / "one_more_game").write_text(game_id)


def _probe(name: str, home: Path, request_ms: float) -> Told:
    """What it measured, and the whole process's seconds; `failed` says why it measured nothing."""
    command = [sys.executable, "-m", "benchmarks.growth.probes", name, "--home", str(home)]
    began_s = time.monotonic()
    try:
        done = subprocess.run(
            [*command, "--request-ms", str(request_ms)],
            env={**os.environ, "UBALL_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"> {LONGEST_S:.0f} s"}
    except subprocess.CalledProcessError as error:
        return {"failed": "failed", "why": error.stderr[-2000:]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**told, "process_s": time.monotonic() - began_s}


def judged(results: Results, probes: Sequence[str], stores: Sequence[str]) -> list[Gate]:
    """At the largest size the issue's bounds; those of a game's run against the smallest.

    `probes`, `stores`: those that were measured; a part of the benchmark fails no gate of what it left out.
    """
    if FOLDER not in stores:
        return [Gate("ticks, commands and a game's run", "on the folder", LEFT_OUT, None)]
    sizes = sorted({games for _, _, games in results})
    most = sizes[-1]
    gates = []
    for sensor in SENSORS:
        if sensor not in probes:
            gates.append(_left_out(sensor))
            continue
        told = results.get((sensor, FOLDER, most), {})
        gates.append(_gate(f"{sensor}, warm tick", told.get("warm_cpu_s"), MOST_WARM_S, most))
        gates.append(_gate(f"{sensor}, cold tick", told.get("cold_cpu_s"), MOST_COLD_S, most))
    for name, text in COMMANDS.items():
        if name not in probes:
            gates.append(_left_out(text))
            continue
        told = results.get((name, FOLDER, most), {})
        gates.append(_gate(text, told.get("process_cpu_s"), MOST_WARM_S, most))
    if RUN not in probes:
        return [*gates, _left_out("a game's run")]
    few, many = (results.get((RUN, FOLDER, games), {}) for games in (sizes[0], most))
    beyond = many.get("warm_beyond_clips")
    gates.append(_gate("a game's run: requests beyond its clips", beyond, MOST_REQUESTS, most, unit=""))
    if len(sizes) == 1:
        return [*gates, _left_out("a game's run at fewer games")]
    for lap, text in (("warm", "..."), ("cold", "... the first of a home,")):
        least, beyond = (told.get(f"{lap}_beyond_clips") for told in (few, many))
        grown = beyond / least if beyond and least else None
        gates.append(_gate(f"{text} times those at {sizes[0]:,} games", grown, MOST_GROWTH, most, unit="x"))
    return gates


def _left_out(what: str) -> Gate:
    return Gate(what, "any", LEFT_OUT, None)


def _gate(what: str, measured: float | None, most: float, games: int, unit: str = " s") -> Gate:
    """Judged at the large size alone: the bounds are its own."""
    ok = None if games < LARGE else measured is not None and measured <= most
    told = "not measured" if measured is None else f"{measured:.3g}{unit}"
    return Gate(f"{what}, {games:,} games", f"<= {most:g}{unit}", told, ok)


def report(results: Results, sizes: Sequence[int], gates: Sequence[Gate]) -> str:
    probes = list(dict.fromkeys(name for name, _, _ in results))
    parts = [f"Measured on {machine()}.", gates_table(gates)]
    for store in dict.fromkeys(store for _, store, _ in results):
        head = [f"on {store}" if store == "folder" else f"at {store} a request"]
        head += [f"{games:,} games" for games in sizes]
        rows = [row for name in probes for row in _rows(results, name, store, sizes)]
        parts.append(table(head, rows))
    return "\n\n".join(parts) + "\n"


_TEXTS = {
    **COMMANDS,
    "definitions": "definitions of `make dev` load",
    "training_set": "a training's set is written",
    RUN: "one more game's run",
}


def _rows(results: Results, name: str, store: str, sizes: Sequence[int]) -> list[list[str]]:
    found = [results.get((name, store, games), {}) for games in sizes]
    if name == RUN:
        return [
            [f"{_TEXTS[RUN]}, {lap} home", *(_run_cell(told, lap, store) for told in found)] for lap in LAPS
        ]
    if name not in SENSORS:
        return [[_TEXTS[name], *(_cell(told, "cold", store, name in COMMANDS) for told in found)]]
    rows = [
        [f"{name}, {lap} tick", *(_cell(told, lap, store, is_whole=False) for told in found)] for lap in LAPS
    ]
    return [*rows, [f"{name}, its cursor", *(f"{told.get('cursor_bytes', '-')} B" for told in found)]]


def _cell(told: Told, lap: str, store: str, is_whole: bool) -> str:
    """`0.42 s, 12 requests, 143 MB`."""
    if not told or "failed" in told:
        return str(told.get("failed", "-"))
    if store == "folder":
        seconds = told["process_cpu_s" if is_whole else f"{lap}_cpu_s"]
    else:
        seconds = told["process_s" if is_whole else f"{lap}_s"]
    return f"{seconds:.2f} s, {told[f'{lap}_requests']:,} requests, {told['peak_mb']:.0f} MB"


def _run_cell(told: Told, lap: str, store: str) -> str:
    """`4.20 s, 2,135 requests, 274 MB, 40 of them beyond its clips`."""
    cell = _cell(told, lap, store, is_whole=False)
    return f"{cell}, {told[f'{lap}_beyond_clips']} of them beyond its clips" if f"{lap}_s" in told else cell


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
