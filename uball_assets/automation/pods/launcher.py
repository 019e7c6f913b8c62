"""A run launcher that gives each run's pod what that run needs, and fails none for want of an answer.

Dagster's own gives every run the same pod, unless its job bears a tag; a backfill's runs are of no job of
ours. And where the cluster's API does not answer for a moment, it says so in a way that makes monitoring fail
every run that goes on, and start each again beside itself.

Belongs here: one run's pod. Not here: which kind a run is (`kinds`), the sizes (deploy/kubernetes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster._serdes import ConfigurableClassData
from dagster_k8s import K8sRunLauncher
from dagster_k8s.container_context import K8sContainerContext
from dagster_k8s.job import (
    USER_DEFINED_K8S_JOB_CONFIG_SCHEMA,
    UserDefinedDagsterK8sConfig,
    get_user_defined_k8s_config,
)

from uball_assets.automation.pods.kinds import PodKind, pod_kind

NO_ANSWER = "the cluster's API does not answer, so nobody knows yet whether its pod lives"


class PodRunLauncher(K8sRunLauncher):  # type: ignore[misc]
    """K8sRunLauncher, told what each kind of run needs besides what all need.

    `pods`: for each kind what `dagster-k8s/config` may hold, laid over the launcher's own; a tag of that name
    on a run is laid over both.
    """

    def __init__(
        self,
        inst_data: ConfigurableClassData | None = None,
        pods: Mapping[str, Any] | None = None,
        **of_kubernetes: Any,
    ) -> None:
        self._pods = pods or {}
        super().__init__(inst_data=inst_data, **of_kubernetes)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        each = dg.Field(USER_DEFINED_K8S_JOB_CONFIG_SCHEMA, is_required=False)
        return {
            **super().config_type(),
            "pods": dg.Field({str(kind): each for kind in PodKind}, is_required=False),
        }

    def get_container_context_for_run(self, dagster_run: dg.DagsterRun) -> K8sContainerContext:
        paths = [key.path for key in dagster_run.asset_selection or ()]
        of_kind = self._pods.get(pod_kind(dagster_run.job_name, paths), {})
        context = K8sContainerContext.create_for_run(dagster_run, self, include_run_tags=False)
        for config in (
            UserDefinedDagsterK8sConfig.from_dict(of_kind),
            get_user_defined_k8s_config(dagster_run.tags),
        ):
            context = context.merge(K8sContainerContext(run_k8s_config=config))
        return context

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """RUNNING also where the cluster's API does not answer: its next answer counts, and
        `dagster/max_runtime` bounds the wait. A pod that the API says is not there is gone."""
        found: CheckRunHealthResult = super().check_run_worker_health(run)
        if found.status is WorkerStatus.UNKNOWN and not _is_gone(found):
            return CheckRunHealthResult(WorkerStatus.RUNNING, f"{NO_ANSWER}: {found.msg}")
        return found


def _is_gone(found: CheckRunHealthResult) -> bool:
    return "could not be found" in (found.msg or "")
