"""The evaluation set: the plays that every model is scored on and none was trained on.

Belongs here: its form, and which plays are drawn where there are more than are asked about. Not here: which
may be on it (`splits`) or how a score is counted (`metrics`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from uball_assets.domain.clipping.empty_windows import EmptyWindow
from uball_assets.domain.clipping.reports import Clip, GameExamplesReport
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import Play

FEWEST_A_LABEL = 20
"""Plays of a label that are drawn before all others, where there are so many: of fewer, no share of right
answers can be told from another (20 of 20 right may be 84 %)."""
EMPTIES_A_PLAY = 0.25
"""Empty windows that are asked about at most, for each play that may be: each costs as much as a play."""


@dataclass(frozen=True)
class EvaluationPlay:
    truth: Play
    clips: tuple[Clip, ...]
    teams: Teams | None = None
    """Of its game, as its examples name them; None where they do not."""

    @property
    def game_id(self) -> str:
        return object_names.game_of(self.clips[0].name)


@dataclass(frozen=True)
class EvaluationEmpty:
    """A window in which nothing happened: what is right about it is to tell no play."""

    empty: EmptyWindow
    clips: tuple[Clip, ...]
    teams: Teams | None = None


@dataclass(frozen=True)
class EvaluationSet:
    plays: tuple[EvaluationPlay, ...]
    drawn_from: int | None = None
    """How many plays there were to draw from; None: all of them are on it."""
    empties: tuple[EvaluationEmpty, ...] = ()
    """Counted apart: a share of plays right is of plays."""

    @property
    def hash(self) -> str:
        """Changes when a play, its truth or one of its clips does, or an empty window's clip."""
        plays = [[repr(play.truth), [clip.key for clip in play.clips]] for play in self.plays]
        empties = [[clip.key for clip in empty.clips] for empty in self.empties]
        return content_hash([*plays, empties] if empties else plays)

    @property
    def name(self) -> str:
        """`set 1a2b3c4d: 600 of 2,412 plays`, so that a score says what it was made on."""
        of_all = f" of {self.drawn_from:,}" if self.drawn_from else ""
        return f"set {self.hash[:8]}: {len(self.plays):,}{of_all} plays"


def set_aside(report: GameExamplesReport) -> list[EvaluationPlay]:
    """The validation plays of a game: no model ever trains on them."""
    clips = _validation_clips(report)
    return [
        EvaluationPlay(play, tuple(clips[play.play_id]), report.teams)
        for play in report.plays
        if play.play_id in clips
    ]


def empties_set_aside(report: GameExamplesReport) -> list[EvaluationEmpty]:
    """Its empty windows of the validation side, as `set_aside`."""
    clips = _validation_clips(report)
    return [
        EvaluationEmpty(empty, tuple(clips[empty.empty_id]), report.teams)
        for empty in report.empties
        if empty.empty_id in clips
    ]


def _validation_clips(report: GameExamplesReport) -> dict[str, list[Clip]]:
    """By the id of the play, or of the empty window, that they show."""
    clips: dict[str, list[Clip]] = defaultdict(list)
    for line in report.lines:
        if line.split == "validation":
            clips[line.clip.play_id].append(line.clip)
    return clips


def draw(plays: Iterable[EvaluationPlay], most: int) -> EvaluationSet:
    """All plays, or `most` of them, in the order given.

    Each play has a place by a hash of its id, for ever, and those of the first places are drawn: so a play
    stays on the set as it grows, unless one of a place before its own comes. First of each label up to
    `FEWEST_A_LABEL`, else rare ones would be lost; what is rare therefore weighs a little more than it does
    in games.
    """
    drawing = Drawing(most)
    for play in plays:
        drawing.add(play)
    return drawing.drawn()


class Drawing:
    """`draw` of plays that come one after another: it holds those that can still be drawn, and some more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: list[EvaluationPlay] = []
        self._empties: list[EvaluationEmpty] = []
        self._count = 0
        self._room = 2 * most

    def add(self, play: EvaluationPlay) -> None:
        self._held.append(play)
        self._count += 1
        if len(self._held) > self._room:
            order, by_label = self._ordered()
            firsts = {index for of_label in by_label.values() for index in of_label[:FEWEST_A_LABEL]}
            self._held = self._of(firsts | set(order[: self._most]))
            self._room = 2 * len(self._held)

    def add_empty(self, empty: EvaluationEmpty) -> None:
        self._empties.append(empty)
        if len(self._empties) > 2 * self._most_empties:
            self._empties = self._drawn_empties()

    def drawn(self) -> EvaluationSet:
        return replace(self._drawn_plays(), empties=tuple(self._drawn_empties()))

    @property
    def _most_empties(self) -> int:
        return round(self._most * EMPTIES_A_PLAY)

    def _drawn_empties(self) -> list[EvaluationEmpty]:
        """Those of the first places, in the order in which they came."""
        by_place = sorted(self._empties, key=lambda each: _place(each.empty.empty_id))
        drawn = {each.empty.empty_id for each in by_place[: self._most_empties]}
        return [each for each in self._empties if each.empty.empty_id in drawn]

    def _drawn_plays(self) -> EvaluationSet:
        if self._count <= self._most:
            return EvaluationSet(tuple(self._held))
        order, by_label = self._ordered()
        fewest = min(FEWEST_A_LABEL, self._most // len(by_label))
        kept = {index for of_label in by_label.values() for index in of_label[:fewest]}
        others = [index for index in order if index not in kept]
        return EvaluationSet(tuple(self._of(kept | set(others[: self._most - len(kept)]))), self._count)

    def _ordered(self) -> tuple[list[int], dict[str, list[int]]]:
        """The held plays by their places: all of them, and those of each label."""
        order = sorted(range(len(self._held)), key=lambda index: _place(self._held[index].truth.play_id))
        by_label: dict[str, list[int]] = defaultdict(list)
        for index in order:
            by_label[self._held[index].truth.classification].append(index)
        return order, by_label

    def _of(self, indices: Iterable[int]) -> list[EvaluationPlay]:
        """In the order in which they came."""
        return [self._held[index] for index in sorted(indices)]


def _place(play_id: str) -> str:
    """Of another kind than the split's, so that neither tells of the other."""
    return hashlib.sha256(f"evaluation:{play_id}".encode()).hexdigest()
