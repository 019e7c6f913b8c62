"""The plan of a training: its tokens and price as they would be billed, and one refusal with every reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from uball_assets.domain.spending.base_models import HERE, base_model
from uball_assets.domain.spending.cost import PRICES
from uball_assets.domain.spending.preflight import TuningRequest
from uball_assets.domain.spending.tuning_plan import TuningPlan, plan_training
from uball_assets_tests.domain.spending.test_preflight import lines

TODAY = date(2026, 11, 23)
ASKED = TuningRequest("basketball-model-v2-5games", "us-central1", 2, {"adapter_size": "4"})


def plan(
    base: str = "gemini-3.5-flash",
    asked: TuningRequest = ASKED,
    count: int = 200,
    today: date = TODAY,
    parent_uri: str | None = None,
) -> TuningPlan:
    return plan_training(
        lines(count), lines(10, "validation"), base_model(base), asked, PRICES, today, parent_uri
    )


def test_what_is_billed_is_the_training_data_times_the_epochs() -> None:
    planned = plan(parent_uri="projects/1/locations/us-central1/models/7@1")
    assert (planned.train_count, planned.validation_count) == (200, 10)
    assert planned.tokens_per_epoch == 200 * (300 + 10 * 70)
    assert planned.training_tokens == 400_000
    assert planned.estimated_usd == pytest.approx(4.0)
    assert (planned.faults, planned.warnings) == ((), ())
    assert planned.refusal() is None


def test_a_person_reads_every_number_with_its_source() -> None:
    told = dict(plan(parent_uri="models/7@1").rows)
    assert told == {
        "model": "basketball-model-v2-5games",
        "starts from": "models/7@1",
        "base": "gemini-3.5-flash (retires 2027-05-19, in 177 days)",
        "location": "us-central1",
        "examples": "200 to learn from, 10 to validate",
        "tokens": "about 400,000 (200,000 x 2 epochs)",
        "price": "about $4.00 ($10.00 a million tokens, "
        "Google's pricing page, in third-party copies, 2026-11-21)",
    }
    assert dict(plan().rows)["starts from"] == "its base, gemini-3.5-flash"


def test_lines_that_will_be_dropped_are_not_billed_and_are_warned_of() -> None:
    long = [replace(line, text_tokens=200_000) for line in lines(3)]
    planned = plan_training(
        [*long, *lines(200)[3:]], [], base_model("gemini-3.5-flash"), ASKED, PRICES, TODAY
    )
    assert planned.tokens_per_epoch == 197 * 1_000
    assert planned.refusal() is None
    assert planned.warnings == (
        "3 lines too long, and will be dropped unbilled: gs://b/train.jsonl line 1, 2, 3",
    )


@pytest.mark.parametrize(
    ("base", "told", "said"),
    [
        ("gemini-2.5-flash", {}, "gemini-2.5-flash: projects that did not use it before 2026-10-20"),
        ("gemini-3.1-flash-lite", {"today": date(2027, 2, 20)}, "gemini-3.1-flash-lite retires in 76 days"),
        ("gemini-3.5-flash", {"count": 99}, "99 examples are few"),
    ],
)
def test_what_should_be_known_is_warned_of_and_hinders_nothing(base: str, told: Any, said: str) -> None:
    planned = plan(base, **told)
    assert [warning.startswith(said) for warning in planned.warnings] == [True]
    assert planned.refusal() is None


def test_an_unknown_price_is_said_and_refused_and_no_number_takes_its_place() -> None:
    planned = plan("gemini-2.5-pro")
    assert planned.estimated_usd is None
    assert dict(planned.rows)["price"].startswith(
        "price unknown: training of gemini-2.5-pro; set UBALL_PRICES"
    )
    assert "price unknown: training of gemini-2.5-pro; set UBALL_PRICES" in str(planned.refusal())


def test_one_refusal_tells_the_first_faults_with_their_lines_and_how_many_more() -> None:
    asked = TuningRequest("m", "mars", 1, {"adapter_size": "3"}, {"A": "B"})
    missing = [replace(line, size_bytes=None) for line in lines(200)]
    planned = plan_training(missing, missing, base_model("gemini-3.5-flash"), asked, PRICES, TODAY)
    text = str(planned.refusal())
    assert text.startswith(
        "m is not trained: location mars: gemini-3.5-flash is not tuned there [training m]; set"
    )
    assert text.endswith("and 2 more faults (`uball tune --plan` lists them)")
    faults = [said for name, said in planned.rows if name == "fault"]
    assert len(faults) == len(planned.faults) == 5
    assert "clip that is not there (400 lines)" in faults[3]
    assert "gs://b/train.jsonl line 1, 2, 3, 4, 5, and 395 more" in faults[3]


def test_epochs_that_nobody_gave_cost_nothing_and_are_refused() -> None:
    planned = plan(asked=replace(ASKED, epochs=None))
    assert planned.training_tokens == 0
    assert "UBALL_EPOCHS" in str(planned.refusal())


def test_a_training_on_this_machine_is_free_and_lasts() -> None:
    planned = plan("local-mlp-1", TuningRequest("m", HERE, 1), count=2)
    told = dict(planned.rows)
    assert told["price"] == "nothing: runs on this machine"
    assert told["base"] == "local-mlp-1 (never retires)"
    assert "tokens" not in told
    assert (planned.estimated_usd, planned.warnings, planned.refusal()) == (0, (), None)


def test_on_this_machine_lines_that_cannot_be_learned_from_are_warned_of() -> None:
    train = [replace(lines(1)[0], fault="broken"), *lines(20)[1:]]
    planned = plan_training(train, [], base_model("local-mlp-1"), TuningRequest("m", HERE, 1), PRICES, TODAY)
    assert planned.warnings == ("1 line not to be learned from: gs://b/train.jsonl line 1",)


def test_a_plan_is_json_whatever_is_in_it() -> None:
    told = json.loads(json.dumps(plan().to_dict()))
    assert told["base_retires_on"] == "2027-05-19"
    assert told["price"]["as_of"] == "2026-11-21"
    assert json.loads(json.dumps(plan("gemini-2.5-pro").to_dict()))["price"] is None
