"""`tuned_model`: one model for all games that are due, warm-started from the one that serves, submitted once.

Belongs here: following a job to its end and putting the model on the record. Not here: how a backend trains
(`adapters.models.trainer`) or how good the model is (`evaluation`).
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.models.trainer import JobState, JobStatus, Trainer, TuneSpec
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.record.pauses import held_now
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.training_requests import requests_open
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.tracking.tracker import Tracker
from uball_assets.assets.cancelled import cancelling_would, heeding_cancel, tell_job
from uball_assets.assets.common import MODEL, described, mark, name_model, refuse_unlearnable, refused
from uball_assets.assets.progress import StepProgress, step_meter
from uball_assets.assets.record.queries import champion, latest_manifest, manifest_of
from uball_assets.assets.training_set import training_set
from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.lessons import Lessons
from uball_assets.domain.learning.lineage import Trace, start_of, traces
from uball_assets.domain.learning.manifest import Manifest, changes, fingerprint
from uball_assets.domain.learning.model_names import model_name, version_label
from uball_assets.domain.learning.retrain import target_hash
from uball_assets.domain.spending.base_models import base_model
from uball_assets.services.learning.lessons import TrainingSetFiles, lesson_names, read_set, write_lessons
from uball_assets.services.learning.tracked import tracked_video_model
from uball_assets.settings import Settings

AFTER_EPOCH = "loss_after_epoch_"
LOSS_SCHEMA = described(
    {
        "epoch": ("int", "0: before the first"),
        "loss": ("float", "how far the answers are from the right ones; less is better"),
    }
)
TRACE_SCHEMA = described(
    {
        "game_id": ("string", "its partition"),
        "what": ("string", "edited or withdrawn"),
        "effect": ("string", "what this model still has of it"),
    }
)


@dg.asset(
    **MODEL,
    deps=[training_set],
    kinds={"scikitlearn"},
    description="The video model that has learned from every game of the training set. A game's partition is "
    "materialised when a model that has learned from it exists.",
)
def tuned_model(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    trainer: dg.ResourceParam[Trainer],
    bills: dg.ResourceParam[Bills],
    tracker: dg.ResourceParam[Tracker],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    found = latest_manifest(registry)
    if found is None:
        raise refused("there is no training set yet: materialise training_set first")
    entry, manifest = found
    refuse_unlearnable(context, manifest.game_ids)
    due = next_training(registry, training, entry, manifest, settings)
    if due:
        if held := held_now(registry, settings.windows, datetime.now(settings.zone)):
            raise refused(f"{held.reason}; to do: {held.remedy}")
        write_lessons(training, due.entry, due.spec, due.lessons)
        with heeding_cancel(context, trainer, bills, due, settings.on_cancel):
            status = _train(context, trainer, bills, due.spec, settings)
        entry = _entry(due, status)
        entry["tracked_at"] = tracker.log(tracked_video_model(entry))
        model = registry.append("models", entry, key=due.spec.fingerprint)
        documents.save(training, object_names.model_lessons(model["name"]), model["lessons"])
    else:
        model = registry.latest("models") or {}
    name_model(context, model["label"])
    return mark(context, manifest.game_ids, {**_metadata(model), "trained_now": due is not None})


@dataclass(frozen=True)
class NextTraining:
    """What the next version is made of."""

    version: int
    target_hash: str
    """What it is for (`retrain.target_hash`)."""
    spec: TuneSpec
    entry: Entry
    """Of its training set."""
    manifest: Manifest
    parent: Mapping[str, Any] | None
    """Whose weights it goes on from; None: from its base."""
    starts: str
    """Why there."""
    answers: int
    """The newest request on the record: it answers that one, and all before it."""
    files: TrainingSetFiles
    lessons: Lessons
    """The lines of the set that it is shown."""
    new_games: frozenset[str]
    """New or changed since the parent learned; every game where it starts from its base."""
    traces: tuple[Trace, ...]
    """What it will still have of games that were edited or withdrawn."""


def next_training(
    registry: Registry, training: ObjectStore, entry: Entry, manifest: Manifest, settings: Settings
) -> NextTraining | None:
    """The next version, of the whole cumulative set; None: the newest model has learned all that and was
    told the same, and nobody asks for another. Nothing is written.

    It goes on from the model that serves, or as UBALL_START_FROM has it (`lineage.start_of`): new is what
    that one's line has not learned, so the games of a refused version are new again.
    """
    newest, now = registry.latest("models"), datetime.now(UTC)
    config, _ = settings.training_config_on(now.date())
    asked = requests_open(registry, now.timestamp())
    person = asked.person
    is_learned = newest is not None and newest["manifest_hash"] == entry["hash"]
    differences = config.differences(newest)
    if is_learned and not differences and not person:
        return None
    version = newest["version"] + 1 if newest else 1
    start = start_of(
        settings.start_from,
        newest,
        champion(registry),
        config.base,
        is_base_asked=bool(person and person.from_base),
    )
    goes_on = start.parent
    change = changes(manifest, manifest_of(registry, goes_on) if goes_on else None)
    new_games = frozenset(change.taught)
    files = read_set(training, entry, manifest, config.base)
    lessons = files.lessons(settings.train_on, new_games, settings.replay_per_new)
    train_uri, validation_uri = lesson_names(entry, lessons)
    spec = TuneSpec(
        model_name=model_name(version, games_learned(manifest)),
        fingerprint=fingerprint(
            entry["hash"],
            config,
            newest["name"] if newest else None,
            person.number if person and (person.from_base or (is_learned and not differences)) else 0,
            lessons.hash,
            start.sets_apart,
        ),
        train_uri=train_uri,
        validation_uri=validation_uri,
        parent_uri=goes_on["model_uri"] if goes_on else None,
        base=config.base,
        epochs=config.epochs,
        seed=config.seed,
        options=config.options,
    )
    return NextTraining(
        version=version,
        target_hash=target_hash(manifest, config, differences, asked.newest.number if asked.newest else 0),
        spec=spec,
        entry=entry,
        manifest=manifest,
        parent=goes_on,
        starts=start.reason,
        answers=asked.last,
        files=files,
        lessons=lessons,
        new_games=new_games,
        traces=tuple(
            traces(
                registry.entries("models"),
                goes_on["name"] if goes_on else None,
                manifest.game_ids,
                (*change.changed, *change.reworded),
            )
        ),
    )


def games_learned(manifest: Manifest) -> int:
    """Games with lines on the training side; a benchmark game has none."""
    return sum(game.train_count > 0 for game in manifest.games)


def _train(
    context: dg.AssetExecutionContext, trainer: Trainer, bills: Bills, spec: TuneSpec, settings: Settings
) -> JobStatus:
    """The finished job: one found under this fingerprint, else a new one, followed to its end."""
    status = trainer.find(spec.fingerprint)
    if status is None or status.state in (JobState.FAILED, JobState.CANCELLED):
        if status:
            _bill(bills, spec, status)  # it may have ended while nobody waited for it
        status = trainer.submit(spec, step_meter(context))
    if status.state is JobState.RUNNING:
        tell_job(context, cancelling_would(settings.on_cancel))
    tell = StepProgress(context, before=status.epochs_done)
    while status.state is JobState.RUNNING:
        of = spec.epochs if status.epochs_done else 0  # none is done for long: what it does says more
        tell(status.epochs_done, of, "epochs", status.detail)
        time.sleep(settings.train_poll_s)
        status = trainer.poll(status.job_id)
    _bill(bills, spec, status)
    if status.state is not JobState.SUCCEEDED or status.model_uri is None:
        ended = f"training {spec.model_name} ended {status.state}: {status.detail}"
        raise Transient(ended) if status.may_pass else Permanent(ended)
    return status


def _bill(bills: Bills, spec: TuneSpec, ended: JobStatus) -> None:
    values = ended.metrics
    bills.enter_training(
        spec.model_name, ended.job_id, int(values.get("tokens_billed", 0)), values.get("cost_usd", 0.0)
    )


def _entry(training: NextTraining, status: JobStatus) -> dict[str, Any]:
    spec, manifest, parent = training.spec, training.manifest, training.parent
    return {
        "name": spec.model_name,
        "version": training.version,
        "label": version_label(training.version, games_learned(manifest)),
        "manifest_hash": training.entry["hash"],
        "manifest_key": training.entry["key"],
        "game_ids": list(manifest.game_ids),
        "game_count": games_learned(manifest),
        "parent": parent["name"] if parent else None,
        "starts": training.starts,
        "base": spec.base,
        "base_retires_on": str(retires_on) if (retires_on := base_model(spec.base).retires_on) else None,
        "prompt_hash": PROMPT_HASH,
        "fingerprint": spec.fingerprint,
        "model_uri": status.model_uri,
        "endpoint_uri": status.endpoint_uri or status.model_uri,
        "train_count": manifest.train_count,
        "epochs": spec.epochs,
        "seed": spec.seed,
        "options": dict(spec.options),
        "request": training.answers,
        "lessons": _lessons(training),
        "metrics": dict(status.metrics),
        "cost_usd": float(status.metrics.get("cost_usd", 0.0)),
    }


def _lessons(training: NextTraining) -> dict[str, Any]:
    """What it was taught, and what it still has of edited and withdrawn games, for its card."""
    lessons = training.lessons
    return {
        "train_on": lessons.way if training.spec.parent_uri else "cumulative",
        "shown": lessons.sentence,
        "line_count": len(lessons.numbers),
        "new_count": lessons.new_count,
        "replayed_count": lessons.replayed_count,
        "unseen_count": lessons.unseen_count,
        "unseen_labels": list(lessons.unseen_labels),
        "new_games": sorted(training.new_games),
        "traces": [asdict(trace) for trace in training.traces],
    }


def _metadata(model: Entry) -> dict[str, Any]:
    return {
        "model": model["name"],
        "parent": model["parent"] or f"base {model['base']}",
        **({"starts": model["starts"]} if "starts" in model else {}),
        "games": model["game_count"],
        "train_lines": model["train_count"],
        **_taught(model.get("lessons")),
        "cost_usd": model["cost_usd"],
        "card": dg.MetadataValue.path(model["model_uri"].replace("model.safetensors", "model.json")),
        "base_retires_on": model["base_retires_on"] or "never",
        **({"tracked_at": model["tracked_at"]} if model.get("tracked_at") else {}),
        "loss_by_epoch": dg.MetadataValue.table(_losses(model["metrics"]), schema=LOSS_SCHEMA),
        **{
            f"training/{name}": round(value, 4)
            for name, value in model["metrics"].items()
            if not name.startswith(AFTER_EPOCH)
        },
    }


def _taught(lessons: Mapping[str, Any] | None) -> dict[str, Any]:
    """Nothing for a model from before lessons were chosen: it was shown its whole set."""
    if lessons is None:
        return {}
    records = [dg.TableRecord(dict(trace)) for trace in lessons["traces"]]
    table = dg.MetadataValue.table(records, schema=TRACE_SCHEMA)
    return {"taught": lessons["shown"], **({"edited_or_withdrawn": table} if records else {})}


def _losses(metrics: Mapping[str, float]) -> list[dg.TableRecord]:
    """The loss curve: before the first epoch (0), and after each that the trainer told of."""
    named = [name for name in metrics if name.startswith(AFTER_EPOCH)]
    values = {int(name.removeprefix(AFTER_EPOCH)): metrics[name] for name in named}
    return [dg.TableRecord({"epoch": epoch, "loss": round(values[epoch], 4)}) for epoch in sorted(values)]
