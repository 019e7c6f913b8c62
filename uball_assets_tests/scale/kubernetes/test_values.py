"""The chart's values: the instance that they make is the checkout's, but for what Kubernetes does itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from uball_assets_tests.scale.kubernetes.chart import CHART, CHECKOUT, FOLDER, instance_of, read, values

pytestmark = pytest.mark.scale

OF_KUBERNETES = {
    *("storage", "run_storage", "event_log_storage", "schedule_storage", "run_launcher", "compute_logs"),
    "scheduler",
}
"""What the chart writes itself, in place of the checkout's."""


def test_dagster_yaml_is_what_the_chart_makes_of_the_values() -> None:
    assert read("dagster.yaml")[0] == instance_of(values())


def test_what_is_not_of_kubernetes_is_as_the_checkouts_dagster_yaml_says() -> None:
    ours, here = read("dagster.yaml")[0], yaml.safe_load((CHECKOUT / "dagster.yaml").read_text())
    assert {name: here[name] for name in here.keys() - OF_KUBERNETES - set(ours)} == {}
    changed = {name for name in here.keys() & ours.keys() - OF_KUBERNETES if here[name] != ours[name]}
    assert changed == {"concurrency", "run_monitoring"}
    assert ours["concurrency"]["pools"] == here["concurrency"]["pools"]
    assert ours["run_monitoring"] == {
        **here["run_monitoring"],
        "start_timeout_seconds": 900,
        "max_resume_run_attempts": 0,
    }


def test_dagster_takes_the_instance_and_opens_each_of_its_parts(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster._config import process_config
    from dagster._core.instance.config import dagster_instance_config
    from dagster._core.instance.ref import InstanceRef
    from dagster_postgres import PostgresEventLogStorage

    from uball_assets.automation.pods.launcher import PodRunLauncher

    monkeypatch.setenv("DAGSTER_PG_PASSWORD", "of-a-test")
    (tmp_path / "dagster.yaml").write_text((FOLDER / "dagster.yaml").read_text())
    dagster_instance_config(str(tmp_path))
    ref = InstanceRef.from_dir(str(tmp_path))
    launcher = ref.run_launcher_data
    assert launcher is not None
    for kind, data in ((PodRunLauncher, launcher), (PostgresEventLogStorage, ref.event_storage_data)):
        assert data is not None
        assert data.class_name == kind.__name__
        checked = process_config(kind.config_type(), yaml.safe_load(data.config_yaml))
        assert checked.success, checked.errors


def test_a_slip_in_the_launchers_values_is_refused() -> None:
    from dagster._config import process_config

    from uball_assets.automation.pods.launcher import PodRunLauncher

    given = values()["runLauncher"]["config"]["customRunLauncher"]["config"]
    slips: list[dict[str, Any]] = [{"pods": {"clip": {}}}, {"pods": {"clips": {"container": {}}}}]
    for slip in [*slips, {"jobnamespace": "x"}]:
        assert not process_config(PodRunLauncher.config_type(), {**given, **slip}).success, slip


def test_the_league_in_the_ui_is_the_one_that_its_pods_know() -> None:
    from uball_assets.settings import Settings

    (code,) = values()["dagster-user-deployments"]["deployments"]
    home = values()["global"]["dagsterHome"]
    settings = read("settings.yaml")[0]["data"]
    assert code["name"] == Settings(checkout=home, home=settings["UBALL_HOME"]).league
    assert settings["UBALL_DAGSTER_URL"] == _address_of_the_webserver()


def _address_of_the_webserver() -> str:
    webserver = values()["dagsterWebserver"]
    return f"http://dagster-{webserver['nameOverride']}:{webserver['service']['port']}"


def test_no_value_is_a_secret() -> None:
    text = (FOLDER / "values.yaml").read_text()
    assert not values()["generatePostgresqlPasswordSecret"]
    assert "postgresqlPassword:" not in text
    assert values()["global"]["postgresqlSecretName"] == "uball-postgres"


def test_the_charts_own_schema_takes_the_values() -> None:
    if CHART is None:
        pytest.skip("needs the chart: helm pull dagster --untar, then make test-scale DAGSTER_CHART=dagster")
    import jsonschema

    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == "1.13.27"
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    jsonschema.validate(_over(defaults, values()), schema)


def _over(below: Any, above: Any) -> Any:
    """As Helm lays values over a chart's own: maps are merged, all else replaced."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{name: _over(below.get(name), value) for name, value in above.items()}}
