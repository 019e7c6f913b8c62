"""Twenty generated leagues, asked about at 20, 60, 180 and 600 games learned.

    python -m benchmarks.forecasts                              all of it
    python -m benchmarks.forecasts --leagues 4 --sizes 20 180   a part
    python -m benchmarks.forecasts --write docs/forecasts.md    also writes the tables there
    python -m benchmarks.forecasts --boosters                   LightGBM beside XGBoost (install that first)
    python -m benchmarks.forecasts --unlike                     leagues that are otherwise than is believed

Belongs here: turns and tables. Not here: what is measured.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.forecasts.asking import KEPT, SIZES, Answer, ask
from benchmarks.forecasts.boosters import boosters_table
from benchmarks.forecasts.leagues import League
from benchmarks.forecasts.players import LineAnswer, ask_lines
from benchmarks.forecasts.shares import gain_share, share_of
from benchmarks.forecasts.unlike import unlike_table
from benchmarks.measure import cost_of, machine
from benchmarks.table import table
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.forecasting.calibration import calibration
from uball_assets.domain.forecasting.config import CANDIDATES
from uball_assets.domain.forecasting.scoring import score

FIRST_SEED = 100
"""Nothing in the platform was chosen by leagues of these seeds."""
BASELINES = ("home share", "better record", "Elo")
BEGIN, END = "<!-- measured: make bench-forecasts -->", "<!-- end of what is measured -->"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--leagues", type=int, default=20)
    asked.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), choices=list(SIZES))
    asked.add_argument("--write", type=Path, help="a markdown file with a place for the tables")
    asked.add_argument("--boosters", action="store_true")
    asked.add_argument("--unlike", action="store_true")
    options = asked.parse_args()
    seeds = range(FIRST_SEED, FIRST_SEED + options.leagues)
    turns = [(seed, size) for size in sorted(options.sizes, reverse=True) for seed in seeds]
    if options.boosters:
        print(boosters_table(turns))  # noqa: T201
        return
    if options.unlike:
        print(unlike_table(turns))  # noqa: T201
        return
    answers: list[Answer] = []
    lines: list[LineAnswer] = []

    def work() -> None:
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            for games, players in processes.map(_turn, turns):
                answers.extend(games)
                lines.extend(players)

    cost = cost_of(work)
    text = (
        f"{options.leagues} leagues, {len(answers)} games and {len(lines)} lines asked about; "
        f"{cost.wall_s:.0f} s, {cost.cpu_s:.0f} of the processor ({machine()}).\n\n"
        + "\n\n".join((_shares(answers), _kept(answers), _scores(answers), _players(lines)))
    )
    print(text)  # noqa: T201
    if options.write:
        _put(options.write, text)


def _turn(turn: tuple[int, int]) -> tuple[list[Answer], list[LineAnswer]]:
    seed, learned = turn
    league = League(seed, SIZES[learned])
    with threadpool_limits(1), tempfile.TemporaryDirectory(prefix="uball-forecasts-") as folder:
        store = FolderStore(Path(folder))
        return ask(league.games, seed, learned, store), ask_lines(league, learned, store)


def _shares(answers: Sequence[Answer]) -> str:
    rate = float(np.mean([answer.best for answer in answers]))
    rows = []
    for name in (KEPT, *CANDIDATES, *BASELINES):
        row = [f"**{name}**" if name == KEPT else name]
        for size in _sizes(answers):
            own = [answer for answer in answers if answer.learned == size and name in answer.chances]
            best = np.array([answer.best for answer in own])
            told = np.array([answer.chances[name] for answer in own])
            row.append(str(gain_share(best, told, [answer.league for answer in own], rate)) if own else "")
        rows.append(row)
    head = ["share of the reachable gain", *(f"{size} games learned" for size in _sizes(answers))]
    return table(head, rows)


def _kept(answers: Sequence[Answer]) -> str:
    rows = []
    for name in CANDIDATES:
        row = [name]
        for size in _sizes(answers):
            counts = Counter(answer.kept for answer in answers if answer.learned == size)
            row.append(f"{100 * counts[name] / counts.total():.0f} %")
        rows.append(row)
    return table(["kept, of trainings", *(f"{size} games" for size in _sizes(answers))], rows)


def _scores(answers: Sequence[Answer]) -> str:
    """Of what happened, luck and all."""
    rows = []
    for size in _sizes(answers):
        own = [answer for answer in answers if answer.learned == size]
        won = np.array([answer.is_home_win for answer in own], dtype=np.float64)
        told = np.array([answer.chances[KEPT] for answer in own])
        best = np.array([answer.best for answer in own])
        kept, most = score(told, won), score(best, won)
        rows.append(
            [
                f"{size}",
                f"{len(own)}",
                f"{kept.log_loss} / {most.log_loss.value:.3f}",
                f"{kept.brier} / {most.brier.value:.3f}",
                f"{kept.accuracy} / {most.accuracy.value:.3f}",
                f"{kept.auc} / {most.auc.value:.3f}",
                str(calibration(told, won)),
            ]
        )
    head = ["games learned", "asked", "log loss, kept / best", "Brier", "accuracy", "AUC", "calibration"]
    return table(head, rows)


def _players(lines: Sequence[LineAnswer]) -> str:
    rows = []
    for size in sorted({line.learned for line in lines}):
        own = [line for line in lines if line.learned == size]
        leagues = [line.league for line in own]
        best, told, alone, mean, base = np.array(
            [(line.best, line.told, line.alone, line.season_mean, line.base) for line in own]
        ).T
        reachable = (base - best) ** 2
        inside = np.mean([line.low <= line.points <= line.high for line in own])
        rows.append(
            [
                f"{size}",
                f"{len(own)}",
                str(share_of(reachable - (told - best) ** 2, reachable, leagues)),
                str(share_of(reachable - (alone - best) ** 2, reachable, leagues)),
                str(share_of(reachable - (mean - best) ** 2, reachable, leagues)),
                f"{100 * inside:.0f} %",
            ]
        )
    head = [
        "games learned",
        "lines",
        "held to the team's points",
        "player model alone",
        "his season's mean",
        "within the 80 % interval",
    ]
    return table(head, rows)


def _sizes(answers: Sequence[Answer]) -> list[int]:
    return sorted({answer.learned for answer in answers})


def _put(path: Path, text: str) -> None:
    """Between the two marks. Raises ValueError where they are not there."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path} has no place for the tables: {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


if __name__ == "__main__":
    main()
