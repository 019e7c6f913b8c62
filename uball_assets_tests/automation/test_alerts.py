"""What `uball status` alerts on: a day's spending and runs that fail, off the record and Dagster's runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.usage import enter_egress, enter_storage, service_of
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.automation.alerts import charges, standing_alerts
from uball_assets.automation.instance import open_instance
from uball_assets.domain.spending.service_prices import GB_BYTES
from uball_assets.settings import Settings, load_settings
from uball_assets.status import read_status

NOW = datetime.now(UTC)
TODAY = f"{NOW:%Y-%m-%d}"


class Bucket(FolderStore):
    """A folder under a bucket's address, which says who bills: no cloud's library is needed."""

    def __init__(self, root: Path, address: str) -> None:
        super().__init__(root)
        self._address = address

    def uri(self, name: str) -> str:
        return f"{self._address}/{name}"


RAW, VIDEOS = Bucket(Path("raw"), "s3://raw"), Bucket(Path("videos"), "gs://videos")


@dg.job
def empty() -> None: ...


def copy(registry: StoreRegistry, gigabytes: float, game_id: str = "g1", at: datetime = NOW) -> None:
    told = {"game_id": game_id, "batch": "b1", "key": f"{game_id}:{at}"}
    enter_egress(registry, RAW, VIDEOS, int(gigabytes * GB_BYTES), now=at, **told)


def fail(settings: Settings, count: int) -> None:
    with open_instance(settings) as instance:
        for _ in range(count):
            run = instance.create_run_for_job(
                empty, status=DagsterRunStatus.STARTED, tags={"dagster/partition": "g1"}
            )
            instance.report_run_failed(run, "its process is gone")


def test_nothing_is_alerted_and_nothing_written_in_a_fresh_home(
    settings: Settings, registry: StoreRegistry
) -> None:
    assert standing_alerts(settings, registry, NOW) == []
    assert not settings.home.exists()


def test_a_day_that_costs_more_than_the_threshold_is_alerted_by_status(
    settings: Settings, registry: StoreRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(registry, 40)  # $3.60
    assert read_status(settings).alerts == []
    copy(registry, 40, "g2")
    (alert,) = read_status(settings).alerts
    assert alert.startswith(f"$7.20 on {TODAY} is over $5.00 a day (UBALL_ALERT_DAY_USD): egress $7.20")
    monkeypatch.setenv("UBALL_ALERT_DAY_USD", "8")
    assert read_status(load_settings()).alerts == []


def test_yesterdays_spending_is_no_alert_today_and_is_in_the_sums(
    settings: Settings, registry: StoreRegistry
) -> None:
    copy(registry, 100, at=NOW - timedelta(days=1))
    assert standing_alerts(settings, registry, NOW) == []
    assert charges(settings, registry, 1, NOW) == []
    (charge,) = charges(settings, registry, 2, NOW)
    assert charge.batch == "b1"
    assert charge.usd == pytest.approx(9.0)


def test_runs_that_fail_are_alerted_whoever_started_them(
    settings: Settings, registry: StoreRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(settings, 2)
    assert standing_alerts(settings, registry, NOW) == []
    fail(settings, 1)
    (alert,) = standing_alerts(settings, registry, NOW)
    assert alert.startswith("3 runs failed within the last hour")
    assert standing_alerts(settings, registry, NOW + timedelta(hours=2)) == []
    monkeypatch.setenv("UBALL_ALERT_ERRORS_PER_HOUR", "4")
    assert standing_alerts(load_settings(), registry, NOW) == []


def test_a_copy_is_entered_once_and_nothing_leaves_within_a_service_or_a_machine(
    registry: StoreRegistry, tmp_path: Path
) -> None:
    copy(registry, 1)
    copy(registry, 1)
    assert len(registry.entries("usage")) == 1
    folder = FolderStore(tmp_path)
    for source, target in ((VIDEOS, VIDEOS), (folder, VIDEOS), (folder, folder)):
        enter_egress(registry, source, target, 5, game_id="g2", batch="", key="k", now=NOW)
    enter_egress(registry, RAW, VIDEOS, 0, game_id="g2", batch="", key="k", now=NOW)
    assert len(registry.entries("usage")) == 1
    assert [service_of(store) for store in (RAW, VIDEOS, folder)] == ["s3", "gs", ""]
    folder.write("Games/g1/FAR_LEFT.mp4", b"video")
    enter_storage(registry, folder, "Games/g1/", "g1")
    assert registry.entries("storage") == []


def test_a_store_that_nobody_bills_for_is_passed_over_and_stops_nothing(
    registry: StoreRegistry, tmp_path: Path
) -> None:
    class Wrapped(FolderStore):
        """As a test, a benchmark or another team's code puts around a store of its own."""

        def uri(self, name: str) -> str:
            return super().uri(name).replace("file://", "wrapped://", 1)

    store = Wrapped(tmp_path)
    store.write("Games/g1/FAR_LEFT.mp4", b"video")
    assert service_of(store) == ""
    enter_storage(registry, store, "Games/g1/", "g1")
    enter_egress(registry, store, VIDEOS, 5, game_id="g1", batch="", key="k", now=NOW)
    assert (registry.entries("storage"), registry.entries("usage")) == ([], [])
