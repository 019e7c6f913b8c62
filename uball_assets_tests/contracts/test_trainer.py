"""What every trainer must do. A new one is one entry in TRAINERS."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import JobState, Trainer, TuneSpec
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import Permanent
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex.test_vertex_tuning import a_spec, a_trainer, followed

LABELS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS")


@dataclass(frozen=True)
class School:
    """A trainer, opened anew as another process would, and the lines that it can learn from."""

    open: Callable[[], Trainer]
    store: ObjectStore
    spec: TuneSpec


def _local(request: pytest.FixtureRequest) -> School:
    folder: Path = request.getfixturevalue("tmp_path")
    store = FolderStore(folder / "store")
    spec = replace(a_spec(store, *_lines(store)), base="local-mlp-1", options={})
    return School(lambda: LocalTrainer(store, folder / "cache"), store, spec)


def _on_vertex(request: pytest.FixtureRequest) -> School:
    server = request.getfixturevalue("a_vertex_server")
    store = open_store(request.getfixturevalue("a_gcs_bucket"))
    return School(lambda: a_trainer(server, store), store, a_spec(store, *_lines(store)))


def _lines(store: ObjectStore) -> tuple[list[str], list[str]]:
    return training_lines(store, LABELS * 2), training_lines(store, LABELS[:2], first=50)


TRAINERS: dict[str, Callable[[pytest.FixtureRequest], School]] = {"local": _local, "vertex": _on_vertex}


@pytest.fixture(
    params=[
        pytest.param(make, id=name, marks=pytest.mark.services if name == "vertex" else ())
        for name, make in TRAINERS.items()
    ]
)
def school(request: pytest.FixtureRequest) -> School:
    made: School = request.param(request)
    return made


def test_what_nobody_submitted_is_not_found(school: School) -> None:
    assert school.open().find(school.spec.fingerprint) is None


def test_a_plan_tells_lines_and_price_and_starts_nothing(school: School) -> None:
    trainer = school.open()
    plan = trainer.plan(school.spec)
    assert (plan.model_name, plan.base) == (school.spec.model_name, school.spec.base)
    assert (plan.train_count, plan.validation_count, plan.epochs) == (8, 2, 2)
    assert plan.faults == ()
    assert plan.estimated_usd is not None
    assert trainer.find(school.spec.fingerprint) is None


def test_a_plan_names_the_line_whose_clip_is_gone(school: School) -> None:
    for info in school.store.list("games/g1/clips/"):
        school.store.delete(info.name)
    [fault] = [each for each in school.open().plan(school.spec).faults if "clip" in each.what]
    assert f"{school.spec.train_uri} line 1" in fault.where


def test_a_training_ends_in_a_model_with_its_loss_and_counts(school: School) -> None:
    trainer = school.open()
    status = followed(trainer, trainer.submit(school.spec))
    assert status.state is JobState.SUCCEEDED, status.detail
    assert status.model_uri
    assert school.spec.model_name in status.detail
    assert (status.metrics["examples"], status.metrics["examples_dropped"]) == (8, 0)
    assert status.metrics["loss_after_epoch_2"] < status.metrics["loss_after_epoch_0"]
    assert status.metrics["cost_usd"] == pytest.approx(trainer.plan(school.spec).estimated_usd, rel=0.03)


def test_a_submitted_training_is_found_by_its_fingerprint_and_never_started_again(school: School) -> None:
    first = school.open().submit(school.spec)
    again = school.open().submit(school.spec)
    ended = followed(school.open(), again)
    assert again.job_id == first.job_id == ended.job_id
    found = school.open().find(school.spec.fingerprint)
    assert found is not None
    assert (found.job_id, found.state, found.model_uri) == (first.job_id, JobState.SUCCEEDED, ended.model_uri)
    assert school.open().find("f" * 32) is None


def test_the_next_training_goes_on_from_the_weights_of_the_first(school: School) -> None:
    trainer = school.open()
    first = followed(trainer, trainer.submit(school.spec))
    spec = replace(
        school.spec, model_name="basketball-model-v2-2games", fingerprint="2" * 32, parent_uri=first.model_uri
    )
    second = followed(trainer, trainer.submit(spec))
    assert second.model_uri != first.model_uri
    assert second.metrics["loss_after_epoch_0"] == pytest.approx(
        first.metrics["loss_after_epoch_2"], abs=1e-3
    )


def test_what_cannot_be_learned_from_is_refused_naming_the_lines(school: School) -> None:
    school.store.write(school.store.name_of(school.spec.train_uri), b"not an example\n" * 5)
    with pytest.raises(Permanent, match="line 1"):
        school.open().submit(school.spec)
    assert school.open().find(school.spec.fingerprint) is None


def test_a_base_that_is_not_this_trainers_is_refused(school: School) -> None:
    with pytest.raises(Permanent, match="gemini-9"):
        school.open().submit(replace(school.spec, base="gemini-9"))


def test_a_job_that_never_was_is_an_error_and_cancelling_an_ended_one_changes_nothing(school: School) -> None:
    trainer = school.open()
    ended = followed(trainer, trainer.submit(school.spec))
    with pytest.raises(Permanent):
        trainer.poll(ended.job_id + "0")
    with suppress(Permanent):  # a service may say that it has ended
        trainer.cancel(ended.job_id)
    assert trainer.poll(ended.job_id).state is JobState.SUCCEEDED
