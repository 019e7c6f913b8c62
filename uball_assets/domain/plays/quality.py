"""Quality: a game's grade, from its rows and the clips that were accepted.

Belongs here: the score, the letter and the reasons. Not here: the rules of a single row (`plays`) or clip
(`clips`).

    score = 0.3 schema + 0.2 completeness + 0.4 clips + 0.1 ranges, each part 0 to 1
    A from 0.99, B from 0.95, C from 0.80, each only if 0.90 of the plays are seen by a clip; else F
    B at best where a row is not sound, or the game's own row says what cannot be (`game_row`)
    C at best where a camera's sound speaks against its sync offset, or the game has few plays (`whole_game`)
    F where it has far too few

What follows from it: one camera missing leaves an otherwise perfect game at C (with as many plays left as
right, 0.75 of its clips, every play seen), and it is trained on. Both cameras of one side missing leave half
of the plays unseen: F, not trained on. A camera whose sound speaks against its stored offset may show other
seconds than its plays: the game is trained on all the same, for nothing is corrected on the word of a
microphone, but a C asks a person to look; only where it is off by more than a play lasts are that camera's
clips kept out, until a person decides (`sync_verdict.keeps_out`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.domain.footage.angles import CAMERAS, Angle
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.whole_game import UsualPlays

WEIGHTS = {"schema": 0.3, "completeness": 0.2, "clips": 0.4, "ranges": 0.1}
LETTERS = (("A", 0.99), ("B", 0.95), ("C", 0.80))
"""Each letter's lowest score, best first."""
LOWEST_COVERAGE = 0.90
SHORTEST_USUAL_S, LONGEST_USUAL_S = 1.0, 60.0

_FIELDS: dict[str, Callable[[Play], bool]] = {
    "timestamp": lambda play: play.timestamp_game_s is not None,
    "note": lambda play: bool(play.note),
    "player_a": lambda play: play.player_a is not None,
    "events": lambda play: bool(play.events),
}


@dataclass(frozen=True)
class GameFacts:
    """What is known of a game once its clips are cut."""

    row_count: int
    """All rows, sound or not."""
    plays: tuple[Play, ...]
    """The sound ones."""
    clips_wanted: int
    """Clips that were planned from the cameras at hand."""
    clips_accepted: frozenset[tuple[str, Angle]]
    """Play id and camera of each."""
    cameras: frozenset[Angle]
    offset_complaints: tuple[str, ...] = ()
    """A sentence for each camera whose sound speaks against its stored offset (`sync.SyncAudit`)."""
    row_complaints: tuple[str, ...] = ()
    """A sentence for each thing in the game's own row that cannot be (`game_row.row_complaints`)."""
    usual: UsualPlays | None = None
    """How many plays the league's games have; None where that is not known, or not to be held against it."""


@dataclass(frozen=True)
class Grade:
    letter: str
    score: float
    coverage: float
    """Share of the sound plays that at least one accepted clip shows."""
    parts: dict[str, float]
    reasons: tuple[str, ...]
    """What cost points, worst first; empty for a perfect game."""

    @property
    def trainable(self) -> bool:
        return self.letter != "F"


def grade(facts: GameFacts) -> Grade:
    """The game's grade; see the module's docstring for the rule."""
    if not facts.row_count or not facts.plays:
        why = f"none of {facts.row_count} rows is sound" if facts.row_count else "no plays yet"
        return Grade("F", 0.0, 0.0, dict.fromkeys(WEIGHTS, 0.0), (f"{why}: nothing to learn from",))

    plays = facts.plays
    accepted = [
        sum((play.play_id, angle) in facts.clips_accepted for angle in CAMERAS[play.side]) for play in plays
    ]
    coverage = sum(count > 0 for count in accepted) / len(plays)
    parts = {
        "schema": len(plays) / facts.row_count,
        "completeness": sum(_filled(plays).values()) / (len(plays) * len(_FIELDS)),
        "clips": sum(accepted) / (2 * len(plays)),
        "ranges": sum(_in_range(play) for play in plays) / len(plays),
    }
    # Sums of tenths are a hair off in binary; the letters' limits are not.
    score = round(sum(WEIGHTS[name] * part for name, part in parts.items()), 9)
    few = (facts.usual.told(facts.row_count),) if facts.usual and facts.usual.is_few(facts.row_count) else ()
    best = _best(facts)
    letter = next((letter for letter, lowest in LETTERS if letter >= best and score >= lowest), "F")
    unseen = sum(count == 0 for count in accepted)
    return Grade(
        letter=letter if coverage >= LOWEST_COVERAGE else "F",
        score=score,
        coverage=coverage,
        parts=parts,
        reasons=(
            *_gate_reason(unseen, len(plays), coverage),
            *few,
            *facts.offset_complaints,
            *facts.row_complaints,
            *_reasons(facts, parts, sum(accepted)),
        ),
    )


def _best(facts: GameFacts) -> str:
    """The letter that no score lifts the game over."""
    if facts.usual and facts.usual.is_far_too_few(facts.row_count):
        return "F"
    if facts.offset_complaints or (facts.usual and facts.usual.is_few(facts.row_count)):
        return "C"
    return "B" if facts.row_complaints or len(facts.plays) < facts.row_count else "A"


def _filled(plays: tuple[Play, ...]) -> dict[str, int]:
    """How many plays have each field."""
    return {name: sum(map(is_filled, plays)) for name, is_filled in _FIELDS.items()}


def _in_range(play: Play) -> bool:
    timestamp_s, window = play.timestamp_game_s, play.window
    usual = SHORTEST_USUAL_S <= window.duration_s <= LONGEST_USUAL_S
    return usual and (timestamp_s is None or window.start_s <= timestamp_s <= window.end_s)


def _gate_reason(unseen: int, play_count: int, coverage: float) -> tuple[str, ...]:
    if coverage >= LOWEST_COVERAGE:
        return ()
    seen = f"{coverage:.1%} are seen, {LOWEST_COVERAGE:.0%} needed"
    return (f"no clip shows {unseen} of {play_count} plays: {seen}",)


def _reasons(facts: GameFacts, parts: dict[str, float], accepted: int) -> tuple[str, ...]:
    play_count = len(facts.plays)
    empty = {name: play_count - count for name, count in _filled(facts.plays).items() if count < play_count}
    unusual = sum(not _in_range(play) for play in facts.plays)
    usual = f"{SHORTEST_USUAL_S:.0f} to {LONGEST_USUAL_S:.0f} s"
    words = {
        "schema": f"{facts.row_count - play_count} of {facts.row_count} rows are not sound",
        "completeness": f"of {play_count} plays, "
        + ", ".join(f"{count} have no {name}" for name, count in empty.items()),
        "clips": _clip_words(facts, accepted),
        "ranges": f"{unusual} of {play_count} plays do not last {usual} with their timestamp inside",
    }
    cost = {name: WEIGHTS[name] * (1 - part) for name, part in parts.items() if part < 1}
    return tuple(f"{words[name]} (-{cost[name]:.3f})" for name in sorted(cost, key=lambda name: -cost[name]))


def _clip_words(facts: GameFacts, accepted: int) -> str:
    """Why clips are missing: cameras that are not there first, then clips that were planned and refused."""
    needed = 2 * len(facts.plays)
    words = f"{needed - accepted} of {needed} clips are missing"
    sides = {play.side for play in facts.plays}
    absent = [angle for side in sorted(sides) for angle in CAMERAS[side] if angle not in facts.cameras]
    if absent:
        words += f"; no camera {', '.join(absent)}"
    if facts.clips_wanted > accepted:
        words += f"; {facts.clips_wanted - accepted} of {facts.clips_wanted} planned were not accepted"
    return words
