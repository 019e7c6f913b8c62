"""`uball routes`, `history`, `promote`, `canary`, `shadow`, `rollback`, and the jobs of the same names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets.domain.record import Family
from uball_assets_tests.assets.serving.scripted import V1, V2
from uball_assets_tests.league import Platform
from uball_assets_tests.services.forecasting.operating.models import add_model


@pytest.fixture
def league(undecided: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """v1 serves, v2 is scored and waits."""
    monkeypatch.setenv("UBALL_HOME", str(undecided.settings.home))
    return undecided


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def told(*arguments: str) -> Any:
    done = uball(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_each_change_is_told_and_stands_in_the_history_with_who_and_why(league: Platform) -> None:
    assert (
        told("shadow", "v2", "--because", "a look", "--by", "ann")["serves"] == f"{V1} 100 %, {V2} in shadow"
    )
    assert told("routes")["trial"]["outcome"] == "waiting for games"
    assert told("canary", "v2", "--percent", "20", "--because", "try it")["serves"] == f"{V1} 80 %, {V2} 20 %"
    assert told("promote", "v2-2games", "--because", "it is better")["serves"] == f"{V2} 100 %"
    assert told("rollback", "--because", "it is not", "--by", "bob")["serves"] == f"{V1} 100 %"
    rows = told("history")
    assert [(row["what"], row["why"]) for row in rows[1:]] == [
        ("shadow", "a look"),
        ("canary", "try it"),
        ("promotion", "it is better"),
        ("rollback", "it is not"),
    ]
    assert (rows[1]["who"], rows[-1]["who"]) == ("ann", "bob")
    assert [row["generation"] for row in told("history", "--last", "2")] == [4, 5]
    assert told("routes")["trial"] is None
    serves = {row["name"]: row["status"] for row in league.resources.plays_db.model_versions()}
    assert serves == {V1: "serving", V2: "retired"}


@pytest.mark.usefixtures("league")
def test_a_person_reads_who_serves_and_how_the_trial_stands() -> None:
    uball("shadow", "v2", "--because", "a look", "--by", "ann")
    output = uball("routes").output
    assert f"serves      {V1} 100 %, {V2} in shadow" in output
    assert f"trial       {V2} beside {V1}: waiting for games, no game that both" in output
    assert "ends by itself in 14 days" in output
    assert f"trial      {V2} beside {V1}: waiting for games" in uball("why").output
    assert "a look" in uball("history").output
    assert "in shadow" in uball("status").output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("promote", "v9", "--because", "why"), 1, "there is no model v9"),
        (("promote", "v2"), 2, "Missing option '--because'"),
        (("rollback", "--because", "why"), 1, "no earlier champion answers"),
        (("canary", "v2", "--percent", "50", "--because", "why"), 2, "50 is not in the range"),
    ],
)
def test_what_cannot_be_says_so(league: Platform, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = uball(*arguments)
    assert (done.exit_code, says in done.output) == (code, True), done.output
    assert len(league.entries("routes")) == 1


def test_without_a_model_nobody_serves(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_HOME", str(platform.settings.home))
    assert uball("routes").output.startswith("No video model serves yet")
    assert uball("history").output.startswith("No video model has served yet")
    done = uball("shadow", "v1", "--because", "why")
    assert (done.exit_code, "there is no model v1" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("job", "config", "serves"),
    [
        ("promote", {"model": "v2"}, f"{V2} 100 %"),
        ("canary", {"model": "v2", "percent": 20}, f"{V1} 80 %, {V2} 20 %"),
        ("shadow", {"model": "v2"}, f"{V1} 100 %, {V2} in shadow"),
    ],
)
def test_each_change_is_a_job_that_a_person_presses(
    league: Platform, job: str, config: dict[str, Any], serves: str
) -> None:
    assert press(league, job, because="a look", by="ann", **config)
    row = told("routes")
    assert (row["serves"], row["who"], row["why"]) == (serves, "ann", "a look")
    assert press(league, "rollback", because="enough")
    row = told("routes")
    assert (row["serves"], row["who"], row["why"]) == (f"{V1} 100 %", "a person in the UI", "enough")
    assert not press(league, "promote", because="why", model="v9")


def press(platform: Platform, name: str, **config: Any) -> bool:
    run = platform.defs.resolve_job_def(f"{name}_job").execute_in_process(
        instance=platform.instance, run_config={"ops": {name: {"config": config}}}, raise_on_error=False
    )
    return run.success


def test_the_routes_of_a_family_of_forecasts_are_changed_by_the_same_commands(
    undecided: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_HOME", str(undecided.settings.home))
    before = told("routes")
    assert told("routes", "--family", "outcome") == {}
    for games in (40, 44):
        add_model(undecided.resources.registry, undecided.resources.training, Family.OUTCOME, games)
    of_outcome = ("--family", "outcome", "--because", "a look")
    assert told("promote", "v1", *of_outcome)["serves"] == "outcome-model-v1 100 %"
    assert press(undecided, "shadow", model="v2", because="a look", family="outcome")
    assert (
        "trial       outcome-model-v2 beside outcome-model-v1: waiting"
        in uball("routes", "--family", "outcome").output
    )
    assert [row["what"] for row in told("history", "--family", "outcome")] == ["promotion", "shadow"]
    assert told("rollback", *of_outcome)["serves"] == "outcome-model-v1 100 %"
    assert not press(undecided, "promote", model="v2", because="why", family="plays")
    assert told("routes") == before
    assert "outcome-model-v1 beside" not in uball("routes", "--family", "outcome").output
    why = uball("why", "--family", "outcome").output
    assert "waiting: 0 games with a result" in why
    assert "v2-44games is scored, and nobody has decided on it" in why
    assert "v1-40games (outcome-model-v1): from scratch" in uball("card", "--family", "outcome").output
    assert told("card", "v2", "--family", "outcome")["learned"]["games"] == 44
    kept = told("janitor", "--family", "outcome")["versions"]
    assert {row["model"]: row["is"] for row in kept} == {f"outcome-model-v{n}": "kept" for n in (1, 2)}
    asked = uball("train", "--family", "player", "--because", "new rosters")
    assert "forecast_retrain_sensor starts it, or materialise player_model" in asked.output
    assert (undecided.entries("training_requests"), len(undecided.entries("player_training_requests"))) == (
        [],
        1,
    )
