"""One game's page, before it is markup: who told what, the timeline, the score, the measure, what was lost.

Belongs here: putting the rules' answers beside each other. Not here: the rules (`domain`), reading the game
(`services.game_reading`), markup (`templates/pages`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.box_score import BoxLine, player_box, team_box
from uball_assets.domain.answers.game_measure import GameMeasure, measure_game
from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.answers.measure_words import box_rows, label_rows, measure_lines
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.quarantine_summary import QuarantinedGroup, grouped
from uball_assets.domain.review.score_check import ScoreCheck, check_score
from uball_assets.domain.showing.mistakes import mistakes
from uball_assets.domain.showing.score_line import ScoreLine, score_line
from uball_assets.domain.showing.shooting import Shots, box_cells, shots_by_distance
from uball_assets.domain.showing.timeline_strips import Strip, strips
from uball_assets.services.game_reading import GameNow

PEOPLE = "people"


@dataclass(frozen=True)
class Teller:
    """One side's account of the game, people's or a model's; every number in it is that side's."""

    name: str
    """`people`, or a version's label."""
    plays: Sequence[Play | AnnotatedPlay]
    is_people: bool

    @cached_property
    def score(self) -> ScoreLine:
        return score_line(self.plays)

    @cached_property
    def teams(self) -> list[tuple[str, dict[str, Shots], dict[str, str]]]:
        """(team, its shots by distance, its line of the box score)."""
        return [
            (line.who, shots_by_distance(did), box_cells(did)) for line, did in self._lines(players=False)
        ]

    @cached_property
    def players(self) -> list[tuple[str, dict[str, str]]]:
        return [(line.who, box_cells(did)) for line, did in self._lines(players=True)]

    def counts(self) -> dict[str, dict[str, int]]:
        """By player, how often each label; for the export."""
        return {line.who: did for line, did in self._lines(players=True)}

    def _lines(self, *, players: bool) -> list[tuple[BoxLine, dict[str, int]]]:
        people = [play for play in self.plays if isinstance(play, Play)]
        model = [play for play in self.plays if isinstance(play, AnnotatedPlay)]
        box = (player_box if players else team_box)(people, model)
        return [(line, line.true if self.is_people else line.told) for line in box.lines]


@dataclass(frozen=True)
class PlayLine:
    """A row of the table of plays, and a mark of the timeline."""

    key: str
    by: str
    lane: int
    play: Play | AnnotatedPlay
    at_game_s: float
    mistake: str
    """Of a model held against people; ''."""
    clip_key: str
    """Of its clips: its own, or that of the window it was told beside another play of."""
    cameras: tuple[Angle, ...]
    """Those whose clip is there."""

    @property
    def label(self) -> str:
        return self.play.classification.replace("_", " ")

    @property
    def kind(self) -> str:
        """For its colour: `ft`, `fg`, `three`, `four`, `other`."""
        shot, _, outcome = self.play.classification.rpartition("_")
        kinds = {"FREE_THROW": "ft", "FG": "fg", "3PT": "three", "4PT": "four"}
        return kinds.get(shot, "other") if outcome in ("MAKE", "MISS") else "other"

    @property
    def is_missed(self) -> bool:
        return self.play.classification.endswith("_MISS")

    @property
    def confidence(self) -> float | None:
        return self.play.confidence if isinstance(self.play, AnnotatedPlay) else None


@dataclass(frozen=True)
class Doubt:
    """A play that the model was unsure of, and why a person should look."""

    line: PlayLine
    why: str


@dataclass(frozen=True)
class GameView:
    now: GameNow
    tellers: Sequence[Teller]
    lanes: Sequence[str]
    lines: Sequence[PlayLine]
    """In order of time."""
    strips: Sequence[Strip]
    doubts: Sequence[Doubt]
    """The least sure first."""
    check: ScoreCheck
    losses: Sequence[QuarantinedGroup]
    measure: GameMeasure | None
    """None where people's plays do not measure the model honestly."""

    @property
    def measure_lines(self) -> dict[str, str]:
        return measure_lines(self.measure) if self.measure else {}

    @property
    def label_rows(self) -> list[dict[str, str | int]]:
        return label_rows(self.measure) if self.measure else []

    @property
    def off_rows(self) -> list[dict[str, str | int]]:
        """Of the box score, where the model counts otherwise than people."""
        if self.measure is None:
            return []
        reads_numbers = self.measure.players.nameless_told < self.measure.found.predicted_count
        rows = box_rows(self.measure.player_box if reads_numbers else self.measure.team_box)
        return [row for row in rows if row["told otherwise"] != "nothing"]


def tellers_of(now: GameNow) -> list[Teller]:
    """People, then the model; whoever told something."""
    return [
        *([Teller(PEOPLE, now.people, is_people=True)] if now.people else []),
        *([Teller(now.model["label"], now.told, is_people=False)] if now.model else []),
    ]


def game_view(
    now: GameNow,
    lost: Sequence[Quarantined],
    clips: Mapping[str, Mapping[Angle, str]],
    tolerance_s: float,
) -> GameView:
    tellers = tellers_of(now)
    lanes = [(side, teller.name) for side in Side for teller in tellers]
    wrong_of_people, wrong_of_model = mistakes(now.people or None, now.told if now.model else ())
    if not now.model:
        wrong_of_people = {}
    shown: list[tuple[str, str, Play | AnnotatedPlay, str]] = [
        (PEOPLE, play.play_id, play, str(wrong_of_people.get(play.play_id, ""))) for play in now.people
    ]
    if now.model:
        shown += [
            (now.model["label"], play.play_key, play, str(wrong_of_model.get(play.play_key, "")))
            for play in now.told
        ]
    lines = sorted(
        (
            PlayLine(
                key=key,
                by=by,
                lane=lanes.index((play.side, by)),
                play=play,
                at_game_s=moment_of(play).time_game_s,
                mistake=mistake,
                clip_key=(clip_key := _clip_key(key, play, clips)),
                cameras=tuple(clips.get(clip_key, {})),
            )
            for by, key, play, mistake in shown
        ),
        key=lambda line: (line.at_game_s, line.lane),
    )
    return GameView(
        now=now,
        tellers=tellers,
        lanes=[f"{side.lower()}, {name}" for side, name in lanes],
        lines=lines,
        strips=strips([(line.lane, line.play.window) for line in lines]),
        doubts=_doubts(lines),
        check=check_score(now.row, now.teams, now.people, len(now.unsound), {}),
        losses=grouped(dict.fromkeys([*lost, *now.unsound])),
        measure=measure_game(now.people, now.told, tolerance_s) if now.is_honest else None,
    )


def _doubts(lines: Sequence[PlayLine]) -> list[Doubt]:
    found = [
        Doubt(line, _why(line.play))
        for line in lines
        if isinstance(line.play, AnnotatedPlay) and line.play.needs_review
    ]
    return sorted(found, key=lambda doubt: (doubt.line.confidence or 0.0, doubt.line.at_game_s))


def _why(play: AnnotatedPlay) -> str:
    """Annotations from before doubts were kept tell none."""
    return "; ".join(play.doubts) or "it was marked for review"


def _clip_key(key: str, play: Play | AnnotatedPlay, clips: Mapping[str, Mapping[Angle, str]]) -> str:
    asked = [sighting.question for sighting in play.evidence] if isinstance(play, AnnotatedPlay) else []
    return next((each for each in (key, *asked) if each in clips), key)
