"""What a training costs as the league grows: chosen and priced by the platform's own plan; nothing is sent.

Belongs here: the lines of a league of so many games, and their plans. Not here: which lines are shown
(`domain.learning.lessons`), what they cost (`domain.spending.tuning_plan`).
"""

from __future__ import annotations

from functools import cache

from benchmarks.growth.season import BASE, CLIP_S, LABELS, PROMPT_LETTERS, SET_ASIDE_PLAYS
from benchmarks.table import Gate, table
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.lessons import WAYS, Line, Way, choose, pick
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import PRICES, find_price
from uball_assets.domain.spending.preflight import TuningLine, TuningRequest, most_validation_lines
from uball_assets.domain.spending.tuning_plan import TuningPlan, plan_training
from uball_assets.settings import Settings

EARLY_GAMES, LATE_GAMES, MOST_TIMES = 20, 200, 2.0
LEARNED_PLAYS = 4 * SET_ASIDE_PLAYS
"""Of a game: four of five, each seen by two cameras."""
CLIP_BYTES = 5_000_000
LETTERS_A_TOKEN = 4
CAMERAS = 2


def plan(games: int, way: Way) -> TuningPlan:
    """Of the training that a league of so many games comes to; new are as many as a training waits for."""
    settings = _paid()
    new_games = {_game(number) for number in range(games - settings.retrain_then_every_games, games)}
    train, validation = _lines(games, LEARNED_PLAYS), _lines(games, SET_ASIDE_PLAYS)
    lessons = choose(train, validation, way, new_games, settings.replay_per_new, most_validation_lines)
    base, price = base_model(BASE), find_price(BASE, "training", PRICES)
    assert price is not None, "the bench's base has a price"
    return plan_training(
        _tuning_lines(pick(train, lessons.numbers)),
        _tuning_lines(pick(validation, lessons.validation_numbers)),
        base,
        TuningRequest(
            f"of-{games}-games",
            base.tuning_locations[0],
            settings.training_config.epochs,
            settings.training_config.options,
        ),
        PRICES,
        price.as_of,
    )


def trainings_report() -> tuple[str, list[Gate]]:
    plans = {way: (plan(EARLY_GAMES, way), plan(LATE_GAMES, way)) for way in WAYS}
    rows = [[way, *(_cell(each) for each in of_way)] for way, of_way in plans.items()]
    head = [f"a training on {BASE}", f"at {EARLY_GAMES} games", f"at {LATE_GAMES} games"]
    early, late = plans[_paid().train_on]
    times = (late.estimated_usd or 0.0) / (early.estimated_usd or 1.0)
    gate = Gate(
        f"a training at {LATE_GAMES} games, as paid trainers are taught",
        f"<= {MOST_TIMES:g}x one at {EARLY_GAMES}",
        f"{times:.2f}x",
        times <= MOST_TIMES and not late.faults,
    )
    return table(head, rows), [gate]


def _paid() -> Settings:
    return Settings(trainer="vertex", training_url="gs://league", gcp_project_id="league", base_model=BASE)


def _cell(each: TuningPlan) -> str:
    refused = ", refused: over the service's limits" if each.faults else ""
    return f"{each.train_count:,} lines, ${each.estimated_usd or 0.0:,.0f}{refused}"


def _game(number: int) -> str:
    return f"g{number}"


@cache
def _lines(games: int, plays: int) -> list[Line]:
    """Labels from the most frequent, every second play's, to one that hardly ever comes."""
    return [
        Line(_game(game), f"{_game(game)}-of-{plays}-p{play}", _label(game * plays + play + 1))
        for game in range(games)
        for play in range(plays)
        for _ in range(CAMERAS)
    ]


def _label(number: int) -> str:
    return LABELS[min((number & -number).bit_length(), len(LABELS)) - 1]


def _tuning_lines(lines: list[Line]) -> list[TuningLine]:
    return [
        TuningLine(
            where=f"line {number}",
            clip_uri=f"gs://league/{object_names.clips(line.game_id)}{line.play}_{number % CAMERAS}.mp4",
            size_bytes=CLIP_BYTES,
            duration_s=CLIP_S,
            text_tokens=PROMPT_LETTERS // LETTERS_A_TOKEN,
            media_resolution="low",
        )
        for number, line in enumerate(lines)
    ]
