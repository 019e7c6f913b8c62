"""`uball instance`: where Dagster keeps runs, events and ticks; moving them; letting old ones go.

Belongs here: words out. Not here: the move, the counting, the rule of what may go (`automation.storing`,
`domain.operating.purging`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, bytes_text, print_json, table

if TYPE_CHECKING:
    from uball_assets.automation.storing.figures import Figures
    from uball_assets.automation.storing.purging import Purge


@click.group()
def instance() -> None:
    """Dagster's own tables: where they are, how much is in them, moving them, letting old runs go."""


@instance.command()
@as_json
def show(*, as_json: bool) -> None:
    """Where runs, events, ticks and what runs print are kept, and how much there is."""
    from uball_assets.automation.storing.figures import figures
    from uball_assets.settings import load_settings

    found = figures(load_settings())
    if as_json:
        print_json(asdict(found))
        return
    click.echo("\n".join(_lines(found)))


@instance.command()
@click.option("--despite-damage", is_flag=True, help="Move of a damaged file of a run what can be read.")
@as_json
def move(*, despite_damage: bool, as_json: bool) -> None:
    """Take this home's Dagster from SQLite to the PostgreSQL that UBALL_INSTANCE_URL names.

    All of it: runs, events, ticks, partitions, what is switched on. It refuses while anything runs, goes on
    where it was interrupted, proves what arrived by a count and a hash of each table, and leaves the home's
    files as they are: without UBALL_INSTANCE_URL they are used again.
    """
    from uball_assets.adapters.machine.file_lock import only_one
    from uball_assets.automation.home_folder import folder_of_league
    from uball_assets.automation.moving.move import move_home
    from uball_assets.automation.storing.busy import what_works
    from uball_assets.domain.errors import Permanent, Transient
    from uball_assets.settings import load_settings

    settings = load_settings()
    if settings.instance_url is None:
        raise Permanent("say where to: UBALL_INSTANCE_URL=postgresql://user:password@host:port/database")
    folder = folder_of_league(settings)
    with only_one(folder / "dev.lock", "its Dagster is being moved to PostgreSQL: try again afterwards"):
        if busy := what_works(settings):
            raise Transient(f"nothing is moved while anything works: {'; '.join(busy)}")
        url = settings.instance_url.get_secret_value()
        done = move_home(folder, url, lambda line: click.echo(line, err=True), despite_damage=despite_damage)
    if as_json:
        print_json(asdict(done))
        return
    click.echo(table([asdict(each) for each in done.tables]))
    rows = sum(each.rows for each in done.tables)
    told = "and are as they were sent" if done.is_new else "of a move that was finished before"
    click.echo(f"\n{rows} rows are there, {told}. The home's files stay: delete them when you are sure.")
    for run_id, why in done.damage.items():
        click.echo(f"run {run_id} came without some of its events: {why}")


@instance.command()
@click.argument("league")
@click.option("--role", help="Its role in PostgreSQL, made before (uball_LEAGUE).")
@as_json
def admit(*, league: str, role: str | None, as_json: bool) -> None:
    """Let LEAGUE into the Dagster that leagues share, to its own rows alone, by its role in PostgreSQL.

    For the UBALL_INSTANCE_URL of webserver and daemon, whose role sees all leagues. Make the role first:
    CREATE ROLE uball_north LOGIN PASSWORD '…'. All may work on meanwhile. Repeat it after a move, a restore
    or `dagster instance migrate`: it fills in whose rows are.
    """
    from uball_assets.automation.storing.parting.admitting import admit as let_in
    from uball_assets.domain.errors import Permanent
    from uball_assets.settings import load_settings
    from uball_assets.settings.deployment.leagues import league_name

    settings = load_settings()
    try:
        name = league_name(league)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="LEAGUE") from None
    if settings.instance_url is None:
        raise Permanent(
            "SQLite's files have no roles: use PostgreSQL (UBALL_INSTANCE_URL, `uball instance move`)"
        )
    role = role or f"uball_{name.replace('-', '_')}"
    url = settings.instance_url.get_secret_value()
    found = let_in(url, name, role, lambda line: click.echo(line, err=True))
    if as_json:
        print_json(asdict(found))
        return
    click.echo(f"{role} is shown rows of league {name} alone, and writes no others.")
    click.echo(f"This database is asked here {found.text}.")


@instance.command()
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would leave; change nothing.")
@click.option("--days", type=click.IntRange(1), help="Runs that ended longer ago (UBALL_KEEP_RUNS_DAYS).")
@click.option("--keep", type=click.IntRange(1), help="At most so many ended runs stay (UBALL_KEEP_RUNS).")
@as_json
def purge(*, is_dry_run: bool, days: int | None, keep: int | None, as_json: bool) -> None:
    """Let old runs, their logs, ended backfills and ticks leave Dagster, by age and by count.

    Never one that something needs: a run that holds a game's newest event or a check's newest verdict, one of
    an open backfill, one that another repeats. Open runs are not touched, and may go on meanwhile.
    """
    from uball_assets.automation.instance import open_instance
    from uball_assets.automation.storing.purging import carry_out, keep_of, plan_purge
    from uball_assets.resources import record
    from uball_assets.settings import load_settings

    settings = load_settings()
    told = {"keep_runs_days": days, "keep_runs": keep}
    settings = settings.model_copy(update={name: value for name, value in told.items() if value})
    with open_instance(settings) as dagster:
        found = plan_purge(dagster, record(settings), keep_of(settings))
        if not is_dry_run:
            carry_out(dagster, found, lambda line: click.echo(line, err=True))
    if as_json:
        print_json({**asdict(found), "is_done": not is_dry_run})
        return
    click.echo("\n".join(_purged(found, is_done=not is_dry_run)))


def _purged(found: Purge, *, is_done: bool) -> list[str]:
    verb = "left" if is_done else "would leave"
    stay = [f"{count} old runs stay: {why}" for why, count in found.kept.items()]
    files = bytes_text(found.files_bytes)
    return [
        f"{len(found.runs)} of {found.ended} ended runs {verb}, with {files} of files here",
        f"{len(found.backfills)} backfills and {len(found.ticks)} ticks {verb}",
        *stay,
    ]


def _lines(found: Figures) -> list[str]:
    lines = [f"{found.place}: {bytes_text(found.size_bytes)}" + (", moved there" if found.is_moved else "")]
    if found.access:
        lines.append(f"asked {found.access.text}")
    if found.left_at_home_bytes:
        lines.append(f"the home still has the files of before: {bytes_text(found.left_at_home_bytes)}")
    lines.append(f"what runs print: {found.logs}")
    if found.oldest_run_s:
        lines.append(f"the oldest run is of {datetime.fromtimestamp(found.oldest_run_s, UTC):%Y-%m-%d}")
    return [*lines, "", table([{"what": what, "count": str(count)} for what, count in found.counts.items()])]
