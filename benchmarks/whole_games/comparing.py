"""One league looked through in two ways: wherever much moves, and at the moments that its other games tell.

Belongs here: plays kept, questions, right answers, time. Not here: the leagues (`leagues`), gates and tables.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.whole_games.leagues import League, Looked
from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.matching import match_alike, moment_of
from uball_assets.domain.answers.spotting import Spot, spotting
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play
from uball_assets.media.vision.motion_grid import motion_in
from uball_assets.services.camera_video import camera_pieces
from uball_assets.services.moments.proposing import Asked, propose
from uball_assets.services.window_clips import cut_windows

MOMENT_S = 0.5
"""A play is kept where its moment, with so much to each side, is in one window that is asked about."""
CORE_S = 1.1
"""So much to each side shows most of what happens."""
RIGHT_S = 2.0


@dataclass
class Way:
    """What came of one way, over all games of a league."""

    name: str
    plays: int = 0
    kept: int = 0
    core: int = 0
    """Of those kept, with CORE_S to each side."""
    asked: int = 0
    film_s: float = 0.0
    """Of one camera a side."""
    asked_s: float = 0.0
    cpu_s: float = 0.0
    """Of looking; not of learning, which a league does once."""
    new_plays: int = 0
    """Of games that the answering model has not learned from: those below are of them."""
    answered: int = 0
    right: int = 0
    tight: float = 0.0
    windows: tuple[Window, ...] = ()
    cameras: set[int] = field(default_factory=set)
    """How many of a game were looked at."""

    @property
    def kept_share(self) -> float:
        return self.kept / self.plays

    @property
    def questions_a_play(self) -> float:
        return self.asked / self.plays


def compare(
    league: League, model: ServedModel, teams: Callable[[str], Teams | None], say: Callable[[str], None]
) -> list[Way]:
    ways = [Way("movement"), Way("moments")]
    for way in ways:
        true: list[tuple[int, Play]] = []
        told: list[tuple[int, AnnotatedPlay]] = []
        for number, game in enumerate(league.games):
            windows = _looked(league, game, way)
            way.plays += len(game.true)
            way.kept += sum(holds(windows, play, MOMENT_S) for play in game.true)
            way.core += sum(holds(windows, play, CORE_S) for play in game.true)
            way.asked += len(windows)
            way.windows += tuple(each.window for each in windows)
            if game.is_new:
                answers = _answered(league, model, game, windows, teams)
                true += [(number, play) for play in game.true]
                told += [(number, play) for play in answers]
                way.right += len(match_alike(game.true, answers, lambda play: play.classification, RIGHT_S))
            say(f"{league.name}, {way.name}: game {number + 1} of {len(league.games)}")
        way.new_plays, way.answered = len(true), len(told)
        way.tight = _tight(true, told)
    return ways


def _looked(league: League, game: Looked, way: Way) -> list[Asked]:
    registry = league.registry if way.name == "moments" else league.blank_registry
    proposal = propose(league.films, registry, game.rig, league.resources.cutter.workers)
    assert (proposal.learned is not None) == (way.name == "moments"), "the league has too few plays"
    if proposal.learned:
        cameras = [each for each in game.rig.cameras if each.angle in proposal.learned.model.by_angle]
        way.cameras.add(len(cameras))
        began_s = time.process_time()
        for camera in cameras:
            pieces = camera_pieces(league.films.video_store, camera)
            motion_in(
                [(piece.source.local_path, piece.shift_s) for piece in pieces if piece.source.local_path]
            )
        way.cpu_s += time.process_time() - began_s
    else:
        way.cameras.add(len(game.rig.cameras))
        way.cpu_s += proposal.cpu_s
    way.film_s += proposal.filmed_s
    way.asked_s += proposal.filmed_s * (1 - proposal.skipped_share)
    return proposal.windows


def holds(windows: Sequence[Asked], play: Play, around_s: float) -> bool:
    moment_s = play.timestamp_game_s
    return moment_s is not None and any(
        each.side is play.side
        and each.window.start_s <= moment_s - around_s
        and moment_s + around_s <= each.window.end_s
        for each in windows
    )


def _answered(
    league: League,
    model: ServedModel,
    game: Looked,
    windows: Sequence[Asked],
    teams: Callable[[str], Teams | None],
) -> tuple[AnnotatedPlay, ...]:
    cut = cut_windows(league.resources.cutter, game.rig, windows)
    asked = [replace(question, teams=teams(game.rig.game_id)) for question in cut.questions]
    return league.resources.annotator.annotate(model, asked, f"game {game.rig.game_id}").plays


def _tight(true: Sequence[tuple[int, Play]], told: Sequence[tuple[int, AnnotatedPlay]]) -> float:
    found = spotting(
        [_spot(number, play, None) for number, play in true],
        [_spot(number, play, play.confidence) for number, play in told],
    )
    return found.tight or 0.0


def _spot(number: int, play: Play | AnnotatedPlay, confidence: float | None) -> Spot:
    moment = moment_of(play)
    stream = f"{number} {play.side}"
    return Spot(moment.label, moment.time_game_s, 1.0 if confidence is None else confidence, stream)
