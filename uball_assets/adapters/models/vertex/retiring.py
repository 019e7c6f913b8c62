"""Retiring a tuned model on Vertex AI: its endpoint is emptied and deleted, then its version of the model.

Belongs here: the calls, in the one order that the service allows, each safe to make again. Not here: which
model may go (`domain.serving.retirement`).

As documented (REST reference, v1beta1): an endpoint with a deployed model is not deleted, a version with one
neither, and the last version of a model goes only with its model. Each of these answers with an operation,
which is followed to its end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.models.endpoint import Holding, ServedModel
from uball_assets.adapters.models.vertex.clients import VertexClients, location_of
from uball_assets.domain.errors import Transient

if TYPE_CHECKING:
    from google.genai import Client

_LOOKS, _LOOK_S = 30, 2.0
"""An operation that takes longer than a minute is left to the next retirement."""


def holdings(clients: VertexClients, model: ServedModel) -> list[Holding]:
    found = []
    if _get(clients, f"find the endpoint of {model.name}", model.endpoint_uri) is not None:
        found.append(Holding(model.endpoint_uri, None))
    if _version(clients, model) is not None:
        found.append(Holding(model.model_uri, None))
    return found


def retire(clients: VertexClients, model: ServedModel) -> None:
    """Transient where an operation still goes on: what was done by then stays done."""
    endpoint = _get(clients, f"find the endpoint of {model.name}", model.endpoint_uri)
    for deployed in (endpoint or {}).get("deployedModels", []):
        body = {"deployedModelId": deployed["id"], "trafficSplit": {}}
        _do(clients, f"undeploy {model.name}", "post", f"{model.endpoint_uri}:undeployModel", body)
    if endpoint is not None:
        _do(clients, f"delete the endpoint of {model.name}", "delete", model.endpoint_uri, {})
    others = _version(clients, model)
    if others is None:
        return
    if others:
        _do(clients, f"delete version {model.model_uri}", "delete", f"{model.model_uri}:deleteVersion", {})
    else:
        _do(clients, f"delete model {model.model_uri}", "delete", _without_version(model.model_uri), {})


def _version(clients: VertexClients, model: ServedModel) -> int | None:
    """How many other versions its model has; None where this one is gone."""
    name = _without_version(model.model_uri)
    listed = _get(clients, f"list the versions of {model.name}", f"{name}:listVersions")
    numbers = [each.get("versionId") for each in (listed or {}).get("models", [])]
    number = model.model_uri.partition("@")[2] or "1"
    return len(numbers) - 1 if number in numbers else None


def _without_version(model_uri: str) -> str:
    return model_uri.partition("@")[0]


def _get(clients: VertexClients, doing: str, name: str) -> dict[str, Any] | None:
    """None where there is no such thing."""
    return clients.ask(doing, location_of(name), _or_none(lambda client: _request(client, "get", name, {})))


def _do(clients: VertexClients, doing: str, method: str, name: str, body: dict[str, Any]) -> None:
    """One step, followed to its end; what is gone already is done."""
    location = location_of(name)
    operation = clients.ask(doing, location, _or_none(lambda client: _request(client, method, name, body)))
    for _ in range(_LOOKS):
        if not operation or not operation.get("name") or operation.get("done"):
            return
        time.sleep(_LOOK_S)
        operation = _get(clients, doing, operation["name"])
    raise Transient(f"cannot {doing}: the service is still at it; the next retirement goes on")


def _or_none(call: Callable[[Client], dict[str, Any]]) -> Callable[[Client], dict[str, Any] | None]:
    def asked(client: Client) -> dict[str, Any] | None:
        from google.genai.errors import ClientError

        try:
            return call(client)
        except ClientError as error:
            if error.code == 404:
                return None
            raise

    return asked


def _request(client: Client, method: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """google-genai has no word for endpoints and versions: its own way of asking is used for them."""
    response = client._api_client.request(method, name, body, None)
    answered: dict[str, Any] = json.loads(response.body or "{}")
    return answered
