"""`uball warehouse`: what lies in the tables of games, lines, features and forecasts.

Belongs here: the commands. Not here: tables (`adapters.warehouse`), writing them (the assets).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json, table

if TYPE_CHECKING:
    from uball_assets.adapters.warehouse.warehouse import Standing, Warehouse
    from uball_assets.domain.tables import Table

_SHOWN = 3
"""Rows beside their columns."""


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def warehouse(context: click.Context, *, as_json: bool) -> None:
    """The tables of games, lines, features and forecasts: how many rows, of which days, how new."""
    if context.invoked_subcommand:
        return
    rows = [_row(standing) for standing in _open().tables()]
    if as_json:
        print_json(rows)
    else:
        click.echo(table(rows) or "nothing was written yet: `uball dev` shows the assets that do")


@warehouse.command()
@click.argument("name", metavar="TABLE")
@click.option("--aside", "is_aside", is_flag=True, help="The rows that were not taken, each with its reason.")
@as_json
def show(*, name: str, is_aside: bool, as_json: bool) -> None:
    """A table's columns with what stands in each, beside rows of its newest day (--json: all rows of it)."""
    opened = _open()
    standing = _standing(opened, name)
    if is_aside:
        rows = opened.aside(standing.table)
        shown = ("what", "why", "remedy", "row_source", "row_written_at")
        short = [{column: _plain(row[column]) for column in shown} for row in rows]
        print_json(_plain_rows(rows)) if as_json else click.echo(table(short) or "nothing is kept aside")
        return
    rows = opened.read(standing.table, since=standing.until)
    if as_json:
        print_json(
            {**_row(standing), "columns": _columns(standing.table, []), "newest_rows": _plain_rows(rows)}
        )
        return
    click.echo(standing.table.says)
    click.echo(facts([(key, str(value)) for key, value in _row(standing).items()]))
    click.echo()
    click.echo(table(_columns(standing.table, rows[-_SHOWN:])))


@warehouse.command()
@click.argument("question")
@as_json
def sql(*, question: str, as_json: bool) -> None:
    """Asks QUESTION, one SELECT of DuckDB's: uball warehouse sql "select team_id, sum(twos_made) from
    player_lines group by 1". Nothing can be written by it."""
    from uball_assets.adapters.warehouse.questions import ask
    from uball_assets.domain.errors import Permanent
    from uball_assets.settings import load_settings

    url = load_settings().warehouse_url
    if "://" in url:
        raise Permanent(f"{url} answers questions itself: bq query --use_legacy_sql=false '…'")
    columns, found = ask(Path(url), question)
    rows = [{name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in found]
    print_json(rows) if as_json else click.echo(table(rows) or "no row")


@warehouse.command()
@click.argument("name", metavar="TABLE")
@click.argument("month", metavar="YYYY-MM")
@as_json
def give_up(*, name: str, month: str, as_json: bool) -> None:
    """Takes a month whose file is damaged out of TABLE; its rows are gone until they are made again."""
    from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
    from uball_assets.domain.errors import Permanent

    opened = _open()
    if not isinstance(opened, DuckDbWarehouse):
        raise Permanent("only a folder has files that can be damaged")
    rows = opened.give_up(name, month)
    if as_json:
        print_json({"table": name, "month": month, "rows": rows})
        return
    click.echo(f"{name} is without {month} now: {rows:,} rows; materialize that month's games again")


def _open() -> Warehouse:
    from uball_assets.resources import warehouse as open_it
    from uball_assets.settings import load_settings

    return open_it(load_settings())


def _standing(opened: Warehouse, name: str) -> Standing:
    from uball_assets.domain.errors import Permanent

    found = {standing.table.name: standing for standing in opened.tables()}
    if name not in found:
        raise Permanent(f"there is no table {name}: there are {', '.join(found) or 'none yet'}")
    return found[name]


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "table": standing.table.name,
        "rows": standing.rows,
        "from": _plain(standing.since),
        "to": _plain(standing.until),
        "newest": _plain(standing.newest),
        "key": ", ".join(standing.table.key),
    }


def _columns(of: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line a column, with its values in these rows."""
    return [
        {
            "column": name,
            "form": str(column.form),
            "what stands there": column.says,
            **{f"row {number}": _plain(row[name]) for number, row in enumerate(rows, 1)},
        }
        for name, column in of.columns.items()
    ]


def _plain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
