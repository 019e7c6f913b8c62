"""`uball costs`: what was spent on what, what remains, and what things cost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main

NOW = datetime.now(UTC)
MONTH = f"{NOW:%Y-%m}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def spend(home: Path, subject: str, usd: float | None, what: str = "training", month: str = MONTH) -> None:
    registry = StoreRegistry(FolderStore(home / "training"), lambda: NOW)
    entry: dict[str, Any] = {"what": what, "subject": subject, "usd": usd, "estimated_usd": 5.0}
    key = str(len(registry.entries("costs")))
    registry.append("costs", {**entry, "tokens": 1_000_000, "month": month}, key=key)


def test_a_fresh_platform_has_spent_nothing_and_shows_its_ceilings_and_prices(home: Path) -> None:
    result = uball("costs")
    assert result.exit_code == 0
    assert "Nothing was spent yet." in result.stdout
    assert f"$0.00 spent in {MONTH} of $200.00 (UBALL_CEILING_MONTH_USD), $200.00 remain" in result.stdout
    assert "at most $50.00 (UBALL_CEILING_JOB_USD)" in result.stdout
    assert "gemini-3.5-flash" in result.stdout
    assert "UBALL_PRICES adds them" in result.stdout
    assert not home.exists()


def test_spending_is_told_by_month_kind_and_subject_with_what_has_no_bill_yet(home: Path) -> None:
    spend(home, "v1", 12.0, month="2026-01")
    spend(home, "v2", None)
    spend(home, "g1", 0.004, what="annotation")
    result = uball("costs")
    assert result.exit_code == 0
    for said in ("2026-01", "$12.00", "$5.00 (no bill yet)", "$0.0040", "1,000,000 tokens in 1 job"):
        assert said in result.stdout
    assert "In all $17.00: annotation $0.0040, training $17.00." in result.stdout
    assert f"$5.00 spent in {MONTH} of $200.00" in result.stdout
    assert "$195.00 remain" in result.stdout


def test_only_the_dearest_subjects_are_shown_and_the_rest_counted(home: Path) -> None:
    for number in range(12):
        spend(home, f"game{number:02d}", float(number))
    result = uball("costs")
    assert "game11" in result.stdout
    assert "game01" not in result.stdout
    assert "and 2 more; --json lists them all" in result.stdout


def test_programs_get_all_of_it_as_json(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_CEILING_MONTH_USD", "10")
    spend(home, "v2", 12.0)
    told = json.loads(uball("costs", "--json").stdout)
    assert told["usd"] == 12.0
    assert [(each["what"], each["usd"], each["is_final"]) for each in told["by_what"]] == [
        ("training", 12.0, True)
    ]
    assert [(each["month"], each["what"]) for each in told["by_month"]] == [(MONTH, "training")]
    assert [each["subject"] for each in told["by_subject"]] == ["v2"]
    assert told["this_month"] == {
        "month": MONTH,
        "spent_usd": 12.0,
        "remaining_usd": 0.0,
        "ceiling_month_usd": 10.0,
        "ceiling_job_usd": 50.0,
    }
    assert all(price["source"] and price["as_of"] for price in told["prices"])


def test_prices_of_the_settings_replace_those_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    price = {
        "model": "gemini-3.5-flash",
        "what": "training",
        "usd_per_million_tokens": 8.5,
        "as_of": "2026-12-01",
    }
    monkeypatch.setenv("UBALL_PRICES", json.dumps([price]))
    [told] = [
        each
        for each in json.loads(uball("costs", "--json").stdout)["prices"]
        if (each["model"], each["what"]) == ("gemini-3.5-flash", "training")
    ]
    assert told == price | {"source": "UBALL_PRICES"}


def test_a_services_price_is_shown_to_its_last_digit_and_replaced_by_ones_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "$0.023" in uball("costs").stdout
    hour = {"service": "machine", "what": "compute", "usd": 0.1341, "as_of": "2026-12-01"}
    monkeypatch.setenv("UBALL_PRICES", json.dumps([hour]))
    assert "$0.1341" in uball("costs").stdout
    told = json.loads(uball("costs", "--json").stdout)["service_prices"]
    assert told[-1] == hour | {"source": "UBALL_PRICES", "unit": "hour"}


def test_computing_is_counted_in_hours_and_says_how_it_gets_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    said = uball("costs").stdout
    assert (
        "Compute is counted in hours, 0.0 of the last 31 days' runs, and has no price until UBALL_PRICES"
        in said
    )
    assert json.loads(uball("costs", "--json").stdout)["compute_hours"] == 0
    [example] = [line for line in said.splitlines() if line.startswith("  UBALL_PRICES=")]
    monkeypatch.setenv("UBALL_PRICES", example.partition("=")[2].strip("'"))
    priced = uball("costs").stdout
    assert "Compute is counted" not in priced
    assert "$0.2" in priced


def test_prices_in_the_wrong_form_are_refused_with_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_PRICES", '{"gemini": 3}')
    result = uball("costs")
    assert result.exit_code == 1
    assert "UBALL_PRICES" in result.stderr
    assert '"usd_per_million_tokens": NUMBER' in result.stderr


def test_a_damaged_bill_is_refused_and_not_left_out(home: Path) -> None:
    registry = StoreRegistry(FolderStore(home / "training"), lambda: NOW)
    registry.append("costs", {"what": "training", "subject": "v1", "month": MONTH}, key="1")
    result = uball("costs")
    assert result.exit_code == 1
    assert "costs entry 1 on the record is damaged" in result.stderr
