"""A league of 100 games on Vertex AI: each training within the service's limits and the platform's ceilings,
and no clip asked of a model twice.

The clips are few and long, so that a game costs about what one with many short ones does; their bytes are the
same four videos.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.models.trainer import JobState, JobStatus
from uball_assets.adapters.models.vertex.clients import utc_now
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.assets.model import NextTraining, next_training
from uball_assets.assets.scoring import questions
from uball_assets.domain.answers.evaluation_set import EvaluationPlay, draw
from uball_assets.domain.answers.examples import example_line
from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.plays.plays import Event
from uball_assets.domain.spending.preflight import FREE_VALIDATION_LINES, MOST_VALIDATION_LINES
from uball_assets.services.asking.annotator import Annotator
from uball_assets.services.learning.lessons import write_lessons
from uball_assets.settings import Settings
from uball_assets_tests.adapters.clips_of_shots import DURATION_S, SHOT_AT_S, shot_clip
from uball_assets_tests.cloud.vertex.test_vertex_serving import clients_of, requests
from uball_assets_tests.cloud.vertex.test_vertex_tuning import a_trainer, bills_of, followed
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.domain.samples import a_play

pytestmark = pytest.mark.services

LABELS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS")
GAMES, BATCH, TRAIN, VALIDATION = 100, 20, 4, 51
"""A version for each batch of games; lines of a game."""
CLIP_S = 240.0
EVALUATION_PLAYS = 50
CAMERA = Angle.FAR_LEFT


@dataclass(frozen=True)
class Game:
    examples: GameExamples
    train: str
    """Lines."""
    validation: str
    set_aside: tuple[EvaluationPlay, ...]


@dataclass
class League:
    """Games of which nothing was filmed: their documents, and clips that show one of four shots."""

    store: ObjectStore
    bills: Bills
    settings: Settings
    games: list[Game] = field(default_factory=list)

    def grow(self, count: int) -> None:
        videos = {label: shot_clip(label, seed=n, fps=1, duration_s=CLIP_S) for n, label in enumerate(LABELS)}
        first = len(self.games)
        with ThreadPoolExecutor(8) as pool:
            games = pool.map(lambda number: self._game(number, videos), range(first, first + count))
            self.games += games

    def _game(self, number: int, videos: dict[str, bytes]) -> Game:
        game_id, shown, lines = f"g{number:03d}", [], []
        for position in range(TRAIN + VALIDATION):
            label = LABELS[position % len(LABELS)]
            play_id = f"{game_id}-{position}"
            play = a_play(play_id=play_id, game_id=game_id, classification=label, events=(Event(label),))
            name = f"{object_names.clips(game_id)}{play_id}_{CAMERA}.mp4"
            self.store.write(name, videos[label])
            shot_s = SHOT_AT_S * CLIP_S / DURATION_S
            clip = Clip(
                play_id=play_id,
                angle=CAMERA,
                name=name,
                key=name,
                start_file_s=0.0,
                sync_offset_s=0.0,
                timestamp_clip_s=shot_s,
                duration_s=CLIP_S,
                frame_count=round(CLIP_S),
                size_bytes=len(videos[label]),
                clamped=False,
            )
            shown.append(EvaluationPlay(play, (clip,)))
            lines.append(example_line(play, CAMERA, self.store.uri(name), shot_s) + "\n")
        clips = tuple(clip for each in shown for clip in each.clips)
        report = CameraClips(game_id, CAMERA, "p", len(clips), clips, ())
        documents.save(self.store, object_names.camera_clips(game_id, CAMERA), report)
        return Game(
            GameExamples(game_id, f"e{number}", TRAIN, VALIDATION, "t", "v"),
            "".join(lines[:TRAIN]),
            "".join(lines[TRAIN:]),
            tuple(shown[TRAIN:]),
        )

    def next_training(self, **changed: str) -> NextTraining:
        """Of the cumulative set of all games so far, put on the record as `training_set` leaves it."""
        manifest = Manifest(tuple(game.examples for game in self.games))
        folder = object_names.training_set(manifest.hash)
        names = {
            "train_uri": f"{folder}training_data.jsonl",
            "validation_uri": f"{folder}validation_data.jsonl",
        }
        self.store.write(names["train_uri"], "".join(game.train for game in self.games).encode())
        self.store.write(names["validation_uri"], "".join(game.validation for game in self.games).encode())
        fields = {"hash": manifest.hash, "manifest": manifest.to_dict(), **names}
        entry = self.bills.registry.append("manifests", fields, key=manifest.hash)
        settings = self.settings.model_copy(update=changed)
        due = next_training(self.bills.registry, self.store, entry, manifest, settings)
        assert due is not None
        write_lessons(self.store, due.entry, due.spec, due.lessons)
        return due

    def enter(self, due: NextTraining, status: JobStatus) -> ServedModel:
        """On the bill and on the record, as `tuned_model` leaves it."""
        name, usd = due.spec.model_name, status.metrics["cost_usd"]
        self.bills.enter_training(name, status.job_id, int(status.metrics["tokens_billed"]), usd)
        model = ServedModel(name, str(status.model_uri), str(status.endpoint_uri), due.spec.base)
        fields = {
            "name": name,
            "version": due.version,
            "parent": due.parent["name"] if due.parent else None,
            "base": due.spec.base,
            "game_ids": list(due.manifest.game_ids),
            "manifest_hash": due.entry["hash"],
            "manifest_key": due.entry["key"],
            "model_uri": model.model_uri,
        }
        self.bills.registry.append("models", fields, key=due.spec.fingerprint)
        return model


def test_a_league_of_a_hundred_games_is_tuned_within_limits_and_ceilings_and_asks_nothing_twice(
    a_vertex_server: VertexServer, a_gcs_bucket: str
) -> None:
    a_vertex_server.control(state_s=0.01)
    store = open_store(a_gcs_bucket)
    settings = Settings(trainer="vertex", gcp_project_id="uball", training_url=a_gcs_bucket)
    assert (settings.train_on, settings.ceilings.job_usd) == ("new_plus_replay", 50.0)
    bills = bills_of(store, utc_now, settings.ceilings)
    trainer = a_trainer(a_vertex_server, store, ceilings=settings.ceilings, now=utc_now)
    annotator = Annotator(VertexEndpoint(clients_of(a_vertex_server)), store, bills)
    league = League(store, bills, settings)
    models: list[ServedModel] = []
    trainings_usd: list[float] = []
    answered: set[tuple[str, str]] = set()
    for _ in range(GAMES // BATCH):
        league.grow(BATCH)
        due = league.next_training()
        assert len(due.lessons.validation_numbers) <= FREE_VALIDATION_LINES
        status = followed(trainer, trainer.submit(due.spec))  # the preflight has nothing against it
        assert status.state is JobState.SUCCEEDED, status.detail
        trainings_usd.append(status.metrics["cost_usd"])
        models.append(league.enter(due, status))
        drawn = draw([play for game in league.games for play in game.set_aside], EVALUATION_PLAYS)
        for model in models[-2:]:
            annotator.annotate(model, questions(drawn.plays), f"version {due.version}")
            answered |= {(model.name, play.clips[0].key) for play in drawn.plays}
        assert requests(a_vertex_server) == len(answered)
    assert max(trainings_usd) <= settings.ceilings.job_usd
    assert trainings_usd[1:] == pytest.approx([2 * trainings_usd[0]] * (len(models) - 1), rel=0.01)
    assert a_vertex_server.counts()["tuning_jobs"] == len(models)
    league.grow(1)
    whole = league.next_training(train_on="cumulative")
    assert whole.manifest.validation_count > MOST_VALIDATION_LINES
    with pytest.raises(Permanent, match="over the ceiling of a job"):
        trainer.submit(whole.spec)
