"""What the demo's own home takes of the settings around it: how it learns, and nothing that leads elsewhere.

In a home that UBALL_HOME names it takes them as any league, so that it can try a cloud; in its own it writes
into no league's store, database or Dagster, whatever stands in the environment.

Belongs here: which settings lead out of a home. Not here: where the demo's is (`home`), reading them
(`all_settings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.settings.names import Fields, variable

_LEADS_ELSEWHERE = frozenset(
    {
        *("league_slug", "home_is_shared", "instance_folder", "instance_url", "logs_url", "dagster_url"),
        *("videos_url", "source_url", "training_url", "plays_url", "supabase_url", "supabase_service_key"),
        *("warehouse_url", "bigquery_url", "tracking_url", "results_sources", "backup_url", "app_url"),
        *("trainer", "base_model", "successor_base_model", "gcp_project_id", "vertex_url"),
        *("alert_webhook_url", "alert_slack_url", "alert_email_to"),
    }
)


def left_out(fields: Fields, given: Iterable[str]) -> list[str]:
    """Those of these variables that lead elsewhere."""
    return sorted({variable(fields, name) for name in _LEADS_ELSEWHERE} & set(given))


def without_these(fields: Fields, told: Mapping[str, Any]) -> dict[str, Any]:
    """`told`: by field or variable."""
    gone = _LEADS_ELSEWHERE | set(left_out(fields, told))
    return {name: value for name, value in told.items() if name not in gone}
