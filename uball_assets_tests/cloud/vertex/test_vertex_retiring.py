"""Retiring a tuned model on Vertex AI: emptied, deleted, in an order that the service allows, and again."""

from __future__ import annotations

import pytest

from uball_assets.adapters.models.endpoint import Question, ServedModel
from uball_assets.adapters.models.vertex import retiring
from uball_assets.adapters.models.vertex.clients import VertexClients
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import clips_of, tuned

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retiring, "_LOOK_S", 0.01)


def two_versions(server: VertexServer, training_file: str) -> list[ServedModel]:
    """The second is tuned on from the first, so both are versions of one model."""
    server.control(state_s=0.01)
    first = tuned(server, training_file).tuned_model
    second = tuned(server, training_file, base_model=first.model).tuned_model
    return [
        ServedModel(f"v{place}", made.model, made.endpoint, "gemini-3.5-flash")
        for place, made in enumerate((first, second), start=1)
    ]


def test_a_version_goes_with_its_endpoint_and_the_last_one_with_its_model(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    endpoint = VertexEndpoint(VertexClients("uball", a_vertex_server.url, token="t"))  # noqa: S106
    first, second = two_versions(a_vertex_server, a_training_file)
    assert [each.what for each in endpoint.holdings(first)] == [first.endpoint_uri, first.model_uri]
    endpoint.retire(first)
    assert endpoint.holdings(first) == []
    assert not endpoint.is_alive(first)
    assert endpoint.is_alive(second)
    with pytest.raises(Permanent, match="no such thing"):
        endpoint.generate(first, Question(clips_of(a_training_file)[0], prompt(Angle.FAR_LEFT)))
    assert endpoint.generate(second, Question(clips_of(a_training_file)[0], prompt(Angle.FAR_LEFT))).text
    endpoint.retire(second)
    assert endpoint.holdings(second) == []


@pytest.mark.parametrize(
    "where", ["POST */endpoints/*:undeployModel", "DELETE */endpoints/*", "DELETE */models/*"]
)
def test_a_retirement_that_was_cut_off_after_it_was_done_is_gone_on_with(
    a_vertex_server: VertexServer, a_training_file: str, where: str
) -> None:
    clients = VertexClients("uball", a_vertex_server.url, token="t", first_wait_s=0.01)  # noqa: S106
    endpoint = VertexEndpoint(clients)
    first, second = two_versions(a_vertex_server, a_training_file)
    a_vertex_server.control({"kind": "cut", "on": where, "when": "after", "times": 1})
    endpoint.retire(first)
    endpoint.retire(first)
    assert endpoint.holdings(first) == []
    assert endpoint.is_alive(second)


def test_an_operation_that_does_not_end_is_left_to_the_next_retirement(
    a_vertex_server: VertexServer, a_training_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = VertexEndpoint(VertexClients("uball", a_vertex_server.url, token="t"))  # noqa: S106
    first, _ = two_versions(a_vertex_server, a_training_file)
    monkeypatch.setattr(retiring, "_LOOKS", 0)
    with pytest.raises(Transient, match="the next retirement goes on"):
        endpoint.retire(first)
    monkeypatch.setattr(retiring, "_LOOKS", 30)
    endpoint.retire(first)
    assert endpoint.holdings(first) == []
