"""`uball status`: every game and every model, as the record and the sources say now.

Belongs here: reading the record into rows for a person. It works without Dagster: the record is never only in
its event log. Not here: why a training starts or not (`automation.situation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.machine.circuits import SourceState
from uball_assets.adapters.plays.plays_db import games_if_any
from uball_assets.adapters.record.archived_videos import archived_games
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.automation.alerts import Standing, standing
from uball_assets.automation.operating.facts import Now, has_results, look_now
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import game_title, game_titles, one_spelling
from uball_assets.domain.operating.usual import GAME_JOB
from uball_assets.domain.record import ARCHIVES
from uball_assets.services.sources import all_videos, by_game, strangers_in
from uball_assets.settings import Settings


@dataclass(frozen=True)
class GameStatus:
    game_id: str
    title: str
    """Date and teams, as people know it."""
    verdict: str
    """Its grade; `waiting` before it was processed, `to annotate` where nobody wrote its plays yet."""
    is_processed: bool
    """Whether a run has written down what is in it; the counts of one that waits are 0, whatever it holds."""
    grade: str | None
    """A, B, C or F; None for a game that was not processed yet, or that has no plays to grade."""
    reasons: list[str]
    cameras: list[str]
    rows: int
    plays: int
    clips_wanted: int
    clips_accepted: int
    train_examples: int
    validation_examples: int
    quarantined: int
    first_model: str | None
    """The first model that learned from it, as `v2-5games`."""
    annotated_by: str | None
    videos: str
    """`there`; `archived`, put away on purpose; `away`, where it was made from some that are not there now;
    `none`."""


@dataclass(frozen=True)
class ModelStatus:
    label: str
    name: str
    games: int
    train_examples: int
    play_accuracy: dict[str, Any] | None
    """Low, value, high of its last evaluation; None before the first."""
    three_four: dict[str, Any] | None
    scored_on: str | None
    """The evaluation set of that score."""
    is_on_newest_set: bool
    """Scores of different sets cannot be compared."""
    weight_percent: float
    """Its share of the questions that are asked now; 0 for a model that does not serve."""
    is_shadow: bool = False
    """It answers new games beside the champion, unused."""


@dataclass(frozen=True)
class Status:
    games: list[GameStatus]
    models: list[ModelStatus]
    strangers: list[str]
    """Addresses of files in the record's place and among the games' videos that are neither; passed over."""
    damaged: list[str]
    """What of the record cannot be read, and what rests on it: the rest of the status does without."""
    alerts: list[str]
    """What is over a threshold now, and what to do about it: a day's spending, runs that fail."""
    troubled: list[SourceState]
    """Services whose last answers failed."""
    findings: list[dict[str, Any]]
    """What a person should look at, worst first (`domain.operating`)."""
    usual_game: str
    """How long a game's run takes; '' before one ended well."""
    has_results: bool
    """Whether the league's schedule is known, filmed or not."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_status(settings: Settings) -> Status:
    """Raises Permanent for a source that cannot be read; what is damaged of the record is named instead."""
    from uball_assets.resources import record as record_of
    from uball_assets.resources import videos_store

    registry = record_of(settings).at_one_look()
    record, damaged = _readable(registry)
    video_store = videos_store(settings)
    rows = game_rows(settings)
    filmed = all_videos(video_store, (row["id"] for row in rows))
    alerts = _alerts(settings, registry, damaged)
    of_games = {kind: {entry["game_id"]: entry for entry in record[kind]} for kind in _OF_GAMES}
    now = look_now(
        settings,
        registry,
        datetime.now(UTC),
        rows,
        damaged=damaged,
        alerts=alerts,
        newest=lambda _, kind: of_games[kind],
    )
    return Status(
        games=_games(of_games, record["models"], *_known_games(rows, filmed)),
        models=_models(record),
        strangers=[*registry.strangers(), *strangers_in(video_store, filmed)],
        damaged=damaged,
        alerts=alerts.sentences,
        troubled=troubled(settings),
        findings=now.told(),
        usual_game=now.usual[GAME_JOB].text if GAME_JOB in now.usual else "",
        has_results=has_results(settings),
    )


def troubled(settings: Settings) -> list[SourceState]:
    """Asks none of them."""
    from uball_assets.resources import circuits

    return list(circuits(settings).troubled())


def read_now(settings: Settings) -> Now:
    """What a person should look at now, without the lists of games and models; raises as `read_status`."""
    from uball_assets.resources import record as record_of

    registry = record_of(settings).at_one_look()
    return look_now(settings, registry, datetime.now(UTC), game_rows(settings))


def _alerts(settings: Settings, registry: Registry, damaged: list[str]) -> Standing:
    """What cannot be looked at is told with what is damaged."""
    try:
        return standing(settings, registry, datetime.now(UTC))
    except Permanent as error:
        damaged.append(str(error))
        return Standing()


_OF_GAMES = ("games", "annotations", ARCHIVES)
"""Kinds of which each game's newest entry counts."""


def _readable(registry: Registry) -> tuple[dict[str, list[Entry]], list[str]]:
    """The record by kind of entry, and why a kind is not in it."""
    record: dict[str, list[Entry]] = {}
    damaged = []
    for kind in (*_OF_GAMES, "models", "evaluations", "routes"):
        try:
            newest = (
                registry.newest_by_subject(kind).values() if kind in _OF_GAMES else registry.entries(kind)
            )
            record[kind] = list(newest)
        except Permanent as error:
            record[kind] = []
            damaged.append(str(error))
    return record, damaged


def game_rows(settings: Settings) -> list[dict[str, Any]]:
    """Of the table of games; none where there is no database yet."""
    from uball_assets.resources import plays_database

    return games_if_any(plays_database(settings))


def _known_games(
    rows: Sequence[Mapping[str, Any]], filmed_files: Sequence[ObjectInfo]
) -> tuple[set[str], dict[str, str], set[str]]:
    """What the sources hold, a video folder or a row in the database; the titles of those with a row; and
    those with videos."""
    titles = game_titles(rows)
    filmed = {one_spelling(folder, titles) for folder in by_game(filmed_files)}
    return set(titles) | filmed, titles, filmed


def _games(
    of_games: Mapping[str, Mapping[str, Entry]],
    models: Sequence[Entry],
    known: set[str],
    titles: Mapping[str, str],
    filmed: set[str],
) -> list[GameStatus]:
    states, annotated, untitled = of_games["games"], of_games["annotations"], game_title(None)
    archived = archived_games(of_games[ARCHIVES])
    learned: dict[str, str] = {}
    for model in reversed(models):
        learned |= dict.fromkeys(model["game_ids"], model["label"])
    return [
        _game(
            game_id,
            titles.get(game_id, untitled),
            states.get(game_id),
            learned.get(game_id),
            annotated[game_id]["model"] if game_id in annotated else None,
            _videos(states.get(game_id), game_id in filmed, game_id in archived),
        )
        for game_id in sorted(known | {game_id for game_id in states if not states[game_id].get("removed")})
    ]


def _videos(state: Entry | None, is_filmed: bool, is_archived: bool) -> str:
    if is_archived:
        return "archived"
    if is_filmed:
        return "there"
    return "away" if state and state.get("cameras") else "none"


def _game(
    game_id: str,
    title: str,
    state: Entry | None,
    first_model: str | None,
    annotated_by: str | None,
    videos: str,
) -> GameStatus:
    found = state or {}
    to_annotate = state is not None and not found.get("rows")
    grade = None if to_annotate else found.get("grade")
    return GameStatus(
        game_id=game_id,
        title=title,
        verdict="to annotate" if to_annotate else grade or "waiting",
        is_processed=state is not None,
        grade=grade,
        reasons=[] if to_annotate else list(found.get("reasons", [])),
        cameras=list(found.get("cameras", [])),
        rows=found.get("rows", 0),
        plays=found.get("plays", 0),
        clips_wanted=found.get("clips_wanted", 0),
        clips_accepted=found.get("clips_accepted", 0),
        train_examples=found.get("train_count", 0),
        validation_examples=found.get("validation_count", 0),
        quarantined=found.get("quarantined", 0),
        first_model=first_model,
        annotated_by=annotated_by,
        videos=videos,
    )


def _models(record: Mapping[str, list[Entry]]) -> list[ModelStatus]:
    evaluations = record["evaluations"]
    evaluation_set = evaluations[-1]["yardstick_hash"] if evaluations else None
    last = {entry["model"]: entry for entry in evaluations}
    newest = {entry["model"]: entry for entry in evaluations if entry["yardstick_hash"] == evaluation_set}
    scores = last | newest
    routes = record["routes"][-1]["routes"] if record["routes"] else []
    shadow = record["routes"][-1].get("shadow") if record["routes"] else None
    weights = {route["model"]: route["weight_percent"] for route in routes}
    return [
        ModelStatus(
            label=model["label"],
            name=model["name"],
            games=model["game_count"],
            train_examples=model["train_count"],
            play_accuracy=scores.get(model["name"], {}).get("play_accuracy"),
            three_four=scores.get(model["name"], {}).get("three_four"),
            scored_on=scores.get(model["name"], {}).get("yardstick_hash"),
            is_on_newest_set=model["name"] in newest,
            weight_percent=weights.get(model["name"], 0.0),
            is_shadow=model["name"] == shadow,
        )
        for model in record["models"]
    ]
