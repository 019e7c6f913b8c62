"""A league that is harder to look through than the demo's: between its plays people walk, dribble and shoot
around, for one second or for forty.

Made from the demo's games: the same plays, moved apart, and something to do in between. Belongs here: what
happens in dead time. Not here: plays (`demo.moves`) or drawing (`demo.render`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from uball_assets.demo.court import spot
from uball_assets.demo.league import DemoGame, Row, league
from uball_assets.demo.moves import BEFORE_S, RIM
from uball_assets.demo.render import film, stage_of
from uball_assets.demo.scene import Point, Sound, Stage
from uball_assets.demo.teams import chance
from uball_assets.domain.footage.angles import Angle, Side

SEED = 11
GAMES = 5
PLAYS_PER_GAME = 58
DEAD_S = (1.0, 40.0)
"""As often short as long: evenly in their logarithm."""
_TIMES = ("start_timestamp", "end_timestamp", "timestamp_seconds")
_QUIET_BEFORE_S = BEFORE_S + 0.1
"""Whoever played around is done when the play begins."""


def messy_league() -> list[DemoGame]:
    batch, *_ = league(SEED, PLAYS_PER_GAME, game_counts=(GAMES, 0, 0))
    return [_apart(replace(game, broken={})) for game in batch.games]


def render_messy(games: list[DemoGame], folder: Path, workers: int) -> None:
    """Every camera of every game, where it is not there yet."""
    todo = [
        (game, angle, path)
        for game in games
        for angle in Angle
        if not (path := place(game, angle, folder)).exists()
    ]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done in [pool.submit(_render, *each) for each in todo]:
            done.result()


def place(game: DemoGame, angle: Angle, folder: Path) -> Path:
    return folder / "Games" / game.game_id / f"{angle}.mp4"


def _render(game: DemoGame, angle: Angle, path: Path) -> None:
    stages = {side: stage_of(game, side, _dead_time(game, side)) for side in Side}
    film(game, angle, stages, path, is_restless=True)


def _apart(game: DemoGame) -> DemoGame:
    """The game's plays, each later than the one before by its own dead time."""
    rng = chance("dead time", game.game_id)
    least, most = np.log(DEAD_S)
    later_s = np.cumsum(np.exp(rng.uniform(least, most, len(game.truth))))
    by_id = {row["id"]: float(s) for row, s in zip(game.truth, later_s, strict=True)}

    def moved(row: Row) -> Row:
        return {**row, **{time: round(row[time] + by_id[row["id"]], 3) for time in _TIMES}}

    return replace(game, truth=[moved(row) for row in game.truth], plays=[moved(row) for row in game.plays])


# --- what people do when nothing counts


def _dead_time(game: DemoGame, side: Side) -> Callable[[Stage, float, float], None]:
    rng = chance("between", game.game_id, side)

    def between(stage: Stage, start_game_s: float, end_game_s: float) -> None:
        now, until = start_game_s + BEFORE_S, end_game_s - _QUIET_BEFORE_S
        while until - now > 1.0:
            lasts_s = min(float(rng.uniform(2.0, 6.0)), until - now)
            _DOINGS[int(rng.integers(len(_DOINGS)))](stage, now, now + lasts_s, rng)
            now += lasts_s

    return between


def _stand(stage: Stage, start: float, end: float, rng: np.random.Generator) -> None:
    del start, rng
    for who in range(len(stage.people)):
        stage.stay(who, end)


def _walk(stage: Stage, start: float, end: float, rng: np.random.Generator) -> None:
    """Everybody to somewhere, some of them later."""
    for who in range(len(stage.people)):
        stage.stay(who, start + float(rng.uniform(0, 0.5)))
        stage.move(who, end, spot(float(rng.uniform(2, 11)), float(rng.uniform(-1, 1))))


def _dribble(stage: Stage, start: float, end: float, rng: np.random.Generator) -> None:
    """One of them with the ball, some walk, the others stand."""
    who = int(rng.integers(6))
    walking = {who, *(int(each) for each in rng.permutation(6)[:2])}
    for each in range(len(stage.people)):
        stage.stay(each, start)
        if each in walking:
            stage.move(each, end, spot(float(rng.uniform(2, 10)), float(rng.uniform(-1, 1))))
        else:
            stage.stay(each, end)
    stage.carry(who, start, end)


def _shoot_around(stage: Stage, start: float, end: float, rng: np.random.Generator) -> None:
    """One of them walks up, shoots, and the ball comes down somewhere; nobody guards."""
    who, length_s = int(rng.integers(6)), end - start
    place = spot(float(rng.uniform(2, 8)), float(rng.uniform(-1, 1)))
    for each in range(len(stage.people)):
        stage.stay(each, start)
        if each != who:
            stage.stay(each, end)
    released, arrived = start + 0.4 * length_s, start + 0.4 * length_s + min(0.9, 0.35 * length_s)
    stage.move(who, released, place)
    stage.stay(who, end)
    stage.carry(who, start, released)
    stage.raise_arms(who, released - 0.2, released + 0.3, 0.2)
    stage.fly(released, arrived, (*place, 2.3), RIM, 1.2)
    x, y = spot(float(rng.uniform(1.5, 5)), float(rng.uniform(-1, 1)))
    down: Point = (x, y, 0.15)
    stage.fly(arrived, end, RIM, down, 0.4)
    if rng.random() < 0.5:
        stage.nets.append(arrived)
    stage.sounds.append(Sound(arrived, "clank"))


_DOINGS = (_stand, _walk, _dribble, _shoot_around)
