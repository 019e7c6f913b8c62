"""Pairs: what two models said of the same plays of a new game, held against what people wrote.

Belongs here: one play's two answers, and a game's pairs as the record has them. Not here: what they lead to
(`shadow`), asking (`services.asking`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from uball_assets.domain.serving.shadow import Answers


class Said(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    NOTHING = "nothing"
    """No camera's answer was valid."""


@dataclass(frozen=True)
class GamePairs:
    """One game that neither model had learned from. Both map play id -> what was said."""

    game_id: str
    challenger: Mapping[str, Said]
    champion: Mapping[str, Said]

    def as_entry(self) -> dict[str, list[str]]:
        """Play id -> [the challenger's, the champion's]."""
        return {play: [str(said), str(self.champion[play])] for play, said in self.challenger.items()}


def from_entries(entries: Iterable[Mapping[str, Any]], champion: str) -> list[GamePairs]:
    """The newest pairs of each game against that champion; entries of one challenger, oldest first."""
    newest = {entry["game_id"]: entry["plays"] for entry in entries if entry["champion"] == champion}
    return [
        GamePairs(
            game_id,
            {play: Said(challenger) for play, (challenger, _) in plays.items()},
            {play: Said(other) for play, (_, other) in plays.items()},
        )
        for game_id, plays in newest.items()
    ]


def as_answers(games: Iterable[GamePairs]) -> Answers:
    """All games together; what was not answered is not right."""
    answers = Answers({}, {}, {})
    for game in games:
        one = Answers(
            {play: said is Said.RIGHT for play, said in game.challenger.items()},
            {play: said is Said.RIGHT for play, said in game.champion.items()},
            dict.fromkeys(game.challenger, game.game_id),
        )
        answers = answers.with_plays_of(one)
    return answers


def silences(games: Iterable[GamePairs]) -> tuple[int, int]:
    """Plays of which only the challenger, and plays of which only the champion, said nothing valid."""
    both = [
        (said is Said.NOTHING, game.champion[play] is Said.NOTHING)
        for game in games
        for play, said in game.challenger.items()
    ]
    return both.count((True, False)), both.count((False, True))
