"""An item of the queue: one play, as a reviewer sees it, whoever said it.

Belongs here: what an item is, its version, and whether a decision is still asked for. Not here: where it is
read from (`services.review`) or its order (`worth`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.review.decisions import SAME_MOMENT_S, is_at
from uball_assets.domain.review.ledger import Decision, Row, place_of, standing
from uball_assets.domain.review.worth import Worth

Kind = Literal["machine", "person"]


@dataclass(frozen=True)
class CameraSays:
    """What a model was told by one camera's clip; no label: it saw no play."""

    label: str | None
    confidence: float | None
    moment_game_s: float | None
    player_a: str | None


@dataclass(frozen=True)
class CameraView:
    """A clip that shows the play."""

    angle: Angle
    clip_name: str
    """In the training store."""
    start_game_s: float
    """Game time at its first frame."""
    slow_motion: float
    says: CameraSays | None


@dataclass(frozen=True)
class Item:
    item_id: str
    play: Play
    """As it stands: its row's where it has one, else the machine's, under the id that it would have."""
    kind: Kind
    worth: Worth
    row: Row | None
    """Of the table; None: nobody decided that it is a play."""
    said: Row | None
    """The machine's row, where one says it now."""
    chain: tuple[Decision, ...]
    """All that was decided about it, in order."""
    is_known: bool = False
    """Shown as a known answer: nothing of what was decided is told, and nothing is changed."""

    @property
    def standing(self) -> Decision | None:
        return standing(self.chain)

    @property
    def is_open(self) -> bool:
        """Whether a decision is asked for: nobody decided it, or its row was changed by others since."""
        last = self.standing
        if last is None:
            return True
        left = next((row for row in last.rows_after if row["id"] == self.play.play_id), None)
        return (
            self.row is not None and left is not None and left["classification"] != self.row["classification"]
        )

    @property
    def moment_game_s(self) -> float:
        return moment_of(self.play).time_game_s

    @property
    def version(self) -> str:
        """Another one whenever a decision, the row or what the machine says is another."""
        last = self.chain[-1].decision_id if self.chain else ""
        known = "known" if self.is_known else ""
        return content_hash([self.item_id, last, known, self.row, self.said])[:16]


def undecided(machine: Iterable[Item], plays: Sequence[Play], decided: Sequence[Item]) -> list[Item]:
    """The machine's items that nobody decided: neither this very play, nor where an earlier model had put it
    a little elsewhere. `plays`, `decided`: of those that no row of the machine's is now, for two rows of one
    model are two plays, however close."""
    return [
        item
        for item in machine
        if item.is_open
        and not any(is_at(play, item.play.side, item.moment_game_s) for play in plays)
        and not any(_is_beside(item, other) for other in decided)
    ]


def _is_beside(item: Item, other: Item) -> bool:
    """Where the other one stands, or where the machine had found it."""
    place = place_of(other.item_id)
    is_there = (
        place is not None
        and place[1] is item.play.side
        and abs(place[2] - item.moment_game_s) < SAME_MOMENT_S
    )
    return is_there or is_at(other.play, item.play.side, item.moment_game_s)


def by_worth(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=rank)


def rank(item: Item) -> tuple[float, str]:
    """Lowest first."""
    return -item.worth.worth, item.item_id


def players_of(game: Mapping[str, object] | None, plays: Iterable[Play]) -> list[str]:
    """Everybody who may act, as people write them: the rosters, then whom the plays name."""
    names: dict[str, None] = {}
    for number in (1, 2):
        roster, color = ((game or {}).get(f"{what}{number}{end}") for what, end in _ROSTER)
        for player in roster if isinstance(roster, list) else []:
            jersey = player.get("jersey_number") if isinstance(player, Mapping) else None
            if color and jersey is not None:
                names[f"Player #{jersey} ({color})"] = None
    for play in plays:
        names |= dict.fromkeys(name for name in (play.player_a, play.player_b) if name)
    return list(names)


_ROSTER = (("roster_team", ""), ("team", "_color"))
