"""What a game still lacks though it was processed to what is outside: then it is collected again.

Belongs here: which games, and a name for what each lacks, under which its attempts are counted. Not here: how
often and when (`pickup`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.whole_game import LEAST_GAMES, UsualPlays, usual_plays

State = Mapping[str, Any]
"""A game's newest entry on the record."""
_NONE: Mapping[str, State] = MappingProxyType({})


@dataclass(frozen=True)
class Lack:
    said: str
    """`grade F`, `2 clips were lost`."""
    name: str
    """The same for the same lack: of lost clips their content keys. One clip fewer is another."""


def usual_of(states: Mapping[str, State], but: str = "") -> UsualPlays | None:
    """How many plays the league's games have, all but one; of games that were annotated and not removed."""
    return usual_plays(
        [int(state["rows"]) for game_id, state in states.items() if game_id != but and _is_played(state)]
    )


def lacks(
    states: Mapping[str, State], short_games: Container[str] = (), annotated: Mapping[str, State] = _NONE
) -> dict[str, Lack]:
    """Every game that lacks something; one that nobody annotated has no grade that it could lack.

    `annotated`: how each was annotated last. Clips of plays are lost on the way to examples, clips of windows
    of a game that nobody annotated on the way to its annotations: a game has either.
    """
    usual = usual_of(states)
    found = {}
    for game_id, state in states.items():
        said = []
        if _is_played(state) and state.get("grade") == "F":
            said.append("grade F")
        elif _is_played(state) and game_id not in short_games and _is_stub(game_id, states, usual):
            # It was graded when the league could not tell yet.
            said.append(f"{state['rows']} plays are far too few for a game")
        if state.get("damaged"):
            said.append("its examples are damaged")
        lost = [entry for entry in (state, annotated.get(game_id)) if entry and entry.get("clips_lost")]
        if count := sum(int(entry["clips_lost"]) for entry in lost):
            said.append(f"{count} clips were lost" if count > 1 else "a clip was lost")
        if said and not state.get("removed"):
            words = ", ".join(said)
            # What was damaged once more is another lack, though it says the same.
            times = [state.get("number")] if state.get("damaged") else []
            lost_hash = lost[0]["lost_hash"] if lost else None
            found[game_id] = Lack(words, content_hash([words, lost_hash, *times]))
    return found


def _is_played(state: State) -> bool:
    return bool(state.get("rows")) and not state.get("removed")


def _is_stub(game_id: str, states: Mapping[str, State], usual: UsualPlays | None) -> bool:
    """Told by the other games alone; all together, which is told once for all, find few games only."""
    rows = int(states[game_id]["rows"])
    if usual is None or usual.game_count <= LEAST_GAMES or not usual.is_far_too_few(rows):
        return False
    others = usual_of(states, but=game_id)
    return others is not None and others.is_far_too_few(rows)
