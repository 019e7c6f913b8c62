"""The review's JSON: what the page and other programs are sent, and what they send.

Belongs here: forms. Not here: routes (`routes`), what an item is (`domain.review`). Times are game time,
seconds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.review.items import CameraView, Item
from uball_assets.domain.review.ledger import Decision
from uball_assets.services.review.game import ReviewedGame

Text = Annotated[str, StringConstraints(max_length=4000)]
_NEAR_S = 60.0
_MOST_NEIGHBOURS = 12
CLIPS = "/api/review/clips"


class ReasonOut(BaseModel):
    word: str
    sentence: str


class PlayOut(BaseModel):
    label: str
    moment_game_s: float
    start_game_s: float
    end_game_s: float
    player_a: str | None
    player_b: str | None
    note: str


class SaysOut(BaseModel):
    label: str | None
    """None: it saw no play."""
    confidence: float | None
    moment_game_s: float | None
    player_a: str | None


class CameraOut(BaseModel):
    camera: str
    video_url: str
    frames_url: str
    says: SaysOut | None


class NeighbourOut(BaseModel):
    label: str
    moment_game_s: float
    side: Side
    kind: Literal["machine", "person"]


class DecisionOut(BaseModel):
    decision_id: str
    action: str
    who: str
    at: str
    label: str | None
    """None: it is no play."""
    moment_game_s: float | None
    player_a: str | None
    player_b: str | None
    note: str
    can_undo: bool


class ItemOut(BaseModel):
    item_id: str
    game_id: str
    game_title: str
    side: Side
    kind: Literal["machine", "person"]
    reasons: list[ReasonOut]
    worth: float
    play: PlayOut
    cameras: list[CameraOut]
    neighbours: list[NeighbourOut]
    players: list[str]
    version: str
    decision: DecisionOut | None


class QueueOut(BaseModel):
    items: list[ItemOut]
    left: int
    """Open items of the games that were read so far."""
    next: str | None
    unread_games: int
    """Games that the queue has still to read: ask again."""


class FramesOut(BaseModel):
    frame_times_s: list[float]
    """Clip clock."""
    start_game_s: float
    """Game time at clip time 0."""
    duration_s: float
    """Clip clock."""
    slow_motion: float
    """Seconds of the clip for each second of the game: game time = start + clip time / this."""


class LabelOut(BaseModel):
    label: str
    points: int
    key: str
    """On the review page."""


class LabelsOut(BaseModel):
    labels: list[LabelOut]


class AgreementOut(BaseModel):
    reviewer: str
    settled_by: str
    met: int
    agreed: int


class ReviewerOut(BaseModel):
    reviewer: str
    met: int
    agreed: int


class AgreementsOut(BaseModel):
    reviewers: list[ReviewerOut]
    pairs: list[AgreementOut]


class GameReviewOut(BaseModel):
    game_id: str
    state: Literal["people", "machine", "open", "closed"]
    """people: they wrote its plays down; machine: nothing is decided; open: some is, and it is not trained
    on; closed: all its plays are there."""
    plays: int
    left: int


class Change(BaseModel):
    """What is not sent stays as it is."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    label: Text | None = None
    moment_game_s: float | None = None
    player_a: Text | None = None
    player_b: Text | None = None
    note: Text | None = None

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, include={*Change.model_fields})


class DecisionIn(Change):
    action: Literal["accept", "correct", "reject", "split", "undo"]
    parts: list[Change] = Field(default=[], max_length=10)


class MissedPlayIn(Change):
    side: Side
    label: Text
    moment_game_s: float


class CloseIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["closed"]
    reject_rest: bool = False


def item_out(game: ReviewedGame, item: Item, *, can_undo: bool) -> ItemOut:
    play, last = item.play, item.standing
    return ItemOut(
        item_id=item.item_id,
        game_id=game.game_id,
        game_title=game.title,
        side=play.side,
        kind=item.kind,
        reasons=[
            ReasonOut(word=reason.word.value, sentence=reason.sentence) for reason in item.worth.reasons
        ],
        worth=item.worth.worth,
        play=PlayOut(
            label=play.classification,
            moment_game_s=round(item.moment_game_s, 3),
            start_game_s=play.window.start_s,
            end_game_s=play.window.end_s,
            player_a=play.player_a,
            player_b=play.player_b,
            note=play.note,
        ),
        cameras=[_camera_out(item, view) for view in game.cameras(item)],
        neighbours=_neighbours(game, item),
        players=game.players,
        version=item.version,
        decision=_decision_out(game, item, last, can_undo=can_undo) if last else None,
    )


def _camera_out(item: Item, view: CameraView) -> CameraOut:
    place, says = f"{CLIPS}/{item.item_id}/{view.angle}", view.says
    told = (
        SaysOut(
            label=says.label,
            confidence=says.confidence,
            moment_game_s=None if says.moment_game_s is None else round(says.moment_game_s, 3),
            player_a=says.player_a,
        )
        if says
        else None
    )
    return CameraOut(camera=view.angle, video_url=f"{place}.mp4", frames_url=f"{place}/frames", says=told)


def _neighbours(game: ReviewedGame, item: Item) -> list[NeighbourOut]:
    """Around it, the nearest; a machine's words only where nothing else stands at that moment."""
    plays = [(play, "person") for play in game.plays.values() if play.play_id != item.play.play_id]
    plays += [
        (other.play, "machine")
        for other in game.machine_items
        if other.is_open and other.item_id != item.item_id
    ]
    near = [
        NeighbourOut(
            label=play.classification,
            moment_game_s=round(moment_of(play).time_game_s, 3),
            side=play.side,
            kind="person" if kind == "person" else "machine",
        )
        for play, kind in plays
        if abs(moment_of(play).time_game_s - item.moment_game_s) <= _NEAR_S
    ]
    near.sort(key=lambda other: abs(other.moment_game_s - item.moment_game_s))
    return sorted(near[:_MOST_NEIGHBOURS], key=lambda other: other.moment_game_s)


def _decision_out(game: ReviewedGame, item: Item, last: Decision, *, can_undo: bool) -> DecisionOut:
    rows = [{**row, "id": row.get("id") or "p", "game_id": game.game_id} for row in last.rows_after]
    left = check_rows(rows, {})[0]
    play = next((one for one in left if one.play_id == item.play.play_id), left[0] if left else None)
    return DecisionOut(
        decision_id=last.decision_id,
        action=last.action,
        who=last.reviewer,
        at=last.decided_at,
        label=play.classification if play else None,
        moment_game_s=round(moment_of(play).time_game_s, 3) if play else None,
        player_a=play.player_a if play else None,
        player_b=play.player_b if play else None,
        note=play.note if play else "",
        can_undo=can_undo,
    )
