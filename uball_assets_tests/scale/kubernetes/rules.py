"""What every pod of ours must be, as Kubernetes' `restricted` standard and this profile want it.

Belongs here: looking at one pod's spec, in Kubernetes' own words. Not here: whose pod it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Spec = dict[str, Any]
KUBERNETES = "1.33"
"""The oldest that is checked against; the rules that are used here did not change since."""


def faults(spec: Spec) -> Iterator[str]:
    """Of a pod's spec; none where all is as it must be."""
    pod = spec.get("securityContext", {})
    containers = [*spec.get("initContainers", ()), *spec["containers"]]
    if not (pod.get("runAsNonRoot") and pod.get("runAsUser", 0) > 0):
        yield "it may run as root"
    if pod.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "it may make any system call"
    if spec.get("automountServiceAccountToken") is not False:
        yield "it is given a token of the cluster"
    if any("hostPath" in volume for volume in spec.get("volumes", ())):
        yield "it sees its node's folders"
    volumes = {volume["name"] for volume in spec.get("volumes", ())}
    for container in containers:
        for fault in _faults_of(container, volumes):
            yield f"{container['name']}: {fault}"


def _faults_of(container: Spec, volumes: set[str]) -> Iterator[str]:
    security, resources = container.get("securityContext", {}), container.get("resources", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "it may become more than it is"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "it keeps capabilities"
    if not security.get("readOnlyRootFilesystem"):
        yield "it may change its own files"
    if not {"cpu", "memory"} <= resources.get("requests", {}).keys():
        yield "nobody knows what it needs"
    if "memory" not in resources.get("limits", {}):
        yield "it may take all of its node's memory"
    if not re.search(r":\d+\.\d+\.\d+", container["image"]):
        yield f"{container['image']} is no version"
    if missing := {mount["name"] for mount in container.get("volumeMounts", ())} - volumes:
        yield f"there is no volume {missing}"
    if any(
        "value" in entry and re.search("KEY|PASSWORD|TOKEN", entry["name"])
        for entry in container.get("env", ())
    ):
        yield "a secret stands in it"
