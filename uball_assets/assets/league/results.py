"""The asset `results`: the schedule, results, lines and rosters of the league, asked of its sources.

Belongs here: the run, and what a person is shown of it. Not here: asking and grading
(`services.league.collecting`), what is missing (`domain.league.gaps`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from pydantic import Field

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.common import described, quarantine_metadata
from uball_assets.assets.league.common import LEAGUE
from uball_assets.domain.league.grade import DayReport
from uball_assets.domain.operating.late_results import LATE_RESULTS, late_entry
from uball_assets.resources import results_sources
from uball_assets.services.league.collecting import Asked, Collected, collect
from uball_assets.settings import Settings

ASKED_SCHEMA = described(
    {
        "source": ("string", "in the order in which they are asked"),
        "rows": ("int", "that it answered with"),
        "gave less, because": ("string", "nothing where all went well"),
    }
)
DAY_SCHEMA = described(
    {
        "day": ("string", "of the games, UTC"),
        "grades": ("string", "how many games of each letter; F stays out and is asked for again"),
        "missing": ("string", "what should be there and is not"),
    }
)
_MOST_DAYS = 14


class ResultsConfig(dg.Config):
    history_days: int = Field(
        default=0,
        description="So many days back, all anew; 0: what is missing of the last week, and the schedule of "
        "the next.",
    )


@dg.asset(
    **LEAGUE,
    kinds={"table"},
    description="The league's schedule, results, lines and roster moves, each with the moment since when it "
    "was known. Only what is missing is asked for; history_days asks for so many days anew. In the "
    "warehouse: fixtures, team_lines, player_lines, roster_moves. What no rule accepts is a dead letter.",
)
def results(
    context: dg.AssetExecutionContext,
    config: ResultsConfig,
    warehouse: dg.ResourceParam[Warehouse],
    training: dg.ResourceParam[ObjectStore],
    plays_db: dg.ResourceParam[PlaysDb],
    settings: dg.ResourceParam[Settings],
    registry: dg.ResourceParam[Registry],
) -> dg.MaterializeResult[None]:
    found = collect(
        results_sources(settings, plays_db),
        warehouse,
        training,
        settings.calendar,
        datetime.now(UTC),
        history_days=config.history_days or None,
        run=context.run.run_id,
        zone=settings.zone,
        tip_off=settings.assumed_tip_off,
    )
    registry.append_change(LATE_RESULTS, late_entry(found.gaps))
    return dg.MaterializeResult(metadata=_metadata(found))


def _metadata(found: Collected) -> dict[str, Any]:
    written = {name: each.added + each.changed for name, each in found.written.items()}
    columns = [
        f"{name}: {', '.join(each.new_columns)}" for name, each in found.written.items() if each.new_columns
    ]
    return {
        "games_changed": len(found.games),
        **{f"new/{name}": count for name, count in sorted(written.items())},
        "sources": dg.MetadataValue.table([_asked(one) for one in found.asked], schema=ASKED_SCHEMA),
        "days": dg.MetadataValue.table(_days(found.days), schema=DAY_SCHEMA),
        "gaps": len(found.gaps),
        "late": "; ".join(gap.says for gap in found.late) or "nothing",
        "dead_letters": len(found.dead_letters),
        **({"new_columns": "; ".join(columns)} if columns else {}),
        **({"notices": "; ".join(found.notices)} if found.notices else {}),
        **quarantine_metadata(found.quarantined),
    }


def _asked(one: Asked) -> dg.TableRecord:
    return dg.TableRecord({"source": one.source, "rows": one.rows, "gave less, because": one.why})


def _days(days: Sequence[DayReport]) -> list[dg.TableRecord]:
    """The newest first."""
    return [
        dg.TableRecord(
            {
                "day": str(day.day),
                "grades": ", ".join(f"{count} {letter}" for letter, count in day.letters.items()),
                "missing": "; ".join(day.missing),
            }
        )
        for day in sorted(days, key=lambda one: one.day, reverse=True)[:_MOST_DAYS]
    ]
