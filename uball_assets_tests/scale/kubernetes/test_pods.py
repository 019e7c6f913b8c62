"""The pod of every job, built as the launcher builds it, and what the launcher says of a pod's life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest

from uball_assets.definitions import build_defs
from uball_assets_tests.scale.kubernetes.cluster import IMAGE, Cluster, launcher_of, start
from uball_assets_tests.scale.kubernetes.rules import KUBERNETES, faults

pytestmark = pytest.mark.scale

SIZES = {"clips": ("2", "1Gi", "2Gi"), "training": ("2", "2Gi", "4Gi"), "other": ("500m", "512Mi", "2Gi")}
"""Cores and memory that are asked for, and the most memory."""
KINDS = {"game_job": "clips", "retrain_job": "training", "forecast_pipeline": "training"}
DEFINITIONS = build_defs()
JOBS = sorted(job.name for job in DEFINITIONS.resolve_all_job_defs() if not job.name.startswith("__"))


class Room(NamedTuple):
    """Dagster, a cluster, and the launcher between them."""

    instance: dg.DagsterInstance
    cluster: Cluster
    launcher: Any

    def start(self, job: str, **of_the_run: Any) -> str:
        return start(self.launcher, self.instance, job, **of_the_run)

    def pod(self, run_id: str) -> dict[str, Any]:
        spec: dict[str, Any] = self.cluster.manifest(run_id)["spec"]["template"]["spec"]
        return spec


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        cluster = Cluster()
        yield Room(instance, cluster, launcher_of(instance, cluster, tmp_path))


def asked(pod: dict[str, Any]) -> tuple[str, str, str]:
    resources = pod["containers"][0]["resources"]
    return resources["requests"]["cpu"], resources["requests"]["memory"], resources["limits"]["memory"]


@pytest.mark.parametrize("job", JOBS)
def test_every_job_has_a_pod_that_kubernetes_takes_of_its_own_size(room: Room, job: str) -> None:
    import kubernetes_validate

    run_id = room.start(job)
    manifest = room.cluster.manifest(run_id)
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    assert manifest["metadata"]["namespace"] == "uball"
    assert manifest["spec"]["backoffLimit"] == 0, "another attempt is another run"
    pod = room.pod(run_id)
    assert list(faults(pod)) == []
    kind = KINDS.get(job, "other")
    assert asked(pod) == SIZES[kind]
    assert ("gke-spot" in str(pod)) is (kind == "clips")
    (container,) = pod["containers"]
    assert container["image"] == IMAGE
    assert container["envFrom"] == [
        {"configMapRef": {"name": "uball-settings"}},
        {"secretRef": {"name": "uball-secrets"}},
    ]
    assert {entry["name"]: entry for entry in container["env"]}["DAGSTER_PG_PASSWORD"]["valueFrom"] == {
        "secretKeyRef": {"name": "uball-postgres", "key": "postgresql-password"}
    }
    assert (pod["serviceAccountName"], pod["restartPolicy"]) == ("uball", "Never")


def test_a_run_works_with_as_many_hands_as_its_pod_has_cores(room: Room) -> None:
    (container,) = room.pod(room.start("game_job"))["containers"]
    (workers,) = [entry for entry in container["env"] if entry["name"] == "UBALL_WORKERS"]
    assert workers["valueFrom"]["resourceFieldRef"]["resource"] == "requests.cpu"


def test_a_backfills_run_gets_the_pod_of_what_it_makes(room: Room) -> None:
    clips = frozenset({dg.AssetKey(["clips", "FAR_LEFT"])})
    model = frozenset({dg.AssetKey("tuned_model")})
    everything = DEFINITIONS.resolve_implicit_global_asset_job_def().name
    assert asked(room.pod(room.start(everything, asset_selection=clips))) == SIZES["clips"]
    assert asked(room.pod(room.start(everything, asset_selection=model))) == SIZES["training"]


def test_a_person_may_give_one_run_more(room: Room) -> None:
    more = '{"container_config": {"resources": {"limits": {"memory": "16Gi"}}}}'
    assert asked(room.pod(room.start("game_job", tags={"dagster-k8s/config": more}))) == ("2", "1Gi", "16Gi")


@pytest.mark.parametrize(
    ("state", "is_away", "said"),
    [
        ({"active": 1}, False, "RUNNING"),
        ({"failed": 1}, False, "FAILED"),
        (None, False, "UNKNOWN"),
        ({"active": 1}, True, "RUNNING"),
        ({"failed": 1}, True, "RUNNING"),
    ],
    ids=["it runs", "it ended badly", "it is not there", "the API is away", "away, and it ended meanwhile"],
)
def test_a_run_is_failed_for_a_pod_that_is_gone_and_not_for_want_of_an_answer(
    room: Room, state: dict[str, int] | None, is_away: bool, said: str
) -> None:
    run_id = room.start("game_job", status=dg.DagsterRunStatus.STARTED)
    name = f"dagster-run-{run_id}"
    room.cluster.states.pop(name)
    if state is not None:
        room.cluster.states[name] = state
    room.cluster.is_away = is_away
    run = room.instance.get_run_by_id(run_id)
    health = room.launcher.check_run_worker_health(run)
    assert health.status.name == said
    assert ("does not answer" in (health.msg or "")) is is_away
