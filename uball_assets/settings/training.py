"""Who trains, from what, on what, and how closely a training is followed.

Belongs here: all that decides a model's weights. Not here: when a model is due (`automation`) or what it may
cost (`costs`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode

from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import spellings, valid_game_id
from uball_assets.domain.learning.lessons import Way
from uball_assets.domain.learning.lineage import StartFrom
from uball_assets.domain.learning.training_config import TrainingConfig
from uball_assets.domain.spending.rebase import rebased
from uball_assets.settings.names import (
    parts,
    store_address,
)

LONGEST_SERVICE_RUN_S = 4 * 86_400
"""A batch may queue for 72 hours and run for 24 (Google, 'Batch inference with Gemini')."""


class TrainingSettings(BaseModel):
    training_url: str = Field(
        default_factory=lambda data: str(data["home"] / "training"),
        description="Where clips, examples, models and the record are kept: a folder or gs://bucket.",
    )
    trainer: Literal["local", "vertex"] = Field(
        default="local",
        description="Who trains and serves models. local runs on this machine and costs nothing.",
    )
    base_model: str = Field(
        default_factory=lambda data: "gemini-3.5-flash" if data["trainer"] == "vertex" else "local-mlp-1",
        description="What the first model starts from. For vertex not gemini-2.5: it retires, and tuned "
        "models die with their base.",
    )
    successor_base_model: str | None = Field(
        default=None,
        description="What takes its place when it is about to retire: the next training starts from that, "
        "with every game. Empty: uball why and the status say when one must be named.",
    )
    rebase_days: PositiveInt = Field(
        default=75,
        description="So many days before its end: a base cannot be tuned in its last month, and the two "
        "are to be compared before.",
    )
    tuning_location: str = Field(
        default="us-central1",
        description="Where vertex tunes. Gemini 3 is tuned in us-central1 and europe-west4 only.",
    )
    adapter_size: Literal[1, 2, 4, 8, 16] = Field(
        default=4, description="Rank of the tuned adapter. 4: a few thousand clips do not fill more."
    )
    learning_rate_multiplier: PositiveFloat | None = Field(
        default=None, le=10, description="Times the service's own learning rate. Empty: the service's own."
    )
    checkpoints: Literal["last", "all"] = Field(
        default="last",
        description="Which checkpoints vertex keeps. last: with one epoch there is nothing between, and each "
        "kept one gets an endpoint of its own.",
    )
    epochs: PositiveInt = Field(
        default=1,
        le=100,
        description="Passes over the training set. One: each model goes on from the last on the cumulative "
        "set, so an early game is passed over by every version anyway.",
    )
    early_stopping_epochs: NonNegativeInt = Field(
        default=3,
        description="Local training ends when the loss on a tenth of the training plays, held out for that, "
        "has not fallen for so many epochs, and keeps the best epoch. 0: never. With no more UBALL_EPOCHS "
        "than that nothing is held out.",
    )
    local_training_limit_s: PositiveFloat = Field(
        default=10_800.0,
        description="A local training that takes longer ends as failed and leaves nothing: three hours of "
        "the four that a run may take.",
    )
    train_on: Way = Field(
        default_factory=lambda data: "new_plus_replay" if data["trainer"] == "vertex" else "cumulative",
        description="What a model that goes on from the last is shown: cumulative, every game again, so that "
        "each training costs more than the last; new_plus_replay, new and changed games and a sample of the "
        "old ones (vertex, whose tokens are paid); new_only, which forgets. From the base: every game.",
    )
    start_from: StartFrom = Field(
        default="champion",
        description="Whose weights a training goes on from. champion: the model that serves, for what made a "
        "refused version worse would be in every one after it; newest: the last one trained, whatever became "
        "of it; base: none, each is trained anew on every game.",
    )
    replay_per_new: NonNegativeFloat = Field(
        default=1.0,
        description="With new_plus_replay: old lines for each new one, labels balanced. 1: half of what is "
        "learned is old, and a training costs at most twice its new games, however long the league is.",
    )
    seed: int = Field(
        default=7,
        ge=0,
        lt=2**32,
        description="Any number; fixed, so that the same games give the same model.",
    )
    benchmark_games: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Games (ids, with commas) that no model ever trains on, for a score on whole games. "
        "None: a fifth of every game's plays is set aside anyway.",
    )
    short_games: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Games (ids, with commas) that are known to have few plays, abandoned ones: the number "
        "of plays that other games have is not held against them.",
    )
    evaluation_plays: int = Field(
        default=600,
        ge=50,
        description="Plays that models are scored on at most, drawn from those set aside. With 600, of which "
        "85 % are right, the 95 % interval is 3 points wide to each side; half as wide takes four times as "
        "many, at four times the price.",
    )
    train_poll_s: PositiveFloat = Field(
        default_factory=lambda data: 60.0 if data["trainer"] == "vertex" else 1.0,
        description="How often a running training is looked at: a tuning job on vertex takes hours.",
    )
    tuning_stuck_after_s: PositiveFloat = Field(
        default=21600.0,
        description="A tuning job that shows no progress for so long is cancelled: jobs were seen to hang "
        "for 22 hours, and one runs at a time.",
    )
    on_cancel: Literal["cancel", "keep"] = Field(
        default="cancel",
        description="What cancelling a run does to the paid job that it waits for, a training or a batch of "
        "questions. cancel: the service is told to end it, and what it cost is on the bill; keep: it runs "
        "on, and the next run finds it.",
    )
    submit_grace_s: NonNegativeFloat = Field(
        default=180.0,
        description="How long a paid job that may have been submitted is looked for before it is submitted "
        "again.",
    )

    @property
    def tuning_options(self) -> dict[str, str]:
        """What decides a tuned model's weights beside its data, by name: part of a training's fingerprint."""
        if self.trainer == "local":
            patience = self.early_stopping_epochs
            return {"early_stopping": str(patience)} if 0 < patience < self.epochs else {}
        multiplier = self.learning_rate_multiplier
        return {
            "adapter_size": str(self.adapter_size),
            "learning_rate_multiplier": "" if multiplier is None else f"{multiplier:g}",
            "checkpoints": self.checkpoints,
        }

    @property
    def training_config(self) -> TrainingConfig:
        """All that a training is told beside its games."""
        return TrainingConfig(self.base_model, self.epochs, self.seed, PROMPT_HASH, self.tuning_options)

    def training_config_on(self, today: date) -> tuple[TrainingConfig, str]:
        """The same on a day: near the end of its base that of the successor, and a sentence on it, else
        ''."""
        return rebased(self.training_config, self.successor_base_model, self.rebase_days, today)

    @property
    def run_tags(self) -> dict[str, str]:
        """What a run of Dagster is told beside its reason: how long it may wait for a paid service."""
        return {"dagster/max_runtime": str(LONGEST_SERVICE_RUN_S)} if self.trainer == "vertex" else {}

    @field_validator("adapter_size", mode="before")
    @classmethod
    def _size(cls, value: Any) -> Any:
        """The environment holds text, and one of a few numbers is taken as a number only."""
        return int(value) if isinstance(value, str) and value.isdecimal() else value

    @field_validator("training_url")
    @classmethod
    def _training(cls, url: str, info: ValidationInfo) -> str:
        return store_address(url, info.data["checkout"])

    @field_validator("benchmark_games", "short_games", mode="before")
    @classmethod
    def _games(cls, value: Any) -> Any:
        return parts(value)

    @field_validator("benchmark_games", "short_games")
    @classmethod
    def _game_ids(cls, games: tuple[str, ...]) -> tuple[str, ...]:
        for game_id in games:
            try:
                valid_game_id(game_id)
            except Permanent as error:
                raise ValueError(str(error)) from error
        return tuple(dict.fromkeys(name for game_id in games for name in spellings(game_id)))
