"""When the platform acts by itself, and how often it tries.

Belongs here: intervals, thresholds, attempts. Not here: the rules that they go into (`domain.learning`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
        description="How long a ready game waits for games that are still being cut, so that a batch trains "
        "one model.",
    )
    retrain_settle_limit_s: NonNegativeFloat = Field(
        default=7200.0,
        description="How long the training of a backfill waits for the backfill's game runs: half of the "
        "four hours that a run may take (dagster.yaml).",
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

    @field_validator("retrain_first_thresholds", "attempt_backoff_s", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return parts(value)
