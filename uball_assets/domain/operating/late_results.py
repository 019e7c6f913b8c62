"""Results that should be there and are not, as findings: in playoffs something is broken, else a warning.

Belongs here: the entry on the record, and the findings that follow from the newest one. Not here: what is
missing and from when on it is late (`league.gaps`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from uball_assets.domain.league.gaps import Gap
from uball_assets.domain.operating.findings import Finding, Level

LATE_RESULTS = "late_results"
"""The kind of entry on the record: the newest tells all that is late."""
_MOST = 50
"""On the record; a source that is away for a week costs no more."""


def late_entry(gaps: Iterable[Gap]) -> dict[str, Any]:
    """Of those that are late."""
    late = [gap for gap in gaps if gap.is_late]
    told = [
        {
            "game_id": gap.game_id,
            "day": gap.day.isoformat(),
            "says": gap.says,
            "is_of_playoffs": gap.is_of_playoffs,
        }
        for gap in late[:_MOST]
    ]
    return {"late": told, "count": len(late)}


def late_findings(entry: Mapping[str, Any] | None) -> list[Finding]:
    return [
        Finding(
            key=f"late result:{one['game_id']}",
            level=Level.BROKEN if one["is_of_playoffs"] else Level.WARNING,
            what="a result is late",
            where=f"game {one['game_id']}",
            since_s=datetime.combine(date.fromisoformat(one["day"]), time(), UTC).timestamp(),
            why=one["says"],
            remedy="`uball results` and `uball dead-letters list` tell what came: correct it at its source",
        )
        for one in (entry or {}).get("late", ())
    ]
