"""`GET /api/plays/{game_id}`: what people wrote down of a game, and what the model that annotated it says.

Filters are a handful of typed ones; any other parameter is refused, so that no database's own filter passes
through. Belongs here: the route and its forms. Not here: what makes a row sound (`domain.plays`), decisions
on plays (`app.review`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from uball_assets.app.api.params import Context, GameId, Reads
from uball_assets.app.context import AppContext
from uball_assets.app.problems import answers, not_found
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.plays.labels import LABELS, canonical
from uball_assets.domain.plays.plays import Play, check_rows, read_events

router = APIRouter(prefix="/api", tags=["annotations"])
Label = StrEnum("Label", [(label, label) for label in LABELS])  # type: ignore[misc]
_CURSOR = r"^-?\d{1,9}\.\d{3}~(person|model)~[A-Za-z0-9_.:-]{1,120}$"


class Filters(BaseModel):
    """All that may be asked; all of them hold."""

    model_config = ConfigDict(extra="forbid")

    source: Literal["person", "model"] | None = None
    label: Label | None = None
    side: Side | None = None
    from_game_s: Annotated[float | None, Field(ge=-1e6, le=1e6)] = None
    to_game_s: Annotated[float | None, Field(ge=-1e6, le=1e6)] = None
    needs_review: bool | None = None
    model: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
            description="Another model's annotations than those of who annotated the game last.",
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[str | None, Field(pattern=_CURSOR, description="`next` of the page before.")] = None

    def take(self, play: PlayAnswer) -> bool:
        wanted = (
            (self.source, play.source),
            (self.label, play.label),
            (self.side, play.side),
            (self.needs_review, play.needs_review),
        )
        begins_s, ends_s = play.start_game_s, play.end_game_s
        return (
            all(asked is None or asked == found for asked, found in wanted)
            and (self.from_game_s is None or ends_s >= self.from_game_s)
            and (self.to_game_s is None or begins_s <= self.to_game_s)
        )


class EventAnswer(BaseModel):
    label: str
    player_a: str | None
    player_b: str | None


class PlayAnswer(BaseModel):
    """Times are in game time, seconds."""

    play_id: str
    source: Literal["person", "model"]
    side: Side
    label: str
    moment_game_s: float | None
    start_game_s: float
    end_game_s: float
    player_a: str | None
    player_b: str | None
    note: str
    events: list[EventAnswer]
    confidence: Annotated[float | None, Field(description="How sure the model is, 0 to 1.")] = None
    cameras_agree: bool | None = None
    needs_review: bool = False

    @property
    def place(self) -> tuple[float, str, str]:
        return round(self.start_game_s, 3), self.source, self.play_id


class PlaysPage(BaseModel):
    game_id: str
    game_title: str
    model: Annotated[str | None, Field(description="Whose annotations these are.")]
    plays: Annotated[list[PlayAnswer], Field(description="In game order.")]
    left_out: Annotated[
        int, Field(description="Rows that no play can be read from; `uball status` says why of each.")
    ]
    next: Annotated[str | None, Field(description="`after` of the next page; None at the end.")]


@router.get("/plays/{game_id}", response_model=PlaysPage, responses=answers(404))
def plays(context: Context, _: Reads, game_id: GameId, asked: Annotated[Filters, Query()]) -> PlaysPage:
    """People's plays and the model's annotations of one game, in game order."""
    row = context.plays_db.game(game_id)
    if row is None and not context.jobs.launcher.is_partition(game_id):
        raise not_found(f"game {game_id}")
    model = asked.model or _annotator(context, game_id)
    by_people, refused = check_rows(context.plays_db.plays(game_id), {})
    annotated = context.plays_db.annotations(game_id, model) if model else []
    by_model = list(_annotations(annotated))
    found = sorted([*map(_of_person, by_people), *by_model], key=lambda play: play.place)
    behind = _place(asked.after) if asked.after else None
    wanted = [play for play in found if asked.take(play) and (behind is None or play.place > behind)]
    page = wanted[: asked.limit]
    return PlaysPage(
        game_id=game_id,
        game_title=game_title(row),
        model=model,
        plays=page,
        left_out=len(refused) + len(annotated) - len(by_model),
        next=_cursor(page[-1]) if len(wanted) > len(page) else None,
    )


def _annotator(context: AppContext, game_id: str) -> str | None:
    """Who annotated the game last."""
    entry = context.registry.newest("annotations", game_id)
    return entry["model"] if entry else None


def _of_person(play: Play) -> PlayAnswer:
    return PlayAnswer(
        play_id=play.play_id,
        source="person",
        side=play.side,
        label=play.classification,
        moment_game_s=play.timestamp_game_s,
        start_game_s=play.window.start_s,
        end_game_s=play.window.end_s,
        player_a=play.player_a,
        player_b=play.player_b,
        note=play.note,
        events=[
            EventAnswer(label=event.label, player_a=event.player_a, player_b=event.player_b)
            for event in play.events
        ],
    )


def _annotations(rows: list[dict[str, Any]]) -> Iterator[PlayAnswer]:
    """The platform wrote them; what others changed in the table since may be no play any more."""
    for row in rows:
        label, side = canonical(row["classification"]), row["angle"]
        times = row["start_timestamp"], row["end_timestamp"]
        if label and side in list(Side) and all(isinstance(time_s, int | float) for time_s in times):
            yield _of_model(row, label)


def _of_model(row: Mapping[str, Any], label: str) -> PlayAnswer:
    events, _ = read_events(row["events"])
    return PlayAnswer(
        play_id=row["play_key"],
        source="model",
        side=row["angle"],
        label=label,
        moment_game_s=row["timestamp_seconds"],
        start_game_s=row["start_timestamp"],
        end_game_s=row["end_timestamp"],
        player_a=row["player_a"],
        player_b=row["player_b"],
        note=row["note"] or "",
        events=[
            EventAnswer(label=event.label, player_a=event.player_a, player_b=event.player_b)
            for event in events
        ],
        confidence=row["confidence"],
        cameras_agree=row["agreed"],
        needs_review=bool(row["needs_review"]),
    )


def _cursor(play: PlayAnswer) -> str:
    return f"{play.place[0]:.3f}~{play.source}~{play.play_id}"


def _place(cursor: str) -> tuple[float, str, str]:
    start_s, source, play_id = cursor.split("~", 2)
    return float(start_s), source, play_id
