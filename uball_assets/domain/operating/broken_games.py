"""What is wrong with games: refused, late, given up, partial, and what was left out of them, by reason.

A league keeps a camera that was missing for ever, so what only left something out is a note, those of one
reason together. A game that needs a person has a finding of its own.

Belongs here: which games, how bad, what to do. Not here: grades (`plays.quality`), attempts (`learning`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from uball_assets.domain.operating.findings import Finding, Level, named, span_text
from uball_assets.domain.plays.quarantine_summary import alike

State = Mapping[str, Any]
"""A game's newest entry on the record."""
CAMERAS = 4
_REPAIRED_S = 86_400.0
"""A repair that took no run so long does not come by itself."""


@dataclass(frozen=True)
class Waiting:
    """A game that is there and has not come through."""

    game_id: str
    arrived_s: float | None
    """When a run was first asked for it, or it was first seen; None where nobody has looked."""
    day: str
    """When it was played, `2026-03-07`; '' or anything else where nobody entered it."""


@dataclass(frozen=True)
class GivenUp:
    """What was tried as often as may be, without success."""

    game_id: str
    """'' for a training."""
    attempts: int
    last_s: float
    reason: str
    """Why it was tried."""


@dataclass(frozen=True)
class GameFacts:
    now_s: float
    late_after_h: float
    """A game that was not processed so long after it arrived, or after the end of its day, is late."""
    states: Mapping[str, State]
    """By game; one that was removed is passed over."""
    titles: Mapping[str, str]
    waiting: Sequence[Waiting] = ()
    given_up: Sequence[GivenUp] = ()
    repairs: Mapping[str, State] = field(default_factory=dict)
    """By game, what the proof of the store asked for and no run has served yet."""


def broken_games(facts: GameFacts) -> Iterator[Finding]:
    """Given up, late, to be repaired, refused, partial, left out: in that order."""
    yield from (_given_up(one, facts.titles) for one in facts.given_up)
    yield from _late(facts)
    yield from (_repair(game, entry, facts) for game, entry in facts.repairs.items())
    states = {game: state for game, state in facts.states.items() if not state.get("removed")}
    for game, state in states.items():
        if state.get("grade") == "F" and state.get("rows"):
            yield _refused(game, state, facts.titles)
    yield from _partial(states)
    yield from _left_out(states)


def deadline_s(game: Waiting, late_after_h: float) -> float | None:
    """Each game's own: from its arrival, or from the end of its day (UTC) where that is later or all that is
    known; None where nothing tells."""
    starts = [at_s for at_s in (game.arrived_s, _end_of_day_s(game.day)) if at_s is not None]
    return max(starts) + late_after_h * 3600.0 if starts else None


def _end_of_day_s(day: str) -> float | None:
    try:
        after = date.fromisoformat(day[:10]) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return datetime(after.year, after.month, after.day, tzinfo=UTC).timestamp()


def _given_up(one: GivenUp, titles: Mapping[str, str]) -> Finding:
    what = f"a {'game' if one.game_id else 'training'}'s attempts are used up"
    return Finding(
        f"given_up:{one.game_id or 'training'}",
        Level.BROKEN,
        what,
        _place(one.game_id, titles) if one.game_id else "training",
        one.last_s,
        f"tried {one.attempts} times ({one.reason}), the last time without success; it is not tried again",
        f"see its runs; mend it, then `uball run {one.game_id}`"
        if one.game_id
        else 'see its runs; mend it, then `uball train --because "…"`',
    )


def _late(facts: GameFacts) -> Iterator[Finding]:
    for game in facts.waiting:
        due_s = deadline_s(game, facts.late_after_h)
        if due_s is not None and facts.now_s > due_s:
            yield Finding(
                f"late:{game.game_id}",
                Level.BROKEN,
                "a game is late",
                _place(game.game_id, facts.titles),
                due_s,
                f"not processed {span_text(facts.now_s - due_s)} after its deadline, "
                f"{facts.late_after_h:g} h after it was {'played' if game.arrived_s is None else 'there'}",
                f"`uball run {game.game_id} --check` says what it lacks; games_sensor runs it when it is on",
            )


def _repair(game_id: str, entry: State, facts: GameFacts) -> Finding:
    asked_s = since_s(entry)
    is_old = asked_s is not None and facts.now_s - asked_s > _REPAIRED_S
    return Finding(
        f"repair:{game_id}",
        Level.BROKEN if is_old else Level.WARNING,
        "a game is not whole in the store",
        _place(game_id, facts.titles),
        asked_s,
        f"{entry['said']}: {', '.join(entry.get('names', [])[:2])}; asked for again"
        + (", and not made within a day" if is_old else ""),
        f"games_sensor has it made when it is on; else `uball run {game_id}`",
    )


def _refused(game_id: str, state: State, titles: Mapping[str, str]) -> Finding:
    return Finding(
        f"refused:{game_id}",
        Level.WARNING,
        "a game is refused: grade F",
        _place(game_id, titles),
        since_s(state),
        "; ".join(state.get("reasons", [])) or "its grade is F",
        "correct what is named; it is collected again by itself, or by `uball run " + game_id + "`",
    )


def _partial(states: Mapping[str, State]) -> Iterator[Finding]:
    """Games that are trained on, without all that they could have."""
    lost = {game: int(state["clips_lost"]) for game, state in states.items() if state.get("clips_lost")}
    if lost:
        yield Finding(
            "partial:clips",
            Level.WARNING,
            f"{sum(lost.values())} clips could not be cut",
            f"{len(lost)} games: {named(lost)}" if len(lost) > 1 else next(iter(lost)),
            _first_s(states, lost),
            "they were planned, and their cutting failed or did not prove itself",
            "they are tried again by themselves; each game's quarantine in the UI names them",
        )
    short = {
        game: CAMERAS - len(state["cameras"])
        for game, state in states.items()
        if state.get("rows") and len(state.get("cameras", [])) < CAMERAS and state.get("cameras") is not None
    }
    if short:
        yield Finding(
            "partial:cameras",
            Level.NOTE,
            f"{len(short)} game{'s lack' if len(short) > 1 else ' lacks'} a camera",
            named(short),
            _first_s(states, short),
            f"{sum(short.values())} of {CAMERAS * len(short)} cameras have no sound video",
            "bring the files if there are any: only their clips are cut then",
        )


def _left_out(states: Mapping[str, State]) -> Iterator[Finding]:
    """By reason, the most first. Entries from before reasons were recorded tell a number only."""
    by_reason: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    shown: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for game, state in states.items():
        for loss in state.get("losses", []):
            texts = (str(loss[name]).replace(game, "*") for name in ("why", "remedy"))
            reason = (loss["kind"], *alike(*texts))
            by_reason[reason][game] = by_reason[reason].get(game, 0) + int(loss["count"])
            shown.setdefault(reason, loss)
    for reason, games in sorted(by_reason.items(), key=lambda one: -sum(one[1].values())):
        loss, count = shown[reason], sum(games.values())
        yield Finding(
            f"left_out:{':'.join(reason)}",
            Level.NOTE,
            f"{count} {loss['kind']}{'s' * (count != 1)} left out",
            f"{len(games)} games: {named(games)}" if len(games) > 1 else next(iter(games)),
            _first_s(states, games),
            loss["why"] if count == 1 else f"such as: {loss['why']}",
            loss["remedy"],
        )


def since_s(state: State) -> float | None:
    at = state.get("recorded_at")
    return datetime.fromisoformat(at).timestamp() if at else None


def _first_s(states: Mapping[str, State], games: Mapping[str, int]) -> float | None:
    return min((at_s for game in games if (at_s := since_s(states[game])) is not None), default=None)


def _place(game_id: str, titles: Mapping[str, str]) -> str:
    title = titles.get(game_id)
    return f"{title} ({game_id})" if title else game_id
