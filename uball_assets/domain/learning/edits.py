"""Edits: how a game's examples differ from what a model learned of it, play by play, and which of it counts.

A label, a window or a player that was corrected teaches something else; a note that was worded otherwise
hardly does. So the kinds are told apart and counted, and wording alone makes no training due: it goes in with
the next.

Belongs here: telling two versions of a game's examples apart. Not here: the examples themselves
(`domain.answers.examples`), or whether a training is due (`retrain`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, get_args

from uball_assets.domain.clipping.reports import ExampleLine, ExamplesVersion
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import Play

Kind = Literal["plays", "labels", "windows", "players", "clips", "notes", "prompts"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTY: tuple[Kind, ...] = ("plays", "labels", "windows", "players", "clips")
"""What teaches something else; `notes` and `prompts` (the teams' names, how closely to look) are wording."""
KEPT_VERSIONS = 3
"""Of earlier ones of a game: a model that learned an older one counts the game as changed, whatever in it."""
_LETTERS = 8

Edits = Mapping[str, int]
"""How many plays differ, by kind."""


def version_of(examples_hash: str, plays: Iterable[Play], lines: Iterable[ExampleLine]) -> ExamplesVersion:
    """Of the plays that have a line; the others teach nothing."""
    clips: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        clips.setdefault(line.clip.play_id, []).append((str(line.clip.angle), line.clip.key))
    return ExamplesVersion(
        examples_hash,
        {play.play_id: _with_clips(play, clips[play.play_id]) for play in plays if play.play_id in clips},
    )


def play_hashes(play: Play) -> tuple[str, str, str, str]:
    """Of its labels, window, players and note."""
    players = [[event.player_a, event.player_b] for event in play.events]
    return (
        _short([play.classification, [event.label for event in play.events]]),
        _short([play.side, play.window.start_s, play.window.end_s, play.timestamp_game_s]),
        _short([play.player_a, play.player_b, players]),
        _short(play.note),
    )


def says_so(learned: tuple[str, str, str, str, str], play: Play) -> bool:
    """Whether an `ExamplesVersion` has the play as it is given here, whatever clips show it."""
    labels, window, players, _, note = learned
    return (labels, window, players, note) == play_hashes(play)


def _with_clips(play: Play, clips: Iterable[tuple[str, str]]) -> tuple[str, str, str, str, str]:
    labels, window, players, note = play_hashes(play)
    return labels, window, players, _short(sorted(clips)), note


def edits(then: ExamplesVersion, now: ExamplesVersion) -> Edits:
    """How many plays differ, by kind, in the order of `KINDS`; a play may count in several. A clip that is
    another because its window is counts as a window. Nothing else told, and other examples: the prompts."""
    counts: Counter[str] = Counter(plays=len(then.plays.keys() ^ now.plays.keys()))
    for play_id in then.plays.keys() & now.plays.keys():
        labels, window, players, clips, note = (
            was != is_now for was, is_now in zip(then.plays[play_id], now.plays[play_id], strict=True)
        )
        counts.update(labels=labels, windows=window, players=players, clips=clips and not window, notes=note)
    found: dict[str, int] = {kind: counts[kind] for kind in KINDS if counts[kind]}
    return found or ({"prompts": len(now.plays)} if then.examples_hash != now.examples_hash else {})


def are_wording(found: Edits | None, weighty: Collection[str] = WEIGHTY) -> bool:
    """Whether nothing of it counts; None, where nobody knows what differs, counts."""
    return found is not None and not any(found.get(kind) for kind in weighty)


def words(all_edits: Iterable[Edits | None]) -> str:
    """`3 labels, 1 note`, of several games together; '' where nobody knows."""
    total: Counter[str] = Counter()
    for found in all_edits:
        total.update(found or {})
    return ", ".join(_count(total[kind], kind) for kind in KINDS if total[kind])


def _short(value: object) -> str:
    return content_hash(value)[:_LETTERS]


def _count(count: int, kind: str) -> str:
    return f"{count} {kind if count != 1 else kind.removesuffix('s')}"
