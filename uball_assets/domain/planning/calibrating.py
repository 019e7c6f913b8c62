"""What the league's own record says instead of what is believed: measured costs of a game's steps.

Only games like the planned ones tell: of ten times shorter or smaller films most of a step is what it takes
to begin. And of fewer than three nobody can tell.

Belongs here: from measured games to assumptions. Not here: reading them (`services.planning.measured_games`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from uball_assets.domain.planning.assumptions import Assumptions, Basis, costs_at
from uball_assets.domain.planning.fleet import alone_s
from uball_assets.domain.planning.league import Film, Machines, Ways
from uball_assets.domain.planning.ranges import FEW, Case, of_sample
from uball_assets.domain.planning.work import USUAL_MEGAPIXELS, Game

_LOOKED_AT = 2
_SHARES = ("serial_share", "empty_share")
_ALIKE = 3.0
"""Films that are so many times as long, or have so many times the pixels, are others."""


@dataclass(frozen=True)
class MeasuredGame:
    """Of one game what it was and what its costliest run took."""

    film: Film
    """`plays` of those that people wrote down; 0 where nobody did."""
    film_gb: float
    clips: int
    """Cut for its plays, those of no play with them."""
    play_clips: int
    asked_clips: int
    """Cut around moments, where nobody wrote its plays down."""
    clip_gb: float
    """Of all these."""
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    """Core seconds: `prove`, `cut`, `annotate`, and `write`, all else; empty where its runs are from before
    they were kept."""
    wall_s: Mapping[str, float] = field(default_factory=dict)
    """The same on the clock."""
    peak_memory_gb: float = 0.0
    run_s: float = 0.0


@dataclass(frozen=True)
class Record:
    games: Sequence[MeasuredGame] = ()
    seconds_a_clip: Sequence[float] = ()
    """That models of a service took for an answer."""
    cores: int = 1
    """Of the machine that it was measured on, as far as anybody knows: this one."""

    @property
    def film(self) -> Film | None:
        """The usual game's; None of fewer than three."""
        if len(self.games) < FEW:
            return None
        films = [game.film for game in self.games]
        plays = [film.plays for film in films if film.plays]
        return Film(
            hours=median(film.hours for film in films),
            cameras=round(median(film.cameras for film in films)),
            megapixels_a_second=median(film.megapixels_a_second for film in films),
            plays=median(plays) if plays else None,
        )


@dataclass(frozen=True)
class Calibrated:
    assumptions: Assumptions
    games: Sequence[MeasuredGame]
    """Of the record, those that told something."""
    said: str
    """What became of the record, a sentence."""


def calibrate(believed: Assumptions, record: Record, planned: Film) -> Calibrated:
    """`believed`, with what the record measured of games like the planned ones in place."""
    alike = [game for game in record.games if is_alike(game.film, planned)]
    said = _said(record, alike, planned)
    if len(alike) < FEW:
        return Calibrated(believed, (), said)
    found = dict(believed)
    for name, values, how in _samples(believed, alike, record):
        value = of_sample(values, believed[name].value, most=1.0 if name in _SHARES else math.inf)
        if value:
            source = f"{len(values)} of this record: {how}"
            found[name] = replace(believed[name], value=value, basis=Basis.RECORD, source=source)
    return Calibrated(found, alike, said)


def is_alike(film: Film, planned: Film) -> bool:
    def near(one: float, other: float) -> bool:
        return min(one, other) > 0 and max(one, other) / min(one, other) < _ALIKE

    return near(film.hours, planned.hours) and near(film.megapixels_a_second, planned.megapixels_a_second)


def _samples(
    believed: Assumptions, games: Sequence[MeasuredGame], record: Record
) -> Iterator[tuple[str, list[float], str]]:
    """An assumption's name, its values, how they were told. Costs are told as of usual pictures."""
    timed = [game for game in games if game.cpu_s]

    def each(
        told: Callable[[MeasuredGame], float],
        of: Callable[[MeasuredGame], float],
        some: Sequence[MeasuredGame],
    ) -> list[float]:
        return [told(game) / of(game) for game in some if of(game) > 0]

    def usual(game: MeasuredGame) -> float:
        return game.film.megapixels_a_second / USUAL_MEGAPIXELS

    cut = each(lambda g: g.cpu_s["cut"], lambda g: g.clips * usual(g), [g for g in timed if g.clips])
    yield "prove_cpu_s", each(lambda g: g.cpu_s["prove"], lambda g: g.film.cameras, timed), "raw_videos"
    yield "write_cpu_s", [game.cpu_s["write"] for game in timed], "all steps but videos, clips, annotations"
    yield "cut_cpu_s", cut, "clips of plays"
    answered = [game for game in timed if game.play_clips]
    answer = each(lambda g: g.cpu_s["annotate"], lambda g: g.play_clips * usual(g), answered)
    yield "answer_cpu_s", answer, "annotations of games whose plays were known"
    looked = [game for game in timed if game.asked_clips]
    clip_s = sum(
        median(values) if values else believed[name].value.likely
        for name, values in (("cut_cpu_s", cut), ("answer_cpu_s", answer))
    )
    yield (
        "look_cpu_s",
        list(_looked(looked, clip_s)),
        "annotations without plays, their clips taken off",
    )
    yield "serial_share", list(_serial(timed, record.cores)), "cores that clips kept busy"
    yield (
        "store_wait_s",
        [_waited_s(game) for game in timed],
        "what the clock counts and no core, whatever was waited for",
    )
    yield "answer_wait_s", list(record.seconds_a_clip), "answers of a service"
    yield (
        "film_gb_an_hour",
        each(lambda g: g.film_gb, lambda g: g.film.hours * g.film.cameras, games),
        "videos",
    )
    yield "clip_mb", each(lambda g: g.clip_gb * 1000, lambda g: g.clips + g.asked_clips, games), "clips"
    written = [game for game in games if game.film.plays]
    yield "plays_an_hour", each(lambda g: g.film.plays or 0.0, lambda g: g.film.hours, written), "games"
    yield "empty_share", each(lambda g: g.clips - g.play_clips, lambda g: g.play_clips, written), "games"
    yield "memory_gb", [game.peak_memory_gb for game in games if game.peak_memory_gb], "runs' peaks"


def _looked(games: Sequence[MeasuredGame], clip_s: float) -> Iterator[float]:
    """What is left of an annotation when its clips are taken off, for an hour of film and camera: of one
    camera a side, where two were looked at it is told as twice as much."""
    for game in games:
        pixels = game.film.megapixels_a_second / USUAL_MEGAPIXELS
        left_s = game.cpu_s["annotate"] - game.asked_clips * clip_s * pixels
        yield max(0.0, left_s) / (_LOOKED_AT * game.film.hours * pixels)


def _waited_s(game: MeasuredGame) -> float:
    """Within steps, where the clock counts more than cores do, and between them."""
    within_s = sum(max(0.0, seconds - game.cpu_s[work]) for work, seconds in game.wall_s.items())
    return within_s + max(0.0, game.run_s - sum(game.wall_s.values()))


def _serial(games: Sequence[MeasuredGame], cores: int) -> Iterator[float]:
    """From how many cores the clips' steps kept busy; nothing from a machine with one."""
    for game in games:
        wall_s = game.wall_s.get("cut", 0.0)
        if cores > 1 and wall_s > 0:
            yield min(1.0, max(0.0, 1 - (game.cpu_s["cut"] / wall_s - 1) / (cores - 1)))


def _said(record: Record, alike: Sequence[MeasuredGame], planned: Film) -> str:
    count, film = len(record.games), record.film
    if not count:
        return "This record has no game that came through: every number is from elsewhere."
    games = f"{count} game{'s' * (count != 1)}"
    if film is None:
        return (
            f"This record has {games}: of fewer than {FEW} nobody can tell, so every number is from "
            "elsewhere."
        )
    if len(alike) < FEW:
        return (
            f"This record's {games} have films of {_film(film)}, the planned ones {_film(planned)}: they "
            "tell nothing of those, so every number is from elsewhere; --like-the-record plans games as the "
            "record has them."
        )
    untimed = sum(not game.cpu_s for game in alike)
    without = f", {untimed} of them without seconds of a core" if untimed else ""
    return f"{len(alike)} of this record's {games} are like the planned ones{without}: they are taken."


@dataclass(frozen=True)
class HeldAgainst:
    """The plan's own reckoning of games that were worked on, beside what they took: seconds on the clock."""

    games: int
    planned_s: float
    took_s: float


def held_against(found: Calibrated, record: Record, ways: Ways) -> HeldAgainst | None:
    """Of the games that tell, those whose plays were known, on the record's machine; None without any."""
    costs, here = costs_at(found.assumptions, Case.LIKELY), Machines(record.cores)
    games = [game for game in found.games if game.play_clips and game.run_s]
    if not games:
        return None
    runs = [Game(costs, game.film, ways).second_run(here, 0.0) for game in games]
    planned_s = [alone_s(run, here.cores) - costs.start_cpu_s for run in runs]
    return HeldAgainst(len(games), median(planned_s), median(game.run_s for game in games))


def _film(film: Film) -> str:
    long = f"{film.hours:.1f} h" if film.hours >= 1 else f"{film.hours * 60:.1f} min"
    return f"{long} and {film.megapixels_a_second:.1f} megapixels a second"
