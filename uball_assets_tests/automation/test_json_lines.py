"""Runs' log lines as JSON: one object a line, with fields to filter by."""

import json
from pathlib import Path

import dagster as dg
import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]


def lines_of_a_run(log: Path) -> list[dict[str, object]]:
    @dg.asset(key=["clips", "FAR_LEFT"], partitions_def=dg.StaticPartitionsDefinition(["g1"]))
    def cut(context: dg.AssetExecutionContext) -> None:
        context.log.info("37 of 60 clips")

    config = yaml.safe_load((CHECKOUT / "dagster.yaml").read_text())["python_logs"]
    with dg.instance_for_test(overrides={"python_logs": config}) as instance:
        tags = {"dagster/run_key": "game:g1:hash:2"}
        assert dg.materialize([cut], partition_key="g1", instance=instance, tags=tags).success
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_a_line_tells_its_component_game_camera_and_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_JSON_LOG", str(tmp_path / "runs.jsonl"))
    [line] = [line for line in lines_of_a_run(tmp_path / "runs.jsonl") if line["message"] == "37 of 60 clips"]
    told = {name: line[name] for name in ("level", "component", "game", "camera", "attempt")}
    assert told == {
        "level": "INFO",
        "component": "clips__FAR_LEFT",
        "game": "g1",
        "camera": "FAR_LEFT",
        "attempt": 2,
    }


def test_without_the_setting_nothing_is_written(tmp_path: Path) -> None:
    assert lines_of_a_run(tmp_path / "runs.jsonl") == []
