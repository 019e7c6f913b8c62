"""Merging: what a model said of clips becomes plays, each with everything that was said of it.

The same play from two cameras, or from two windows that overlap, is one play. It is told by its side and its
moment, never by its label: two labels for one moment are a disagreement, which is kept, shown and sent to a
person. Two plays that one answer tells are two, however close.

Belongs here: which tellings are of one play, and whose word it is. Not here: the forms (`annotate`), or which
predicted play is which true one (`matching`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer, Sighting
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.answers.matching import TOLERANCE_S, Moment, match
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import Rosters
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window

REVIEW_BELOW_CONFIDENCE = 0.5
"""Under an even chance of being right, a person looks."""
SAME_MOMENT_S = 1.0
"""Two cameras that agree and are this close saw the same moment: their times are averaged."""
SAME_PLAY_S = TOLERANCE_S
"""Further apart, two tellings are of two plays: plays of one side are seconds apart."""


@dataclass(frozen=True)
class Asked:
    """One stretch of game time on one side, and what was said of each clip that shows it."""

    play_key: str
    game_id: str
    side: Side
    window: Window
    """Game time, seconds."""
    answers: tuple[ClipAnswer, ...]
    teams: Teams | None = None
    rosters: Rosters | None = None
    is_one_play: bool = False
    """People wrote it down as one: what each camera tells first is of it, whenever it says that it was."""


def merged_plays(asked: Sequence[Asked]) -> tuple[AnnotatedPlay, ...]:
    """Every play that was told, each once, in the order of the questions.

    A play bears the key of the question that first told it; one that a question tells beside its own bears
    its side and moment, `LEFT_0081300`.
    """
    sides: dict[tuple[str, Side], list[_Group]] = defaultdict(list)
    for one in asked:
        if one.is_one_play:
            sides[one.game_id, one.side] += _own_play(one)
    for one in asked:
        groups = sides[one.game_id, one.side]
        for clip in _far_first(one.answers):
            _add(groups, one, clip, clip.more if one.is_one_play else clip.told)
    place = {one.play_key: number for number, one in enumerate(asked)}
    found = [group for groups in sides.values() for group in groups]
    found.sort(key=lambda group: (place[group.asked.play_key], group.is_further, group.moment_game_s))
    keys = {group.asked.play_key for group in found if not group.is_further}
    looked = _by_side(asked)
    return tuple(
        _play(group, _key(group, keys), looked[group.asked.game_id, group.asked.side]) for group in found
    )


@dataclass(frozen=True)
class _Telling:
    """One play that one clip was said to show."""

    asked: Asked
    clip: ClipAnswer
    answer: Answer

    @property
    def moment_game_s(self) -> float:
        """Where none was said, the middle of what was asked about."""
        told_s = self.clip.moment_game_s(self.answer)
        return (self.asked.window.start_s + self.asked.window.end_s) / 2 if told_s is None else told_s


@dataclass
class _Group:
    """Tellings of one play."""

    asked: Asked
    """The question that first told it."""
    is_further: bool
    """That question had told another before."""
    tellings: list[_Telling] = field(default_factory=list)

    @property
    def moment_game_s(self) -> float:
        return sum(each.moment_game_s for each in self.tellings) / len(self.tellings)


def _own_play(one: Asked) -> list[_Group]:
    """The play that people wrote down: what each camera tells first."""
    tellings = [_Telling(one, clip, clip.answer) for clip in _far_first(one.answers) if clip.answer]
    return [_Group(one, is_further=False, tellings=tellings)] if tellings else []


def _add(groups: list[_Group], one: Asked, clip: ClipAnswer, answers: Sequence[Answer]) -> None:
    """Each play that a clip tells joins the nearest in time that another clip told, else is a new one."""
    tellings = [_Telling(one, clip, answer) for answer in answers]
    others = [group for group in groups if all(each.clip is not clip for each in group.tellings)]
    pairs = match(
        [Moment(group.moment_game_s, "", one.side) for group in others],
        [Moment(each.moment_game_s, "", one.side) for each in tellings],
        SAME_PLAY_S,
    )
    for row, column in pairs:
        others[row].tellings.append(tellings[column])
    for place, telling in enumerate(tellings):
        if place not in {column for _, column in pairs}:
            is_further = any(group.asked is one for group in groups)
            groups.append(_Group(one, is_further, [telling]))


def _play(group: _Group, key: str, looked: Sequence[Asked]) -> AnnotatedPlay:
    """The most believable telling, whoever else says so, and why a person should look.

    Tellings that disagree: the more confident wins; a tie or an unknown confidence goes to the far view,
    which shows the formation and the lines.
    """
    winner, *others = _ranked(group.tellings)
    asked, answer = winner.asked, winner.answer
    backing = [each for each in others if each.answer.classification == answer.classification]
    silent = _silent(group, looked)
    agreed = len(backing) == len(others) and not silent if others or silent else None
    player_a = _first(each.answer.player_a for each in (winner, *backing))
    player_b = _first(each.answer.player_b for each in (winner, *backing))
    players = [player_a, player_b, *(name for e in answer.events for name in (e.player_a, e.player_b))]
    strangers = asked.teams.strangers(players) if asked.teams else ()
    off_roster = asked.rosters.missing(players) if asked.rosters else ()
    opposed = [each for each in others if each not in backing]
    evidence = (*(_sighting(each) for each in (winner, *backing, *opposed)), *silent)
    doubts = _doubts(evidence, agreed, answer.confidence, strangers, off_roster)
    return AnnotatedPlay(
        play_key=key,
        side=asked.side,
        window=(group.asked if group.asked.is_one_play else asked).window,
        timestamp_game_s=_moment_game_s([winner, *backing]),
        classification=answer.classification,
        note=answer.note,
        player_a=player_a,
        player_b=player_b,
        events=answer.events,
        confidence=answer.confidence,
        agreed=agreed,
        needs_review=bool(doubts),
        angles=tuple(dict.fromkeys(each.clip.angle for each in (winner, *others))),
        strangers=strangers,
        off_roster=off_roster,
        evidence=evidence,
        doubts=doubts,
        player_ids=asked.rosters.ids_of(players) if asked.rosters else {},
    )


def _silent(group: _Group, looked: Sequence[Asked]) -> list[Sighting]:
    """Clips that show the moment, were answered, and tell nothing of the play."""
    at_s, heard = group.moment_game_s, {id(each.clip) for each in group.tellings}

    def shows(one: Asked) -> bool:
        within = one.window.start_s + SAME_MOMENT_S <= at_s <= one.window.end_s - SAME_MOMENT_S
        return one is group.asked or (within and not group.asked.is_one_play)

    return [
        Sighting(one.play_key, clip.angle, None)
        for one in looked
        if shows(one)
        for clip in one.answers
        if clip.is_answer and id(clip) not in heard
    ]


def _doubts(
    evidence: Sequence[Sighting],
    agreed: bool | None,
    confidence: float | None,
    strangers: Sequence[str],
    off_roster: Sequence[str],
) -> tuple[str, ...]:
    said = []
    if agreed is None:
        said.append(f"only {evidence[0].angle} tells it")
    elif not agreed:
        said.append("they disagree: " + ", ".join(map(_words, evidence)))
    if confidence is not None and confidence < REVIEW_BELOW_CONFIDENCE:
        said.append(f"the model is {confidence:.2f} sure, under {REVIEW_BELOW_CONFIDENCE}")
    said += [f"{player} is of neither team" for player in strangers]
    said += [f"{player} is not on the roster" for player in off_roster]
    return tuple(said)


def _words(sighting: Sighting) -> str:
    sure = "" if sighting.confidence is None else f" ({sighting.confidence:.2f})"
    return f"{sighting.angle} {sighting.label or 'no such play'}{sure}"


def _sighting(telling: _Telling) -> Sighting:
    clip, answer = telling.clip, telling.answer
    return Sighting(
        telling.asked.play_key,
        clip.angle,
        answer.classification,
        answer.confidence,
        clip.moment_game_s(answer),
        answer.player_a,
    )


def _ranked(tellings: Sequence[_Telling]) -> list[_Telling]:
    """Most believable first."""
    far_first = sorted(tellings, key=lambda each: not each.clip.angle.is_far)
    if any(each.answer.confidence is None for each in tellings):
        return far_first
    return sorted(far_first, key=lambda each: -(each.answer.confidence or 0.0))


def _moment_game_s(agreeing: Sequence[_Telling]) -> float | None:
    """The first one's time, averaged with those that are within a second of it."""
    times_s = [each.clip.moment_game_s(each.answer) for each in agreeing]
    known_s = [time_s for time_s in times_s if time_s is not None]
    if not known_s:
        return None
    near_s = [time_s for time_s in known_s if abs(time_s - known_s[0]) <= SAME_MOMENT_S]
    return sum(near_s) / len(near_s)


def _key(group: _Group, taken: set[str]) -> str:
    """Its question's; a further play's is its own, and added to those that are taken."""
    if not group.is_further:
        return group.asked.play_key
    at_ms = round(group.moment_game_s * 1000)
    while (key := f"{group.asked.side}_{at_ms:07d}") in taken:
        at_ms += 1
    taken.add(key)
    return key


def _by_side(asked: Iterable[Asked]) -> dict[tuple[str, Side], list[Asked]]:
    found: dict[tuple[str, Side], list[Asked]] = defaultdict(list)
    for one in asked:
        found[one.game_id, one.side].append(one)
    return found


def _far_first(answers: Iterable[ClipAnswer]) -> list[ClipAnswer]:
    return sorted(answers, key=lambda clip: not clip.angle.is_far)


def _first(names: Iterable[str | None]) -> str | None:
    return next((name for name in names if name), None)
