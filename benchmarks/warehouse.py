"""What the warehouse in a folder costs with 10,000 games of 24 players: `python -m benchmarks.warehouse`.

Seconds are of the processor, all threads. Belongs here: measuring. Not here: what must hold (the tests).
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.league.lines import COUNTED
from uball_assets.domain.league.tables import PLAYER_LINES

FIRST = datetime(2023, 10, 1, 19, tzinfo=UTC)
A_DAY = 9
"""Games."""
PLAYERS = 24
LINEAGE = Lineage("benchmark", "one")


def lines_of(game: int, chance: random.Random) -> list[dict[str, Any]]:
    tip_off = FIRST + timedelta(days=game // A_DAY)
    return [
        {
            "game_id": f"{game:08x}-0000-4000-8000-{game:012x}",
            "known_at": tip_off + timedelta(hours=3),
            "played_on": tip_off.date(),
            "tip_off": tip_off,
            "team_id": f"team-{(game * 2 + player % 2) % 30}",
            "opponent_id": f"team-{(game * 2 + 1 - player % 2) % 30}",
            "is_home": player % 2 == 0,
            "source": "plays",
            "player_id": f"player-{game % 15}-{player}",
            **{name: chance.randrange(12) for name in COUNTED},
        }
        for player in range(PLAYERS)
    ]


def cpu_s(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--games", type=int, default=10_000)
    games = asked.parse_args().games
    chance = random.Random(7)
    rows = [line for game in range(games) for line in lines_of(game, chance)]
    one = lines_of(games // 2, chance)
    since: date = one[0]["played_on"].replace(day=1)
    until = since + timedelta(days=27)
    of_game = {"game_id": [one[0]["game_id"]]}
    with tempfile.TemporaryDirectory() as folder:
        warehouse = DuckDbWarehouse(Path(folder))
        works: dict[str, Callable[[], Any]] = {
            f"{len(rows):,} lines written": lambda: warehouse.write(PLAYER_LINES, rows, LINEAGE),
            "the same lines again": lambda: warehouse.write(PLAYER_LINES, rows, LINEAGE),
            "one game's lines corrected": lambda: warehouse.write(PLAYER_LINES, one, LINEAGE),
            "one game's lines again": lambda: warehouse.write(PLAYER_LINES, one, LINEAGE),
            "all lines read": lambda: warehouse.read(PLAYER_LINES),
            "four weeks' lines read": lambda: warehouse.read(PLAYER_LINES, since=since, until=until),
            "one game's lines read": lambda: warehouse.read(PLAYER_LINES, equal=of_game),
            "its state asked for": lambda: warehouse.stamp([PLAYER_LINES]),
        }
        measured = [(name, f"{cpu_s(work):.3f}") for name, work in works.items()]
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))
    click.echo(tabulate(measured, ["work", "CPU s"], tablefmt="github", disable_numparse=True))
    click.echo(f"\n{size / 1e6:.1f} MB of Parquet")


if __name__ == "__main__":
    main()
