"""Candidates for one number of a player's line, the simplest first.

- `shrunken`: the season's average as the features have it, some of the league's games added, and one weight;
- `ridge`: every feature has its weight, starting from that average, all of them held near there;
- `boosting`: LightGBM's trees for counts (Poisson), where it is installed.

Belongs here: learning them. Not here: comparing (`training`), the numerics (`services.forecasting.glm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, cast

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.candidates.boosting import Trees, grow
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters
from uball_assets.services.forecasting.candidates.known import has_boosting
from uball_assets.services.forecasting.glm import fit_number, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit

_PENALTY_CONSTANT = 1e-3


@dataclass(frozen=True)
class Lines:
    """One number of many lines, in the order of play."""

    features: tuple[str, ...]
    stat: str
    rows: Floats
    """(lines, features), NaN where a value is missing."""
    numbers: Floats

    @property
    def season(self) -> int | None:
        """Where the season's average of this number stands; None where there is no such feature."""
        name = f"{self.stat}_season"
        return self.features.index(name) if name in self.features else None

    def at(self, places: Any) -> Lines:
        return Lines(self.features, self.stat, self.rows[places], self.numbers[places])


class Number(Protocol):
    """A `domain.forecasting.players.Expected` that can be kept, and gone on from."""

    @property
    def base(self) -> float: ...

    def adds(self, rows: Floats) -> Floats: ...

    def of(self, rows: Floats) -> Floats: ...

    @property
    def tensors(self) -> dict[str, Floats]: ...

    @property
    def text(self) -> str | None:
        """Of weights that have a format of their own."""
        ...


@dataclass(frozen=True)
class LinearNumber:
    fit: LinearFit

    @property
    def base(self) -> float:
        return self.fit.base

    def adds(self, rows: Floats) -> Floats:
        return self.fit.adds(rows)

    def of(self, rows: Floats) -> Floats:
        return self.fit.of(rows)

    @property
    def tensors(self) -> dict[str, Floats]:
        return self.fit.tensors

    @property
    def text(self) -> str | None:
        return None


@dataclass(frozen=True)
class BoostedNumber:
    """Trees of the logarithm; what a feature adds to the number is its share of what it adds there."""

    trees: Trees

    @property
    def base(self) -> float:
        return float(np.exp(self.trees.base))

    def adds(self, rows: Floats) -> Floats:
        shares = self.trees.adds(rows)
        log_difference = shares.sum(axis=1, keepdims=True)
        safe = np.where(np.abs(log_difference) > 1e-12, log_difference, 1.0)
        return np.asarray(shares * (self.base * np.expm1(log_difference) / safe))

    def of(self, rows: Floats) -> Floats:
        return np.exp(self.trees.of(rows))

    @property
    def tensors(self) -> dict[str, Floats]:
        return self.trees.tensors

    @property
    def text(self) -> str | None:
        return self.trees.text


class NumberCandidate(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def defaults(self) -> Hyperparameters: ...

    def suggest(self, trial: Any) -> Hyperparameters: ...

    def can_learn(self, numbers: Floats) -> bool: ...

    def learn(self, lines: Lines, chosen: Hyperparameters, seed: int) -> Number: ...

    def go_on(
        self, before: Number, lines: Lines, new: Lines, chosen: Hyperparameters, seed: int
    ) -> Number: ...

    def load(self, features: int, tensors: Mapping[str, Any], text: str | None) -> Number:
        """Raises KeyError or ValueError for what is not its own."""
        ...


class Ridge:
    name = "ridge"
    defaults: Hyperparameters = MappingProxyType({"penalty": 300.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 10.0, 10000.0, log=True)}

    def can_learn(self, numbers: Floats) -> bool:  # noqa: ARG002
        return True

    def places(self, lines: Lines) -> tuple[int, ...]:
        return tuple(range(len(lines.features)))

    def learn(self, lines: Lines, chosen: Hyperparameters, seed: int) -> Number:  # noqa: ARG002
        places = self.places(lines)
        rows = lines.rows[:, places]
        start = np.array([float(place == lines.season) for place in places])
        before = unknowing(rows, chosen["penalty"], _PENALTY_CONSTANT, start)
        return LinearNumber(LinearFit(len(lines.features), places, fit_number(rows, lines.numbers, before)))

    def go_on(
        self,
        before: Number,
        lines: Lines,  # noqa: ARG002
        new: Lines,
        chosen: Hyperparameters,  # noqa: ARG002
        seed: int,  # noqa: ARG002
    ) -> Number:
        """What was believed of the weights is where the new lines start."""
        fit = cast("LinearNumber", before).fit
        belief = fit_number(new.rows[:, fit.places], new.numbers, fit.belief)
        return LinearNumber(LinearFit(fit.features, fit.places, belief))

    def load(self, features: int, tensors: Mapping[str, Any], text: str | None) -> Number:  # noqa: ARG002
        return LinearNumber(LinearFit.from_tensors(features, tensors))


class Shrunken(Ridge):
    name = "shrunken"
    defaults: Hyperparameters = MappingProxyType({"penalty": 30.0})

    def places(self, lines: Lines) -> tuple[int, ...]:
        return () if lines.season is None else (lines.season,)


class BoostedCounts:
    name = "boosting"
    defaults: Hyperparameters = MappingProxyType(
        {
            "trees": 60,
            "learning_rate": 0.08,
            "leaves": 4,
            "fewest_in_leaf": 50,
            "columns": 0.4,
            "penalty": 10.0,
        }
    )

    def suggest(self, trial: Any) -> Hyperparameters:
        return {
            "trees": trial.suggest_int("trees", 20, 150, step=10),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
            "leaves": trial.suggest_int("leaves", 2, 12),
            "fewest_in_leaf": trial.suggest_int("fewest_in_leaf", 20, 200, step=10),
            "columns": trial.suggest_float("columns", 0.1, 1.0),
            "penalty": trial.suggest_float("penalty", 0.1, 100.0, log=True),
        }

    def can_learn(self, numbers: Floats) -> bool:
        """Not what never happened: its logarithm is none."""
        return bool(numbers.any())

    def learn(self, lines: Lines, chosen: Hyperparameters, seed: int) -> Number:
        return self._grown(lines, chosen, seed, int(chosen["trees"]), None)

    def go_on(self, before: Number, lines: Lines, new: Lines, chosen: Hyperparameters, seed: int) -> Number:
        """Further trees on every line, as many more as there are more lines."""
        trees = cast("BoostedNumber", before).trees
        old = max(1, len(lines.rows) - len(new.rows))
        more = max(1, round(trees.booster.num_trees() * len(new.rows) / old))
        return self._grown(lines, chosen, seed, more, trees) if len(new.rows) else before

    def load(self, features: int, tensors: Mapping[str, Any], text: str | None) -> Number:
        if text is None:
            raise ValueError("trees without their text")
        return BoostedNumber(Trees.from_text(text, features, tuple(int(each) for each in tensors["places"])))

    def _grown(
        self, lines: Lines, chosen: Hyperparameters, seed: int, trees: int, before: Trees | None
    ) -> Number:
        places = tuple(range(len(lines.features)))
        return BoostedNumber(grow(lines.rows, places, lines.numbers, "poisson", chosen, seed, trees, before))


_KNOWN: tuple[NumberCandidate, ...] = (Shrunken(), Ridge(), BoostedCounts())


def numbers_here(names: tuple[str, ...]) -> list[NumberCandidate]:
    """Those that can be had; `boosting` where it is among `names` too."""
    return [
        each for each in _KNOWN if each.name != BoostedCounts.name or (each.name in names and has_boosting())
    ]


def number_of(name: str) -> NumberCandidate:
    """Raises KeyError for a name that is none."""
    return {each.name: each for each in _KNOWN}[name]
