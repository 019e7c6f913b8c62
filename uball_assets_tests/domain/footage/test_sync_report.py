"""How an audit reads: to a person in a table, to a program as JSON, and what is advised."""

from __future__ import annotations

import json

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import CameraSync, SyncAudit, Verdict
from uball_assets.domain.footage.sync_report import COLUMNS, advice, alternatives, as_rows, suggested, to_dict
from uball_assets.domain.footage.timeline import Window


def audit(*verdicts: Verdict) -> SyncAudit:
    cameras = tuple(
        CameraSync(angle, verdict, 1.0, None if verdict is Verdict.UNKNOWN else 0.456, 12.34, 0.789, "why")
        for angle, verdict in zip(Angle, verdicts, strict=False)
    )
    return SyncAudit("g1", "h", (Window(0.0, 60.0),), cameras, ())


def test_every_camera_is_a_row_and_what_is_not_known_is_a_dash() -> None:
    sure, unknown = as_rows(audit(Verdict.DISAGREES, Verdict.UNKNOWN))
    assert tuple(sure) == COLUMNS
    assert sure == {
        "camera": "FAR_LEFT",
        "verdict": "disagrees",
        "stored_s": "+1.000",
        "by_sound_s": "+1.46",
        "drift_ms_per_hour": "+44",
        "confidence": "0.79",
        "reason": "why",
    }
    assert unknown["by_sound_s"] == "-"


@pytest.mark.parametrize(
    ("given", "says", "says_not"),
    [
        (audit(Verdict.AGREES, Verdict.UNKNOWN), ["Nothing to enter."], "="),
        (
            audit(Verdict.DISAGREES, Verdict.AGREES),
            ["--game-id g1 --offset FAR_LEFT=1.46", "Nothing was written"],
            "NEAR",
        ),
        (
            audit(Verdict.ONE_OF_TWO, Verdict.ONE_OF_TWO),
            ["One side", "FAR_LEFT=1.46", "--offset CAMERA=SECONDS"],
            "Suggested",
        ),
    ],
    ids=["nothing", "one wrong", "one of two"],
)
def test_advice_names_the_values_and_writes_nothing(given: SyncAudit, says: list[str], says_not: str) -> None:
    text = advice(given)
    assert all(word in text for word in says)
    assert says_not not in text


def test_only_the_outvoted_are_suggested() -> None:
    mixed = audit(Verdict.DISAGREES, Verdict.AGREES, Verdict.ONE_OF_TWO, Verdict.UNKNOWN)
    assert suggested(mixed) == {Angle.FAR_LEFT: 1.46}
    assert alternatives(mixed) == {Angle.FAR_RIGHT: 1.46}


def test_the_json_is_plain_and_complete() -> None:
    plain = json.loads(json.dumps(to_dict(audit(Verdict.DISAGREES, Verdict.UNKNOWN))))
    assert plain["suggested"] == {"FAR_LEFT": 1.46}
    assert plain["places_game_s"] == [[0.0, 60.0]]
    assert [camera["verdict"] for camera in plain["cameras"]] == ["disagrees", "cannot tell"]
