"""Where the league's schedule and results come from, and when its seasons are.

Belongs here: sources, how they are read, the calendar. Not here: the rules (`domain.league`), where results
are kept (`warehouse`).
"""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, PositiveFloat, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.phases import Calendar
from uball_assets.settings.names import parts, store_address

_WEB = ("http://", "https://")
PLAYS = "plays"
FEED = "feed"
"""A folder of the home: a feed that is put there is asked without a setting."""


class ResultsSettings(BaseModel):
    results_sources: Annotated[tuple[str, ...], NoDecode] = Field(
        default_factory=lambda data: usual_sources(data["home"]),
        description="Who is asked for the schedule, results and rosters, the first first, with commas: plays "
        "(the plays database), a folder or bucket of files, http(s)://... of a feed, {kind} in it stands for "
        "fixtures, player_lines, ...; league=https://... names one. What the first tells, the others do not "
        "change; what it lacks, they add (docs/results.md). By default plays, before it "
        "the folder feed of the home where there is one.",
    )
    results_token: SecretStr | None = Field(
        default=None, description="Sent to feeds as Authorization: Bearer, where they ask for one."
    )
    results_timeout_s: PositiveFloat = Field(
        default=10.0,
        description="How long a feed may be silent before it is asked again, after 1, 2, 4, 8 and 16 s.",
    )
    results_tip_off: str = Field(
        default="18:00",
        description="When a game begins of which only the date is told, in UBALL_TIME_ZONE: late enough that "
        "what was known at tip-off is known, early enough that it holds no later game.",
    )
    seasons: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The calendar, with commas: 2025-26 season 2025-10-11..2026-04-10, 2025-26 playoffs "
        "2026-04-11..2026-06-20; parts are off-season, pre-season, season, all-star, playoffs, the shortest "
        "around a day counts, and no games are expected between them. Empty: every day is of its year's "
        "season.",
    )

    @property
    def calendar(self) -> Calendar:
        return Calendar.parse(self.seasons)

    @property
    def assumed_tip_off(self) -> time:
        return time.fromisoformat(self.results_tip_off)

    @property
    def named_sources(self) -> tuple[tuple[str, str], ...]:
        """Name and address of each, in order."""
        return tuple(_named(word) for word in self.results_sources)

    @field_validator("results_sources", "seasons", mode="before")
    @classmethod
    def _results_lists(cls, value: Any) -> Any:
        return parts(value)

    @field_validator("results_sources")
    @classmethod
    def _result_sources(cls, words: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        made = tuple(_absolute(word, info.data.get("checkout")) for word in words)
        names = [name for name, _ in map(_named, made)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are called {twice[0]}: name one, as other=https://...")
        return made

    @field_validator("results_tip_off")
    @classmethod
    def _tip_off_time(cls, text: str) -> str:
        try:
            return f"{time.fromisoformat(text):%H:%M}"
        except ValueError as error:
            raise ValueError("write it as 18:00") from error

    @field_validator("seasons")
    @classmethod
    def _season_spans(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        try:
            Calendar.parse(texts)
        except Permanent as error:
            raise ValueError(str(error)) from error
        return texts


def usual_sources(home: Path) -> tuple[str, ...]:
    """Where nothing is set."""
    feed = home / FEED
    return (str(feed), PLAYS) if feed.is_dir() else (PLAYS,)


def _absolute(word: str, checkout: Any) -> str:
    name, separator, address = _split(word)
    if address.startswith(_WEB) and "@" in address.partition("//")[2].partition("/")[0]:
        raise ValueError("a login is no part of an address, which everybody sees: set UBALL_RESULTS_TOKEN")
    if address == PLAYS or address.startswith(_WEB):
        return word
    return f"{name}{separator}{store_address(address, checkout)}"


def _named(word: str) -> tuple[str, str]:
    """A source without a name is called after its host, bucket or folder."""
    name, _, address = _split(word)
    if name or address == PLAYS:
        return name or PLAYS, address
    place = address.partition("?")[0].rstrip("/")
    if address.startswith(_WEB):
        return place.partition("://")[2].partition("/")[0].rpartition("@")[2], address
    return place.rpartition("/")[2] or place, address


def _split(word: str) -> tuple[str, str, str]:
    """Name, `=` and address; an address of its own may hold a `=` in its query."""
    name, separator, address = word.partition("=")
    if separator and not set(name) & set("/:?."):
        return name.strip(), separator, address.strip()
    return "", "", word
