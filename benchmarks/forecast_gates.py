"""How often the gate of forecasts and a shadow's evidence are right, simulated: `make bench-gates`.

Games have true chances; two models tell them with errors in log odds, partly the same ones. What is asked:
how often each verdict falls for a true difference of so many nats a game, at once and after a shadow.

Belongs here: the simulation and its table (docs/gates.md). Not here: the rules (`domain.forecasting`).
"""

from __future__ import annotations

from collections import Counter

import click
import numpy as np

from benchmarks.table import table
from uball_assets.domain.forecasting.gate import compare_losses, decide
from uball_assets.domain.forecasting.kept.evidence import MOST_GAMES, judge
from uball_assets.domain.forecasting.scoring import log_losses
from uball_assets.domain.serving.promotion import Step
from uball_assets.domain.serving.shadow import Outcome

SPREAD, HOME = 0.9, 0.25
"""Of the games' true log odds: as in the generated leagues."""
SHARED = 0.4
"""Standard deviation of the error in log odds that both models make."""
OWN = {True: 0.1, False: 0.4}
"""Of the one that each makes alone: of the same recipe, of another."""

Losses = dict[str, float]


def drawn(
    rng: np.random.Generator, games: int, nats: float, *, is_same: bool, name: str
) -> tuple[Losses, Losses]:
    """The challenger's and the champion's, the challenger better by about `nats` a game (worse below 0)."""
    true = HOME + SPREAD * rng.normal(size=games)
    won = (rng.random(games) < _chance(true)).astype(np.float64)
    shared = true + SHARED * rng.normal(size=games)
    # an error of variance v costs about half of v * p * (1 - p) nats
    more = 2 * abs(nats) / float(np.mean(_chance(true) * (1 - _chance(true))))
    spreads = [OWN[is_same] ** 2, OWN[is_same] ** 2]
    spreads[0 if nats < 0 else 1] += more
    told = [log_losses(_chance(shared + np.sqrt(v) * rng.normal(size=games)), won) for v in spreads]
    ids = [f"{name}{place}" for place in range(games)]
    own, other = (dict(zip(ids, each.tolist(), strict=True)) for each in told)
    return own, other


def _chance(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 + 0.5 * np.tanh(log_odds / 2))


def shares(nats: float, *, games: int, is_same: bool, runs: int, seed: int = 7) -> dict[str, float]:
    """What became of the challenger -> in which share of `runs`."""
    rng = np.random.default_rng(seed)
    found = Counter(_fate(rng, nats, games, is_same) for _ in range(runs))
    return {fate: count / runs for fate, count in found.items()}


def _fate(rng: np.random.Generator, nats: float, games: int, is_same: bool) -> str:
    step = decide(
        "new",
        "old",
        compare_losses(*drawn(rng, games, nats, is_same=is_same, name="e")),
        is_same_recipe=is_same,
    ).step
    if step is Step.PROMOTE:
        return "promoted at once"
    if step is Step.REFUSE:
        return "refused or rolled back"
    new, old = drawn(rng, MOST_GAMES, nats, is_same=is_same, name="s")
    for seen in range(1, MOST_GAMES + 1):
        first = list(new)[:seen]
        outcome = judge(
            {game: new[game] for game in first},
            {game: old[game] for game in first},
            is_same_recipe=is_same,
        ).outcome
        if outcome is not Outcome.GO_ON:
            break
    ends = {Outcome.PROMOTE: "promoted later", Outcome.ROLL_BACK: "refused or rolled back"}
    return ends.get(outcome, "champion stays")


FATES = ("promoted at once", "promoted later", "refused or rolled back", "champion stays")


def main(runs: int) -> None:
    rows = []
    for is_same in (True, False):
        for nats in (-0.05, -0.02, 0.0, 0.02, 0.05):
            for games in (100, 360):
                found = shares(nats, games=games, is_same=is_same, runs=runs)
                recipe = "the same" if is_same else "another"
                told = [f"{found.get(fate, 0.0):.0%}".replace("%", " %") for fate in FATES]
                rows.append([recipe, f"{nats:+.2f}", str(games), *told])
    click.echo(table(["recipe", "true difference, nats", "games compared", *FATES], rows))


if __name__ == "__main__":
    main(1000)
