"""A long step says in its run's log, and in the run's tag, how far it is: seldom, and once at its end."""

from collections.abc import Sequence
from dataclasses import replace

import dagster as dg
import pytest

from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import JobState, JobStatus, TuneSpec
from uball_assets.assets import progress
from uball_assets.assets.progress import PROGRESS_TAG, StepProgress
from uball_assets.definitions import build_defs
from uball_assets.domain.operating.progress import Meter, bar, no_meter, share_told
from uball_assets_tests.league import Platform


def lines(result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance, step: str) -> list[str]:
    """What a step said of itself, in its order."""
    entries = [each.event_log_entry for each in instance.get_records_for_run(result.run_id).records]
    said = [entry.user_message for entry in entries if not entry.is_dagster_event]
    return [line for line in said if line.startswith(f"{step}: ")]


def tag(result: dg.ExecuteInProcessResult, instance: dg.DagsterInstance) -> str:
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    return run.tags[PROGRESS_TAG]


def told(seconds: Sequence[float], of: int, before: int = 0) -> tuple[list[str], str]:
    """The log and the tag of a step whose clips are there at these seconds."""
    now_s = 0.0

    @dg.asset
    def asking(context: dg.AssetExecutionContext) -> None:
        nonlocal now_s
        tell = StepProgress(context, before, lambda: now_s)
        for done, at_s in enumerate(seconds, start=before + 1):
            now_s = at_s
            tell(done, of, "clips", "asked of m3")

    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([asking], instance=instance)
        return lines(result, instance, "asking"), tag(result, instance)


def test_a_long_step_says_its_share_rate_and_time_left_every_few_seconds_and_its_end() -> None:
    said, shown = told(range(1, 14), of=13)
    assert said == [
        "asking: 38 %, 5 of 13 clips, 1.0 clips/s, asked of m3, 8 s left",
        "asking: 77 %, 10 of 13 clips, 1.0 clips/s, asked of m3, 3 s left",
        "asking: 100 %, 13 of 13 clips, 1.0 clips/s, asked of m3, 0 s left",
    ]
    assert shown == said[-1]
    assert bar(share_told(shown)) == "[####################] 100 %"


def test_an_hour_of_a_clip_a_second_is_a_bounded_number_of_lines() -> None:
    said, _ = told(range(1, 3601), of=3600)
    assert 60 <= len(said) <= 100


def test_what_was_done_before_a_run_took_the_job_over_is_not_its_rate() -> None:
    said, _ = told([1800.0, 3600.0], of=4, before=1)
    assert said[0] == "asking: 50 %, 2 of 4 clips, 2.0 clips/h, asked of m3, 60 min left"


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn is due, however short the steps are."""
    monkeypatch.setattr(progress, "is_due", lambda *_: True)


@pytest.mark.usefixtures("talkative")
def test_training_says_the_examples_it_reads_and_its_epochs_and_asking_its_clips(ready: Platform) -> None:
    result = ready.retrain("g1")
    name = ready.entries("models")[-1]["name"]
    said = lines(result, ready.instance, "tuned_model")
    read, epochs = [line for line in said if " examples, " in line], [line for line in said if name in line]
    assert read[-1].startswith("tuned_model: 100 %, ")
    assert read[-1].endswith(", read, 0 s left")
    assert len(epochs) == ready.settings.epochs
    assert epochs[-1].endswith(f" epochs/s, {name}, 0 s left")
    asked = lines(result, ready.instance, "evaluation")
    assert asked[-1].endswith(f" clips/s, asked of {name}, 0 s left")
    assert tag(result, ready.instance) == asked[-1]


class Service(LocalTrainer):
    """Trains elsewhere, as far as whoever waits can tell: until its end it says what the test wrote down."""

    said = ((0, "m1 waits for free hardware"), (1, "m1 is being tuned"), (2, "m1 is being tuned"))

    def submit(self, spec: TuneSpec, meter: Meter = no_meter) -> JobStatus:
        del meter
        self._told, self._ended = list(self.said), super().submit(spec)
        return self.poll(spec.fingerprint)

    def poll(self, job_id: str) -> JobStatus:
        if not self._told:
            return self._ended
        epochs_done, detail = self._told.pop(0)
        return JobStatus(job_id, JobState.RUNNING, detail, epochs_done=epochs_done)


@pytest.mark.usefixtures("talkative")
def test_a_services_training_says_what_it_does_and_its_epochs_once_one_is_done(ready: Platform) -> None:
    chosen = ready.with_settings(train_poll_s=0.01, epochs=3)
    service = Service(chosen.resources.training, chosen.settings.home / "cache")
    league = replace(chosen, defs=build_defs(chosen.settings, trainer=service))
    result = league.materialize("training_set", "tuned_model", game_id="g1")
    waits, first, second = lines(result, league.instance, "tuned_model")
    assert waits == "tuned_model: m1 waits for free hardware"
    assert first.startswith("tuned_model: 33 %, 1 of 3 epochs, ")
    assert second.startswith("tuned_model: 67 %, 2 of 3 epochs, ")
    assert second.endswith(" left")
