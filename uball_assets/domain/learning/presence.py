"""Presence: what of each game can be seen outside, held against what it was made from.

A source that is away is no empty one: an unmounted disk lists no video, a wrong key no row. So of a game
whose source cannot be seen nothing is made anew, and nothing is dropped; it is retired only when no source
has it any more. Where that would be most of the games at once, it is the source: discovery stops with a
sentence.

Belongs here: the rules, for one game and for all. Not here: looking (`services.sources`), or what becomes of
a game that changed (`pickup`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

State = Mapping[str, Any]
"""A game's newest entry on the record."""
_NAMED = 5
"""So many games a sentence names."""


@dataclass(frozen=True)
class Seen:
    """What of a game one look found."""

    has_videos: bool = False
    """Where videos are kept, or where they arrive."""
    has_plays: bool = False
    has_row: bool = False
    """In the table of games."""

    @property
    def is_nowhere(self) -> bool:
        return not (self.has_videos or self.has_plays or self.has_row)


@dataclass(frozen=True)
class Limits:
    """From how many games on it is the source that is away, not they."""

    most_share: float = 1 / 3
    least_games: int = 3

    def are_too_many(self, lost_count: int, all_count: int) -> bool:
        """All of them are too many, however few they are."""
        if lost_count == all_count:
            return lost_count > 0
        return lost_count >= self.least_games and lost_count > self.most_share * all_count


@dataclass(frozen=True)
class Presence:
    away: Mapping[str, str]
    """By game that is still in a source: which source of it cannot be seen, and what to do."""
    vanished: tuple[str, ...]
    """Games that no source has any more, sorted."""
    stopped: str = ""
    """Why nothing is to be believed of this look; '' where it is."""


def presence(
    states: Mapping[str, State],
    seen: Mapping[str, Seen],
    archived: Collection[str],
    limits: Limits,
    videos_place: str,
) -> Presence:
    """`seen` of every game in `states`; those that nothing was seen of may be absent. `archived`: games whose
    videos were taken away on purpose. `videos_place`: the address where videos are kept, for people."""
    known = {game: state for game, state in states.items() if not state.get("removed")}
    looks = {game: seen.get(game, Seen()) for game in known}
    filmed = [game for game, state in known.items() if state.get("cameras") and game not in archived]
    played = [game for game, state in known.items() if state.get("rows")]
    unfilmed = [game for game in filmed if not looks[game].has_videos]
    unplayed = [game for game in played if not looks[game].has_plays]
    stopped = [
        _stopped(what, lost, there, remedy)
        for what, lost, there, remedy in (
            (f"videos at {videos_place}", unfilmed, filmed, _REMOUNT),
            ("plays in the plays database", unplayed, played, _RECONNECT),
        )
        if limits.are_too_many(len(lost), len(there))
    ]
    vanished = tuple(sorted(game for game, look in looks.items() if look.is_nowhere))
    away = {game: _AWAY_PLAYS for game in unplayed if not looks[game].has_row}
    away |= {game: _AWAY_VIDEOS.format(game) for game in unfilmed}
    return Presence(
        {game: away[game] for game in sorted(away.keys() - set(vanished))}, vanished, "; ".join(stopped)
    )


def gone_state(game_id: str, how: str, because: str) -> dict[str, Any]:
    """A game's state once it has left: nothing of it may be learned, and if it comes back, it was never
    processed. `how`: `removed` by a person, or `retired`."""
    counts = (
        "rows",
        "plays",
        "clips_wanted",
        "clips_accepted",
        "train_count",
        "validation_count",
        "quarantined",
    )
    return {
        "game_id": game_id,
        "removed": True,
        "how": how,
        "because": because,
        "source_hash": "",
        "examples_hash": "",
        "trainable": False,
        "grade": None,
        "reasons": [],
        "cameras": [],
        "teams_hash": "",
        **dict.fromkeys(counts, 0),
    }


_AWAY_VIDEOS = (
    "its videos are not there; what was made of them stays, and is still learned from: bring them back, or, "
    'where they were put away on purpose, `uball archive {} --because "…"`; `uball remove` takes the game out'
)
_AWAY_PLAYS = (
    "its plays and its row are not in the plays database any more, and its videos are; what was made of them "
    "stays: bring the rows back, or take the game out (`uball remove`)"
)
_REMOUNT = (
    "mount the disk, or correct UBALL_VIDEOS_URL; where they were put away on purpose, `uball archive "
    'GAME_ID --because "…"`, and where the games are gone for good, `uball retire GAME_ID --because "…"`'
)
_RECONNECT = (
    "look at UBALL_PLAYS_URL and its key; where the games are gone for good, "
    '`uball retire GAME_ID --because "…"`'
)


def _stopped(what: str, lost: Sequence[str], there: Sequence[str], remedy: str) -> str:
    said = (
        f"no game has {what} any more, and {len(there)} had"
        if len(lost) == len(there)
        else f"{len(lost)} of the {len(there)} games that had {what} have none any more"
    )
    named = ", ".join(sorted(lost)[:_NAMED]) + (", …" if len(lost) > _NAMED else "")
    return (
        f"stopped: {said} ({named}), so it is the source that is away. Nothing is dropped, and "
        f"this goes on by itself when they are seen again: {remedy}"
    )
