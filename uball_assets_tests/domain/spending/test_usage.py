"""What was kept, sent and computed, as charges by day, game and batch."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.alerts import failure_alert, spending_alert
from uball_assets.domain.spending.service_prices import (
    DAYS_A_MONTH,
    GB_BYTES,
    SERVICE_PRICES,
    parse_service_prices,
)
from uball_assets.domain.spending.usage import (
    Charge,
    RunTime,
    compute_charges,
    egress_charges,
    job_charges,
    storage_charges,
    totals,
    unpriced,
)

DAY = "2026-11-28"
NOON_S = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()
MACHINE = parse_service_prices(
    '[{"service": "machine", "what": "compute", "usd": 0.5, "as_of": "2026-11-28"}]'
)


def sent(game_id: str, gigabytes: float, batch: str = "", service: str = "s3") -> dict[str, Any]:
    size_bytes = int(gigabytes * GB_BYTES)
    told = {"what": "egress", "service": service, "game_id": game_id, "batch": batch}
    return {**told, "day": DAY, "bytes": size_bytes}


def kept(folder: str, gigabytes: float, day: str) -> dict[str, Any]:
    told = {"folder": folder, "game_id": folder.split("/")[1], "service": "gs"}
    return {**told, "bytes": int(gigabytes * GB_BYTES), "recorded_at": f"{day}T10:00:00+00:00"}


def test_what_left_a_bucket_is_charged_to_its_game_day_and_batch() -> None:
    (charge,) = egress_charges([sent("g1", 40, "b1")], SERVICE_PRICES)
    assert (charge.day, charge.game_id, charge.batch) == (DAY, "g1", "b1")
    assert charge.usd == pytest.approx(40 * 0.09)


def test_what_is_kept_is_charged_each_day_until_it_changes_or_goes() -> None:
    folder = "Games/g1/"
    record = [kept(folder, 30, "2026-11-25"), kept(folder, 60, "2026-11-27"), kept(folder, 0, "2026-11-29")]
    charges = list(storage_charges(record, SERVICE_PRICES, date(2026, 11, 1), date(2026, 11, 30)))
    a_day = 30 * 0.02 / DAYS_A_MONTH
    assert [(charge.day, charge.game_id) for charge in charges] == [
        (f"2026-11-{day}", "g1") for day in (25, 26, 27, 28)
    ]
    assert [charge.usd for charge in charges] == pytest.approx([a_day, a_day, 2 * a_day, 2 * a_day])


def test_only_the_days_asked_for_are_charged_and_a_folder_each() -> None:
    record = [kept("Games/g1/", 30, "2026-01-01"), kept("games/g1/", 3, "2026-11-28")]
    charges = list(storage_charges(record, SERVICE_PRICES, date(2026, 11, 28), date(2026, 11, 28)))
    assert [charge.day for charge in charges] == [DAY, DAY]
    (total,) = totals(charges, lambda charge: charge.game_id)
    assert total.usd == pytest.approx(33 * 0.02 / DAYS_A_MONTH)


def test_a_runs_hours_are_charged_where_somebody_named_the_machines_price() -> None:
    run = RunTime("g1", "b1", NOON_S - 7200, NOON_S)
    (charge,) = compute_charges([run], MACHINE)
    assert charge == Charge(DAY, "compute", 1.0, "g1", "b1", 2.0, "machine")
    (unknown,) = compute_charges([run], SERVICE_PRICES)
    assert unknown.usd is None
    assert unpriced([unknown, unknown, charge]) == ["compute of machine: 4.00 hours"]


@pytest.mark.parametrize("subject", ["game g1 by basketball-model-v1", "game g1, asked again by m-v1"])
def test_answers_about_a_game_are_charged_to_it_and_to_the_batch_of_its_run(subject: str) -> None:
    bill = {"what": "answers", "subject": subject, "usd": 0.5, "month": "2026-11", "tokens": 1}
    training = {
        "what": "training",
        "subject": "basketball-model-v1",
        "usd": 4.0,
        "month": "2026-11",
        "tokens": 1,
    }
    entries = [{**entry, "recorded_at": f"{DAY}T12:00:00+00:00"} for entry in (bill, training)]
    runs = [
        RunTime("g1", "earlier", NOON_S - 9000, NOON_S - 4000),
        RunTime("g1", "b1", NOON_S - 60, NOON_S + 60),
        RunTime("", "b1", NOON_S - 60, NOON_S + 600),
    ]
    charges = list(job_charges(entries, runs))
    assert charges[0] == Charge(DAY, "answers", 0.5, "g1", "b1")
    assert charges[1] == Charge(DAY, "training", 4.0, "", "b1")
    (batch,) = totals(charges, lambda charge: charge.batch)
    assert (batch.name, batch.usd, batch.by_what) == ("b1", 4.5, {"answers": 0.5, "training": 4.0})


def test_every_sum_is_the_sum_of_its_charges_and_what_has_no_price_counts_nothing() -> None:
    charges = [
        *egress_charges([sent("g1", 10), sent("g2", 20), sent("g2", 1, service="machine")], SERVICE_PRICES)
    ]
    by_day, by_game = (
        totals(charges, lambda charge: charge.day),
        totals(charges, lambda charge: charge.game_id),
    )
    assert by_day[0].usd == pytest.approx(sum(total.usd for total in by_game)) == pytest.approx(30 * 0.09)
    assert [total.name for total in by_game] == ["g1", "g2"]
    assert unpriced(charges) == ["egress of machine: 1.00 GBs"]


# prices


def test_every_price_of_a_service_says_when_and_where_it_was_read() -> None:
    for price in SERVICE_PRICES:
        assert price.usd > 0
        assert date(2022, 1, 1) < price.as_of <= date(2026, 11, 28)
        assert len(price.source) > 20


def test_a_price_of_ones_own_replaces_the_tables_or_adds_to_it() -> None:
    table = parse_service_prices(
        '[{"service": "s3", "what": "egress", "usd": 0.05, "as_of": "2026-12-01", "source": "our contract"}]'
    )
    (ours,) = (price for price in table if (price.service, price.what) == ("s3", "egress"))
    assert (ours.usd, ours.source) == (0.05, "our contract")
    assert len(table) == len(SERVICE_PRICES)
    assert len(MACHINE) == len(SERVICE_PRICES) + 1


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            '{"service": "azure", "what": "egress", "usd": 1, "as_of": "2026-12-01"}',
            "'azure' is none of gs, s3",
        ),
        ('{"service": "gs", "what": "lunch", "usd": 1, "as_of": "2026-12-01"}', "'lunch' is none of storage"),
        ('{"service": "gs", "what": "egress", "usd": "much", "as_of": "2026-12-01"}', "'much' is no amount"),
        ('{"service": "gs", "what": "egress", "usd": 1, "as_of": "soon"}', "'soon' is no day"),
    ],
)
def test_a_price_that_cannot_be_is_named_with_the_form(entry: str, says: str) -> None:
    with pytest.raises(Permanent, match=says) as refused:
        parse_service_prices(f"[{entry}]")
    assert '"service": "machine"' in str(refused.value)


# alerts


def test_a_day_over_the_threshold_is_told_with_its_parts_and_no_other_day() -> None:
    charges = [
        Charge(DAY, "egress", 4.0),
        Charge(DAY, "storage", 1.5),
        Charge("2026-11-27", "training", 50.0),
    ]
    told = spending_alert(charges, DAY, 5.0)
    assert told is not None
    assert told.startswith(f"$5.50 on {DAY} is over $5.00 a day (UBALL_ALERT_DAY_USD): egress $4.00, storage")
    assert spending_alert(charges, DAY, 5.5) is None
    assert spending_alert([], DAY, 0.0) is None


@pytest.mark.parametrize(("failed", "is_told"), [(0, False), (2, False), (3, True), (40, True)])
def test_failures_are_told_once_there_are_so_many_an_hour(failed: int, is_told: bool) -> None:
    told = failure_alert(failed, 3)
    assert (told is not None) is is_told
    assert told is None or f"{failed} runs failed within the last hour" in told
