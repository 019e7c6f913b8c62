"""Training the player model: who is kept for a number, beside what anybody could say, and how it goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.players import STATS, PlayerModel
from uball_assets.services.forecasting.models import load_player, save
from uball_assets.services.forecasting.players.numbers import BoostedCounts, BoostedNumber, Lines
from uball_assets.services.forecasting.players.plain import plain_forecasts
from uball_assets.services.forecasting.training import Trained, train_player
from uball_assets_tests.services.forecasting.played import lines

LINEAR = ForecastConfig(candidates=("rating",), tuning_trials=3)
ROWS = lines(40)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_player(ROWS, How.FROM_SCRATCH, None, ForecastConfig())


def loaded(tmp_path: Path, trained: Trained, name: str = "player-model-v1") -> PlayerModel:
    store = FolderStore(tmp_path)
    save(store, name, trained)
    return load_player(store, name)


def test_each_number_is_told_beside_what_anybody_could_say(trained: Trained) -> None:
    assert set(trained.card["stats"]) == set(STATS)
    told = trained.card["stats"]["points"]["evaluation"]["models"]
    assert told.keys() == {"shrunken", "ridge", "boosting", "last game", "season average"}
    kept = told[trained.card["stats"]["points"]["candidate"]]
    assert kept["deviance"]["value"] < told["last game"]["deviance"]["value"]
    assert kept["error"]["low"] < kept["error"]["value"] < kept["error"]["high"]


def test_what_never_happened_yet_is_not_boosted(trained: Trained) -> None:
    assert "boosting" not in trained.card["stats"]["fours_made"]["evaluation"]["models"]


def test_the_interval_holds_about_as_many_lines_as_it_says(trained: Trained) -> None:
    """Rather more: points here are even numbers, and the interval is whole steps of two wide."""
    covered = trained.card["stats"]["points"]["evaluation"]["coverage"]
    assert covered["lines"] == 96
    assert 0.75 <= covered["value"] <= 0.9


def test_players_of_few_games_are_not_learned_from() -> None:
    guest = replace(ROWS[0], player_id="guest")
    assert train_player([*ROWS, guest], How.FROM_SCRATCH, None, LINEAR).card["learned"]["players"] == 6
    everybody = replace(LINEAR, min_matches_per_player=1)
    assert train_player([*ROWS, guest], How.FROM_SCRATCH, None, everybody).card["learned"]["players"] == 7


def test_only_so_many_days_back_are_learned_from() -> None:
    recent = replace(LINEAR, days_back=9)
    assert train_player(ROWS, How.FROM_SCRATCH, None, recent).card["learned"]["games"] == 10


def test_what_anybody_could_say_looks_at_lines_before_alone() -> None:
    two = [row for row in ROWS if row.player_id in ("p0", "p1")][:6]
    told = plain_forecasts(two, np.array([10.0, 4.0, 20.0, 6.0, 0.0, 8.0]))
    assert told["last game"].tolist() == pytest.approx([0.02, 10, 10, 4, 20, 6])
    assert told["season average"].tolist() == pytest.approx([0.02, 10, 10, 4, 15, 5])


def test_a_model_that_goes_on_is_the_one_learned_anew_of_the_same_scale(tmp_path: Path) -> None:
    before = loaded(tmp_path, train_player(ROWS[:180], How.FROM_SCRATCH, None, LINEAR))
    went_on = train_player(ROWS, How.CONTINUED, before, LINEAR)
    assert went_on.card["how_says"] == "from the weights of player-model-v1, with 60 new lines"
    anew = loaded(tmp_path, train_player(ROWS, How.FROM_SCRATCH, None, LINEAR), "player-model-v2")
    later = loaded(tmp_path, went_on, "player-model-v3")
    for row in ROWS[:5]:
        new, scratch = (model.forecast(row.features).stats["points"].mean for model in (later, anew))
        assert new == pytest.approx(scratch, abs=0.2)


def test_tuned_hyperparameters_are_those_of_the_next_training_too(tmp_path: Path) -> None:
    tuned = train_player(ROWS, How.TUNED, None, LINEAR)
    assert tuned.card["tuning"]["ridge"]["trials"] == 3
    before = loaded(tmp_path, tuned)
    later = train_player(ROWS, How.FROM_SCRATCH, before, LINEAR).card
    assert later["hyperparameters"] == tuned.card["hyperparameters"]


def test_reasons_of_points_add_up_from_the_average_line_to_this_one(tmp_path: Path, trained: Trained) -> None:
    model = loaded(tmp_path, trained)
    forecast = model.forecast(ROWS[3].features)
    base = model.stats["points"].expected.base
    assert forecast.stats["points"].mean == pytest.approx(base + sum(each.adds for each in forecast.reasons))


def test_trees_of_counts_add_up_too_and_are_kept_as_text() -> None:
    x = np.array([list(row.features.values()) for row in ROWS], dtype=np.float64)
    y = np.array([row.counts.points for row in ROWS], dtype=np.float64)
    made = BoostedCounts().learn(Lines(tuple(ROWS[0].features), "points", x, y), BoostedCounts.defaults, 7)
    assert isinstance(made, BoostedNumber)
    assert made.base + made.adds(x).sum(axis=1) == pytest.approx(made.of(x))
    again = BoostedCounts().load(3, made.tensors, made.text)
    assert again.of(x).tolist() == made.of(x).tolist()
