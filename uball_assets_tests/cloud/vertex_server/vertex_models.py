"""The models of the fake Vertex AI: bases that can be tuned, tuned versions, and the endpoints of both.

Belongs here: names, versions and where things are. Not here: training (`vertex_tuning`) or answering
(`vertex_answers`). What a base allows is written down here apart from the platform's own table
(`domain.spending.base_models`), so that a slip in one shows against the other. Sources: "About supervised
fine-tuning for Gemini models", "SyntheticVideo tuning" and "Model versions and lifecycle", read 2026-11-21.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal

PROJECT = "424242424242"
"""The project's number: the names that the service gives hold it, whatever id it was asked by."""
SERVED_IN = {"us-central1": "us", "europe-west4": "eu"}
"""Where a model of Gemini 3 tuned in one place answers: in its multi-region only."""
_RESOURCE = re.compile(
    r"projects/[^/]+/locations/(?P<location>[^/]+)/(?P<kind>\w+)/(?P<id>[^/@:]+)(?:@(?P<version>[^/@:]+))?"
)
_PUBLISHED = re.compile(r"(?:projects/[^/]+/locations/[^/]+/)?publishers/google/models/([^/@:]+)")
_IDS = count(4_000_000_000_000_000_001)


@dataclass(frozen=True)
class Base:
    adapter_sizes: frozenset[str] = frozenset({"ONE", "TWO", "FOUR", "EIGHT", "SIXTEEN"})
    tokens_per_frame: Mapping[str, int] = field(
        default_factory=lambda: {"UNSPECIFIED": 70, "LOW": 70, "MEDIUM": 70, "HIGH": 280}
    )


BASES = {name: Base() for name in ("gemini-3.5-flash", "gemini-3.5-flash-lite", "gemini-3.1-flash-lite")}
CLOSED = frozenset({"gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro"})
"""New and inactive projects have no access to these any more, since 2026-10-20."""


@dataclass(frozen=True)
class Checkpoint:
    id: str
    epoch: int
    step: int
    endpoint: str
    weights: bytes
    """A local model's file; what stands behind the endpoint."""


@dataclass(frozen=True)
class Version:
    model: str
    """Without its version: `projects/N/locations/L/models/ID`."""
    number: int
    base: str
    display_name: str
    labels: Mapping[str, str]
    checkpoints: tuple[Checkpoint, ...]
    """The last is the default: its weights are the version's."""
    created: str

    @property
    def name(self) -> str:
        return f"{self.model}@{self.number}"

    @property
    def location(self) -> str:
        return location_of(self.model)

    def checkpoint(self, checkpoint_id: str | None) -> Checkpoint:
        for checkpoint in self.checkpoints:
            if checkpoint_id in (None, checkpoint.id) and (
                checkpoint_id or checkpoint is self.checkpoints[-1]
            ):
                return checkpoint
        raise Refusal(404, f"Checkpoint {checkpoint_id} of {self.name} is not found.")


class Models:
    """Every tuned version, and the endpoint of each of its checkpoints."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions: dict[str, list[Version]] = {}
        self._emptied: set[str] = set()
        """Endpoints whose model was undeployed."""
        self._deleted: set[str] = set()
        """Endpoints that are no more."""

    def add(self, version: Version) -> None:
        with self._lock:
            self._versions.setdefault(version.model, []).append(version)

    def next_number(self, model: str) -> int:
        with self._lock:
            return max((version.number for version in self._versions.get(model, [])), default=0) + 1

    def forget(self) -> None:
        with self._lock:
            self._versions.clear()
            self._emptied.clear()
            self._deleted.clear()

    def version(self, name: str) -> Version:
        """`…/models/ID`, `…/models/ID@2` or `…/models/ID@default`; the newest is the default."""
        found = resource(name, "models")
        model, wanted = numbered(name).partition("@")[0], found["version"]
        with self._lock:
            versions = self._versions.get(model, [])
            for version in reversed(versions):
                if wanted in (None, "default", str(version.number)):
                    return version
        raise Refusal(404, f"The Model {name} is not found.")

    def at_endpoint(self, name: str) -> tuple[Version, Checkpoint]:
        """What answers there. Names of another location are other names: nothing is found at them."""
        resource(name, "endpoints")
        with self._lock:
            for versions in self._versions.values():
                for version in versions:
                    for checkpoint in version.checkpoints:
                        if checkpoint.endpoint == numbered(name) and numbered(name) not in self._deleted:
                            return version, checkpoint
        raise Refusal(404, f"Endpoint `{name}` is not found.")

    def is_empty(self, endpoint: str) -> bool:
        return numbered(endpoint) in self._emptied

    def undeploy(self, name: str, deployed_id: str) -> None:
        _, checkpoint = self.at_endpoint(name)
        if self.is_empty(name) or checkpoint.endpoint.rpartition("/")[2] != deployed_id:
            raise Refusal(404, f"DeployedModel {deployed_id} is not found in Endpoint `{name}`.")
        self._emptied.add(checkpoint.endpoint)

    def delete_endpoint(self, name: str) -> None:
        _, checkpoint = self.at_endpoint(name)
        if not self.is_empty(name):
            raise Refusal(400, f"Endpoint `{name}` has deployed or being-deployed DeployedModel(s).")
        self._deleted.add(checkpoint.endpoint)

    def versions_of(self, name: str) -> list[Version]:
        self.version(name)
        with self._lock:
            return list(self._versions[numbered(name)])

    def delete_version(self, name: str) -> None:
        version, others = self.version(name), self.versions_of(name.partition("@")[0])
        if len(others) == 1:
            raise Refusal(400, f"{name} is the only version of its Model: delete the Model instead.")
        self._require_undeployed([version])
        with self._lock:
            self._versions[version.model].remove(version)

    def delete_model(self, name: str) -> None:
        versions = self.versions_of(name)
        self._require_undeployed(versions)
        with self._lock:
            del self._versions[numbered(name)]

    def _require_undeployed(self, versions: list[Version]) -> None:
        for version in versions:
            if not all(self.is_empty(checkpoint.endpoint) for checkpoint in version.checkpoints):
                raise Refusal(400, f"{version.name} has deployed models: undeploy them first.")


def base_of(name: str) -> Base:
    """Of `gemini-3.5-flash`, or of `publishers/google/models/gemini-3.5-flash`."""
    short = published(name) or name
    if short in CLOSED:
        raise Refusal(
            404, f"Publisher Model `{short}` was not found or your project does not have access to it."
        )
    if short not in BASES:
        raise Refusal(400, f"Base model {short} is not supported.")
    return BASES[short]


def published(name: str) -> str | None:
    """The short name of a publisher's model; None for any other name."""
    found = _PUBLISHED.fullmatch(name)
    return found[1] if found else None


def resource(name: str, kind: str) -> re.Match[str]:
    found = _RESOURCE.fullmatch(name)
    if not found or found["kind"] != kind:
        raise Refusal(400, f"Invalid resource name {name!r}: it must be projects/*/locations/*/{kind}/*.")
    return found


def numbered(name: str) -> str:
    """With the project's number for whatever the project is called."""
    return re.sub(r"^projects/[^/]+", f"projects/{PROJECT}", name)


def location_of(name: str) -> str:
    return name.split("/")[3]


def new_name(location: str, kind: str) -> str:
    return f"projects/{PROJECT}/locations/{location}/{kind}/{next(_IDS)}"


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def model_view(version: Version) -> dict[str, Any]:
    """As GET models/ID answers; int64 are texts, as in all JSON of the service."""
    return {
        "name": version.model,
        "displayName": version.display_name,
        "versionId": str(version.number),
        "versionAliases": ["default"],
        "createTime": version.created,
        "updateTime": version.created,
        "labels": {**version.labels, "google-vertex-llm-tuning-base-model-id": version.base},
        "baseModelSource": {"genieSource": {"baseModelUri": f"publishers/google/models/{version.base}"}},
        "defaultCheckpointId": version.checkpoints[-1].id,
        "checkpoints": [
            {"checkpointId": each.id, "epoch": str(each.epoch), "step": str(each.step)}
            for each in version.checkpoints
        ],
        "deployedModels": [
            {"endpoint": each.endpoint, "deployedModelId": each.endpoint.rpartition("/")[2]}
            for each in version.checkpoints
        ],
    }


def endpoint_view(version: Version, checkpoint: Checkpoint, *, is_empty: bool = False) -> dict[str, Any]:
    deployed = checkpoint.endpoint.rpartition("/")[2]
    return {
        "name": checkpoint.endpoint,
        "displayName": version.display_name,
        "labels": dict(version.labels),
        "createTime": version.created,
        "updateTime": version.created,
        **(
            {}
            if is_empty
            else {
                "deployedModels": [
                    {"id": deployed, "model": version.model, "modelVersionId": str(version.number)},
                ],
                "trafficSplit": {deployed: 100},
            }
        ),
    }
