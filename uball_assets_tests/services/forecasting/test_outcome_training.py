"""Training the outcome model: who is kept, how each way of training starts, what the card tells."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.outcome import OutcomeModel
from uball_assets.domain.hashing import bytes_hash, content_hash
from uball_assets.domain.league.fixtures import Phase
from uball_assets.services.forecasting.candidates import known
from uball_assets.services.forecasting.candidates.boosting import Trees
from uball_assets.services.forecasting.comparing import outcome_losses
from uball_assets.services.forecasting.models import load_outcome, save
from uball_assets.services.forecasting.rolling import KNOWN_AFTER, origins
from uball_assets.services.forecasting.training import Trained, train_outcome
from uball_assets_tests.services.forecasting.played import games

CONFIG = ForecastConfig(tuning_trials=4)
LINEAR = replace(CONFIG, candidates=("rating", "logistic", "margin"))
ROWS = games(100)


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_outcome(ROWS, How.FROM_SCRATCH, None, CONFIG)


def loaded(tmp_path: Path, trained: Trained, name: str = "outcome-model-v1") -> OutcomeModel:
    store = FolderStore(tmp_path)
    save(store, name, trained)
    return load_outcome(store, name)


def test_no_game_is_forecast_from_itself_or_a_later_one() -> None:
    tip_offs = [row.tip_off for row in ROWS]
    for origin in origins(tip_offs):
        assert all(
            known + KNOWN_AFTER <= tip_offs[origin.asked.start] for known in tip_offs[: origin.learned]
        )
    assert [place for one in origins(tip_offs) for place in one.asked] == list(range(40, 100))


def test_the_card_tells_every_candidate_beside_every_baseline_on_later_games(trained: Trained) -> None:
    told = trained.card["evaluation"]
    assert [name for name, each in told["models"].items() if each["is_baseline"]] == [
        "home share",
        "better record",
        "Elo",
    ]
    assert {"rating", "logistic", "margin", "boosting"} < told["models"].keys()
    for each in told["models"].values():
        assert each["games"] == told["games"] == 60
        assert each["log_loss"]["low"] < each["log_loss"]["value"] < each["log_loss"]["high"]
    assert len(trained.card["losses"]) == 60
    assert np.mean(list(trained.card["losses"].values())) == pytest.approx(
        told["models"][trained.card["candidate"]]["log_loss"]["value"]
    )


def test_the_simplest_is_kept_where_the_rating_says_all_there_is(trained: Trained) -> None:
    assert trained.card["candidate"] == "rating"


def test_more_features_are_kept_where_they_say_significantly_more() -> None:
    """A strength in two halves, of which a single rating has one."""
    rng = np.random.default_rng(1)
    rows = []
    for row in games(400, seed=4):
        other = float(rng.normal())
        margin = round(row.margin + 6 * other) or 1
        features = {**row.features, "bradley_terry_difference": 2 * other}
        rows.append(replace(row, features=features, home_points=row.away_points + margin))
    card = train_outcome(rows, How.FROM_SCRATCH, None, LINEAR).card
    assert card["candidate"] in ("logistic", "margin"), card["why"]
    assert next(iter(card["importance"])) == "bradley_terry_difference"
    assert next(iter(card["importance_of_groups"])) == "ratings"


def test_seasons_and_phases_that_do_not_count_are_left_out() -> None:
    playoffs = [replace(row, game_id=f"p{row.game_id}", phase=Phase.PLAYOFFS) for row in ROWS[-20:]]
    friendly = [replace(row, game_id=f"f{row.game_id}", phase=Phase.PRE_SEASON) for row in ROWS[:20]]
    card = train_outcome([*friendly, *ROWS, *playoffs], How.FROM_SCRATCH, None, LINEAR).card
    assert card["learned"]["games"] == 100
    with_playoffs = replace(LINEAR, with_playoffs=True)
    assert (
        train_outcome([*ROWS, *playoffs], How.FROM_SCRATCH, None, with_playoffs).card["learned"]["games"]
        == 120
    )


def test_with_too_few_games_the_simplest_serves_and_says_so() -> None:
    card = train_outcome(ROWS[:5], How.FROM_SCRATCH, None, CONFIG).card
    assert (card["candidate"], card["why"]) == ("rating", "the simplest: too few games to compare")
    with pytest.raises(Permanent, match="collect results first"):
        train_outcome([], How.FROM_SCRATCH, None, CONFIG)


@pytest.mark.parametrize("candidate", ["rating", "logistic", "margin"])
def test_a_linear_model_that_goes_on_is_nearly_the_one_learned_anew(tmp_path: Path, candidate: str) -> None:
    """On the same scale: exactly for the margin, and as near as Laplace is for chances."""
    config = replace(CONFIG, candidates=(candidate,))
    before = loaded(tmp_path, train_outcome(ROWS[:80], How.FROM_SCRATCH, None, config))
    went_on = train_outcome(ROWS, How.CONTINUED, before, config)
    assert went_on.card["how"] == "continued"
    assert went_on.card["how_says"] == "from the weights of outcome-model-v1, with 20 new games"
    assert (went_on.card["parent"], went_on.card["candidate"]) == ("outcome-model-v1", candidate)
    anew = loaded(tmp_path, train_outcome(ROWS, How.FROM_SCRATCH, None, config), "outcome-model-v2")
    later = loaded(tmp_path, went_on, "outcome-model-v3")
    for row in games(5, seed=9):
        old, new, scratch = (model.forecast(row.features) for model in (before, later, anew))
        assert new.home_win == pytest.approx(scratch.home_win, abs=0.03)
        assert new.home_win != old.home_win
        assert new.home_points.mean == pytest.approx(scratch.home_points.mean, abs=0.5)


def test_games_that_the_weights_gone_on_from_have_learned_are_never_new_to_the_model(tmp_path: Path) -> None:
    before = loaded(tmp_path, train_outcome(ROWS[:80], How.FROM_SCRATCH, None, LINEAR))
    lately = train_outcome(ROWS, How.CONTINUED, before, replace(LINEAR, days_back=10))
    assert lately.card["learned"]["games"] < 40
    assert outcome_losses(loaded(tmp_path, lately, "outcome-model-v2"), ROWS) == {}


def test_boosting_goes_on_with_more_trees_on_those_that_there_are(tmp_path: Path) -> None:
    config = replace(CONFIG, candidates=("boosting",))
    before = loaded(tmp_path, train_outcome(ROWS[:80], How.FROM_SCRATCH, None, config))
    after = loaded(tmp_path, train_outcome(ROWS, How.CONTINUED, before, config), "outcome-model-v2")
    assert isinstance(before.winner, Trees)
    assert isinstance(after.winner, Trees)
    assert (before.winner.booster.num_trees(), after.winner.booster.num_trees()) == (100, 125)


def test_what_cannot_be_gone_on_from_is_learned_anew_and_the_card_says_why(tmp_path: Path) -> None:
    before = loaded(tmp_path, train_outcome(ROWS[:80], How.FROM_SCRATCH, None, LINEAR))
    more = [replace(row, features={**row.features, "new_difference": 1.0}) for row in ROWS]
    card = train_outcome(more, How.CONTINUED, before, LINEAR).card
    assert card["how"] == "from scratch"
    assert card["how_says"] == "every game anew; outcome-model-v1 has learned from other features"


def test_tuning_is_judged_by_games_before_those_compared_on(tmp_path: Path) -> None:
    tuned = train_outcome(ROWS, How.TUNED, None, LINEAR).card
    assert tuned["tuning"]["margin"]["trials"] == 4
    assert tuned["tuning"]["margin"]["ended_by"] == "trials"
    was_changed = any(each["taken"] for name, each in tuned["tuning"].items() if name != "says")
    assert tuned["evaluation"]["games"] == (30 if was_changed else 60)
    before = loaded(tmp_path, train_outcome(ROWS, How.TUNED, None, LINEAR))
    later = train_outcome(ROWS, How.FROM_SCRATCH, before, LINEAR).card
    assert later["hyperparameters"] == tuned["hyperparameters"]


def test_a_budget_ends_the_tuning_and_the_card_says_so() -> None:
    hurried = replace(LINEAR, tuning_trials=10_000, tuning_budget_s=0.01)
    card = train_outcome(ROWS, How.TUNED, None, hurried).card
    assert card["tuning"]["rating"]["ended_by"] == "budget"


def test_without_lightgbm_the_others_are_compared_and_the_card_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "has_boosting", lambda: False)
    card = train_outcome(ROWS, How.FROM_SCRATCH, None, CONFIG).card
    assert "pip install 'uball_assets[boosting]'" in card["skipped"]["boosting"]
    assert "boosting" not in card["evaluation"]["models"]
    with pytest.raises(Permanent, match="cannot be had here"):
        known.candidate_of("boosting")


def test_another_process_makes_the_same_bytes() -> None:
    """Takes two seconds: the process imports LightGBM."""
    program = """
from uball_assets_tests.services.forecasting.test_outcome_training import made_hashes
print(*made_hashes())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == made_hashes()


def made_hashes() -> list[str]:
    found = []
    for candidate in ("margin", "boosting"):
        made = train_outcome(ROWS, How.FROM_SCRATCH, None, replace(CONFIG, candidates=(candidate,)))
        found += [content_hash(made.card), *sorted(map(bytes_hash, made.files.values()))]
    return found


def test_a_season_that_began_anew_learns_from_the_last_ones_too() -> None:
    later = [
        replace(row, game_id=f"n{row.game_id}", season="2026-27", tip_off=row.tip_off + timedelta(days=365))
        for row in ROWS[:9]
    ]
    card = train_outcome([*ROWS, *later], How.FROM_SCRATCH, None, LINEAR).card
    assert card["learned"]["seasons"] == ["2025-26", "2026-27"]
    assert (
        train_outcome([*ROWS, *later], How.FROM_SCRATCH, None, replace(LINEAR, seasons=1)).card["learned"][
            "games"
        ]
        == 9
    )
