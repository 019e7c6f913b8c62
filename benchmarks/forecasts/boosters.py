"""LightGBM beside XGBoost on the same rows: share of the reachable gain, seconds a training, size.

XGBoost is no dependency; for this measurement it is installed by hand: `pip install xgboost`.

Belongs here: the two libraries, told the same. Not here: the candidate that uses the better one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.forecasts.asking import MOST_ASKED, SIZES
from benchmarks.forecasts.leagues import League
from benchmarks.forecasts.shares import gain_share
from benchmarks.table import table
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.beforehand import winner_places
from uball_assets.services.forecasting.matrix import Games

TREES, RATE, PENALTY, COLUMNS, FEWEST = 100, 0.05, 10.0, 0.1, 20
LEAVES = (2, 4)


@dataclass(frozen=True)
class Grown:
    chances: Floats
    seconds: float
    """Of the processor, for the training."""
    size_bytes: int


Library = Callable[[Floats, Floats, Floats, int], Grown]
"""Rows and winners to learn from, rows asked about, leaves a tree."""


def lightgbm(rows: Floats, won: Floats, asked: Floats, leaves: int) -> Grown:
    library: Any = import_module("lightgbm")
    told = {
        "objective": "binary",
        "learning_rate": RATE,
        "num_leaves": leaves,
        "min_data_in_leaf": FEWEST,
        "feature_fraction": COLUMNS,
        "lambda_l2": PENALTY,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": 7,
        "verbosity": -1,
    }
    begun_s = time.process_time()
    model = library.train(told, library.Dataset(rows, won, params={"verbosity": -1}), TREES)
    seconds = time.process_time() - begun_s
    return Grown(np.asarray(model.predict(asked)), seconds, len(model.model_to_string().encode()))


def xgboost(rows: Floats, won: Floats, asked: Floats, leaves: int) -> Grown:
    library: Any = import_module("xgboost")
    told = {
        "objective": "binary:logistic",
        "eta": RATE,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": leaves,
        "min_child_weight": FEWEST / 4,  # the curvature of an even game is a quarter
        "colsample_bytree": COLUMNS,
        "lambda": PENALTY,
        "nthread": 1,
        "seed": 7,
    }
    begun_s = time.process_time()
    model = library.train(told, library.DMatrix(rows, won), TREES)
    seconds = time.process_time() - begun_s
    chances = np.asarray(model.predict(library.DMatrix(asked)), dtype=np.float64)
    return Grown(chances, seconds, len(model.save_raw("json")))


LIBRARIES: Mapping[str, Library] = {"LightGBM": lightgbm, "XGBoost": xgboost}


def boosters_table(turns: Sequence[tuple[int, int]]) -> str:
    """`turns`: leagues' seeds and games to learn from."""
    sizes = sorted({size for _, size in turns if size >= MOST_ASKED})
    found: dict[tuple[str, int, int], list[Grown]] = {}
    best: dict[int, list[Floats]] = {size: [] for size in sizes}
    for seed, size in turns:
        if size not in sizes:
            continue
        known = League(seed, SIZES[size]).games[: size + MOST_ASKED]
        games = Games.of([game.row for game in known], tuple(known[0].row.features))
        rows = games.rows[:, winner_places(games.features)]
        best[size].append(np.array([game.best for game in known[size:]]))
        for leaves in LEAVES:
            for name, library in LIBRARIES.items():
                grown = library(rows[:size], games.won[:size], rows[size:], leaves)
                found.setdefault((name, leaves, size), []).append(grown)
    rate = float(np.mean(np.concatenate([one for size in sizes for one in best[size]])))
    lines = []
    for name, leaves, size in found:
        grown_ones = found[name, leaves, size]
        truth, told = np.concatenate(best[size]), np.concatenate([one.chances for one in grown_ones])
        leagues = np.repeat(range(len(grown_ones)), MOST_ASKED).tolist()
        lines.append(
            [
                f"{size}",
                f"{leaves}",
                name,
                str(gain_share(truth, told, leagues, rate)),
                f"{1000 * np.median([one.seconds for one in grown_ones]):.0f} ms",
                f"{np.median([one.size_bytes for one in grown_ones]) / 1000:.0f} kB",
            ]
        )
    head = ["games learned", "leaves a tree", "library", "share of the reachable gain", "training", "model"]
    return table(head, sorted(lines, key=lambda line: (int(line[0]), int(line[1]), line[2])))
