"""Evaluation after evaluation on Vertex AI: a clip is asked of a model once, ever, and the bill shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from uball_assets.adapters.models.endpoint import Question, ServedModel
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.adapters.record.bills import COSTS, Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.scoring import questions as questions_about_plays
from uball_assets.domain.answers.evaluation_set import EvaluationPlay, draw
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.spending.cost import PRICES, Ceilings
from uball_assets.services.asking.annotator import Annotator
from uball_assets_tests.adapters.clips_of_shots import DURATION_S
from uball_assets_tests.cloud.vertex.test_vertex_serving import (
    clients_of,
    questions_about,
    requests,
)
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.domain.samples import a_play

pytestmark = pytest.mark.services


def utc_now() -> datetime:
    return datetime.now(UTC)


def play_of(store: ObjectStore, question: Question, number: int) -> EvaluationPlay:
    clip = Clip(
        play_id=f"p{number}",
        angle=Angle.FAR_LEFT,
        name=store.name_of(question.clip_uri),
        key=f"key-{number}",
        start_file_s=0.0,
        sync_offset_s=0.0,
        timestamp_clip_s=1.0,
        duration_s=DURATION_S,
        frame_count=60,
        size_bytes=900,
        clamped=False,
    )
    return EvaluationPlay(a_play(play_id=f"p{number}"), (clip,))


@pytest.mark.parametrize("most", [100, 5], ids=["all plays", "five drawn of them"])
def test_of_a_set_that_has_grown_only_what_is_new_is_asked_and_billed(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, a_training_file: str, most: int
) -> None:
    plays = [play_of(store, each, number) for number, each in enumerate(questions_about(a_training_file))]
    registry = StoreRegistry(store, utc_now)
    bills = Bills(registry, PRICES, Ceilings(50.0, 200.0), "low", "online", utc_now)
    annotator = Annotator(VertexEndpoint(clients_of(a_vertex_server)), store, bills)
    ever: set[str] = set()
    for evaluation, set_aside in enumerate((plays[:4], plays[:6], plays), start=1):
        drawn, before = draw(set_aside, most), requests(a_vertex_server)
        said = annotator.annotate(model, questions_about_plays(drawn.plays), f"evaluation {evaluation}")
        new = {play.clips[0].key for play in drawn.plays} - ever
        ever |= new
        assert requests(a_vertex_server) - before == len(new)
        assert said.kept_count == len(drawn.plays) - len(new)
        assert len(said.per_camera) == len(drawn.plays)
    assert requests(a_vertex_server) == len(ever)
    billed = sum(entry["tokens"] for entry in registry.entries(COSTS))
    assert billed == a_vertex_server.counts()["answered_tokens"]
