"""A launcher as the values make it, and a cluster's API that keeps what it is asked for.

Belongs here: the stand-in for Kubernetes' API, as far as a launcher asks it. Not here: running a pod
(`local_pods`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._config import process_config
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.launcher import LaunchRunContext
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin

from uball_assets_tests.scale.kubernetes.chart import values

if TYPE_CHECKING:
    from uball_assets.automation.pods.launcher import PodRunLauncher

IMAGE = "registry.example.org/league/uball_assets:1.2.3"
_KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: none
clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: none, user: {}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
"""


@dataclass
class Cluster:
    """Kubernetes' batch API: jobs by name, and how each stands."""

    jobs: dict[str, Any] = field(default_factory=dict)
    states: dict[str, dict[str, int]] = field(default_factory=dict)
    is_away: bool = False

    def create_namespaced_job(self, body: Any, namespace: str, **_: Any) -> None:
        self.jobs[body.metadata.name] = body
        body.metadata.namespace = namespace
        self.states.setdefault(body.metadata.name, {"active": 1})

    def read_namespaced_job_status(self, name: str, **_: Any) -> Any:
        from kubernetes.client import V1Job, V1JobStatus
        from kubernetes.client.rest import ApiException

        if self.is_away:
            raise ConnectionError("the cluster's API is away")
        if name not in self.states:
            raise ApiException(status=404)
        return V1Job(status=V1JobStatus(**self.states[name]))

    def delete_namespaced_job(self, name: str, **_: Any) -> None:
        self.states.pop(name, None)

    def manifest(self, run_id: str) -> dict[str, Any]:
        """Of a run's job, in Kubernetes' own words."""
        from kubernetes.client import ApiClient

        made: dict[str, Any] = ApiClient().sanitize_for_serialization(self.jobs[f"dagster-run-{run_id}"])
        return made


def launcher_of(instance: dg.DagsterInstance, cluster: Cluster, folder: Path) -> PodRunLauncher:
    """With the configuration of values.yaml, asking this cluster."""
    from uball_assets.automation.pods.launcher import PodRunLauncher

    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(_KUBECONFIG)
    given = values()["runLauncher"]["config"]["customRunLauncher"]["config"]
    checked = process_config(
        PodRunLauncher.config_type(),
        {**given, "load_incluster_config": False, "kubeconfig_file": str(kubeconfig)},
    )
    assert checked.value is not None, checked.errors
    launcher = PodRunLauncher(**checked.value, k8s_client_batch_api=cluster)
    launcher.register_instance(instance)
    return launcher


def start(launcher: PodRunLauncher, instance: dg.DagsterInstance, job: str, **of_the_run: Any) -> str:
    """A run of this job, as the daemon starts one; its id."""
    origin = JobPythonOrigin(
        job,
        RepositoryPythonOrigin(
            executable_path="python3",
            code_pointer=ModuleCodePointer("uball_assets.definitions", "defs"),
            container_image=IMAGE,
            entry_point=["dagster"],
            container_context={},
        ),
    )
    run = dg.DagsterRun(job, str(uuid.uuid4()), job_code_origin=origin, **of_the_run)
    instance.add_run(run)
    launcher.launch_run(LaunchRunContext(run, workspace=None))
    return run.run_id
