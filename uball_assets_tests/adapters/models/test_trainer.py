from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import JobState, TuneSpec
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.answers.examples import play_named, read_example
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.early_stopping import is_held_out
from uball_assets.domain.operating.progress import Tell
from uball_assets_tests.adapters.clips_of_shots import training_lines

LABELS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE") * 4
CARD, WEIGHTS = (
    "models/basketball-model-v1-1games/model.json",
    "models/basketball-model-v1-1games/model.safetensors",
)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def trainer(store: FolderStore, tmp_path: Path) -> LocalTrainer:
    return LocalTrainer(store, tmp_path / "cache", workers=2)


@pytest.fixture
def spec(store: FolderStore) -> TuneSpec:
    return _spec(store, training_lines(store, LABELS))


def test_a_training_leaves_weights_and_a_card_a_person_can_read(
    store: FolderStore, trainer: LocalTrainer, spec: TuneSpec
) -> None:
    told: list[tuple[str, int, int]] = []

    def meter(unit: str, beside: str) -> Tell:
        return lambda done, of: told.append((f"{beside} {unit}", done, of))

    status = trainer.submit(spec, meter)
    assert told == [
        *(("read examples", done, 12) for done in range(1, 13)),
        *((f"{spec.model_name} epochs", done, spec.epochs) for done in range(1, spec.epochs + 1)),
    ]
    assert status.state is JobState.SUCCEEDED
    assert status.model_uri == WEIGHTS
    assert status.metrics["examples"] == 12
    assert status.metrics["loss_after_epoch_1"] < status.metrics["loss_after_epoch_0"]
    card = json.loads(store.read(CARD))
    assert card["fingerprint"] == "f1"
    assert card["examples_by_label"] == {"3PT_MISS": 4, "4PT_MAKE": 4, "FG_MAKE": 4}
    assert card["dropped"] == []


def test_a_finished_training_is_found_by_its_fingerprint_and_not_repeated(
    store: FolderStore, trainer: LocalTrainer, spec: TuneSpec, tmp_path: Path
) -> None:
    first = trainer.submit(spec)
    version = store.list(WEIGHTS)[0].version
    another = LocalTrainer(store, tmp_path / "elsewhere")
    assert another.find("f1") == another.submit(spec) == another.poll(first.job_id) == first
    assert store.list(WEIGHTS)[0].version == version
    assert trainer.find("f2") is None


def test_the_same_training_gives_the_same_bytes_anywhere(
    store: FolderStore, trainer: LocalTrainer, spec: TuneSpec, tmp_path: Path
) -> None:
    trainer.submit(spec)
    first = store.read(WEIGHTS), store.read(CARD)
    for name in (WEIGHTS, CARD):
        store.delete(name)
    LocalTrainer(store, tmp_path / "new cache", workers=1).submit(spec)
    assert (store.read(WEIGHTS), store.read(CARD)) == first


def test_a_training_killed_before_its_card_counts_for_nothing_and_is_repeated(
    store: FolderStore, trainer: LocalTrainer, spec: TuneSpec, tmp_path: Path
) -> None:
    undisturbed = trainer.submit(spec)
    weights = store.read(WEIGHTS)
    store.delete(WEIGHTS)
    store.delete(CARD)
    with pytest.raises(KilledError):
        LocalTrainer(KilledAtTheCard(store.root), tmp_path / "cache").submit(spec)
    assert store.list(WEIGHTS)
    assert trainer.find("f1") is None
    with pytest.raises(Permanent, match="submit it again"):
        trainer.poll("f1")
    assert trainer.submit(spec) == undisturbed
    assert store.read(WEIGHTS) == weights


def test_a_child_starts_from_its_parents_weights(
    store: FolderStore, trainer: LocalTrainer, spec: TuneSpec
) -> None:
    parent = trainer.submit(spec)
    child = replace(
        spec, model_name="basketball-model-v2-2games", fingerprint="f2", parent_uri=parent.model_uri
    )
    resumed = trainer.submit(child)
    assert resumed.metrics["loss_after_epoch_0"] == parent.metrics["loss_after_epoch_1"]
    unchanged = trainer.submit(replace(child, model_name="still", fingerprint="f3", epochs=0))
    assert store.read(str(unchanged.model_uri)) == store.read(WEIGHTS)


def test_few_bad_lines_are_dropped_with_their_reasons(store: FolderStore, trainer: LocalTrainer) -> None:
    lines = training_lines(store, ("FG_MAKE", "3PT_MISS", "4PT_MAKE") * 10)
    lines[3] = "{not json"
    lines[7] = lines[7].replace("play-7_", "no-such-clip_")
    lines[9] = lines[9].replace('classification\\": \\"FG_MAKE', 'classification\\": \\"DUNK')
    status = trainer.submit(_spec(store, lines))
    assert status.metrics["examples"] == 27
    assert status.metrics["examples_dropped"] == 3
    dropped = json.loads(store.read(CARD))["dropped"]
    assert [loss["where"].rpartition("/")[2] for loss in dropped] == [
        "train.jsonl line 4",
        "train.jsonl line 8",
        "train.jsonl line 10",
    ]
    for word, loss in zip(("JSON", "no-such-clip", "DUNK"), dropped, strict=True):
        assert word in loss["why"]


def test_more_than_a_tenth_dropped_is_refused_naming_the_lines(
    store: FolderStore, trainer: LocalTrainer
) -> None:
    lines = training_lines(store, LABELS)
    store.write("games/g1/clips/play-5_FAR_LEFT.mp4", b"not a video")
    lines[8] = lines[8].replace("FAR_LEFT, the", "somewhere, the")
    with pytest.raises(Permanent, match=r"2 of 12 lines .* at most 10% .* line 6: .* line 9: "):
        trainer.submit(_spec(store, lines))
    assert store.list("models/") == []


@pytest.mark.parametrize("lines", [[], ["", ""], ["{}"]], ids=["empty", "blank", "nothing usable"])
def test_nothing_to_learn_from_is_refused(
    store: FolderStore, trainer: LocalTrainer, lines: list[str]
) -> None:
    with pytest.raises(Permanent, match="is not trained"):
        trainer.submit(_spec(store, lines))


def test_a_store_that_fails_for_now_drops_no_lines(
    store: FolderStore, spec: TuneSpec, tmp_path: Path
) -> None:
    with pytest.raises(Transient):
        LocalTrainer(Unreachable(store.root), tmp_path / "cache").submit(spec)


def test_another_base_is_refused_by_name(trainer: LocalTrainer, spec: TuneSpec) -> None:
    with pytest.raises(Permanent, match=r"'gemini-3\.5-flash'.*'local-mlp-1'"):
        trainer.submit(replace(spec, base="gemini-3.5-flash"))


def test_a_cancelled_training_leaves_no_model(store: FolderStore, spec: TuneSpec, tmp_path: Path) -> None:
    watched = Cancelling(store.root)
    watched.trainer = LocalTrainer(watched, tmp_path / "cache")
    assert watched.trainer.submit(spec).state is JobState.CANCELLED
    assert store.list("models/") == []


def test_both_cameras_of_a_play_are_learned_each_for_its_own_view(
    store: FolderStore, trainer: LocalTrainer
) -> None:
    lines = training_lines(store, LABELS[:6], angles=(Angle.FAR_LEFT, Angle.NEAR_RIGHT))
    assert trainer.submit(_spec(store, lines)).metrics["examples"] == 12


class KilledError(BaseException):
    """What a kill looks like from inside: nothing after it runs, no handler catches it."""


class KilledAtTheCard(FolderStore):
    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        if name.endswith("model.json"):
            raise KilledError
        return super().create(name, data, metadata)


class Unreachable(FolderStore):
    def read(self, name: str) -> bytes:
        if "play-4" in name:
            raise Transient("connection reset")
        return super().read(name)


class Cancelling(FolderStore):
    """Somebody cancels the job while its clips are being read."""

    trainer: LocalTrainer

    def read(self, name: str) -> bytes:
        if name.endswith(".mp4"):
            self.trainer.cancel("f1")
        return super().read(name)


def _spec(store: FolderStore, lines: Sequence[str]) -> TuneSpec:
    store.write("training_sets/m1/train.jsonl", "".join(f"{line}\n" for line in lines).encode())
    uri = store.uri("training_sets/m1/train.jsonl")
    return TuneSpec("basketball-model-v1-1games", "f1", uri, uri, None, "local-mlp-1", epochs=1, seed=7)


def test_a_training_over_its_time_limit_ends_with_the_remedy_and_leaves_nothing(
    store: FolderStore, spec: TuneSpec, tmp_path: Path
) -> None:
    clock = iter(range(10_000))
    slow = LocalTrainer(store, tmp_path / "cache", limit_s=30, now_s=lambda: float(next(clock)))
    with pytest.raises(Permanent, match=r"longer than 30 s \(UBALL_LOCAL_TRAINING_LIMIT_S\)"):
        slow.submit(spec)
    assert slow.find(spec.fingerprint) is None
    assert store.list(WEIGHTS) == []


def test_early_stopping_ends_before_the_last_epoch_with_the_best_ones_weights_and_the_same_bytes(
    store: FolderStore, trainer: LocalTrainer, tmp_path: Path
) -> None:
    lines = training_lines(store, LABELS, first=34)
    watched = [line for line in lines if is_held_out(play_named(read_example(line).clip_uri))]
    assert len(watched) == 3
    wrong = [
        line.replace("_MAKE", "_MISS").replace("FG_", "4PT_") if line in watched else line for line in lines
    ]
    spec = replace(_spec(store, wrong), epochs=9, options={"early_stopping": "1"})
    assert trainer.submit(spec).metrics["examples"] == len(lines) - len(watched)
    card, weights = json.loads(store.read(CARD)), store.read(WEIGHTS)
    losses = card["held_out_loss_by_epoch"]
    assert len(losses) == len(card["loss_by_epoch"]) - 1 < 9
    assert card["kept_epoch"] == len(losses) - 1
    assert losses[card["kept_epoch"] - 1] == min(losses)
    store.delete(CARD)
    LocalTrainer(store, tmp_path / "elsewhere").submit(spec)
    assert store.read(WEIGHTS) == weights
