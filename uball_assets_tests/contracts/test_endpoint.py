"""What every endpoint must do. A new implementation is one entry in ENDPOINTS."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from uball_assets.adapters.models.endpoint import Endpoint, Question, Reply, ServedModel
from uball_assets.adapters.models.local.endpoint import LocalEndpoint
from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.adapters.clips_of_shots import DURATION_S, SHOT_AT_S, training_lines
from uball_assets_tests.cloud.vertex.test_vertex_batch import batches_of
from uball_assets_tests.cloud.vertex.test_vertex_serving import clients_of, served_model

SHOTS = ("FG_MAKE", "3PT_MISS") * 4


@dataclass(frozen=True)
class Served:
    """An endpoint, a model that it serves, and the clips that this was trained on."""

    endpoint: Endpoint
    model: ServedModel
    store: ObjectStore

    @property
    def questions(self) -> list[Question]:
        clips = self.store.list("games/g1/clips/play-")
        return [Question(self.store.uri(info.name), prompt(Angle.FAR_LEFT)) for info in clips]

    @property
    def gone(self) -> ServedModel:
        """A model of the same kind that nobody serves."""
        model_uri, endpoint_uri = (
            re.sub("(models|endpoints)/", r"\1/9", uri)
            for uri in (self.model.model_uri, self.model.endpoint_uri)
        )
        return replace(self.model, model_uri=model_uri, endpoint_uri=endpoint_uri)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = tmp_path_factory.mktemp("league")
    store = FolderStore(folder / "store")
    store.write("train.jsonl", "\n".join(training_lines(store, SHOTS)).encode())
    uri = store.uri("train.jsonl")
    spec = TuneSpec("m1", "f1", uri, uri, None, "local-mlp-1", epochs=1, seed=7)
    trained = str(LocalTrainer(store, folder / "cache").submit(spec).model_uri)
    model = ServedModel("m1", trained, trained, "local-mlp-1")
    return Served(LocalEndpoint(store, folder / "cache"), model, store)


def _local(request: pytest.FixtureRequest) -> Served:
    served: Served = request.getfixturevalue("local")
    return served


def _on_vertex(request: pytest.FixtureRequest) -> Served:
    server = request.getfixturevalue("a_vertex_server")
    store = open_store(request.getfixturevalue("a_gcs_bucket"))
    model = served_model(server, request.getfixturevalue("a_training_file"))
    return Served(VertexEndpoint(clients_of(server)), model, store)


def _by_batch(request: pytest.FixtureRequest) -> Served:
    served, server = _on_vertex(request), request.getfixturevalue("a_vertex_server")
    batches = batches_of(server, served.store)
    return replace(served, endpoint=VertexEndpoint(clients_of(server), batches=batches, fewest_in_batch=1))


ENDPOINTS: dict[str, Callable[[pytest.FixtureRequest], Served]] = {
    "local": _local,
    "vertex, online": _on_vertex,
    "vertex, by batch": _by_batch,
}


@pytest.fixture(
    params=[
        pytest.param(make, id=name, marks=pytest.mark.services if "vertex" in name else ())
        for name, make in ENDPOINTS.items()
    ]
)
def served(request: pytest.FixtureRequest) -> Served:
    made: Served = request.param(request)
    return made


def test_a_clip_is_answered_with_one_play_by_the_contract(served: Served) -> None:
    said = served.endpoint.generate(served.model, served.questions[0])
    reading = parse_answer(said.text, DURATION_S, "clip")
    assert reading.quarantined == ()
    assert [answer.classification for answer in reading.answers] == ["FG_MAKE"]
    assert reading.answers[0].timestamp_clip_s == pytest.approx(SHOT_AT_S, abs=0.4)


def test_the_answer_has_its_form_when_it_is_held_to_it(served: Served) -> None:
    said = served.endpoint.generate(served.model, served.questions[0], with_schema=True)
    assert set(json.loads(said.text)[0]) >= {"timestamp_seconds", "classification", "events"}


def test_many_questions_are_answered_in_their_order_as_each_by_itself(served: Served) -> None:
    asked = [*reversed(served.questions), served.questions[3]]
    told: list[tuple[int, int]] = []
    answers = served.endpoint.generate_all(served.model, asked, lambda done, of: told.append((done, of)))
    steps = [(done, len(asked)) for done in range(1, len(asked) + 1)]
    # A batch is as far as its service says, which may be at the end alone.
    assert told == (sorted(set(told) & set(steps)) if served.endpoint.outlives(len(asked)) else steps)
    alone = [served.endpoint.generate(served.model, question) for question in asked]
    assert [each.text for each in answers if isinstance(each, Reply)] == [each.text for each in alone]
    assert len({each.text for each in alone}) > 2


def test_a_clip_that_is_not_there_costs_its_own_answer_alone(served: Served) -> None:
    missing = Question(served.store.uri("games/g1/clips/none_FAR_LEFT.mp4"), prompt(Angle.FAR_LEFT))
    answers = served.endpoint.generate_all(served.model, [served.questions[0], missing, served.questions[1]])
    assert [isinstance(each, Permanent) for each in answers] == [False, True, False]
    with pytest.raises(Permanent):
        served.endpoint.generate(served.model, missing)


def test_a_clip_that_is_none_costs_its_own_answer_alone(served: Served) -> None:
    served.store.write("games/g1/clips/bad_FAR_LEFT.mp4", b"no video")
    bad = Question(served.store.uri("games/g1/clips/bad_FAR_LEFT.mp4"), prompt(Angle.FAR_LEFT))
    answers = served.endpoint.generate_all(served.model, [served.questions[1], bad])
    assert [isinstance(each, Permanent) for each in answers] == [False, True]


def test_no_question_has_no_answer(served: Served) -> None:
    assert served.endpoint.generate_all(served.model, []) == []


def test_tokens_are_told_with_the_price_that_they_have_or_there_are_none(served: Served) -> None:
    for said in served.endpoint.generate_all(served.model, served.questions):
        assert isinstance(said, Reply)
        assert bool(said.price) == bool(said.input_tokens) == bool(said.output_tokens)


def test_a_model_is_alive_while_it_is_served_and_another_is_not(served: Served) -> None:
    assert served.endpoint.is_alive(served.model)
    assert not served.endpoint.is_alive(served.gone)


@pytest.mark.parametrize(
    "uri", ["", "nonsense", "gs://elsewhere/model", "projects/1/locations/us/endpoints/"]
)
def test_what_is_no_address_of_a_model_is_not_alive_and_nothing_is_raised(served: Served, uri: str) -> None:
    assert not served.endpoint.is_alive(replace(served.model, endpoint_uri=uri))


def test_a_model_that_is_gone_gives_no_answer(served: Served) -> None:
    with pytest.raises(Permanent):
        served.endpoint.generate(served.gone, served.questions[0])
    try:
        answers = served.endpoint.generate_all(served.gone, served.questions)
    except Permanent:
        return
    assert all(isinstance(each, Permanent) for each in answers)
