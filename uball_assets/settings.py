"""Every setting of the platform: typed, validated once, each with the reason for its default.

The environment and a `.env` file beside workspace.yaml fill it; the environment wins. No other module reads
the environment. `uball settings` prints it, secrets masked. Not here: what is made of a setting (`resources`,
`automation`).
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from uball_assets.domain.answers.matching import TOLERANCE_S
from uball_assets.domain.clipping.clips import FASTEST_FRAME_RATE, SLOWEST_MOTION, Mode, Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import spellings, valid_game_id
from uball_assets.domain.learning.retrain import Policy
from uball_assets.domain.spending.cost import Ceilings, Price, parse_prices
from uball_assets.setting_names import (
    PREFIX,
    database_address,
    from_older_names,
    in_words,
    refuse_unknown,
    store_address,
)

_POLICY, _RECIPE = Policy(), Recipe()
DEMO_HOME = Path(".uball/demo")
"""The demo is a league of its own, beside one's own."""
LONGEST_SERVICE_RUN_S = 4 * 86_400
"""A batch may queue for 72 hours and run for 24 (Google, 'Batch inference with Gemini')."""


def find_checkout() -> Path:
    """The folder with this platform's workspace.yaml: that of DAGSTER_HOME, else the nearest around the
    current folder, else the one this package was installed from; else the current folder."""
    here = Path.cwd()
    named = [Path(os.environ["DAGSTER_HOME"])] if os.environ.get("DAGSTER_HOME") else []
    candidates = [*named, here, *here.parents, Path(__file__).resolve().parents[1]]
    return next((folder for folder in candidates if _is_checkout(folder)), here)


def _is_checkout(folder: Path) -> bool:
    try:
        return "uball_assets" in (folder / "workspace.yaml").read_text()
    except (OSError, UnicodeDecodeError):
        return False


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """Named in the environment as `UBALL_` and the field's name, or by its alias. Paths come out absolute."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    checkout: Path = Field(
        default_factory=find_checkout,
        description="The folder with workspace.yaml and dagster.yaml; relative paths count from it.",
    )
    home: Path = Field(
        default=Path(".uball"),
        description="A league: all that the embedded profile writes is under it, the pages of its runs too; "
        "one folder to look at, back up or delete. `uball demo` has its own, .uball/demo.",
    )
    videos_url: str = Field(
        default_factory=lambda data: str(data["home"] / "videos"),
        description="Where games' videos stand, as Games/{game_id}/{ANGLE}.mp4: a folder, gs://bucket or "
        "s3://bucket. A folder needs no account.",
    )
    training_url: str = Field(
        default_factory=lambda data: str(data["home"] / "training"),
        description="Where clips, examples, models and the record are kept: a folder or gs://bucket.",
    )
    plays_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['home'] / 'plays.db'}",
        description="The database of games and plays: sqlite:/// and a path, or supabase.",
    )
    plays_encoding: str = Field(
        default="",
        description="What imported tables that are neither UTF-8 nor UTF-16 are written in: cp1252 for an "
        "older Windows. Empty: they are refused, for a wrong guess would change names.",
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
    media_resolution: Literal["low", "medium", "high"] = Field(
        default="low",
        description="How closely Gemini looks at a frame, in training and in service alike. low is the "
        "cheapest and allows clips of up to 20 minutes. Changing it writes every example again.",
    )
    tuning_stuck_after_s: PositiveFloat = Field(
        default=21600.0,
        description="A tuning job that shows no progress for so long is cancelled: jobs were seen to hang "
        "for 22 hours, and one runs at a time.",
    )
    submit_grace_s: NonNegativeFloat = Field(
        default=180.0,
        description="How long a paid job that may have been submitted is looked for before it is submitted "
        "again.",
    )
    annotate_by: Literal["online", "batch"] = Field(
        default="batch",
        description="How vertex annotates whole games: batch costs half and has no rate limit; online "
        "answers at once.",
    )
    ceiling_job_usd: NonNegativeFloat = Field(
        default=50.0, description="No paid job is submitted that is estimated to cost more."
    )
    ceiling_month_usd: NonNegativeFloat = Field(
        default=200.0, description="No paid job is submitted that takes the calendar month beyond this."
    )
    prices: str = Field(
        default="",
        description="Prices that replace those of uball_assets/domain/spending/cost.py, as JSON; "
        "`uball costs` shows the table with its sources.",
    )
    epochs: PositiveInt = Field(
        default=1,
        le=100,
        description="Passes over the training set. One: each model goes on from the last on the cumulative "
        "set, so an early game is passed over by every version anyway.",
    )
    seed: int = Field(
        default=7,
        ge=0,
        lt=2**32,
        description="Any number; fixed, so that the same games give the same model.",
    )
    workers: int = Field(
        default_factory=_usable_cores,
        ge=1,
        le=256,
        description="Clips cut and looked at side by side. One a core: more only wait for each other.",
    )
    ffmpeg: str = Field(
        default="",
        description="An ffmpeg of yours, by path or name. Empty: the one that is installed with the package, "
        "the same on every machine.",
    )
    clip_mode: Mode = Field(
        default=Mode(_RECIPE.mode),
        description="How clips are cut. smart re-encodes the seams and copies the rest; edit and keyframe "
        "copy everything; reencode makes every frame anew. Changing it cuts every clip again.",
    )
    clip_crf: int = Field(
        default=_RECIPE.crf,
        ge=0,
        le=51,
        description="Quality of the frames of clips that are made anew, lower is better. 20 cannot be told "
        "from the source at a seam; take 18 for UBALL_CLIP_MODE=reencode. Changing it cuts every clip again.",
    )
    clip_height_px: PositiveInt | None = Field(
        default=_RECIPE.height_px,
        multiple_of=2,
        description="Height of cut clips. Empty keeps the source's: jersey numbers are small. Changing it "
        "cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_frame_rate: PositiveFloat | None = Field(
        default=_RECIPE.frame_rate,
        le=FASTEST_FRAME_RATE,
        description="Frames a second of cut clips, all equally long. Empty keeps each frame at its own time. "
        "Changing it cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_slow_motion: float = Field(
        default=_RECIPE.slow_motion,
        ge=1,
        le=SLOWEST_MOTION,
        description="How many times longer clips show each frame, without sound: services that look once a "
        "second see more of a play. Changing it cuts every clip again. Needs UBALL_CLIP_MODE=reencode.",
    )
    clip_proof: Literal["first", "every"] = Field(
        default="first",
        description="What is decoded again before clips count: some frames of each sound camera's first "
        "clip, or every frame of every clip, at three times the cost. All are proved by their bytes and "
        "their index; a damaged camera's are always decoded.",
    )
    match_tolerance_s: PositiveFloat = Field(
        default=TOLERANCE_S,
        description="How far apart a true and an annotated event may be and still be the same one: people "
        "mark to about a second.",
    )
    benchmark_games: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Games (ids, with commas) that no model ever trains on, for a score on whole games. "
        "None: a fifth of every game's plays is set aside anyway.",
    )
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
    train_poll_s: PositiveFloat = Field(
        default_factory=lambda data: 60.0 if data["trainer"] == "vertex" else 1.0,
        description="How often a running training is looked at: a tuning job on vertex takes hours.",
    )
    source_url: str = Field(
        default="",
        description="Where raw videos arrive, if not where they are kept: s3://bucket. raw_videos and `uball "
        "migrate` copy a game's files from there to UBALL_VIDEOS_URL. Empty: they stay where they arrive.",
    )
    source_requester_pays: bool = Field(
        default=False,
        description="Whether this account pays for reading UBALL_SOURCE_URL, where its owner wants that "
        "(requester pays).",
    )
    copy_engine: Literal["stream", "rclone", "sts"] = Field(
        default="stream",
        description="Who copies from UBALL_SOURCE_URL: this program, an rclone of yours, or Google's Storage "
        "Transfer Service (above a terabyte).",
    )
    transfer_role_arn: str = Field(
        default="",
        description="For UBALL_COPY_ENGINE=sts: the AWS role that may read UBALL_SOURCE_URL; "
        "deploy/terraform/aws prints it.",
    )
    vertex_url: str = Field(
        default="",
        description="Another address of Vertex AI: a private endpoint, or a test server. Empty: Google's.",
    )
    vertex_token: SecretStr | None = Field(
        default=None, description="For UBALL_VERTEX_URL alone. Empty: Google's standard credentials."
    )
    supabase_timeout_s: PositiveFloat = Field(
        default=10.0,
        description="How long an answer of the database is waited for, before it is asked again.",
    )
    gcp_project_id: str | None = Field(
        default=None, validation_alias="GCP_PROJECT_ID", description="Whose Vertex AI and buckets these are."
    )
    aws_region: str | None = Field(
        default=None, description="The S3 bucket's region. Empty: as the AWS configuration says."
    )
    supabase_url: str | None = Field(
        default=None, validation_alias="SUPABASE_URL", description="For UBALL_PLAYS_URL=supabase."
    )
    supabase_service_key: SecretStr | None = Field(
        default=None, validation_alias="SUPABASE_SERVICE_KEY", description="For UBALL_PLAYS_URL=supabase."
    )
    _notices: tuple[str, ...] = PrivateAttr(default=())

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of how these settings came about."""
        return self._notices

    @property
    def league(self) -> str:
        """What this home's league is called in the UI: `uball` is one's own, `uball-demo` the demo's."""
        own = self.checkout / ".uball"
        if self.home == own:
            return "uball"
        return "uball-" + (re.sub(r"[^A-Za-z0-9]+", "-", self.home.name).strip("-") or "home")

    @property
    def holds_demo(self) -> bool:
        """Whether `uball demo` has played here, in this version or one that had no home for it."""
        return (self.home / "demo.lock").exists() or (self.home / "demo" / "contact_sheet.png").exists()

    @property
    def cache(self) -> Path:
        """What can be deleted at any time and is made again."""
        return self.home / "cache"

    @property
    def instance_folder(self) -> Path:
        """Dagster's own tables, logs and files: the runs of this home's league."""
        return self.home / "dagster"

    @property
    def price_table(self) -> tuple[Price, ...]:
        return parse_prices(self.prices)

    @property
    def ceilings(self) -> Ceilings:
        return Ceilings(self.ceiling_job_usd, self.ceiling_month_usd)

    @property
    def run_tags(self) -> dict[str, str]:
        """What a run of Dagster is told beside its reason: how long it may wait for a paid service."""
        return {"dagster/max_runtime": str(LONGEST_SERVICE_RUN_S)} if self.trainer == "vertex" else {}

    @property
    def tuning_options(self) -> dict[str, str]:
        """What decides a tuned model's weights beside its data, by name: part of a training's fingerprint."""
        if self.trainer == "local":
            return {}
        multiplier = self.learning_rate_multiplier
        return {
            "adapter_size": str(self.adapter_size),
            "learning_rate_multiplier": "" if multiplier is None else f"{multiplier:g}",
            "checkpoints": self.checkpoints,
        }

    @property
    def recipe(self) -> Recipe:
        return Recipe(
            mode=self.clip_mode,
            crf=self.clip_crf,
            height_px=self.clip_height_px,
            frame_rate=self.clip_frame_rate,
            slow_motion=self.clip_slow_motion,
        )

    @field_validator("retrain_first_thresholds", "attempt_backoff_s", "benchmark_games", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.strip("[]()").split(",") if part.strip())

    @field_validator("checkout")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("home")
    @classmethod
    def _from_checkout(cls, home: Path, info: ValidationInfo) -> Path:
        place = Path(info.data["checkout"]) / home.expanduser()
        if place.exists() and not place.is_dir():
            raise ValueError("it is a file; name a folder")
        return place

    @field_validator("videos_url", "training_url")
    @classmethod
    def _store(cls, url: str, info: ValidationInfo) -> str:
        return store_address(url, info.data["checkout"])

    @field_validator("source_url")
    @classmethod
    def _source(cls, url: str) -> str:
        if url and not url.startswith(("s3://", "gs://")):
            raise ValueError("videos are copied from a bucket only; name s3://bucket, or leave it empty")
        return url

    @field_validator("prices")
    @classmethod
    def _prices(cls, text: str) -> str:
        try:
            parse_prices(text)
        except Permanent as error:
            raise ValueError(str(error)) from error
        return text

    @field_validator("plays_url")
    @classmethod
    def _database(cls, url: str, info: ValidationInfo) -> str:
        return database_address(url, info.data["checkout"])

    @field_validator("plays_encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        try:
            "".encode(name or "utf-8")
        except LookupError as error:
            raise ValueError("no encoding has that name; write cp1252, or leave it empty") from error
        return name

    @field_validator("benchmark_games")
    @classmethod
    def _game_ids(cls, games: tuple[str, ...]) -> tuple[str, ...]:
        for game_id in games:
            try:
                valid_game_id(game_id)
            except Permanent as error:
                raise ValueError(str(error)) from error
        return tuple(dict.fromkeys(name for game_id in games for name in spellings(game_id)))

    @field_validator("ffmpeg")
    @classmethod
    def _executable(cls, ffmpeg: str) -> str:
        found = shutil.which(str(Path(ffmpeg).expanduser())) if ffmpeg else ""
        if found is None:
            raise ValueError("no program of that name or path can be run; leave it empty for the shipped one")
        return found

    @model_validator(mode="after")
    def _clips(self) -> Self:
        asked = {
            "UBALL_CLIP_HEIGHT_PX": self.clip_height_px is not None,
            "UBALL_CLIP_FRAME_RATE": self.clip_frame_rate is not None,
            "UBALL_CLIP_SLOW_MOTION": self.clip_slow_motion != 1,
        }
        names = ", ".join(name for name, is_asked in asked.items() if is_asked)
        if names and self.clip_mode != Mode.REENCODE:
            raise ValueError(
                f"UBALL_CLIP_MODE={self.clip_mode} copies frames as they were filmed, which {names} would "
                f"change: set UBALL_CLIP_MODE=reencode, or leave {names} empty"
            )
        return self

    @model_validator(mode="after")
    def _accounts(self) -> Self:
        if self.plays_url == "supabase" and not (self.supabase_url and self.supabase_service_key):
            raise ValueError("UBALL_PLAYS_URL=supabase needs SUPABASE_URL and SUPABASE_SERVICE_KEY")
        if self.trainer == "vertex" and not self.gcp_project_id:
            raise ValueError("UBALL_TRAINER=vertex needs GCP_PROJECT_ID")
        if self.trainer == "vertex" and not self.training_url.startswith("gs://"):
            raise ValueError(
                "UBALL_TRAINER=vertex reads clips from a bucket: set UBALL_TRAINING_URL=gs://..."
            )
        return self


def load_settings(default_home: Path | None = None) -> Settings:
    """The settings of this process. Raises Permanent for a value that cannot be, or a name that is none.

    `default_home` is taken where UBALL_HOME is not set.

    Also tells two libraries, through the environment and unless it says otherwise already, to leave the
    home folder and the checkout alone: Matplotlib's cache, Dagster's telemetry files.
    """
    dotenv = Path(os.environ.get(f"{PREFIX}CHECKOUT") or find_checkout()) / ".env"
    try:
        given = {**dotenv_values(dotenv), **os.environ}
    except UnicodeDecodeError as error:
        raise Permanent(f"{dotenv} is not UTF-8 text: save it again as that") from error
    given = {name.upper(): value for name, value in given.items() if value}
    refuse_unknown(Settings.model_fields, given)
    older, notices = from_older_names(Settings.model_fields, given)
    if default_home and f"{PREFIX}HOME" not in given:
        older["home"] = str(default_home)
    try:
        settings = Settings(_env_file=dotenv, **older)  # type: ignore[call-arg]
    except ValidationError as error:
        raise Permanent(in_words(Settings.model_fields, error)) from error
    settings._notices = tuple(notices)
    os.environ.setdefault("MPLCONFIGDIR", str(settings.cache / "matplotlib"))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    return settings


def environment_of_dagster(settings: Settings) -> dict[str, str]:
    """For a program of Dagster's that is to look at this home and no other, wherever it is started."""
    return {
        **os.environ,
        "DAGSTER_HOME": str(settings.checkout),
        f"{PREFIX}HOME": str(settings.home),
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS") or _RENAMED,
    }


_RENAMED = (
    "ignore:Function `dev_command` is superseded,ignore:Function `definitions_validate_command` is superseded"
)
"""Dagster's remarks on commands of its own."""
