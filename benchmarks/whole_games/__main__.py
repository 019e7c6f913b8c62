"""`make bench-whole-games`: which moments of a game without plays are asked about, and what comes of it.

Today's moments beside stretches of movement, in one run: on the demo's league and on one that is harder to
look through (`messy`). The demo's champion answers the games that it has not learned from. It works on a copy
of the demo's training folder (`make demo` first); only the messy league's films are written into the home.

Belongs here: the tables and the gates. Not here: looking (`comparing`), the leagues (`leagues`, `messy`).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from benchmarks.table import Gate, gates_table, table
from benchmarks.videos import Videos, full_hd
from benchmarks.whole_games.comparing import Way, compare
from benchmarks.whole_games.leagues import league_of
from benchmarks.whole_games.messy import messy_league, render_messy
from uball_assets.demo.league import DemoGame, league
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import Teams, teams_of
from uball_assets.domain.moments.least_score import ENOUGH_SHARE, MOST_A_PLAY
from uball_assets.domain.spending.answer_cost import answers_usd, estimated_tokens
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import PRICES
from uball_assets.media.vision.features import motion_energy
from uball_assets.media.vision.motion_grid import motion_in
from uball_assets.resources import build_resources
from uball_assets.services.serving import champion, served
from uball_assets.settings import DEMO_HOME, Settings, load_settings

HOUR_S = 3600.0
HD_S = 32.0
PRICED = "gemini-3.5-flash"
WINDOW_S = 4.4
"""Of the demo's plays: what would be asked about at each second."""
_say = partial(click.echo, err=True)


def main() -> None:
    settings = load_settings(DEMO_HOME)
    demo = [game for batch in league() for game in batch.games]
    with tempfile.TemporaryDirectory() as work:
        ways = {name: _ways(name, games, settings, Path(work)) for name, games in _games(demo, settings)}
    click.echo(table(_HEAD, [_row(name, way) for name, both in ways.items() for way in both]))
    click.echo()
    click.echo(table(["1080p30, 5.4 Mbit/s", "CPU s an hour of film and camera"], _full_hd(settings)))
    click.echo()
    click.echo(
        table(["questions of an hour of the messy league, both cameras", PRICED], _prices(ways["messy"]))
    )
    click.echo()
    gates = [gate for name, (_, moments) in ways.items() for gate in _gates(name, moments)]
    click.echo(gates_table(gates))
    sys.exit(0 if all(gate.ok for gate in gates) else 1)


def _games(demo: Sequence[DemoGame], settings: Settings) -> list[tuple[str, list[DemoGame]]]:
    messy = messy_league()
    _say("filming the messy league, where it is not there yet: some minutes")
    render_messy(messy, _messy_videos(settings), settings.workers)
    return [("demo", list(demo)), ("messy", messy)]


def _messy_videos(settings: Settings) -> Path:
    return settings.home / "messy"


def _ways(name: str, games: Sequence[DemoGame], settings: Settings, work: Path) -> list[Way]:
    training, folder = work / name / "training", work / name
    shutil.copytree(settings.home / "training", training)
    home = build_resources(settings)
    model = champion(home.registry)
    if model is None:
        raise Permanent(f"no model serves in {settings.home}: run `make demo` first")
    videos = _messy_videos(settings) if name == "messy" else settings.home / "videos"
    chosen = settings.model_copy(update={"training_url": str(training), "videos_url": str(videos)})
    by_id = {game.game_id: game for game in games}

    def teams(game_id: str) -> Teams | None:
        game = by_id[game_id]
        return teams_of(game.row, [row["player_a"] for row in game.truth])

    whole = [game for game in games if len(game.broken) < 2]
    looked = league_of(name, whole, model["game_ids"], chosen, folder)
    return compare(looked, served(model), teams, _say)


_HEAD = [
    *("league", "asked about", "plays", "kept", "1.1 s around it", "questions a play", "film skipped"),
    *("new plays", "answers", "right", "mAP tight", "cameras", "CPU s an hour of game"),
]


def _row(name: str, way: Way) -> list[str]:
    return [
        name,
        way.name,
        f"{way.plays:,}",
        f"{way.kept} = {way.kept_share:.1%}",
        f"{way.core / way.plays:.1%}",
        f"{way.questions_a_play:.2f}",
        f"{1 - way.asked_s / way.film_s:.0%}",
        f"{way.new_plays}",
        f"{way.answered}",
        f"{way.right}",
        f"{way.tight:.2f}",
        " or ".join(str(count) for count in sorted(way.cameras)),
        f"{way.cpu_s / (way.film_s / 2 / HOUR_S):.0f}",
    ]


def _full_hd(settings: Settings) -> list[list[str]]:
    video = Videos(settings.home / "messy", _say).made(full_hd("a minute of full hd", HD_S))
    rows = []
    for name, look in (("movement", motion_energy), ("moments", lambda path: motion_in([(path, 0.0)]))):
        began_s = time.process_time()
        look(video)
        rows.append([name, f"{(time.process_time() - began_s) / HD_S * HOUR_S:.0f}"])
    return rows


def _prices(ways: Sequence[Way]) -> list[list[str]]:
    moments = ways[1]
    hours = moments.film_s / 2 / HOUR_S
    durations_s = [window.duration_s for window in moments.windows for _ in range(2)]
    each_second = [WINDOW_S] * round(4 * moments.film_s / 2)
    return [
        ["around moments", f"${_usd(durations_s) / hours:.2f}, {len(durations_s) / hours:,.0f} clips"],
        ["around every second", f"${_usd(each_second) / hours:.2f}, {len(each_second) / hours:,.0f} clips"],
    ]


def _usd(durations_s: Sequence[float]) -> float:
    base = base_model(PRICED)
    letters = len(prompt(Angle.FAR_LEFT, None))
    return answers_usd([estimated_tokens(durations_s, letters, base, "low", "online")], base, PRICES)


def _gates(name: str, way: Way) -> list[Gate]:
    kept, asked = way.kept_share, way.questions_a_play
    return [
        Gate(f"{name}: plays kept", f">= {ENOUGH_SHARE:.0%}", f"{kept:.1%}", kept >= ENOUGH_SHARE),
        Gate(f"{name}: questions a play", f"<= {MOST_A_PLAY}", f"{asked:.2f}", asked <= MOST_A_PLAY),
    ]


if __name__ == "__main__":
    main()
