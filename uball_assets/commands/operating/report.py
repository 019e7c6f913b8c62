"""`uball report`: how runs went, day by day, how long they took, and the league's goals.

Belongs here: words out. Not here: the sums (`domain.run_figures`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.operating.period import show_period

if TYPE_CHECKING:
    from uball_assets.domain.run_figures import RunReport, Spread
    from uball_assets.settings import Settings

_MOST_RUNS = 5000
"""The newest that are read, however long the record is."""


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How far back.")
@click.option("--daily", "period", flag_value="daily", help="The report of the last 24 hours, as it is sent.")
@click.option("--weekly", "period", flag_value="weekly", help="The same of the last 7 days.")
@click.option("--html", "page", type=click.Path(path_type=Path), help="With either: also as a page, here.")
@click.option(
    "--send", "is_sent", is_flag=True, help="With either: the newest whole one, to every channel, once."
)
@as_json
def report(*, days: int, period: str | None, page: Path | None, is_sent: bool, as_json: bool) -> None:
    """How the runs of the last days went (success, errors, memory, durations), held against the goals; or,
    with --daily or --weekly, what came in, trainings, money and what to look at.
    """
    if period:
        show_period(period, page, is_sent=is_sent, as_json=as_json)
        return
    if page or is_sent:
        raise click.UsageError("--html and --send go with --daily or --weekly")
    from uball_assets.settings import load_settings

    found = read_report(load_settings(), days)
    if as_json:
        print_json(found.to_dict())
        return
    if found.days:
        click.echo(table([_day(day) for day in map(vars, found.days)]) + "\n")
        timed = {**{f"{job} (run)": one for job, one in found.jobs.items()}, **found.steps}
        click.echo(table([{"what": what, **_times(one)} for what, one in timed.items()]) + "\n")
    else:
        click.echo(f"No run has ended in the last {days} days.\n")
    words = {True: "met", False: "MISSED", None: "-"}
    click.echo(table([{**vars(one), "met": words[one.met]} for one in found.against]))


def read_report(settings: Settings, days: int) -> RunReport:
    """Runs that were killed are put on the record by whoever asks first."""
    from datetime import UTC, datetime, timedelta

    from uball_assets.automation.instance import open_instance
    from uball_assets.automation.run_records import RunRecords
    from uball_assets.domain.record import DECISIONS
    from uball_assets.domain.run_figures import RUNS, RunFigures, run_report
    from uball_assets.resources import plays_database, record

    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    registry = record(settings)
    with open_instance(settings) as instance:
        RunRecords(registry, plays_database(settings)).enter_killed(instance, since)
    newest = registry.since(RUNS, max(0, registry.count(RUNS) - _MOST_RUNS))
    runs = [run for run in map(RunFigures.from_dict, newest) if run.ended_at_s >= since.timestamp()]
    states = registry.newest_by_subject("games").values()
    decisions = [
        entry
        for entry in registry.entries(DECISIONS)
        if datetime.fromisoformat(entry["recorded_at"]) >= since
    ]
    return run_report(
        runs,
        [state["grade"] for state in states if state.get("grade") and state.get("rows")],
        len(decisions),
        since.timestamp(),
        now.timestamp(),
        settings.goals,
    )


def _day(day: dict[str, Any]) -> dict[str, str]:
    ended = ", ".join(f"{count} {outcome}" for outcome, count in day["outcomes"].items())
    memory = f"{day['peak_memory_mb']:,.0f} MB" if day["peak_memory_mb"] else "-"
    return {"day": day["day"], "runs": ended, **_times(day["duration"]), "memory at most": memory}


def _times(one: Spread) -> dict[str, str]:
    return {
        "number": str(one.count),
        "half within": _seconds(one.p50_s),
        "95 %": _seconds(one.p95_s),
        "99 %": _seconds(one.p99_s),
    }


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds < 120 else f"{seconds / 60:,.1f} min"
