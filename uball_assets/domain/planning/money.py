"""What a month of a league costs, by what it is spent on; in its first month and in its twelfth.

Belongs here: the sums. Not here: prices (`domain.spending`), quantities of one game (`work`). What nobody
knows the price of has none here either: it is named, and counted in its own unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.planning.assumptions import Costs
from uball_assets.domain.planning.league import League
from uball_assets.domain.planning.work import Game
from uball_assets.domain.spending.answer_cost import ANSWER_TOKENS, answers_usd, estimated_tokens
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import Price, find_price, usd
from uball_assets.domain.spending.preflight import LETTERS_A_TOKEN
from uball_assets.domain.spending.service_prices import ServicePrice, find_service_price

WEEKS_A_MONTH = 365 / 12 / 7
HOURS_A_MONTH = 365 / 12 * 24
_LEARNED_SHARE, _EVALUATED_SHARE = 0.8, 0.2
"""Of plays, which side they are on (`plays.splits`)."""
_LETTERS_OF_PROMPT = max(len(prompt(angle)) for angle in Angle)


@dataclass(frozen=True)
class Prices:
    tokens: Sequence[Price]
    services: Sequence[ServicePrice]
    videos: str
    """The service that keeps them, by its price's name: `gs`, `s3`; '' for a folder, which is no bill."""
    training: str
    source: str
    """Where videos are copied from; '' where they are not."""


@dataclass(frozen=True)
class Item:
    what: str
    amount: float
    unit: str
    usd: float | None
    """None where nobody knows the price."""


def month(league: League, costs: Costs, prices: Prices, machine_hours: float, number: int) -> list[Item]:
    """Of the league's month of that number, from 1. What costs nothing by its nature is left out."""
    game, games = Game(costs, league.film, league.ways), league.games_a_week * WEEKS_A_MONTH
    base = base_model(league.ways.base_model)
    learned = games * costs.with_plays_share
    versions = min(learned / league.ways.games_a_training, league.ways.trainings_a_week * WEEKS_A_MONTH)
    asked = games * game.asked_clips + learned * game.play_clips
    set_aside = learned * number * game.plays * _EVALUATED_SHARE
    evaluated = versions * min(league.ways.evaluation_plays, set_aside) * 2
    lines = _lines_shown(league, learned * game.learned_clips * _LEARNED_SHARE, versions, number)
    line_tokens = lines * _line_tokens(costs, league) * league.ways.epochs
    price = find_price(base.name, "training", prices.tokens)
    machine = find_service_price("machine", "compute", prices.services)
    items = [
        Item("compute", machine_hours, "machine hours", times(machine, machine_hours)),
        Item("answers about games", asked, "questions", _asked_usd(league, costs, prices, asked)),
        Item("answers for scores", evaluated, "questions", _asked_usd(league, costs, prices, evaluated)),
        Item("trainings", lines, "lines", usd(round(line_tokens), price) if price else None),
        _kept("videos", number * games * game.film_gb, prices.videos, prices),
        _kept("clips", number * games * game.stored_gb, prices.training, prices),
    ]
    if prices.source and prices.source != prices.videos:
        items.append(_sent("videos copied in", games * game.film_gb, prices.source, prices))
    return [item for item in items if item.amount and (item.usd is None or item.usd > 0)]


def paid_usd(items: Sequence[Item]) -> float:
    """Of that, what a month's ceiling counts: paid jobs."""
    return sum(item.usd or 0.0 for item in items if item.unit in ("questions", "lines"))


def game_usd(league: League, costs: Costs, prices: Prices) -> float | None:
    """The one paid job of a game: its questions."""
    return _asked_usd(league, costs, prices, Game(costs, league.film, league.ways).asked_clips)


def times(price: ServicePrice | None, amount: float) -> float | None:
    return amount * price.usd if price else None


def _lines_shown(league: League, new_lines: float, versions: float, number: int) -> float:
    """In all trainings of the month."""
    if league.ways.train_on == "new_only":
        return new_lines
    if league.ways.train_on == "new_plus_replay":
        return new_lines * (1 + league.ways.replay_per_new)
    return versions * new_lines * (number - 0.5)


def _line_tokens(costs: Costs, league: League) -> float:
    frames = math.ceil(costs.clip_s) * base_model(league.ways.base_model).tokens_per_frame.get(
        league.ways.media_resolution, 0
    )
    return frames + _LETTERS_OF_PROMPT / LETTERS_A_TOKEN + ANSWER_TOKENS


def _asked_usd(league: League, costs: Costs, prices: Prices, questions: float) -> float | None:
    base, ways = base_model(league.ways.base_model), league.ways
    if find_price(base.name, f"{ways.annotate_by}_input", prices.tokens) is None:
        return None
    one = estimated_tokens([costs.clip_s], _LETTERS_OF_PROMPT, base, ways.media_resolution, ways.annotate_by)
    return questions * answers_usd([one], base, prices.tokens)


def _kept(what: str, gb: float, service: str, prices: Prices) -> Item:
    if not service:
        return Item(f"{what} on disk", gb, "GB", 0.0)
    price = find_service_price(service, "storage", prices.services)
    return Item(f"{what} kept in {service}", gb, "GB", times(price, gb))


def _sent(what: str, gb: float, service: str, prices: Prices) -> Item:
    price = find_service_price(service, "egress", prices.services)
    return Item(f"{what} from {service}", gb, "GB", times(price, gb))
