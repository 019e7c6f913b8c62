"""When the platform acts by itself, and how often it tries.

Belongs here: intervals, thresholds, attempts. Not here: the rules that they go into (`domain.learning`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    field_validator,
)
from pydantic_settings import NoDecode

from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.cron import OFF, Cron
from uball_assets.domain.learning.due.freeze import Window
from uball_assets.domain.learning.presence import Limits
from uball_assets.domain.learning.retrain import Policy
from uball_assets.settings.names import (
    parts,
)

_POLICY, _RULE, _LIMITS = Policy(), Rule(), Limits()


class AutomationSettings(BaseModel):
    automation_on: bool = Field(
        default=False,
        description="Whether the sensors run from the start. Off: a fresh platform does nothing that nobody "
        "asked for; they are switched on in the UI.",
    )
    sensor_interval_s: PositiveInt = Field(
        default=30,
        description="How often the sensors look. A new file must look the same twice before it is taken, so "
        "a game is picked up after one to two intervals.",
    )
    vanish_most_share: float = Field(
        default=_LIMITS.most_share,
        gt=0,
        le=1,
        description="Where more than this share of the games that had videos (or plays) show none, and at "
        "least UBALL_VANISH_LEAST_GAMES of them, it is the disk or the database that is away, not a third of "
        "a league: discovery stops with a sentence, and nothing is dropped.",
    )
    vanish_least_games: PositiveInt = Field(
        default=_LIMITS.least_games,
        description="Fewer games than this never stop discovery, unless they are all there are: a person "
        "takes one or two out by hand.",
    )
    retrain_first_thresholds: Annotated[tuple[PositiveInt, ...], NoDecode] = Field(
        default=_POLICY.first_thresholds,
        description="New or changed games that the first versions need: a first model at once, then each a "
        "clear step (v1 after 1 game, v2 after 4 more, v3 after 5 more).",
    )
    retrain_then_every_games: PositiveInt = Field(
        default=_POLICY.then_every_games, description="The same for every later version: about a game day."
    )
    retrain_longest_wait_s: PositiveFloat = Field(
        default=_POLICY.longest_wait_s,
        description="After so long any difference is enough: no game waits more than a week for others.",
    )
    retrain_settle_s: NonNegativeFloat = Field(
        default=_POLICY.settle_s,
        description="How long a training that is due waits for games that are still coming, so that a batch "
        "trains one model.",
    )
    retrain_settle_limit_s: NonNegativeFloat = Field(
        default=7200.0,
        description="How long the training of a backfill waits for the backfill's game runs: half of the "
        "four hours that a run may take (dagster.yaml).",
    )
    trainings_a_week: PositiveInt = Field(
        default=_POLICY.trainings_a_week,
        description="Trainings in any seven days, at most: one a day is as often as anybody looks at what "
        "came out. A person's request (uball train) is not held by it; money is (UBALL_CEILING_…).",
    )
    time_zone: str = Field(
        default="UTC",
        description="Of the three times below and of freeze windows, as Europe/Vienna: the league's own, so "
        "that night is night.",
    )
    monthly_training_cron: str = Field(
        default="0 4 1 * *",
        description="When whatever differs from what was learned is trained, a game that was taken out too: "
        "the 1st, 04:00. Nothing to learn: nothing happens. off: never.",
    )
    weekly_check_cron: str = Field(
        default="0 4 * * 1",
        description="When every game that waits is learned, though too few wait: Monday, 04:00, after the "
        "weekend's games. off: never.",
    )
    daily_collection_cron: str = Field(
        default="0 3 * * *",
        description="When games that lack something are collected again, and a model that nobody decided on "
        "is tried once more: 03:00, before the checks. off: never.",
    )
    collect_days: PositiveInt = Field(
        default=30,
        description="The daily collection leaves games alone that did not change for so many days: what has "
        "not come in a month hardly comes, and each costs a run a day.",
    )
    freeze_windows: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Days on which no model changes, the last included, as 2027-04-17..2027-06-20, with "
        "commas: in playoffs nobody wants another model. Games are annotated all the same; uball pause does "
        "it by hand.",
    )
    max_attempts: int = Field(
        default=_POLICY.max_attempts,
        ge=1,
        le=10,
        description="Attempts at one content before a person must look: what failed three times fails again.",
    )
    attempt_backoff_s: Annotated[tuple[NonNegativeFloat, ...], NoDecode] = Field(
        default=_POLICY.backoff_s,
        description="Waits after the first, second, ... failed attempt; the last one repeats.",
    )
    json_log: Path | None = Field(
        default=None,
        description="Where log lines go as JSON too, a file or /dev/stderr: component, game, camera, attempt "
        "as fields; of runs, and of import, remove, migrate, run and tune. Without it, nowhere.",
    )
    circuit_failures: PositiveInt = Field(
        default=_RULE.failures_in_a_row,
        description="Questions in a row that a service does not answer, each tried several times, before it "
        "is left alone for a while.",
    )
    circuit_wait_s: PositiveFloat = Field(
        default=_RULE.wait_s,
        description="How long it is left alone; then one question tries it. Shorter than the wait before a "
        "second attempt.",
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def windows(self) -> tuple[Window, ...]:
        """In which no model changes."""
        return tuple(Window.parse(text) for text in self.freeze_windows)

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no time zone is called so; write it as Europe/Vienna") from error
        return name

    @field_validator("monthly_training_cron", "weekly_check_cron", "daily_collection_cron")
    @classmethod
    def _cron(cls, cron: str) -> str:
        try:
            if cron != OFF:
                Cron.parse(cron)
        except Permanent as error:
            raise ValueError(f"{error}, or off") from error
        return " ".join(cron.split())

    @field_validator("freeze_windows")
    @classmethod
    def _windows(cls, windows: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for text in windows:
                Window.parse(text)
        except Permanent as error:
            raise ValueError(str(error)) from error
        return windows

    @field_validator("retrain_first_thresholds", "attempt_backoff_s", "freeze_windows", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return parts(value)
