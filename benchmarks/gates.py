"""How often the gate, the shadow and the drift alarm are right: simulated leagues with fixed seeds, a table.

A champion that gets 85 % of plays right, a challenger that is some points off; plays of one game are alike: a
game has its own difficulty (0.3 on the probit scale) and its own difference between the two (0.3, about 6
points), and the two agree on six plays of seven.

Belongs here: the simulated games, the shares, the table. Not here: the rules (`domain.serving`).
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

import click
import numpy as np
from scipy.special import ndtri

from benchmarks.table import table
from uball_assets.domain.serving.drift import Baseline, GameResult, watch
from uball_assets.domain.serving.drift_signs import ANSWERS, INPUTS, GameNumbers, looked_at, newest_signs
from uball_assets.domain.serving.gate import Verdict
from uball_assets.domain.serving.shadow import Answers, Outcome, judge

CHAMPION = 0.85
GAME_SPREAD = 0.3
"""Of a game's difficulty and of its difference between the models, on the probit scale."""
SHARED = 0.75
"""The part of a play's difficulty that both models feel."""
SET_GAMES, SET_PLAYS, NEW_GAMES, NEW_PLAYS = 10, 5, 8, 25
SEASON_GAMES, DROP_AFTER_GAMES, BASELINE = 60, 20, 0.88
KNOWN_PLAYS = 1_000_000
"""A baseline that is not a matter of chance."""


@dataclass(frozen=True)
class Shares:
    """Of simulated challengers, in percent."""

    better_at_once: float
    promoted_later: float
    refused: float
    champion_stays: float
    mean_reviewed_plays: float


def answers(rng: np.random.Generator, points: float, games: int, plays: int, name: str) -> Answers:
    """Both models on so many games."""
    made = Answers({}, {}, {})
    widened = np.sqrt(1 + GAME_SPREAD**2)
    for game in range(games):
        difficulty, apart = rng.normal(0, GAME_SPREAD, 2)
        shared, own, other = rng.normal(size=(3, plays))
        champion = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
        challenger = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * other
        ids = [f"{name}{game}_{play}" for play in range(plays)]
        one = Answers(
            dict(
                zip(
                    ids, (challenger < _level(points, widened) + difficulty + apart / 2).tolist(), strict=True
                )
            ),
            dict(zip(ids, (champion < _level(0, widened) + difficulty - apart / 2).tolist(), strict=True)),
            dict.fromkeys(ids, f"{name}{game}"),
        )
        made = made.with_plays_of(one)
    return made


def _level(points: float, widened: float) -> float:
    return float(ndtri(CHAMPION + points / 100) * widened)


def policy(points: float, runs: int, seed: int = 7) -> Shares:
    """What becomes of a challenger that is so many points better: the gate, then up to 8 games in shadow."""
    rng, ends, reviewed = np.random.default_rng(seed), Counter[str](), 0
    for _ in range(runs):
        fixed = answers(rng, points, SET_GAMES, SET_PLAYS, "e")
        verdict = fixed.compared().verdict
        if verdict is Verdict.BETTER:
            ends["at once"] += 1
        elif verdict is Verdict.WORSE:
            ends["refused"] += 1
        else:
            end, games = _shadowed(rng, fixed, points)
            ends[end] += 1
            reviewed += games * NEW_PLAYS
    share = {end: 100 * count / runs for end, count in ends.items()}
    return Shares(
        share.get("at once", 0.0),
        share.get(Outcome.PROMOTE, 0.0),
        share.get("refused", 0.0) + share.get(Outcome.ROLL_BACK, 0.0),
        share.get(Outcome.KEEP_CHAMPION, 0.0),
        reviewed / runs,
    )


def _shadowed(rng: np.random.Generator, fixed: Answers, points: float) -> tuple[str, int]:
    new = Answers({}, {}, {})
    for game in range(NEW_GAMES):
        new = new.with_plays_of(answers(rng, points, 1, NEW_PLAYS, f"n{game}_"))
        verdict = judge(fixed, new, most_games=NEW_GAMES)
        if verdict.outcome is not Outcome.GO_ON:
            return verdict.outcome, game + 1
    raise AssertionError("a shadow ends after its last game")


def seasons(
    drop_points: float,
    runs: int,
    plays: int = 10,
    seed: int = 7,
    baseline_plays: int = KNOWN_PLAYS,
) -> tuple[float, float | None]:
    """Percent of seasons that raise an alarm, and the median of games from the drop, after game 20, to it.

    `baseline_plays`: on how many the model was measured when it was promoted.
    """
    rng, alarms = np.random.default_rng(seed), []
    for _ in range(runs):
        measured = rng.binomial(baseline_plays, BASELINE) / baseline_plays
        dropped = np.where(np.arange(SEASON_GAMES) < DROP_AFTER_GAMES, 0, drop_points / 100)
        rights = rng.binomial(plays, BASELINE - dropped).tolist()
        games = [GameResult(f"g{place}", right, plays - right) for place, right in enumerate(rights)]
        points = watch(games, Baseline(measured, baseline_plays)).points
        alarms.append(next((one.games - DROP_AFTER_GAMES for one in points if one.is_alarm), None))
    found = sorted(at for at in alarms if at is not None)
    return 100 * len(found) / runs, float(np.median(found)) if found else None


def seasons_with_signs(runs: int, darker: float = 0.0, seed: int = 7) -> float:
    """Percent of seasons in which a sign is raised; `darker`: by so many of its standard deviations
    brightness falls after game 20."""
    rng, raised = np.random.default_rng(seed), 0
    for _ in range(runs):
        games = [_game_numbers(rng, darker if n >= DROP_AFTER_GAMES else 0.0) for n in range(SEASON_GAMES)]
        looks = (
            newest_signs(games[:seen]) for seen in sorted({looked_at(n) for n in range(SEASON_GAMES + 1)})
        )
        raised += any(sign.is_drift for signs in looks for sign in signs)
    return 100 * raised / runs


def _game_numbers(rng: np.random.Generator, darker: float) -> GameNumbers:
    numbers = {name: float(rng.normal(10, 1)) for name in (*INPUTS, *ANSWERS)}
    numbers["brightness"] -= darker
    threes, answered = rng.binomial(30, 0.4, 2).tolist()
    return GameNumbers("g", numbers, {"3PT_MAKE": threes, "FOUL": 20}, {"3PT_MAKE": answered, "FOUL": 20})


@click.command()
@click.option("--runs", default=1000, show_default=True, help="Simulated challengers and seasons a row.")
def main(runs: int) -> None:
    """Prints the tables of docs/gates.md."""
    rows = []
    for points in (-10, -5, -2, 0, 2, 5, 10):
        one = policy(points, runs)
        shares = (one.better_at_once, one.promoted_later, one.refused, one.champion_stays)
        rows.append(
            [f"{points:+} points", *(f"{share:.0f} %" for share in shares), f"{one.mean_reviewed_plays:.0f}"]
        )
    head = ["true difference", "better at once", "promoted later", "refused or rolled back", "champion stays"]
    click.echo(table([*head, "reviewed plays needed"], rows) + "\n")
    found = []
    for measured_on in (KNOWN_PLAYS, 600, 150, 50):
        quiet, _ = seasons(0, runs, baseline_plays=measured_on)
        share, median = seasons(10, runs, baseline_plays=measured_on)
        known = "known" if measured_on == KNOWN_PLAYS else f"measured on {measured_on} plays"
        found.append([known, f"{quiet:.0f} %", f"{share:.0f} %", f"{median:.0f}" if median else ""])
    head = ["the baseline is", "alarm without drift", "alarm where it gets 10 points worse"]
    click.echo(table([*head, "games until that, median"], found) + "\n")
    signs = [
        [name, f"{seasons_with_signs(max(10, runs // 25), darker):.0f} %"]
        for name, darker in (("no change", 0.0), ("darker by 3 standard deviations", 3.0))
    ]
    click.echo(table(["a season of 60 games", "a sign is raised"], signs))


if __name__ == "__main__":
    sys.exit(main())
