"""deploy/ray's dagster.yaml is the checkout's, but for what several machines need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).parents[3]


def flat(node: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(node, dict):
        return {path: node}
    return {name: value for key in node for name, value in flat(node[key], f"{path}/{key}").items()}


def test_the_profile_differs_from_one_machine_in_launching_queueing_and_patience_alone() -> None:
    here, there = (
        flat(yaml.safe_load((folder / "dagster.yaml").read_text()))
        for folder in (CHECKOUT, CHECKOUT / "deploy" / "ray")
    )
    differing = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
    others = {name for name in differing if not name.startswith(("/run_launcher/", "/run_coordinator/"))}
    assert others == {"/concurrency/runs/max_concurrent_runs", "/run_monitoring/start_timeout_seconds"}
    assert there["/run_monitoring/start_timeout_seconds"] > here["/run_monitoring/start_timeout_seconds"]


def test_the_profile_names_no_address_and_no_secret() -> None:
    profile = yaml.safe_load((CHECKOUT / "deploy" / "ray" / "dagster.yaml").read_text())
    assert profile["run_launcher"]["config"]["ray"]["address"] == {"env": "RAY_API_SERVER_ADDRESS"}
