"""What the demo shows of the gate: a model made worse on purpose is refused, a promotion is rolled back.

Belongs here: the labels' shuffling and the two acts, each done once. Not here: the rule
(`domain.serving.promotion`), what a change of routes takes (`services.serving`).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.models.trainer import JobState, JobStatus, Trainer, TuneSpec
from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.places import name_at
from uball_assets.assets.record.queries import champion, latest_manifest
from uball_assets.assets.scoring import questions, score
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.answers.examples import NO_PLAY, PROMPT_HASH
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.record import ROUTES
from uball_assets.domain.serving.promotion import Candidate, decide
from uball_assets.domain.serving.routing import Change
from uball_assets.resources import Resources
from uball_assets.services.serving import Serving
from uball_assets.settings import Settings

Say = Callable[[str], None]
SHUFFLED = "labels-shuffled"
WHO = "the demo"
_SEED = 7


def show_refusal(settings: Settings, resources: Resources, say: Say) -> str:
    """The gate's sentence on a model that learned the newest set with its labels shuffled; '' where a service
    would be paid for it. It is no version: it stands in no record, and nothing goes on from it."""
    name = f"{object_names.model(SHUFFLED)}verdict.json"
    if kept := documents.find(resources.training, name, dict[str, str]):
        return kept["reason"]
    found, serving = latest_manifest(resources.registry), champion(resources.registry)
    if settings.trainer != "local" or found is None or serving is None:
        return ""
    entry, _ = found
    say("A model is made worse on purpose: the newest set with its labels shuffled")
    spec = _spec(settings, resources, entry["train_uri"], entry["validation_uri"])
    weights = _trained(resources.trainer, spec, settings.train_poll_s).model_uri or ""
    model = ServedModel(SHUFFLED, weights, weights, spec.base, PROMPT_HASH)
    fixed = documents.load(resources.training, entry["yardstick_name"], EvaluationSet)
    answers = resources.annotator.annotate(model, questions(fixed.plays), SHUFFLED)
    scored = resources.registry.find("evaluations", f"{serving['name']}:{entry['yardstick_hash']}")
    if scored is None:
        raise Permanent(f"{serving['name']} serves and was not scored: run the demo in a home of its own")
    made = decide(
        Candidate(SHUFFLED, score(fixed.plays, answers).right),
        Candidate(serving["name"], documents.load(resources.training, scored["scores_name"], Scores).right),
        {play.truth.play_id: play.truth.game_id for play in fixed.plays},
    )
    say(f"  {made.reason}")
    documents.save(resources.training, name, {"step": str(made.step), "reason": made.reason})
    return made.reason


def show_rollback(resources: Resources, say: Say) -> bool:
    """The newest model is promoted by hand, rolled back, and answers in shadow again; False: it was done."""
    serving = Serving(resources.registry, resources.model_endpoint)
    newest = resources.registry.latest("models")
    if newest is None:
        return False
    acts: dict[Change, Callable[[], Entry]] = {
        Change.PROMOTION: lambda: serving.promote(newest, WHO, "to show what a person can do"),
        Change.ROLLBACK: lambda: serving.rollback(None, WHO, "to show that it is undone, in one row"),
        Change.SHADOW: lambda: serving.shadow(newest, WHO, "it goes on where it was"),
    }
    done = {cause.what for row in resources.registry.entries(ROUTES) if (cause := cause_of(row)).who == WHO}
    for what, act in acts.items():
        if what not in done:
            row = act()
            say(f"  generation {row['generation']}, {what} by {WHO}: {routing_of(row)}")
    return any(what not in done for what in acts)


def shuffled(lines: list[str]) -> list[str]:
    """Training lines, each with another's label in the place of its own; those without a play as they are."""
    read = [json.loads(line) for line in lines]
    plays = [line for line in read if line["contents"][1]["parts"][0]["text"] != NO_PLAY]
    answers = [json.loads(line["contents"][1]["parts"][0]["text"])[0] for line in plays]
    labels = [answer["classification"] for answer in answers]
    random.Random(_SEED).shuffle(labels)  # noqa: S311 - not for secrets
    for line, answer, label in zip(plays, answers, labels, strict=True):
        events = [{"label": label, "playerA": answer["player_a"], "playerB": answer["player_b"]}]
        worse = {**answer, "classification": label, "note": label, "events": events}
        line["contents"][1]["parts"][0]["text"] = json.dumps([worse], ensure_ascii=False)
    return [json.dumps(line) for line in read]


def _spec(settings: Settings, resources: Resources, train_uri: str, validation_uri: str) -> TuneSpec:
    training, config = resources.training, settings.training_config
    lines = shuffled(training.read(name_at(training, train_uri)).decode().splitlines())
    name = f"{object_names.model(SHUFFLED)}training_data.jsonl"
    training.write(name, "".join(f"{line}\n" for line in lines).encode())
    return TuneSpec(
        model_name=SHUFFLED,
        fingerprint=content_hash([SHUFFLED, lines]),
        train_uri=training.uri(name),
        validation_uri=validation_uri,
        parent_uri=None,
        base=config.base,
        epochs=config.epochs,
        seed=config.seed,
        options=config.options,
    )


def _trained(trainer: Trainer, spec: TuneSpec, poll_s: float) -> JobStatus:
    status = trainer.find(spec.fingerprint)
    if status is None or status.state in (JobState.FAILED, JobState.CANCELLED):
        status = trainer.submit(spec)
    while status.state is JobState.RUNNING:
        time.sleep(poll_s)
        status = trainer.poll(status.job_id)
    if status.state is not JobState.SUCCEEDED:
        raise Permanent(f"training {spec.model_name} ended {status.state}: {status.detail}")
    return status
