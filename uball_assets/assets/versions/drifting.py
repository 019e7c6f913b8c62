"""Drift on the record: one entry for each model and game that was new to it, made of what the last one left.

Entries follow the scores on unseen games, in their order: what one run did not come to, the next one enters.

Belongs here: a game's numbers, its entry, the check with its chart. Not here: the rules
(`domain.serving.drift`, `domain.serving.drift_signs`), who hears of it (`automation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.assets import ours
from uball_assets.assets.common import EACH_GAME, described, games
from uball_assets.assets.examples_verdicts import NOTHING_TO_CHECK
from uball_assets.assets.pictures import shown_picture
from uball_assets.assets.scoring import interval
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.record import DRIFT, UNSEEN
from uball_assets.domain.serving.drift import Baseline, Drift, DriftPoint, GameResult, Line, with_game
from uball_assets.domain.serving.drift_signs import (
    WORDS,
    GameNumbers,
    Sign,
    looked_at,
    newest_signs,
    numbers_of,
)

CHECK_SPEC = dg.AssetCheckSpec(
    "drift",
    asset="annotations",
    partitions_def=games,
    description="Whether the video model gets fewer plays right than when it was promoted, on games that "
    "were new to it, up to this one; and whether games or answers have become others." + EACH_GAME,
)
SIGNS_SCHEMA = described(
    {
        "what": ("string", "of the games, or of the model's answers to them"),
        "before": ("string", "its mean in the games before"),
        "now": ("string", "in the newest ones"),
        "verdict": ("string", "changed; as before; or not enough yet, with the number of games missing"),
    }
)
_TAIL = 200
"""Newest entries that are read, whichever model's: the window's games and the chart's are among them."""
_CHARTED = 60


def enter_unseen(
    registry: Registry,
    model: str,
    rig: Rig,
    cameras: Sequence[CameraClips],
    scores: Scores,
) -> Entry:
    """The model's score on a game that it had never seen, once; with the numbers by which games are
    compared."""
    numbers = numbers_of(rig, cameras, scores)
    entry = {
        "game_id": rig.game_id,
        "model": model,
        "play_count": scores.play_count,
        "play_accuracy": interval(scores.play_accuracy),
        "three_four": interval(scores.three_four),
        "numbers": {name: round(value, 4) for name, value in numbers.numbers.items()},
        "labels": numbers.labels,
        "answered_labels": numbers.answered_labels,
    }
    return registry.append(UNSEEN, entry, key=f"{rig.game_id}:{model}")


def drift_check(
    registry: Registry,
    game_id: str,
    model: Entry,
    line: Line,
) -> dg.AssetCheckResult:
    """Of a game whose plays people wrote and the model answered."""
    drift = follow(registry, model["name"], line)
    entry = registry.find(DRIFT, _key(game_id, model["name"]))
    if entry is None:
        return _result(f"{model['label']} has learned from this game: it tells nothing of drift")
    signs = [Sign(**told) for told in entry["signs"]]
    metadata = {"signs": _signs_table(signs), **_chart(model, drift)}
    told = "; ".join([entry["said"], *entry["changed"]])
    return _result(f"{model['label']}: {told}", metadata, passed=not entry["is_alarm"])


def not_checked() -> dg.AssetCheckResult:
    """Of a game that nobody annotated, or that no model answered."""
    return _result(NOTHING_TO_CHECK)


def follow(registry: Registry, model: str, line: Line) -> Drift:
    """The model's drift, each of its unseen games entered."""
    last = registry.newest(DRIFT, model)
    scores = (
        [entry for entry in registry.since(UNSEEN, last["unseen_number"]) if entry["model"] == model]
        if last
        else registry.about(UNSEEN, model)
    )
    drift = _drift_of(registry, model, last, line)
    signs = _signs(registry, model) if scores else []
    since = last["alarm_since"] if last else None
    for scored in scores:
        drift = with_game(drift, _result_of(scored))
        since = (since or scored["recorded_at"]) if drift.is_alarm else None
        _enter(registry, model, scored, drift, signs, since)
    return drift


def _drift_of(registry: Registry, model: str, last: Entry | None, line: Line) -> Drift:
    """As the newest entries tell it: the baseline that the alarm began with, or the one there is by now."""
    if last is None:
        return Drift(_baseline(registry, model, line), (), line)
    entries = registry.since(DRIFT, max(0, registry.count(DRIFT) - _TAIL))
    points = tuple(_point(entry) for entry in entries if entry["model"] == model) or (_point(last),)
    kept = last["baseline"] if last["evidence_by_share"] else None
    return Drift(Baseline(**kept) if kept else _baseline(registry, model, line), points, line)


def _baseline(registry: Registry, model: str, line: Line) -> Baseline | None:
    """The first score that it had, which it was promoted on; where that is of few plays, a later one of
    more."""
    newest = registry.since("evaluations", max(0, registry.count("evaluations") - _TAIL))
    scores = [entry["play_accuracy"] for entry in newest if entry["model"] == model]
    found = [Baseline(score["value"], score["n"]) for score in scores if score["n"]]
    return max(found, key=lambda each: min(each.plays, line.window_plays), default=None)


def _signs(registry: Registry, model: str) -> list[Sign]:
    """Of the newest games of all models; another model's answers are no measure of this one's."""
    last = looked_at(registry.count(UNSEEN))
    entries = [entry for entry in registry.since(UNSEEN, max(0, last - _TAIL)) if entry["number"] <= last]
    by_game = {entry["game_id"]: _numbers(entry, is_own=entry["model"] == model) for entry in entries}
    return newest_signs(list(by_game.values()))


def _numbers(entry: Entry, *, is_own: bool) -> GameNumbers:
    found = GameNumbers(
        entry["game_id"], entry.get("numbers", {}), entry.get("labels", {}), entry.get("answered_labels", {})
    )
    return found if is_own else found.without_answers()


def _enter(
    registry: Registry, model: str, scored: Entry, drift: Drift, signs: Sequence[Sign], since: str | None
) -> None:
    game_id = drift.points[-1].game.game_id
    entry = {
        "game_id": game_id,
        "model": model,
        "unseen_number": scored["number"],
        **drift.newest(),
        "alarm_since": since,
        "signs": [asdict(sign) for sign in signs],
        "changed": [str(sign) for sign in signs if sign.is_drift],
    }
    registry.append(DRIFT, entry, key=_key(game_id, model))


def _key(game_id: str, model: str) -> str:
    return f"{game_id}:{model}"


def _result_of(scored: Mapping[str, Any]) -> GameResult:
    accuracy = scored["play_accuracy"]
    right = round((accuracy["value"] or 0.0) * accuracy["n"])
    return GameResult(scored["game_id"], right, accuracy["n"] - right)


def _point(entry: Entry) -> DriftPoint:
    return DriftPoint(
        GameResult(entry["game_id"], entry["right"], entry["wrong"]),
        entry["games"],
        entry["plays"],
        entry["recent_accuracy"],
        tuple(entry["evidence_by_share"]),
    )


def _chart(model: Entry, drift: Drift) -> dict[str, Any]:
    """None before there is anything to compare. It is kept with the check alone: the record can draw it
    anew."""
    if not drift.points[-1].evidence_by_share:
        return {}
    from uball_assets.media.pictures.drift_chart import drift_picture

    shown = replace(drift, points=drift.points[-_CHARTED:])
    return {"drift": shown_picture("drift", drift_picture(shown, model["label"]))}


def _signs_table(signs: Sequence[Sign]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {"what": WORDS[sign.name], "before": sign.before, "now": sign.now, "verdict": sign.verdict}
        )
        for sign in signs
    ]
    return dg.MetadataValue.table(records, schema=SIGNS_SCHEMA)


def _result(
    description: str, metadata: Mapping[str, Any] | None = None, *, passed: bool = True
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed,
        asset_key=ours.key("annotations"),
        check_name=CHECK_SPEC.name,
        description=description,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata or {},
    )
