"""`uball costs`: what the league has spent, on what, what it may still spend, and what things cost.

Belongs here: words out. Not here: adding up (`domain.spending.spending`) or prices (`domain.spending.cost`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json, table

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Entry
    from uball_assets.domain.spending.cost import Ceilings
    from uball_assets.domain.spending.spending import Spending, Spent
    from uball_assets.domain.spending.usage import Charge
    from uball_assets.settings import Settings

_MOST_SUBJECTS = 10
_A_MACHINES_HOUR = {"service": "machine", "what": "compute", "usd": 0.2, "as_of": "2026-11-28"}
"""An example: no trustworthy price of one was found (`service_prices`)."""


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=31,
    show_default=True,
    help="How far the tables by day, game and batch reach back.",
)
@as_json
def costs(*, days: int, as_json: bool) -> None:
    """What was spent, by month, kind and subject; with storage, egress and compute by day, game and batch.

    Then the ceilings, and the prices with their sources.
    """
    from datetime import UTC, datetime

    from uball_assets.automation.alerts import charges
    from uball_assets.domain.spending.cost import parse_prices
    from uball_assets.domain.spending.spending import spending
    from uball_assets.resources import record
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    entries = recorded_costs(settings)
    spent, month = spending(entries), month_so_far(settings, entries)
    prices = [price.as_row() for price in parse_prices(settings.prices)]
    of_services = [price.as_row() for price in settings.service_price_table]
    found = charges(settings, record(settings), days, datetime.now(UTC))
    lately, hours = sums(found), sum(charge.amount for charge in found if charge.what == "compute")
    if as_json:
        told = {"this_month": month, "days": days, "compute_hours": round(hours, 3), **lately}
        print_json({**spent.to_dict(), **told, "prices": prices, "service_prices": of_services})
        return
    _show(spent)
    _show_lately(lately, days)
    click.echo("\n" + facts(month_lines(month)) + "\n")
    click.echo(table([_priced(price) for price in prices]) + "\n")
    click.echo(table([_service_priced(price) for price in of_services]))
    if not any(price["service"] == "machine" for price in of_services):
        click.echo(
            f"Compute is counted in hours, {hours:.1f} of the last {days} days' runs, and has no price until "
            "UBALL_PRICES names what an hour of yours costs, for example\n"
            f"  UBALL_PRICES='{json.dumps([_A_MACHINES_HOUR])}'"
        )
    click.echo("Other prices are unknown: UBALL_PRICES adds them. No paid job is submitted without one.")


def recorded_costs(settings: Settings) -> list[Entry]:
    """What the record says was spent."""
    from datetime import UTC, datetime

    from uball_assets.adapters.record.bills import COSTS
    from uball_assets.adapters.record.registry import StoreRegistry
    from uball_assets.resources import training_store

    return StoreRegistry(training_store(settings), now=lambda: datetime.now(UTC)).entries(COSTS)


def month_so_far(settings: Settings, entries: list[Entry]) -> dict[str, Any]:
    """This calendar month (UTC), in USD, and both ceilings."""
    from datetime import UTC, datetime

    from uball_assets.domain.spending.spending import month_of, spent_in

    month, ceilings = month_of(datetime.now(UTC).date()), ceilings_of(settings)
    spent_usd = spent_in(entries, month)
    return {
        "month": month,
        "spent_usd": spent_usd,
        "remaining_usd": max(0.0, ceilings.month_usd - spent_usd),
        "ceiling_month_usd": ceilings.month_usd,
        "ceiling_job_usd": ceilings.job_usd,
    }


def ceilings_of(settings: Settings) -> Ceilings:
    from uball_assets.domain.spending.cost import Ceilings

    return Ceilings(job_usd=settings.ceiling_job_usd, month_usd=settings.ceiling_month_usd)


def month_lines(month: dict[str, Any]) -> list[tuple[str, str]]:
    """`month_so_far`, for a person."""
    from uball_assets.domain.spending.cost import money

    spent, ceiling = money(month["spent_usd"]), money(month["ceiling_month_usd"])
    left, job = money(month["remaining_usd"]), money(month["ceiling_job_usd"])
    return [
        (
            "this month",
            f"{spent} spent in {month['month']} of {ceiling} (UBALL_CEILING_MONTH_USD), {left} remain",
        ),
        ("a job", f"at most {job} (UBALL_CEILING_JOB_USD)"),
    ]


def _show(spent: Spending) -> None:
    from uball_assets.domain.spending.cost import money

    if not spent.by_what:
        click.echo("Nothing was spent yet.")
        return
    click.echo(table([{"month": each.month, "on": each.what, **_numbers(each)} for each in spent.by_month]))
    dearest = spent.by_subject[:_MOST_SUBJECTS]
    click.echo("\n" + table([{"for": each.subject, "on": each.what, **_numbers(each)} for each in dearest]))
    if len(spent.by_subject) > _MOST_SUBJECTS:
        click.echo(f"and {len(spent.by_subject) - _MOST_SUBJECTS} more; --json lists them all")
    by_what = ", ".join(f"{each.what} {money(each.usd)}" for each in spent.by_what)
    click.echo(f"\nIn all {money(spent.usd)}: {by_what}.")


def sums(charges: list[Charge]) -> dict[str, Any]:
    """By day, game and batch, and what has no price."""
    from dataclasses import asdict

    from uball_assets.domain.spending.usage import totals, unpriced

    return {
        "by_day": [asdict(total) for total in totals(charges, lambda charge: charge.day)],
        "by_game": [asdict(total) for total in totals(charges, lambda charge: charge.game_id)],
        "by_batch": [asdict(total) for total in totals(charges, lambda charge: charge.batch)],
        "unpriced": unpriced(charges),
    }


def _show_lately(lately: dict[str, Any], days: int) -> None:
    """The last days and batches, the dearest games; what costs nothing is left out."""
    from uball_assets.domain.spending.cost import money

    shown = {
        "day": lately["by_day"][::-1],
        "game": sorted(lately["by_game"], key=lambda total: -total["usd"]),
        "batch": lately["by_batch"],
    }
    for name, totals in shown.items():
        rows = [
            {name: total["name"], "spent": money(total["usd"]), "on": _parts(total["by_what"])}
            for total in totals
            if total["usd"]
        ]
        if rows:
            click.echo("\n" + table(rows[:_MOST_SUBJECTS]))
        if len(rows) > _MOST_SUBJECTS:
            click.echo(
                f"and {len(rows) - _MOST_SUBJECTS} more of the last {days} days; --json lists them all"
            )
    if lately["unpriced"]:
        click.echo(f"\nWithout a price, so not in these sums: {'; '.join(lately['unpriced'])}.")


def _parts(by_what: dict[str, float]) -> str:
    from uball_assets.domain.spending.cost import money

    return ", ".join(f"{what} {money(usd)}" for what, usd in sorted(by_what.items()) if usd)


def _service_priced(price: dict[str, Any]) -> dict[str, str]:
    return {
        "service": price["service"],
        "for": price["what"],
        "a": price["unit"],
        "costs": f"${price['usd']:g}",
        "as of": price["as_of"],
        "source": price["source"],
    }


def _numbers(spent: Spent) -> dict[str, str]:
    from uball_assets.domain.spending.cost import money

    estimate = "" if spent.is_final else " (no bill yet)"
    cancelled = f", {spent.cancelled} cancelled" if spent.cancelled else ""
    jobs = f"{spent.tokens:,} tokens in {spent.jobs} job{'s' * (spent.jobs != 1)}{cancelled}"
    return {"spent": money(spent.usd) + estimate, "counted": jobs}


def _priced(price: dict[str, Any]) -> dict[str, str]:
    from uball_assets.domain.spending.cost import money

    return {
        "base model": price["model"],
        "for": price["what"],
        "a million tokens": money(price["usd_per_million_tokens"]),
        "as of": price["as_of"],
        "source": price["source"],
    }
