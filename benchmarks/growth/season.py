"""A season's evaluations, counted and priced by the platform's own rules and prices; nothing is asked.

Belongs here: who is asked about which plays, version after version. Not here: what a question costs
(`domain.spending`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.table import Gate, table
from uball_assets.domain.answers.evaluation_set import EvaluationPlay, draw
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.serving.routing import Routing, promoted, within_reach
from uball_assets.domain.spending.answer_cost import answers_usd, estimated_tokens
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import PRICES
from uball_assets.settings import Settings

GAMES = 60
SET_ASIDE_PLAYS = 40
"""Of a game: a fifth of two hundred, each seen by two cameras."""
CLIP_S = 10.0
PROMPT_LETTERS = 1200
BASE = "gemini-3.5-flash"
MOST_SHARE = 1 / 3
LABELS = ("FG_MISS", "FG_MAKE", "3PT_MISS", "3PT_MAKE", "REBOUND", "4PT_MISS", "FT_MAKE", "4PT_MAKE")
"""By how often they come: the first every second play, the last hardly ever."""


@dataclass(frozen=True)
class Season:
    """Questions of every evaluation of the season together."""

    anew: int
    """Every model that ever lived asked about every play set aside, at each evaluation."""
    kept: int
    """The same, where an answer that was given is kept."""
    now: int
    """As it is: who is within reach, about the plays drawn, each asked once."""


def season(ceiling: int, games: int = GAMES) -> Season:
    """Trainings after 1, 5, 10, 15 … games; every new model is promoted, which asks the most."""
    learned = [1, *range(5, games + 1, 5)]
    anew = 0
    asked_ever: set[tuple[str, str]] = set()
    asked_now: set[tuple[str, str]] = set()
    routing: Routing | None = None
    generations: list[Routing] = []
    for version, count in enumerate(learned, start=1):
        name, models = f"v{version}", [f"v{one}" for one in range(1, version + 1)]
        plays = [play for game in range(count) for play in _plays(game)]
        anew += len(models) * len(plays) * 2
        asked_ever |= {(model, clip) for model in models for clip in _clips(plays)}
        drawn = draw(plays, ceiling).plays
        scored = {name, *within_reach(generations)}
        asked_now |= {(model, clip) for model in scored for clip in _clips(drawn)}
        routing = promoted(routing, name)
        generations.append(routing)
    return Season(anew, len(asked_ever), len(asked_now))


def usd_of(questions: int) -> float:
    base = base_model(BASE)
    tokens = estimated_tokens([CLIP_S], PROMPT_LETTERS, base, "low", "batch")
    return questions * answers_usd([tokens], base, PRICES)


def season_report() -> tuple[str, list[Gate]]:
    ceiling = Settings().evaluation_plays
    told = season(ceiling)
    rows = [
        ["every model about every play, each time", f"{told.anew:,}", f"${usd_of(told.anew):,.0f}"],
        ["the same, answers kept", f"{told.kept:,}", f"${usd_of(told.kept):,.0f}"],
        [
            f"who is within reach, about {ceiling} plays, answers kept",
            f"{told.now:,}",
            f"${usd_of(told.now):,.0f}",
        ],
    ]
    head = [f"a season of {GAMES} games: evaluation on {BASE}, in batches", "questions", "price"]
    share = told.now / told.anew
    gate = Gate(
        f"a season of {GAMES} games: evaluation",
        "<= 1/3 of every model about every play",
        f"{share:.2f}",
        share <= MOST_SHARE,
    )
    return table(head, rows), [gate]


def _clips(plays: tuple[EvaluationPlay, ...] | list[EvaluationPlay]) -> Iterator[str]:
    return (clip.key for play in plays for clip in play.clips)


def _plays(game: int) -> list[EvaluationPlay]:
    return [_play(f"g{game}-p{number}", number) for number in range(SET_ASIDE_PLAYS)]


def _play(play_id: str, number: int) -> EvaluationPlay:
    rarity = (number & -number).bit_length() - 1 if number else len(LABELS) - 1
    label = LABELS[min(rarity, len(LABELS) - 1)]
    truth = replace(_TRUTH, play_id=play_id, classification=label)
    return EvaluationPlay(truth, tuple(replace(clip, key=f"{play_id}-{clip.angle}") for clip in _CLIPS))


_TRUTH = Play("", "", Side.LEFT, Window(0.0, CLIP_S), None, "", "", None, None, ())
_CLIPS = tuple(
    Clip("", angle, "", "", 0.0, 0.0, None, CLIP_S, 300, 900, clamped=False)
    for angle in (Angle.FAR_LEFT, Angle.NEAR_LEFT)
)
