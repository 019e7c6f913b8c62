"""Leagues that are otherwise than the starting weights believe: how much does a wrong belief cost?

Belongs here: in what they differ, and the table. Not here: asking (`asking`), shares (`shares`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.forecasts.asking import KEPT, SIZES, Answer, ask
from benchmarks.forecasts.leagues import League
from benchmarks.forecasts.shares import gain_share
from benchmarks.table import table
from uball_assets.adapters.stores.folder_store import FolderStore

_PLACE = "uball_assets.demo.seasons"
_HOME, _ATTACK, _DEFENCE = (
    f"{_PLACE}.told.HOME_EDGE",
    f"{_PLACE}.people.OFFENCE_SPREAD",
    f"{_PLACE}.people.DEFENCE_SPREAD",
)
UNLIKE: Mapping[str, Mapping[str, float]] = {
    "no home advantage": {_HOME: 0.0},
    "home advantage 2.5 times as large": {_HOME: 4.5},
    "players much alike": {_ATTACK: 1.0, _DEFENCE: 0.7},
    "players far apart": {_ATTACK: 4.5, _DEFENCE: 3.2},
}
"""By name, what of the generator is otherwise; it has 1.8, 2.5 and 1.8."""
COMPARED = (KEPT, "Elo", "home share")


def unlike_table(turns: Sequence[tuple[int, int]]) -> str:
    """`turns`: seed and games learned."""
    asked = [(name, seed, learned) for name in UNLIKE for seed, learned in turns]
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        answers = dict(zip(asked, processes.map(_turn, asked), strict=True))
    rows = []
    for name in UNLIKE:
        for learned in sorted({learned for _, learned in turns}):
            found = [
                answer
                for (own, _, games), told in answers.items()
                if (own, games) == (name, learned)
                for answer in told
            ]
            rows.append([name, f"{learned}", *(_share(found, who) for who in COMPARED)])
    return table(["the league has", "games learned", *COMPARED], rows)


def _turn(turn: tuple[str, int, int]) -> list[Answer]:
    name, seed, learned = turn
    with tempfile.TemporaryDirectory(prefix="uball-forecasts-") as folder, threadpool_limits(1):
        patches = [patch(place, value) for place, value in UNLIKE[name].items()]
        for each in patches:
            each.start()
        try:
            games = League(seed, SIZES[learned]).games
        finally:
            patch.stopall()
        return ask(games, seed, learned, FolderStore(Path(folder)))


def _share(answers: Sequence[Answer], who: str) -> str:
    best = np.array([answer.best for answer in answers])
    told = np.array([answer.chances[who] for answer in answers])
    return str(gain_share(best, told, [answer.league for answer in answers], float(best.mean())))
