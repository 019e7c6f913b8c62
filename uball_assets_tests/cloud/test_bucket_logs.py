"""What runs print goes to a bucket by one setting, is read back from there, and leaves with its run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from dagster._core.storage.compute_log_manager import ComputeIOType

from uball_assets.automation.instance import open_instance
from uball_assets.automation.storing.purging import carry_out, plan_purge
from uball_assets.domain.operating.purging import Keep
from uball_assets.resources import record
from uball_assets.settings import Settings
from uball_assets_tests.automation.storing.worked_home import run

pytestmark = pytest.mark.services


@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_logs_are_in_the_bucket_and_leave_with_their_run(
    bucket: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"{request.getfixturevalue(bucket)}/league/logs"
    settings = Settings(home=tmp_path / "home", logs_url=url)
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", ["g1"])
        old, new = run(instance, "g1"), run(instance, "g1")
        logs = instance.compute_log_manager
        keys = {
            run_id: logs.get_log_keys_for_log_key_prefix([run_id, "compute_logs"], ComputeIOType.STDERR)
            for run_id in (old, new)
        }
        assert all(keys.values())
        in_years_s = time.time() + 1000 * 86_400
        found = plan_purge(instance, record(settings), Keep(1, 10, 1, 1), in_years_s)
        assert found.runs == (old,)
        carry_out(instance, found, lambda _: None)
        assert logs.get_log_keys_for_log_key_prefix([old, "compute_logs"], ComputeIOType.STDERR) == []
        assert logs.get_log_keys_for_log_key_prefix([new, "compute_logs"], ComputeIOType.STDERR)
    assert not list((settings.instance_folder / "compute_logs").glob(f"{old}/**/*.err"))
