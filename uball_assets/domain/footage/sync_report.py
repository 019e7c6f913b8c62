"""A sync audit as people and programs read it: rows of a table, values to enter, plain JSON.

Belongs here: words and roundings. Not here: verdicts (`sync_verdict`), printing (`cli`, `assets`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import CameraSync, SyncAudit, Verdict

COLUMNS = ("camera", "verdict", "stored_s", "by_sound_s", "drift_ms_per_hour", "confidence", "reason")


def as_rows(audit: SyncAudit) -> list[dict[str, str]]:
    """One row a camera, under `COLUMNS`; '-' for what is not known."""
    return [
        {
            "camera": str(camera.angle),
            "verdict": f"{camera.verdict}{', accepted' if audit.acceptance(camera.angle) else ''}",
            "stored_s": f"{camera.stored_offset_s:+.3f}",
            "by_sound_s": _signed(camera.measured_offset_s, 2),
            "drift_ms_per_hour": _signed(camera.drift_ms_per_hour, 0),
            "confidence": f"{camera.confidence:.2f}",
            "reason": _reason(audit, camera),
        }
        for camera in audit.cameras
    ]


def suggested(audit: SyncAudit) -> dict[Angle, float]:
    """The offset to enter for each camera that the others outvote."""
    return _measured(audit, Verdict.DISAGREES)


def alternatives(audit: SyncAudit) -> dict[Angle, float]:
    """Where one of two is wrong: each camera's offset if it is that one. Only one side's may be entered."""
    return _measured(audit, Verdict.ONE_OF_TWO)


def advice(audit: SyncAudit) -> str:
    """What to do, in words, with the values to enter."""
    wanted, either = suggested(audit), alternatives(audit)
    lines: list[str] = []
    if wanted:
        lines += ["Suggested sync_offset_seconds:", *_pairs(wanted)]
    if either:
        lines += ["One side is wrong; watch both videos, then enter the wrong side's only:", *_pairs(either)]
    if not lines:
        return "Nothing to enter."
    offsets = " ".join(f"--offset {pair.strip()}" for pair in _pairs(wanted)) or "--offset CAMERA=SECONDS"
    return "\n".join(
        [
            *lines,
            "Nothing was written. To enter it (FOLDER may be empty: the stored videos stay):",
            f"  uball import FOLDER --game-id {audit.game_id} {offsets}",
            "Its clips are cut again when the game is materialised.",
        ]
    )


def to_dict(audit: SyncAudit) -> dict[str, Any]:
    """For JSON: everything but the single lags."""
    cameras = [
        {
            "angle": str(camera.angle),
            "accepted": asdict(accepted) if (accepted := audit.acceptance(camera.angle)) else None,
            "verdict": str(camera.verdict),
            "stored_offset_s": camera.stored_offset_s,
            "measured_offset_s": camera.measured_offset_s,
            "off_by_s": camera.off_by_s,
            "drift_ppm": camera.drift_ppm,
            "drift_ms_per_hour": camera.drift_ms_per_hour,
            "confidence": camera.confidence,
            "reason": camera.reason,
        }
        for camera in audit.cameras
    ]
    return {
        "game_id": audit.game_id,
        "search_s": audit.search_s,
        "places_game_s": [[place.start_s, place.end_s] for place in audit.places],
        "cameras": cameras,
        "suggested": {str(angle): offset_s for angle, offset_s in suggested(audit).items()},
        "alternatives": {str(angle): offset_s for angle, offset_s in alternatives(audit).items()},
    }


def _reason(audit: SyncAudit, camera: CameraSync) -> str:
    accepted = audit.acceptance(camera.angle)
    accepted_text = f"{accepted.by} accepted it on {accepted.at[:10]}: {accepted.why}" if accepted else ""
    return "; ".join(filter(None, (camera.reason, accepted_text)))


def _measured(audit: SyncAudit, verdict: Verdict) -> dict[Angle, float]:
    return {
        camera.angle: camera.measured_offset_s
        for camera in audit.cameras
        if camera.verdict is verdict
        and not audit.acceptance(camera.angle)
        and camera.measured_offset_s is not None
    }


def _pairs(offsets_s: dict[Angle, float]) -> list[str]:
    return [f"  {angle}={offset_s:.2f}" for angle, offset_s in offsets_s.items()]


def _signed(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:+.{digits}f}"
