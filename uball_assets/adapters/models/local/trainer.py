"""Training the embedded model on this machine, from the JSONL and the clips that it names alone.

Belongs here: lessons from lines, the model and its card in the store. Not here: how a network learns
(`learning`), or the cloud's tuning (`models.vertex`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from uball_assets.adapters.models.local.feature_cache import FeatureCache, ListedClips
from uball_assets.adapters.models.local.model import BASE, Lesson, LocalModel, camera_in, plays_of
from uball_assets.adapters.models.trainer import JobState, JobStatus, TuneSpec
from uball_assets.adapters.models.tuning_lines import read_lessons
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import play_named, read_example
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.early_stopping import best_epoch, has_stalled, is_held_out
from uball_assets.domain.learning.lessons import Lessons
from uball_assets.domain.operating.progress import Meter, Tell, counted, no_meter
from uball_assets.domain.spending.base_models import HERE, base_model
from uball_assets.domain.spending.cost import PRICES
from uball_assets.domain.spending.preflight import TuningRequest
from uball_assets.domain.spending.tuning_plan import TuningPlan, plan_training
from uball_assets.media.vision.features import FEATURES_VERSION, duration_clip_s

MODELS = "models/"
EARLY_STOPPING = "early_stopping"
"""The option: how many epochs without a lower held-out loss end a training."""

MOST_DROPPED = 0.10
"""Share of lines that may be dropped; above it a training is refused, as the cloud's service does."""

WINDOW_SLACK_S = 0.25
"""A play's moment may lie this far behind its clip's last frame: windows end between frames."""


@dataclass(frozen=True)
class ModelCard:
    """What a person reads about a local model, beside its weights; without it, the weights do not count."""

    model_name: str
    fingerprint: str
    base: str
    parent_uri: str | None
    train_uri: str
    epochs: int
    seed: int
    features: str
    """Version of the features it was trained on."""
    example_count: int
    examples_by_label: dict[str, int]
    dropped: tuple[Quarantined, ...]
    loss_by_epoch: tuple[float, ...]
    """Mean cross-entropy of the classification, nats: before the first epoch, then after each."""
    held_out_loss_by_epoch: tuple[float, ...] = ()
    """The same on the plays that early stopping holds out, after each epoch; none where it does not watch."""
    kept_epoch: int | None = None
    """Whose weights the model has: the best on those plays; None: the last one's."""


class LocalTrainer:
    """Trains `local_model` on this machine, within `submit`, from the JSONL and the clips it names alone.

    A model is `models/{model_name}/model.safetensors`, and counts once `model.json` stands beside it. A
    killed training has left none: it is trained again, to the same bytes.
    """

    def __init__(
        self,
        store: ObjectStore,
        cache_dir: Path,
        workers: int = 2,
        limit_s: float = float("inf"),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit_s`: a training that takes longer ends, and leaves nothing."""
        self._limit_s = limit_s
        self._now_s = now_s
        self._store = store
        self._cache = FeatureCache(cache_dir)
        self._workers = workers
        self._cancelled: set[str] = set()

    def find(self, fingerprint: str) -> JobStatus | None:
        for info in self._store.list(MODELS):
            if info.name.endswith("/model.json"):
                card = documents.load(self._store, info.name, ModelCard)
                if card.fingerprint == fingerprint:
                    return self._finished(card)
        return None

    def plan(self, spec: TuneSpec, shown: Lessons | None = None) -> TuningPlan:
        train, validation = read_lessons(self._store, spec.train_uri, spec.validation_uri, shown)
        request = TuningRequest(spec.model_name, HERE, spec.epochs, spec.options)
        base, today = base_model(spec.base), datetime.now(UTC).date()
        return plan_training(train, validation, base, request, PRICES, today, spec.parent_uri)

    def submit(self, spec: TuneSpec, meter: Meter = no_meter) -> JobStatus:
        """Trains to the end. A name that an unrecorded training left behind is taken over."""
        from uball_assets.adapters.models.local.learning import learn

        found = self.find(spec.fingerprint)
        if found:
            return found
        if spec.base != BASE:
            raise Permanent(f"the local trainer has no base {spec.base!r}: set the base model to {BASE!r}")
        self._cancelled.discard(spec.fingerprint)
        heed_limit = self._limit(spec)
        model = self._parent(spec)
        read, dropped = self._lessons(spec, heed_limit, meter("examples", "read"))
        watch = _Watch(model, read, int(spec.options.get(EARLY_STOPPING, 0)))
        lessons, tell = watch.lessons, meter("epochs", spec.model_name)

        def after_epoch(epoch: int) -> bool:
            tell(epoch, spec.epochs)
            self._heed_cancel(spec)
            return watch.is_enough()

        try:
            losses = learn(model, lessons, spec.epochs, spec.seed, after_epoch, heed_limit)
        except _CancelledError:
            return JobStatus(
                spec.fingerprint, JobState.CANCELLED, f"{spec.model_name} was cancelled in training"
            )
        card = ModelCard(
            model_name=spec.model_name,
            fingerprint=spec.fingerprint,
            base=spec.base,
            parent_uri=spec.parent_uri,
            train_uri=spec.train_uri,
            epochs=spec.epochs,
            seed=spec.seed,
            features=FEATURES_VERSION,
            example_count=len(lessons),
            examples_by_label=dict(
                sorted(Counter(each.answer.classification for each in lessons if each.answer).items())
            ),
            dropped=tuple(dropped),
            loss_by_epoch=tuple(round(loss, 6) for loss in losses),
            held_out_loss_by_epoch=tuple(round(loss, 6) for loss in watch.losses),
            kept_epoch=watch.keep_best(),
        )
        self._keep(model, card)
        return self._finished(card)

    def poll(self, job_id: str) -> JobStatus:
        """A job's id is its fingerprint. Permanent for one that never finished: nothing of it is left."""
        found = self.find(job_id)
        if found is None:
            raise Permanent(f"no local training {job_id} has finished: submit it again")
        return found

    def cancel(self, job_id: str) -> None:
        """Stops a training in another thread after its current epoch; no effect on one that has finished."""
        self._cancelled.add(job_id)

    def _limit(self, spec: TuneSpec) -> Callable[[], None]:
        """Raises Permanent once this training has taken too long: the same again would take as long."""
        until_s = self._now_s() + self._limit_s

        def heed() -> None:
            if self._now_s() > until_s:
                raise Permanent(
                    f"{spec.model_name} is not trained: it takes longer than {self._limit_s:g} s "
                    "(UBALL_LOCAL_TRAINING_LIMIT_S); raise that, or set fewer UBALL_EPOCHS"
                )

        return heed

    def _heed_cancel(self, spec: TuneSpec) -> None:
        if spec.fingerprint in self._cancelled:
            raise _CancelledError

    def _parent(self, spec: TuneSpec) -> LocalModel:
        if spec.parent_uri is None:
            return LocalModel()
        return LocalModel.from_bytes(self._store.read(name_at(self._store, spec.parent_uri)), spec.parent_uri)

    def _lessons(
        self, spec: TuneSpec, heed_limit: Callable[[], None], tell: Tell
    ) -> tuple[list[Lesson], list[Quarantined]]:
        """What can be learned, in the lines' order, and what was dropped; Permanent if that is too much."""
        lines = self._store.read(name_at(self._store, spec.train_uri)).split(b"\n")
        named = [
            (f"{spec.train_uri} line {n}", line) for n, line in enumerate(lines, start=1) if line.strip()
        ]
        listed = ListedClips(self._store)
        with ThreadPoolExecutor(self._workers) as pool:
            read = []
            reading = pool.map(lambda pair: self._lesson(pair[0], pair[1], listed), named)
            for lesson in counted(reading, len(named), tell):
                heed_limit()
                read.append(lesson)
        lessons = [lesson for lesson in read if isinstance(lesson, Lesson)]
        dropped = [loss for loss in read if isinstance(loss, Quarantined)]
        if not plays_of(lessons) or len(dropped) > MOST_DROPPED * len(named):
            shown = "; ".join(f"{loss.where}: {loss.why}" for loss in dropped[:5]) or "no line shows a play"
            raise Permanent(
                f"{spec.model_name} is not trained: {len(dropped)} of {len(named)} lines cannot be learned "
                f"from, at most {MOST_DROPPED:.0%} may be dropped: {shown}; write the games' examples again"
            )
        return lessons, dropped

    def _lesson(self, where: str, line: bytes, listed: ListedClips) -> Lesson | Quarantined:
        try:
            example = read_example(line.decode())
            angle = camera_in(example.prompt)
            name = name_at(self._store, example.clip_uri)
            features = self._cache.of_clip(self._store, name, angle, listed)
        except (Permanent, UnicodeDecodeError) as error:
            return Quarantined(
                "training example", where, str(error), "cut the clip or write the game's examples again"
            )
        read = parse_answer(example.answer, duration_clip_s(features) + WINDOW_SLACK_S, where)
        if read.quarantined or len(read.answers) > 1:
            why = (
                read.quarantined[0].why
                if read.quarantined
                else f"the answer holds {len(read.answers)} plays, not one"
            )
            return Quarantined("training example", where, why, "write the game's examples again")
        answer = read.answers[0] if read.answers else None
        return Lesson(angle, features, answer, play_named(example.clip_uri))

    def _keep(self, model: LocalModel, card: ModelCard) -> None:
        folder = object_names.model(card.model_name)
        self._store.delete(f"{folder}model.json")
        self._store.write(f"{folder}model.safetensors", model.to_bytes())
        documents.save(self._store, f"{folder}model.json", card)

    def _finished(self, card: ModelCard) -> JobStatus:
        learned = f"learned from {card.example_count} examples, dropped {len(card.dropped)}"
        loss = f"loss {card.loss_by_epoch[0]:.3f} to {card.loss_by_epoch[-1]:.3f}"
        return JobStatus(
            job_id=card.fingerprint,
            state=JobState.SUCCEEDED,
            detail=f"{card.model_name} {learned}; {loss}",
            model_uri=f"{object_names.model(card.model_name)}model.safetensors",
            metrics={
                "examples": float(card.example_count),
                "examples_dropped": float(len(card.dropped)),
                "cost_usd": 0.0,
                **({} if card.kept_epoch is None else {"kept_epoch": float(card.kept_epoch)}),
                **{f"loss_after_epoch_{epoch}": loss for epoch, loss in enumerate(card.loss_by_epoch)},
            },
        )


class _Watch:
    """Early stopping: the loss on held-out plays, and the weights of the epoch where it was lowest.

    With a `patience` of 0, or no play held out, it holds out nothing and never has enough.
    """

    def __init__(self, model: LocalModel, lessons: Sequence[Lesson], patience: int) -> None:
        held_out = [each for each in plays_of(lessons) if patience and is_held_out(each.play)]
        learned = [each for each in lessons if each.answer is None or not is_held_out(each.play)]
        held_out = held_out if plays_of(learned) else []
        self.lessons = learned if held_out else list(lessons)
        self.losses: list[float] = []
        self._held_out, self._model, self._patience = held_out, model, patience
        self._best = dict(model.tensors)

    def is_enough(self) -> bool:
        if not self._held_out:
            return False
        self.losses.append(self._model.loss(self._held_out))
        if best_epoch(self.losses) == len(self.losses):
            self._best = dict(self._model.tensors)  # layers are replaced, never changed in place
        return has_stalled(self.losses, self._patience)

    def keep_best(self) -> int | None:
        """The epoch whose weights the model now has; None where nothing was watched."""
        if not self.losses:
            return None
        self._model.tensors = self._best
        return best_epoch(self.losses)


class _CancelledError(Exception):
    pass
