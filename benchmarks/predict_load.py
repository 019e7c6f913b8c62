"""Forecasts asked for over HTTP: how many a second one process answers, and how long each takes.

One `uball serve` in a process of its own on a league of three hundred games, a quick client in this one; the
same questions again and again, then only new ones, beside `/api/health` as the floor. How many a second needs
a quiet machine, the processor's time a request does not. Belongs here: what is asked, the table. Not here:
sending (`asking`), what a forecast should hold (the tests).
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import numpy as np

from benchmarks.app_load import served
from benchmarks.asking import Told, ask, request_of
from benchmarks.table import Gate, gates_table, table
from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.keys import Keys
from uball_assets.domain.record import FORECASTING
from uball_assets.domain.serving.routing import promoted
from uball_assets.services.forecasting.players.numbers import BoostedCounts
from uball_assets.settings import Settings
from uball_assets_tests.app.forecasts import small_league
from uball_assets_tests.app.forecasts.small_league import SQUAD, TEAMS

GAMES = 300
CONNECTIONS = 16
KNOWN = 200
"""Different questions that are asked again and again."""
_PLAYERS_CANDIDATES = "uball_assets.services.forecasting.players.training.numbers_here"
MOST_P99_S, LEAST_A_SECOND = 0.1, 1000


@click.command()
@click.option("--seconds", default=6.0, show_default=True, help="Of each kind of question.")
@click.option("--boosting", is_flag=True, help="Of a league whose models are boosted trees.")
def main(seconds: float, boosting: bool) -> None:
    """Questions for forecasts, known and new, to one server of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _league(Path(folder) / "home", boosting)
        db = AppDb(settings.home / "app.db")
        key = Keys(db).add("the benchmark", ("read",), days=1)
        db.close()
        found, cpu_s = dict[str, Told](), dict[str, float]()
        with served(settings) as server:
            for what, requests in _questions(key).items():
                before_s = server.cpu_s
                found[what] = ask(server.port, requests, CONNECTIONS, seconds)
                cpu_s[what] = (server.cpu_s - before_s) / len(found[what].took_s)
    click.echo(_table(found, cpu_s))
    click.echo()
    gates = [gate for what, told in found.items() for gate in _gates(what, told)]
    click.echo(gates_table(gates))
    sys.exit(0 if all(gate.ok is not False for gate in gates) else 1)


def _questions(key: str) -> dict[str, Iterator[bytes]]:
    games = [request_of("POST", "/predict/game", key, body) for body in _games()]
    players = [request_of("POST", "/predict/player", key, body) for body in _players()]
    return {
        "health": cycle([request_of("GET", "/api/health", key)]),
        "game, asked before": _again(games),
        "game, new": iter(games[KNOWN:]),
        "player, asked before": _again(players),
        "player, new": iter(players[KNOWN:]),
    }


def _again(requests: list[bytes]) -> Iterator[bytes]:
    return cycle(requests[:KNOWN])


def _games() -> list[dict[str, Any]]:
    """Every pair on every day of the year to come, in any order, each once."""
    pairs = product(TEAMS, TEAMS, range(1, 361))
    return _mixed(
        {"home_team": home, "away_team": away, "game_date": _day(days)}
        for home, away, days in pairs
        if home != away
    )


def _players() -> list[dict[str, Any]]:
    wishes = product(TEAMS, range(SQUAD), TEAMS, range(1, 41))
    return _mixed(
        {"player_id": small_league.player(team, number), "opponent": opponent, "game_date": _day(days)}
        for team, number, opponent, days in wishes
        if team != opponent
    )


def _mixed(bodies: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    found = list(bodies)
    random.Random(7).shuffle(found)
    return found


def _day(days: int) -> str:
    return str((datetime.now(UTC) + timedelta(days=days)).date())


def _league(home: Path, boosting: bool = False) -> Settings:
    settings = Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
    )
    league = small_league.facts(GAMES)
    small_league.fill(settings, league)
    if boosting:
        with patch(_PLAYERS_CANDIDATES, lambda _: [BoostedCounts()]):
            small_league.train(settings, league, candidates=(BoostedCounts.name,))
    else:
        small_league.train(settings, league)
    for family in FORECASTING:
        small_league.serve(settings, family, promoted(None, f"{family}-model-v1"))
    return settings


def _table(found: dict[str, Told], cpu_s: dict[str, float]) -> str:
    rows = []
    for what, told in found.items():
        p50_ms, p99_ms = 1000 * np.percentile(told.took_s, [50, 99])
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(told.statuses.items()))
        cpu_ms, a_second = 1000 * cpu_s[what], len(told.took_s) / told.seconds
        numbers = [f"{a_second:.0f}", f"{p50_ms:.1f}", f"{p99_ms:.1f}", f"{cpu_ms:.2f}"]
        rows.append([what, *numbers, answers])
    return table(["request", "a second", "p50 ms", "p99 ms", "CPU ms a request", "answers"], rows)


def _gates(what: str, told: Told) -> list[Gate]:
    """The floor is not judged."""
    p99_s, a_second = float(np.percentile(told.took_s, 99)), len(told.took_s) / told.seconds
    judged = what != "health"
    wrong = sum(
        count for status, count in told.statuses.items() if status not in (200, 503 if not judged else 200)
    )
    return [
        Gate(f"{what}: p99", "< 100 ms", f"{1000 * p99_s:.1f} ms", p99_s < MOST_P99_S if judged else None),
        Gate(
            f"{what}: requests a second",
            f"> {LEAST_A_SECOND}",
            f"{a_second:.0f}",
            a_second > LEAST_A_SECOND if judged else None,
        ),
        Gate(f"{what}: answers that nobody expects", "0", str(wrong), wrong == 0),
    ]


if __name__ == "__main__":
    main()
