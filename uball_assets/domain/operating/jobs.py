"""Jobs as the HTTP API tells them: a batch of runs or one run, its state, how far it is, how it is cancelled.

A job is Dagster's: a backfill (here: a batch) or a run of its own. Dagster tells of a batch what it has
materialised only at its last tick, cancels batches that have ended, and cannot end a run that is starting:
hence rules of our own. Belongs here: rules from statuses to words and numbers. Not here: reading or
launching (`automation.api_jobs`), or an address (`app.api`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from uball_assets.domain.operating.progress import share_told


class State(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in OVER


OVER = (State.COMPLETED, State.FAILED, State.CANCELLED)

_OF_RUN = {
    "QUEUED": State.PENDING,
    "NOT_STARTED": State.PENDING,
    "STARTING": State.PENDING,
    "SUCCESS": State.COMPLETED,
    "FAILURE": State.FAILED,
    "CANCELED": State.CANCELLED,
    "STARTED": State.RUNNING,
    "CANCELING": State.RUNNING,
}
_OF_BATCH = {
    "COMPLETED": State.COMPLETED,
    "COMPLETED_SUCCESS": State.COMPLETED,
    "COMPLETED_FAILED": State.FAILED,
    "FAILED": State.FAILED,
    "CANCELED": State.CANCELLED,
    "CANCELING": State.RUNNING,
    "FAILING": State.RUNNING,
}
_WAITING, _NEVER_BEGAN = "REQUESTED", "FAILED"
_STOPPING = ("CANCELING", "FAILING")


@dataclass(frozen=True)
class JobRun:
    """One run of a job."""

    run_id: str
    status: str
    """Dagster's."""
    game_id: str
    """'' for a run of several games, as a training's."""
    is_training: bool
    """Whether it is of the model's part, not of a game's."""
    steps_done: int = 0
    steps_planned: int = 0
    progress: str = ""
    """What its step last said of itself (`progress.Progress.text`)."""
    said: str = ""
    """How it ended, in its own words."""

    @property
    def state(self) -> State:
        return state_of_run(self.status)


@dataclass(frozen=True)
class Batch:
    """A backfill, as far as the rules need it."""

    status: str
    """Dagster's."""
    game_ids: Sequence[str]
    of_games: bool
    """Whether it makes what is of a game: its clips, examples, annotations."""
    of_model: bool
    """Whether it trains."""
    in_one_run: bool = False
    """Whether one run does all its games: of the league, not of a game."""


@dataclass(frozen=True)
class CancelSteps:
    """What is to be asked of Dagster now, so that a job ends."""

    batch: bool = False
    """Whether the batch itself is to be cancelled."""
    runs: tuple[str, ...] = ()
    """Runs to be ended; one that is starting refuses, and is asked again."""
    refused: bool = False
    """It is over: cancelling a batch that has ended would make a cancelled one of it."""


def state_of_run(status: str) -> State:
    """Of Dagster's word for a run; what is queued or starting is pending."""
    return _OF_RUN.get(status, State.PENDING)


def state_of_batch(status: str, runs: Iterable[JobRun]) -> State:
    """Of Dagster's word for a backfill, which is REQUESTED from its launch to its last tick."""
    if status in _OF_BATCH:
        return _OF_BATCH[status]
    begun = any(run.state is not State.PENDING for run in runs)
    return State.RUNNING if begun else State.PENDING


def run_statuses(state: State) -> tuple[str, ...]:
    """Dagster's words for runs in that state."""
    return tuple(word for word, meant in _OF_RUN.items() if meant is state)


def batch_statuses(state: State) -> tuple[str, ...]:
    """Dagster's words for batches that may be in that state; one that failed without a run may have been
    launched again, and be in any."""
    words = [word for word, meant in _OF_BATCH.items() if meant is state]
    return tuple(dict.fromkeys([*words, _NEVER_BEGAN, *([] if state.is_over else [_WAITING])]))


def share_of_run(run: JobRun) -> float:
    """Of its work, 0 to 1: ended steps, and of the one that goes what it says of itself."""
    if run.state.is_over:
        return 1.0
    if run.state is State.PENDING or not run.steps_planned:
        return 0.0
    of_step = share_told(run.progress) or 0.0
    return min(1.0, (run.steps_done + min(of_step, 0.99)) / run.steps_planned)


def percent_of_run(run: JobRun) -> int:
    return _percent(share_of_run(run), run.state)


def percent_of_batch(batch: Batch, runs: Sequence[JobRun]) -> int:
    """Each game is a part, by its newest run, and the training one more; not Dagster's own count, which is 0
    until the last tick. 100 only where all ended well.

    `runs`: the newest first.
    """
    parts = [_share_of_game(game, runs) for game in batch.game_ids] if batch.of_games else []
    if batch.of_model:
        trainings = [share_of_run(run) for run in runs if run.is_training]
        parts.append(sum(trainings) / len(trainings) if trainings else 0.0)
    if batch.in_one_run and runs:
        parts.append(share_of_run(runs[0]))
    share = sum(parts) / len(parts) if parts else 0.0
    return _percent(share, state_of_batch(batch.status, runs))


def _share_of_game(game_id: str, runs: Sequence[JobRun]) -> float:
    own = (run for run in runs if run.game_id == game_id and not run.is_training)
    newest = next(own, None)
    return share_of_run(newest) if newest else 0.0


def _percent(share: float, state: State) -> int:
    """All there is to do may be done before Dagster says that it is over."""
    return 100 if state is State.COMPLETED else min(99, floor(100 * share + 1e-9))


def is_to_launch_again(status: str, run_count: int, launched_again: bool) -> bool:
    """Whether a batch that we asked for failed because its code was being loaded: Dagster takes such a
    batch, fails it for good without a run, and never tries it again. Once is enough."""
    return status == _NEVER_BEGAN and run_count == 0 and not launched_again


def cancel_batch(status: str, runs: Iterable[JobRun]) -> CancelSteps:
    """Asked again every second, until no run is left."""
    if _OF_BATCH.get(status, State.PENDING).is_over:
        return CancelSteps(refused=True)
    return CancelSteps(batch=status not in _STOPPING, runs=_to_end(runs))


def cancel_run(run: JobRun) -> CancelSteps:
    return CancelSteps(refused=True) if run.state.is_over else CancelSteps(runs=_to_end([run]))


def _to_end(runs: Iterable[JobRun]) -> tuple[str, ...]:
    """One that is CANCELING has been told."""
    return tuple(run.run_id for run in runs if not run.state.is_over and run.status != "CANCELING")


def sentence(state: State, runs: Sequence[JobRun], failure: str = "") -> str:
    """Where a job stands, for a person. `failure`: what Dagster says of a batch that failed without runs."""
    if not runs:
        waiting = "waits for its first run: Dagster's daemon looks every 30 s"
        return {State.PENDING: waiting, State.FAILED: failure or "it failed before its first run"}.get(
            state, state.value
        )
    counts = {
        "running": sum(run.state is State.RUNNING for run in runs),
        "waiting": sum(run.state is State.PENDING for run in runs),
        "done": sum(run.state is State.COMPLETED for run in runs),
        "failed": sum(run.state is State.FAILED for run in runs),
        "cancelled": sum(run.state is State.CANCELLED for run in runs),
    }
    of_runs = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    told = [run.progress for run in runs if run.state is State.RUNNING and run.progress]
    if state is State.FAILED and not counts["failed"]:
        told.append("not all that was asked for came of it: its page says what is missing")
    return "; ".join([f"{len(runs)} run{'s' if len(runs) > 1 else ''}: {of_runs}", *told[:2]])
