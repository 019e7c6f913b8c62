"""`uball results`: how the league's results of the last days came in; `uball results collect`: ask now.

Belongs here: words out. Not here: collecting (`services.league.collecting`), a day's report
(`domain.league.grade`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.domain.league.grade import DayReport
    from uball_assets.services.league.collecting import Collected

_DAYS = 7


@click.group(invoke_without_command=True)
@click.option("--days", default=_DAYS, show_default=True, type=click.IntRange(1), help="Back from today.")
@as_json
@click.pass_context
def results(context: click.Context, *, days: int, as_json: bool) -> None:
    """Results by day: the games' grades, and what is missing. Nobody is asked."""
    if context.invoked_subcommand:
        return
    from uball_assets.resources import warehouse
    from uball_assets.services.league.collecting import reported

    settings = load()
    found, gaps = reported(warehouse(settings), settings.calendar, datetime.now(UTC), days)
    if as_json:
        print_json([_told(one) for one in found])
        return
    click.echo(table([_row(one) for one in found]) if found else "No game was played in these days.")
    for gap in gaps:
        click.echo(f"{'late: ' if gap.is_late else ''}{gap.says}")


@results.command()
@click.option("--days", type=click.IntRange(1), help="So many days back, all anew; else what is missing.")
@as_json
def collect(*, days: int | None, as_json: bool) -> None:
    """Ask the sources of results now, in the order of UBALL_RESULTS_SOURCES."""
    from uball_assets.resources import results_sources, training_store, warehouse
    from uball_assets.services.league.collecting import collect as collect_all

    settings = load()
    done = collect_all(
        results_sources(settings),
        warehouse(settings),
        training_store(settings),
        settings.calendar,
        datetime.now(UTC),
        history_days=days,
        zone=settings.zone,
        tip_off=settings.assumed_tip_off,
        run="uball results collect",
    )
    if as_json:
        print_json(_said(done))
        return
    for asked in done.asked:
        click.echo(f"{asked.source}: {asked.rows} rows{f'; {asked.why}' if asked.why else ''}")
    new = ", ".join(f"{one.added} {name.replace('_', ' ')}" for name, one in done.written.items())
    click.echo(f"new: {new or 'nothing'}")
    if done.quarantined:
        letters = f"; {len(done.dead_letters)} dead letters" if done.dead_letters else ""
        click.echo(f"quarantined: {len(done.quarantined)}{letters} (uball dead-letters list)")
    for gap in done.gaps:
        click.echo(f"{'late: ' if gap.is_late else ''}{gap.says}")


def _row(report: DayReport) -> dict[str, str]:
    letters = ", ".join(f"{count} {letter}" for letter, count in report.letters.items())
    why = "; ".join(f"{game_id}: {whys[0]}" for game_id, whys in report.reasons.items() if whys)
    return {"day": str(report.day), "grades": letters, "missing": str(len(report.missing)), "why": why}


def _told(report: DayReport) -> dict[str, Any]:
    return {
        "day": str(report.day),
        "letters": report.letters,
        "missing": list(report.missing),
        "reasons": {game_id: list(whys) for game_id, whys in report.reasons.items()},
    }


def _said(done: Collected) -> dict[str, Any]:
    return {
        "asked": [vars(one) for one in done.asked],
        "new": {name: one.added for name, one in done.written.items()},
        "games": sorted(done.games),
        "quarantined": [one.as_row() for one in done.quarantined],
        "dead_letters": done.dead_letters,
        "notices": done.notices,
        "gaps": [{"says": gap.says, "is_late": gap.is_late} for gap in done.gaps],
        "grades": {game_id: one.letter for game_id, one in done.grades.items()},
    }
