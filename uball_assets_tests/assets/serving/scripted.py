"""Models that answer as they are told, and scores as a test wants them: a route's fate in a few plays.

Belongs here: standing in for the outside service that models answer at, and for what an evaluation found. Not
here: any verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from uball_assets.adapters.models.endpoint import Holding, Question, Reply, ServedModel
from uball_assets.adapters.stores import documents
from uball_assets.definitions import build_defs
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.domain.operating.progress import Tell, untold
from uball_assets.services.serving import Serving
from uball_assets_tests.league import Platform

V1, V2 = "basketball-model-v1-1games", "basketball-model-v2-2games"
RIGHT, WRONG, NOTHING = "right", "wrong", "nothing"
_PLAY = re.compile(r"clips/(.+)_(?:FAR|NEAR)_(?:LEFT|RIGHT)\.mp4$")


@dataclass
class Scripted:
    """An endpoint whose models are right, wrong, or give no valid answer, as told by their names."""

    labels: Mapping[str, str]
    """The truth: play id -> label."""
    manners: dict[str, str] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    while_asked: Callable[[], None] = lambda: None
    """Happens while a game is being asked about."""
    asked: list[str] = field(default_factory=list)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Models that may not be asked, and why."""
    has_schema = False

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Reply:
        del with_schema
        [reply] = self.generate_all(model, [question])
        if isinstance(reply, UballError):
            raise reply
        return reply

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> list[Reply | UballError]:
        del tell
        if model.name in self.refused:
            raise Permanent(self.refused[model.name])
        self.asked += [model.name] * len(questions)
        self.while_asked()
        return [self._reply(self.manners.get(model.name, RIGHT), question) for question in questions]

    def outlives(self, question_count: int) -> bool:
        del question_count
        return False

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> None:
        raise AssertionError(f"nothing here is a paid job: {model}, {questions}")

    def is_alive(self, model: ServedModel) -> bool:
        return model.name not in self.dead

    def holdings(self, model: ServedModel) -> list[Holding]:
        raise NotImplementedError

    def retire(self, model: ServedModel) -> None:
        raise NotImplementedError

    def _reply(self, manner: str, question: Question) -> Reply | UballError:
        if manner == NOTHING:
            return Permanent("the model is all thoughts")
        found = _PLAY.search(question.clip_uri)
        truth = self.labels.get(found[1], "FOUL") if found else "FOUL"
        wrong = "FREE_THROW_MAKE" if truth != "FREE_THROW_MAKE" else "FOUL"
        said = {
            "timestamp_seconds": 1.0,
            "classification": truth if manner == RIGHT else wrong,
            "note": "",
            "player_a": None,
            "player_b": None,
            "events": [],
        }
        return Reply(json.dumps([said]))


def with_scripted(platform: Platform, *game_ids: str) -> tuple[Platform, Scripted]:
    """The platform, its games arrived, and who answers on it from now on."""
    labels: dict[str, str] = {}
    for game_id in game_ids:
        platform.add_game(game_id)
        labels |= {row["id"]: row["classification"] for row in platform.rows(game_id)}
    scripted = Scripted(labels)
    annotator = replace(platform.resources.annotator, endpoint=scripted)
    resources = replace(platform.resources, model_endpoint=scripted, annotator=annotator)
    defs = build_defs(platform.settings, model_endpoint=scripted, annotator=annotator)
    return replace(platform, defs=defs, resources=resources), scripted


def serving_of(platform: Platform) -> Serving:
    return Serving(platform.resources.registry, platform.resources.model_endpoint)


def write_scores(platform: Platform, right_by_version: Mapping[int, str]) -> None:
    """What the newest evaluation set found of each version, as `++-`; play n is of game n mod 5."""
    training, manifest = platform.resources.training, platform.entries("manifests")[-1]
    fixed = documents.load(training, manifest["yardstick_name"], EvaluationSet)
    count = len(next(iter(right_by_version.values())))
    plays = tuple(
        replace(fixed.plays[0], truth=replace(fixed.plays[0].truth, play_id=f"p{n}", game_id=f"e{n % 5}"))
        for n in range(count)
    )
    documents.save(training, manifest["yardstick_name"], EvaluationSet(plays))
    for entry in platform.entries("evaluations"):
        version = int(entry["model"].split("-")[2][1:])
        if entry["yardstick_hash"] == manifest["yardstick_hash"] and version in right_by_version:
            right = {f"p{n}": sign == "+" for n, sign in enumerate(right_by_version[version])}
            scores = documents.load(training, entry["scores_name"], Scores)
            documents.save(training, entry["scores_name"], replace(scores, right=right))
