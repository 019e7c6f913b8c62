"""Models of forecasts: kept and loaded they forecast the same; what is damaged or foreign is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.outcome import chance_of
from uball_assets.services.forecasting.models import load_outcome, load_player, save
from uball_assets.services.forecasting.training import Trained, train_outcome, train_player
from uball_assets_tests.services.forecasting.played import games, lines

CONFIG = ForecastConfig()


@pytest.fixture(scope="module")
def outcome() -> Trained:
    return train_outcome(games(60), How.FROM_SCRATCH, None, CONFIG)


@pytest.fixture(scope="module")
def player() -> Trained:
    return train_player(lines(20), How.FROM_SCRATCH, None, CONFIG)


@pytest.fixture
def store(tmp_path: Path, outcome: Trained, player: Trained) -> FolderStore:
    store = FolderStore(tmp_path)
    save(store, "outcome-model-v1", outcome)
    save(store, "player-model-v1", player)
    return store


def test_the_same_games_and_seed_give_the_same_bytes(outcome: Trained, player: Trained) -> None:
    assert train_outcome(games(60), How.FROM_SCRATCH, None, CONFIG) == outcome
    assert train_player(lines(20), How.FROM_SCRATCH, None, CONFIG) == player


def test_the_better_team_is_likelier_to_win_and_expected_to_score_more(store: FolderStore) -> None:
    model = load_outcome(store, "outcome-model-v1")
    row = dict(games(1)[0].features)
    better = model.forecast({**row, "elo_medium_difference": 200.0, "win_share_difference": 0.5})
    worse = model.forecast({**row, "elo_medium_difference": -200.0, "win_share_difference": -0.5})
    assert better.home_win > 0.6 > 0.5 > worse.home_win
    assert better.home_points.mean > worse.home_points.mean
    assert better.home_points.low < better.home_points.mean < better.home_points.high


def test_reasons_add_up_from_the_average_game_to_this_one(store: FolderStore) -> None:
    model = load_outcome(store, "outcome-model-v1")
    for row in games(5, seed=3):
        forecast = model.forecast(row.features)
        assert forecast.home_win == pytest.approx(
            chance_of(model.base + sum(reason.adds for reason in forecast.reasons))
        )
        assert forecast.reasons
        assert {reason.feature: reason.value for reason in forecast.reasons}.items() <= row.features.items()


def test_a_player_who_scores_more_is_expected_to(store: FolderStore) -> None:
    model = load_player(store, "player-model-v1")
    row = {"rebounds_season": 2.0, "is_home": 1.0}
    good = model.forecast({**row, "points_season": 11.0}).stats["points"]
    poor = model.forecast({**row, "points_season": 4.0}).stats["points"]
    assert good.mean == pytest.approx(11, abs=1.5)
    assert poor.mean == pytest.approx(4, abs=1.5)
    assert good.low < good.mean < good.high


def test_a_feature_that_is_not_there_is_named(store: FolderStore) -> None:
    with pytest.raises(Permanent, match="elo_slow_difference"):
        load_outcome(store, "outcome-model-v1").forecast({})
    with pytest.raises(Permanent, match="points_season"):
        load_player(store, "player-model-v1").forecast({})


def test_a_model_of_the_other_family_is_refused(store: FolderStore) -> None:
    with pytest.raises(Permanent, match="forecasts 'player', not 'outcome'"):
        load_outcome(store, "player-model-v1")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("weights.safetensors", b"nothing"),
        ("card.json", b"{"),
        ("card.json", b"[]"),
        ("card.json", b'{"format": "another"}'),
        ("card.json", b'{"format": "uball-forecast-1", "family": "outcome"}'),
    ],
)
def test_what_is_damaged_or_foreign_is_refused_with_a_remedy(
    store: FolderStore, file: str, content: bytes
) -> None:
    store.write(f"forecasting/outcome-model-v1/{file}", content)
    with pytest.raises(Permanent, match=r"train (it|the model) again"):
        load_outcome(store, "outcome-model-v1")


def test_a_card_with_other_features_than_the_weights_is_refused(store: FolderStore) -> None:
    where = "forecasting/outcome-model-v1/card.json"
    card = json.loads(store.read(where))
    store.write(where, json.dumps({**card, "features": card["features"][1:]}).encode())
    with pytest.raises(Permanent, match="damaged"):
        load_outcome(store, "outcome-model-v1")


def test_the_expected_score_never_says_otherwise_than_the_chance(store: FolderStore) -> None:
    model = load_outcome(store, "outcome-model-v1")
    told = [model.forecast(row.features) for row in games(60, seed=6)]
    likelier = {one.home_win > 0.5 for one in told}
    assert likelier == {True, False}
    assert all((one.home_win > 0.5) == (one.home_points.mean > one.away_points.mean) for one in told)
