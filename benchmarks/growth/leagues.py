"""A league of any size, made in seconds: every game is processed, learned from and up to date.

Its files are tiny, its rows and entries are those of one real game (`one_game`) under other ids, written
straight to where the platform would have written them. Belongs here: writing them. Not here: measuring.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.runs.schema import RunsTable, RunTagsTable
from dagster._serdes import serialize_value

from benchmarks.growth.one_game import GAME_ID, OneGame
from uball_assets.adapters.record.log_reader import RECORD
from uball_assets.adapters.record.registry import Entry
from uball_assets.assets.record.queries import game_targets
from uball_assets.automation.instance import open_instance
from uball_assets.automation.jobs import game_job
from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.learning.model_names import model_name, version_label
from uball_assets.resources import build_resources
from uball_assets.resources import record as record_of
from uball_assets.services.sources import source_hashes, teams_hashes
from uball_assets.settings import Settings

MOST_VERSIONS = 40
"""Trainings that a league has behind it at most; each manifest lists all its games, so that their number
times the games is what the record holds of them."""
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_UNSETTLED = 100
"""The newest attempts' outcomes are not on the record yet."""


def game_ids(count: int) -> list[str]:
    return [f"growth-{number:06d}" for number in range(count)]


def make_league(settings: Settings, count: int, one: OneGame) -> None:
    """Fills the settings' home. A model has learned from every game; the newest serves."""
    ids = game_ids(count)
    _write_videos(settings.home / "videos", ids)
    _write_plays(settings, one, ids)
    examples_hashes = _write_examples(settings.home / "training", one, ids)
    record = settings.home / "training" / RECORD
    _write_entries(record, "games", _keyed(_states(settings, one, ids, examples_hashes)))
    newest = _write_models(record, one, ids, examples_hashes)
    for name, data in one.model.items():
        path = settings.home / "training" / object_names.model(newest) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    resources = build_resources(settings)
    registry = record_of(settings)
    sources = source_hashes(resources.video_store, resources.plays_db)
    targets = game_targets(resources.registry, sources, teams_hashes(resources.plays_db))
    _write_entries(record, "annotations", _keyed(_annotations(one, sources, targets)))
    attempts = [_attempt(game_id, targets[game_id]) for game_id in ids]
    keys = [attempt["run_key"] for attempt in attempts]
    _write_entries(record, "attempts", zip(keys, attempts, strict=True))
    settled = keys[: max(0, len(keys) - _UNSETTLED)]
    outcomes = [{"run_key": key, "outcome": "succeeded", "at_s": _BEGAN.timestamp()} for key in settled]
    _write_entries(record, "attempt_outcomes", zip(settled, outcomes, strict=True))
    for folder in record.iterdir():
        registry.fold(folder.name)
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", ids)
        _write_runs(instance, ids, keys)


def _write_videos(videos: Path, ids: Iterable[str]) -> None:
    for game_id in ids:
        folder = videos / object_names.videos(game_id)
        folder.mkdir(parents=True)
        for angle in Angle:
            (folder / f"{angle}.mp4").write_bytes(f"{game_id} {angle}".encode())


def _write_plays(settings: Settings, one: OneGame, ids: Sequence[str]) -> None:
    """The first game by the platform, the others as rows like its own."""
    build_resources(settings).plays_db.add_game(one.row, one.plays, one.cameras)
    path = settings.plays_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database, database:
        for table in ("games", "plays", "video_metadata"):
            cursor = database.execute(f"SELECT * FROM {table}")  # noqa: S608 - ours
            rows, marks = cursor.fetchall(), ", ".join("?" * len(cursor.description))
            database.executemany(
                f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - ours
                (tuple(_renamed(value, game_id) for value in row) for game_id in ids[1:] for row in rows),
            )


def _renamed(value: Any, game_id: str) -> Any:
    return value.replace(GAME_ID, game_id) if isinstance(value, str) else value


def _write_examples(training: Path, one: OneGame, ids: Iterable[str]) -> dict[str, str]:
    """What a training reads of each game; the hash of it by game."""
    report = json.loads(one.documents[object_names.examples(GAME_ID)])
    keys = [line["clip"]["key"] for line in report["lines"]]
    marks = sorted({*keys, *(line["clip"]["bytes_hash"] for line in report["lines"])} - {""})
    hashes = {}
    for game_id in ids:
        # Each game shows something of its own: clips of two games that share their content are one video.
        own = {mark: content_hash([game_id, mark]) for mark in marks}
        texts = {
            "train": _renamed(one.documents[object_names.training_data(GAME_ID)], game_id),
            "validation": _renamed(one.documents[object_names.validation_data(GAME_ID)], game_id),
        }
        hashes[game_id] = content_hash([texts, [own[key] for key in keys]])
        told = _renamed(one.documents[object_names.examples(GAME_ID)], game_id)
        for mark, replaced in own.items():
            told = told.replace(mark, replaced)
        told = told.replace(report["examples_hash"], hashes[game_id])
        folder = training / object_names.game(game_id)
        folder.mkdir(parents=True)
        (training / object_names.training_data(game_id)).write_text(texts["train"])
        (training / object_names.validation_data(game_id)).write_text(texts["validation"])
        (training / object_names.examples(game_id)).write_text(told)
    return hashes


def _states(
    settings: Settings, one: OneGame, ids: Iterable[str], examples_hashes: Mapping[str, str]
) -> list[Entry]:
    resources = build_resources(settings)
    sources = source_hashes(resources.video_store, resources.plays_db)
    told = json.dumps(one.state)
    return [
        {
            **json.loads(_renamed(told, game_id)),
            "source_hash": sources[game_id],
            "examples_hash": examples_hashes[game_id],
        }
        for game_id in ids
    ]


def _annotations(one: OneGame, sources: Mapping[str, str], targets: Mapping[str, str]) -> list[Entry]:
    return [
        {**one.annotation, "game_id": game_id, "source_hash": source, "target": targets[game_id]}
        for game_id, source in sources.items()
    ]


def _attempt(game_id: str, target: str) -> Entry:
    return {
        "what": "game",
        "target": game_id,
        "target_hash": f"{game_id}:{target}",
        "attempt": 1,
        "run_key": f"game:{game_id}:{target}:1",
        "reason": "new game",
    }


def _write_models(record: Path, one: OneGame, ids: Sequence[str], examples_hashes: Mapping[str, str]) -> str:
    """Manifests, models, their scores on their own evaluation sets, and one route to the newest, which is
    returned."""
    address = record.parent.as_uri()
    versions = max(1, min(MOST_VERSIONS, len(ids) // 5))
    manifests: list[Entry] = []
    models: list[Entry] = []
    scores: list[Entry] = []
    for version in range(1, versions + 1):
        learned = ids[: len(ids) * version // versions]
        manifest = Manifest(tuple(_examples(one, game, examples_hashes[game]) for game in learned))
        manifests.append(_manifest_entry(address, manifest))
        models.append(_model_entry(address, version, manifest, models[-1] if models else None))
        scores.append(_score_entry(models[-1]["name"], manifest.hash))
    _write_entries(record, "manifests", ((entry["hash"], entry) for entry in manifests))
    _write_entries(record, "models", ((entry["fingerprint"], entry) for entry in models))
    _write_entries(record, "evaluations", ((entry["key_of"], entry) for entry in scores))
    route = {
        "generation": 1,
        "routes": [{"model": models[-1]["name"], "weight_percent": 100}],
        "reason": "made by script",
    }
    _write_entries(record, "routes", [("1", route)])
    return str(models[-1]["name"])


def _examples(one: OneGame, game_id: str, examples_hash: str) -> GameExamples:
    return GameExamples(
        game_id=game_id,
        examples_hash=examples_hash,
        train_count=one.state["train_count"],
        validation_count=one.state["validation_count"],
        train_name=object_names.training_data(game_id),
        validation_name=object_names.validation_data(game_id),
    )


def _manifest_entry(address: str, manifest: Manifest) -> Entry:
    folder = f"{address}/{object_names.training_set(manifest.hash)}"
    return {
        "hash": manifest.hash,
        "game_ids": list(manifest.game_ids),
        "manifest": manifest.to_dict(),
        "train_uri": f"{folder}training_data.jsonl",
        "validation_uri": f"{folder}validation_data.jsonl",
        "yardstick_name": f"{object_names.training_set(manifest.hash)}yardstick.json",
        "yardstick_hash": manifest.hash,
    }


def _model_entry(address: str, version: int, manifest: Manifest, parent: Entry | None) -> Entry:
    name = model_name(version, len(manifest.games))
    return {
        "name": name,
        "version": version,
        "label": version_label(version, len(manifest.games)),
        "manifest_hash": manifest.hash,
        "manifest_key": manifest.hash,
        "game_ids": list(manifest.game_ids),
        "game_count": len(manifest.games),
        "parent": parent["name"] if parent else None,
        "base": "local-mlp-1",
        "base_retires_on": None,
        "prompt_hash": PROMPT_HASH,
        "fingerprint": content_hash(name),
        "model_uri": f"{address}/{object_names.model(name)}model.safetensors",
        "endpoint_uri": f"{address}/{object_names.model(name)}model.safetensors",
        "train_count": manifest.train_count,
        "epochs": 1,
        "seed": 7,
        "options": {},
        "metrics": {},
        "cost_usd": 0.0,
    }


def _score_entry(model: str, yardstick_hash: str) -> Entry:
    share = {"low": 0.8, "value": 0.9, "high": 0.95, "n": 100}
    return {
        "key_of": f"{model}:{yardstick_hash}",
        "model": model,
        "yardstick_hash": yardstick_hash,
        "play_count": 100,
        "play_accuracy": share,
        "three_four": share,
        "make_miss": share,
        "majority": 0.2,
        "unusable_answers": 0,
        "asked_again": 0,
        "scores_name": object_names.scores(model, yardstick_hash),
    }


def _keyed(entries: Iterable[Entry]) -> Iterable[tuple[str, Entry]]:
    return ((content_hash(entry), entry) for entry in entries)


def _write_entries(record: Path, kind: str, entries: Iterable[tuple[str, Entry]]) -> None:
    """As `StoreRegistry.append` leaves them, one a minute."""
    folder = record / kind
    folder.mkdir(parents=True)
    for number, (key, entry) in enumerate(entries, start=1):
        stamp = (_BEGAN + timedelta(minutes=number)).isoformat(timespec="seconds")
        told = {**entry, "number": number, "key": key, "recorded_at": stamp}
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, indent=1)
        (folder / f"{number:06d}.json").write_text(f"{text}\n")


def _write_runs(instance: dg.DagsterInstance, ids: Sequence[str], run_keys: Sequence[str]) -> None:
    """Each game's run, ended well, in one transaction; its events are left out, as no tick reads them."""
    runs, tags = [], []
    for game_id, run_key in zip(ids, run_keys, strict=True):
        run = dg.DagsterRun(
            job_name=game_job.name,
            run_id=str(uuid.uuid5(uuid.NAMESPACE_URL, run_key)),
            status=dg.DagsterRunStatus.SUCCESS,
            tags={"dagster/run_key": run_key, "dagster/partition": game_id, "game/reason": "new game"},
        )
        runs.append(
            {
                "run_id": run.run_id,
                "pipeline_name": run.job_name,
                "status": run.status.value,
                "run_body": serialize_value(run),
                "partition": game_id,
                "start_time": _BEGAN.timestamp(),
                "end_time": _BEGAN.timestamp() + 60,
            }
        )
        tags += [{"run_id": run.run_id, "key": key, "value": value} for key, value in run.tags.items()]
    with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]  # of its SQL storages
        connection.execute(RunsTable.insert(), runs)
        connection.execute(RunTagsTable.insert(), tags)
