"""What the jobs' routes take and give: the forms of their JSON.

Times are UTC. Belongs here: forms. Not here: routes (`jobs`, `training`, `pipeline`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from uball_assets.automation.api_jobs.reading import Job
from uball_assets.domain.operating.jobs import JobRun, State

MOST_GAMES = 200
GameId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", examples=["game-7"])]


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


Reason = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]
"""A person's, which is shown on pages and as a tag."""


class Strict(BaseModel):
    """Of a request: what is not in the form is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class WishedGames(Strict):
    game_ids: Annotated[list[GameId], Field(min_length=1, max_length=MOST_GAMES)]
    because: Annotated[Reason, Field(description="Why, for the job's page.")] = ""

    @field_validator("game_ids")
    @classmethod
    def _each_once(cls, game_ids: list[str]) -> list[str]:
        return list(dict.fromkeys(game_ids))


class RunAnswer(BaseModel):
    run_id: str
    state: State
    game_id: Annotated[str | None, Field(description="None for a training, which is of several.")]
    trains: bool
    said: Annotated[str, Field(description="How far it is, or how it ended, in a person's words.")]

    @classmethod
    def of(cls, run: JobRun) -> RunAnswer:
        said = run.progress if run.state is State.RUNNING else run.said
        return cls(
            run_id=run.run_id, state=run.state, game_id=run.game_id or None, trains=run.is_training, said=said
        )


class JobAnswer(BaseModel):
    job_id: str
    kind: Annotated[Literal["batch", "run"], Field(description="Dagster's: a backfill, or a run of its own.")]
    what: str
    state: State
    is_stopping: Annotated[bool, Field(description="Cancelled, and not over yet.")]
    percent: Annotated[int, Field(ge=0, le=100)]
    said: str
    by: str
    because: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    game_ids: list[str]
    trains: bool
    page: Annotated[str, Field(description="In Dagster's UI.")]

    @classmethod
    def of(cls, job: Job, dagster_url: str) -> JobAnswer:
        return cls(**_members(job, dagster_url))


class JobDetail(JobAnswer):
    runs: Annotated[list[RunAnswer], Field(description="The newest first.")]

    @classmethod
    def of(cls, job: Job, dagster_url: str) -> JobDetail:
        return cls(**_members(job, dagster_url), runs=[RunAnswer.of(run) for run in job.runs])


class JobPage(BaseModel):
    jobs: list[JobAnswer]
    next: Annotated[str | None, Field(description="`after` of the next page; None at the end.")]


class Cleaned(BaseModel):
    hidden: Annotated[int, Field(description="Of the newest thousand jobs, how many more are hidden now.")]
    ended_before: datetime
    states: list[State]


def _members(job: Job, dagster_url: str) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "kind": "batch" if job.is_batch else "run",
        "what": job.what,
        "state": job.state,
        "is_stopping": job.is_stopping,
        "percent": job.percent,
        "said": job.said,
        "by": job.by,
        "because": job.because,
        "created_at": moment(job.created_at_s),
        "started_at": moment(job.started_at_s),
        "ended_at": moment(job.ended_at_s),
        "game_ids": list(job.game_ids),
        "trains": job.trains,
        "page": f"{dagster_url}{job.page}",
    }


def moment(at_s: float | None) -> datetime | None:
    return None if at_s is None else datetime.fromtimestamp(at_s, UTC)
