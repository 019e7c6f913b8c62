"""The league month by month: games, grades, versions on games new to them, trainings, money, labels.

Belongs here: sorting the record's entries into months and adding up. Not here: reading them
(`app.pages.season`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.answers.metrics import Interval, wilson
from uball_assets.domain.plays.labels import LABELS
from uball_assets.domain.showing.game_list import GameRow
from uball_assets.domain.spending.spending import amount_usd, standing

Entry = Mapping[str, Any]
NO_DAY = "no day"


@dataclass(frozen=True)
class Month:
    name: str
    """`2026-03`; `NO_DAY` for games that nobody gave a day."""
    games: int
    grades: Mapping[str, int]
    """By state, in order."""
    plays: int
    unseen: Mapping[str, Interval]
    """By version's label: plays right of whole games that were new to it."""
    drift: tuple[str, ...]
    """What was said of versions that stood out."""
    models: tuple[str, ...]
    """Trained in it."""
    usd: float
    labels: Mapping[str, int]
    """How often each was written down by people, in the league's order."""


@dataclass(frozen=True)
class SeasonFacts:
    games: Sequence[GameRow]
    unseen: Sequence[Entry]
    """`{game_id, model, play_accuracy, recorded_at}`."""
    drift: Sequence[Entry]
    models: Sequence[Entry]
    costs: Sequence[Entry]
    labels: Mapping[str, Mapping[str, int]]
    """By game: people's plays by label."""


def months(facts: SeasonFacts) -> list[Month]:
    """The newest first. Games and what was scored of them by the day they were played, trainings and money by
    when they were recorded."""
    games: dict[str, list[GameRow]] = defaultdict(list)
    for row in facts.games:
        games[row.day[:7] or NO_DAY].append(row)
    label_of = {model["name"]: model["label"] for model in facts.models}
    month_of = {row.game_id: row.day[:7] or NO_DAY for row in facts.games}
    unseen, drift, models = (
        _by_month(entries, month_of) for entries in (facts.unseen, facts.drift, facts.models)
    )
    spent: defaultdict[str, float] = defaultdict(float)
    for entry in standing(facts.costs):
        spent[entry["month"]] += amount_usd(entry)
    names = {*games, *unseen, *models, *(month for month, usd in spent.items() if usd)}
    return [
        Month(
            name=name,
            games=len(games[name]),
            grades=dict(sorted(Counter(row.state for row in games[name]).items())),
            plays=sum(row.plays for row in games[name]),
            unseen=_unseen(unseen[name], label_of),
            drift=tuple(dict.fromkeys(e["said"] for e in drift[name] if e.get("alarm_since"))),
            models=tuple(entry["label"] for entry in models[name]),
            usd=spent[name],
            labels=_labels(games[name], facts.labels),
        )
        for name in sorted(names, key=lambda name: "" if name == NO_DAY else name, reverse=True)
    ]


def shown_labels(found: Iterable[Month]) -> list[str]:
    """Those that occur in any month, in the league's order."""
    seen = {label for month in found for label in month.labels}
    return [label for label in LABELS if label in seen]


def _by_month(entries: Iterable[Entry], month_of: Mapping[str, str]) -> defaultdict[str, list[Entry]]:
    """By the month of the game that an entry is about; of one about none that is known, when it was
    recorded."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[month_of.get(entry.get("game_id", ""), entry["recorded_at"][:7])].append(entry)
    return found


def _unseen(entries: Sequence[Entry], label_of: Mapping[str, str]) -> dict[str, Interval]:
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for entry in entries:
        score, label = entry["play_accuracy"], label_of.get(entry["model"], entry["model"])
        count[label] += score["n"]
        right[label] += round((score["value"] or 0.0) * score["n"])
    return {label: wilson(right[label], n) for label, n in count.items() if n}


def _labels(rows: Sequence[GameRow], labels: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(labels.get(row.game_id, {}))
    return {label: total[label] for label in LABELS if total[label]}
