from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.bills import COSTS, Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.answer_cost import ANSWER_TOKENS, Tokens
from uball_assets.domain.spending.cost import Ceilings, Price
from uball_assets.domain.spending.spending import spending

GEMINI, LOCAL = "gemini-3.5-flash", "local-mlp-1"
DAY = date(2026, 11, 23)
PRICES = (
    Price(GEMINI, "batch_input", 2.0, DAY, "a list"),
    Price(GEMINI, "batch_output", 10.0, DAY, "a list"),
)
MINUTES_S = [60.0] * 10
INPUT_TOKENS = 10 * (100 + 60 * 70)
ESTIMATED_USD = (INPUT_TOKENS * 2.0 + 10 * ANSWER_TOKENS * 10.0) / 1e6


def bills(folder: Path, job_usd: float = 50.0, month_usd: float = 200.0, month: int = 11) -> Bills:
    def now() -> datetime:
        return datetime(2026, month, 23, tzinfo=UTC)

    registry = StoreRegistry(FolderStore(folder), now)
    return Bills(registry, PRICES, Ceilings(job_usd, month_usd), "low", "batch", now)


def test_an_estimate_within_the_ceilings_is_allowed_and_nothing_is_billed_yet(tmp_path: Path) -> None:
    ours = bills(tmp_path)
    assert ours.allow_answers(GEMINI, MINUTES_S, 400, "asking v1") == pytest.approx(ESTIMATED_USD)
    assert ours.spent_this_month_usd == 0


def test_an_estimate_over_a_jobs_ceiling_is_refused_with_the_numbers(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"asking v1 is not submitted: about \$0\.11 .*UBALL_CEILING_JOB_USD"):
        bills(tmp_path, job_usd=0.1).allow_answers(GEMINI, MINUTES_S, 400, "asking v1")


def test_what_was_billed_counts_against_the_month_and_not_against_the_next(tmp_path: Path) -> None:
    ours = bills(tmp_path, month_usd=0.15)
    ours.enter_answers(GEMINI, [Tokens("batch", 40_000, 2_000)], 0.1, "game g1 by v1", "v1:g1")
    assert ours.spent_this_month_usd == pytest.approx(0.1)
    with pytest.raises(Permanent, match="UBALL_CEILING_MONTH_USD"):
        ours.allow_answers(GEMINI, MINUTES_S, 400, "asking v1")
    bills(tmp_path, month_usd=0.15, month=12).allow_answers(GEMINI, MINUTES_S, 400, "asking v1")


def test_a_bill_is_entered_once(tmp_path: Path) -> None:
    ours = bills(tmp_path)
    for _ in range(2):
        ours.enter_answers(GEMINI, [Tokens("batch", 40_000, 2_000)], 0.1, "game g1 by v1", "v1:g1")
        ours.enter_training("v2", "projects/1/locations/us/tuningJobs/5", 1_000_000, 10.0)
    told = [(entry["what"], entry["subject"], entry["usd"]) for entry in ours.registry.entries(COSTS)]
    assert told == [("answers", "game g1 by v1", 0.1), ("training", "v2", 10.0)]


def test_a_job_that_was_not_charged_clears_its_estimate(tmp_path: Path) -> None:
    ours = bills(tmp_path)
    ours.expect_training("v2", "job 5", 3_000_000, 30.0)
    assert ours.spent_this_month_usd == 30
    ours.enter_training("v2", "job 5", 0, 0.0)
    assert ours.spent_this_month_usd == 0


def test_a_running_job_counts_by_its_estimate_until_its_bill(tmp_path: Path) -> None:
    ours = bills(tmp_path, month_usd=40.0)
    ours.expect_training("v2", "job 5", 3_000_000, 30.0)
    with pytest.raises(Permanent, match="UBALL_CEILING_MONTH_USD"):
        ours.allow(20.0, "training v3")
    ours.enter_training("v2", "job 5", 1_500_000, 15.0)
    assert ours.spent_this_month_usd == 15
    ours.allow(20.0, "training v3")


def test_the_local_model_costs_nothing_under_any_ceiling(tmp_path: Path) -> None:
    ours = bills(tmp_path, job_usd=0.0, month_usd=0.0)
    assert ours.allow_answers(LOCAL, MINUTES_S, 400, "asking v1") == 0
    ours.enter_answers(LOCAL, (), 0.0, "game g1 by v1", "v1:g1")
    ours.enter_training("v1", "a fingerprint", 0, 0.0)
    assert ours.registry.entries(COSTS) == []


def test_a_cancelled_jobs_bill_says_so_beside_its_estimate_and_an_unknown_one_keeps_the_estimate(
    tmp_path: Path,
) -> None:
    ours = bills(tmp_path)
    ours.expect_training("v2", "job 5", 3_000_000, 30.0)
    waiting = ours.enter_cancelled("v2", "job 5", 0, None)
    assert (waiting["usd"], waiting["estimated_usd"], waiting["ended"]) == (None, 30.0, "cancelled")
    assert ours.spent_this_month_usd == 30
    ours.enter_training("v2", "job 5", 400_000, 4.0)
    assert ours.spent_this_month_usd == 4
    ours.expect_training("v3", "job 6", 3_000_000, 30.0)
    billed = ours.enter_cancelled("v3", "job 6", 100_000, 1.0)
    assert (billed["usd"], billed["estimated_usd"], billed["ended"]) == (1.0, 30.0, "cancelled")
    assert ours.spent_this_month_usd == 5
    assert [spent.cancelled for spent in spending(ours.registry.entries(COSTS)).by_subject] == [0, 1]


def test_answers_in_shadow_are_a_kind_of_their_own_and_have_a_ceiling_of_their_own(tmp_path: Path) -> None:
    ours = replace(bills(tmp_path), ceiling_shadow_usd=0.15)
    ours.enter_answers(GEMINI, [Tokens("batch", 40_000, 2_000)], 0.1, "game g1 by v1", "v1:g1")
    unused = ours.for_shadow()
    unused.allow_answers(GEMINI, MINUTES_S, 400, "asking v2")
    unused.enter_answers(GEMINI, [Tokens("batch", 40_000, 2_000)], 0.1, "game g1 by v2", "v2:g1")
    assert [entry["what"] for entry in ours.registry.entries(COSTS)] == ["answers", "shadow"]
    assert ours.spent_this_month_usd == pytest.approx(0.2)
    with pytest.raises(Permanent, match=r"over the ceiling of shadows \(UBALL_CEILING_SHADOW_USD\)"):
        unused.allow_answers(GEMINI, MINUTES_S, 400, "asking v2")
    ours.allow_answers(GEMINI, MINUTES_S, 400, "asking v1")
