"""All settings in one, filled from the environment and a `.env` file, and validated once.

The environment and a `.env` file beside workspace.yaml fill it; the environment wins. No other module reads
the environment. `uball settings` prints it, secrets masked. Not here: what is made of a setting (`resources`,
`automation`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

from dotenv import dotenv_values
from pydantic import (
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from uball_assets.domain.errors import Permanent
from uball_assets.settings.app import AppSettings
from uball_assets.settings.automation import AutomationSettings
from uball_assets.settings.clips import ClipSettings
from uball_assets.settings.cloud import CloudSettings
from uball_assets.settings.costs import CostSettings
from uball_assets.settings.deployment.backup import BackupSettings
from uball_assets.settings.deployment.demo import left_out, without_these
from uball_assets.settings.deployment.homes import SharingSettings, kept_in
from uball_assets.settings.deployment.instance import InstanceSettings
from uball_assets.settings.deployment.leagues import LeagueSettings, name_of_home
from uball_assets.settings.deployment.nodes import NodeSettings
from uball_assets.settings.home import DEMO_HOME, HomeSettings, find_checkout
from uball_assets.settings.league.facts import FactsSettings
from uball_assets.settings.league.forecasts import ForecastSettings
from uball_assets.settings.league.refreshing import RefreshSettings
from uball_assets.settings.league.results import ResultsSettings
from uball_assets.settings.league.tracking import TrackingSettings
from uball_assets.settings.league.warehouse import WarehouseSettings
from uball_assets.settings.libraries import tell_libraries
from uball_assets.settings.names import PREFIX, in_words, refuse_unknown
from uball_assets.settings.older_names import from_older_names
from uball_assets.settings.operating import GoalSettings, OperatingSettings
from uball_assets.settings.plays import PlaysSettings
from uball_assets.settings.serving import ServingSettings
from uball_assets.settings.training import TrainingSettings
from uball_assets.settings.videos import VideoSettings


class Settings(
    AppSettings,
    BackupSettings,
    CloudSettings,
    CostSettings,
    GoalSettings,
    AutomationSettings,
    OperatingSettings,
    ServingSettings,
    ForecastSettings,
    TrackingSettings,
    TrainingSettings,
    ClipSettings,
    FactsSettings,
    RefreshSettings,
    ResultsSettings,
    WarehouseSettings,
    InstanceSettings,
    PlaysSettings,
    VideoSettings,
    NodeSettings,
    LeagueSettings,
    SharingSettings,
    HomeSettings,
    BaseSettings,
):
    """Named in the environment as `UBALL_` and the field's name, or by its alias. Paths come out absolute.

    Python takes the fields of the last group first, so the groups stand from last to first: an address
    may rest on the home, the base model on who trains.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    _notices: tuple[str, ...] = PrivateAttr(default=())

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know of how these settings came about."""
        return self._notices

    @property
    def league(self) -> str:
        """What this league is called in the UI, that of its code location: as UBALL_LEAGUE says, else by its
        home."""
        return self.league_slug or name_of_home(self.home, self.checkout)

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

    @model_validator(mode="after")
    def _nothing_in_a_home_of_its_own(self) -> Self:
        addresses = {
            "UBALL_VIDEOS_URL": self.videos_url,
            "UBALL_TRAINING_URL": self.training_url,
            "UBALL_PLAYS_URL": self.plays_url,
            "UBALL_WAREHOUSE_URL": self.warehouse_url,
            "UBALL_TRACKING_URL": self.tracking_url,
            "UBALL_INSTANCE_URL": "postgresql://" if self.instance_url else str(self.instance_folder),
            "UBALL_LOGS_URL": self.logs_url or str(self.instance_folder),
        }
        if not self.home_is_shared and (lost := kept_in(self.home, addresses)):
            raise ValueError(
                f"UBALL_HOME_IS_SHARED=false: {', '.join(lost)} would be kept on a disk that no other process"
                " sees, and lost with it: name a bucket, supabase, bigquery://..., postgresql://..., or off"
            )
        return self


class DemoSettings(Settings):
    """Of the demo's own home, which nothing leads out of."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there are none
    ) -> tuple[Any, ...]:
        around = (env_settings, dotenv_settings)
        return init_settings, *(partial(_without_these, source) for source in around)


def _without_these(source: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return without_these(Settings.model_fields, source())


def load_settings(default_home: Path | None = None) -> Settings:
    """The settings of this process. Raises Permanent for a value that cannot be, or a name that is none.

    `default_home` is taken where UBALL_HOME is not set. Those of the demo's own home lead nowhere else
    (`deployment.demo`).

    Also tells libraries, through the environment and unless it says otherwise already, where to log in, and
    to leave the home folder and the checkout alone (`libraries`).
    """
    dotenv = Path(os.environ.get(f"{PREFIX}CHECKOUT") or find_checkout()) / ".env"
    try:
        in_file = dotenv_values(dotenv)
    except UnicodeDecodeError as error:
        raise Permanent(f"{dotenv} is not UTF-8 text: save it again as that") from error
    given = {name.upper(): value for name, value in {**in_file, **os.environ}.items() if value}
    refuse_unknown(Settings.model_fields, given)
    older, notices = from_older_names(Settings.model_fields, given)
    if default_home and f"{PREFIX}HOME" not in given:
        older["home"] = str(default_home)
    home = dotenv.parent / Path(older.get("home") or given.get(f"{PREFIX}HOME") or "").expanduser()
    kind = DemoSettings if home == dotenv.parent / DEMO_HOME else Settings
    if kind is DemoSettings:
        older = without_these(Settings.model_fields, older)
        if gone := left_out(Settings.model_fields, given):
            notices.append(f"the demo's home has all it needs in itself, and does without {', '.join(gone)}")
    try:
        settings = kind(_env_file=dotenv, **older)  # type: ignore[call-arg]
    except ValidationError as error:
        raise Permanent(in_words(Settings.model_fields, error)) from error
    settings._notices = tuple(notices)
    tell_libraries(in_file, settings.checkout, settings.cache)
    return settings


def stay_in(settings: Settings) -> None:
    """Whatever this process loads from now on, and what it starts, is of this home."""
    os.environ[f"{PREFIX}HOME"] = str(settings.home)


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
