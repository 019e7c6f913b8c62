"""`alerts_sensor`: looks every minute at what is broken, tells whom it concerns, and shows it in the UI.

Belongs here: the tick, bounded. Not here: what is broken (`facts`), when it is told (`domain.operating`).
"""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Registry
from uball_assets.assets import ours
from uball_assets.assets.common import described
from uball_assets.automation.operating.facts import look_now
from uball_assets.automation.operating.telling import channels_down, tell
from uball_assets.domain.errors import UballError
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.operating.findings import Finding, Level, worst_first
from uball_assets.resources import outbox as outbox_of
from uball_assets.settings import Settings

_DELIVER_S = 30.0
"""Of a tick's 60; what is not sent by then is sent by the next."""
_SHOW_AGAIN_S = 3_600.0
_MOST_ROWS = 50
INTERVAL_S = 60

SCHEMA = described(
    {
        "level": ("string", "broken, warning or note"),
        "what and where": ("string", "what is wrong, of what"),
        "since": ("string", "UTC"),
        "why, and what to do": ("string", "the reason, and the remedy"),
    }
)

broken_now = dg.AssetSpec(
    "broken_now",
    group_name="operating",
    kinds={"dashboard"},
    description="What a person should look at now, worst first: games that are late, refused or given up, "
    "services that are down, money, stuck runs, the daemon, the disk. alerts_sensor writes it whenever it "
    "changes and once an hour; `uball status` tells it as it is now, `uball alerts` who was told.",
)


def build_alerts_sensor(automation_on: bool) -> dg.SensorDefinition:
    @dg.sensor(
        name="alerts_sensor",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING if automation_on else dg.DefaultSensorStatus.STOPPED,
        description="Tells of what is broken, once when it begins, gets worse or is over, and daily while it "
        "stands: to the log, and to the channels that are set up (UBALL_ALERT_…). Starts no run.",
    )
    def alerts_sensor(
        context: dg.SensorEvaluationContext,
        plays_db: dg.ResourceParam[PlaysDb],
        registry: dg.ResourceParam[Registry],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        now, before, outbox = datetime.now(UTC), _told(context.cursor), outbox_of(settings)
        try:
            rows = plays_db.games()
        except UballError as error:  # its circuit is a finding; the rest is looked at all the same
            context.log.warning("the table of games cannot be read: %s", error)
            rows = []
        seen = look_now(settings, registry, now, rows, newest=newest_followed)
        found = worst_first([*channels_down(outbox), *seen.findings])
        due = tell(settings, registry, outbox, found, before.get("away", {}), now)
        outbox.deliver(_DELIVER_S)
        shown = _shown(found)
        is_due = before.get("shown") != shown or now.timestamp() - before.get("shown_s", 0.0) > _SHOW_AGAIN_S
        after = {
            "away": due.away_since_s,
            "shown": shown,
            "shown_s": now.timestamp() if is_due else before["shown_s"],
        }
        return dg.SensorResult(
            cursor=json.dumps(after),
            skip_reason=_summary(found, len(due.told)),
            asset_events=[_observation(found)] if is_due else [],
        )

    return alerts_sensor


def _told(cursor: str | None) -> dict[str, Any]:
    """Nothing where a person has set the cursor to what is no JSON of ours."""
    try:
        told = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _shown(found: Sequence[Finding]) -> str:
    return content_hash([[one.key, one.level] for one in found])


def _summary(found: Sequence[Finding], told: int) -> str:
    counts = [
        f"{count} {words}"
        for level, words in ((Level.BROKEN, "broken"), (Level.WARNING, "to look at"), (Level.NOTE, "to know"))
        if (count := sum(one.level is level for one in found))
    ]
    return f"{', '.join(counts) or 'nothing is broken'}; {told} told now"


def _observation(found: Sequence[Finding]) -> dg.AssetObservation:
    rows = [
        dg.TableRecord(
            {
                "level": str(one.level),
                "what and where": f"{one.what}: {one.where}",
                "since": f"{datetime.fromtimestamp(one.since_s, UTC):%Y-%m-%d %H:%M}" if one.since_s else "-",
                "why, and what to do": f"{one.why}. To do: {one.remedy}",
            }
        )
        for one in found[:_MOST_ROWS]
    ]
    return dg.AssetObservation(
        asset_key=ours.key("broken_now"),
        metadata={
            "broken": sum(one.level is Level.BROKEN for one in found),
            "to_look_at": sum(one.level is Level.WARNING for one in found),
            "to_know": sum(one.level is Level.NOTE for one in found),
            "findings": dg.MetadataValue.table(rows, schema=SCHEMA),
            "looked_at": dg.MetadataValue.timestamp(time.time()),
        },
    )
