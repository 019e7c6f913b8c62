"""`uball backup` and `uball restore`.

Belongs here: words in and out. Not here: backups (`automation.backups`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, bytes_text, print_json, table
from uball_assets.domain.backup.manifest import PARTS

if TYPE_CHECKING:
    from uball_assets.settings import Settings

_TELL_EVERY_S = 5.0
_MOST_SHOWN = 40


@click.command()
@click.option("--list", "is_listing", is_flag=True, help="Show the backups that are there; make none.")
@click.option("--keep", type=click.IntRange(1), help="So many, the newest (UBALL_BACKUP_KEEP).")
@click.option("--anew", is_flag=True, help="Read and write all of it again, sealed for the keys of now.")
@click.option("--adopt", is_flag=True, help="Go on in a place whose backups this home did not make.")
@click.option("--take-over", is_flag=True, help="Though another machine says that it is writing there.")
@as_json
def backup(
    *, is_listing: bool, keep: int | None, anew: bool, adopt: bool, take_over: bool, as_json: bool
) -> None:
    """Back the league up to UBALL_BACKUP_URL, while it works: the record, plays, models, documents of games,
    tables, keys to the pages, Dagster's runs and partitions.

    Only what changed is written. Not in it are videos, what is made again, and secrets (docs/backup.md).
    """
    from uball_assets.settings import load_settings

    settings = load_settings()
    if is_listing:
        _show(settings, as_json=as_json)
        return
    from uball_assets.automation.backups.taking import back_up

    begun_s = time.monotonic()
    told = _telling("items")
    done = back_up(
        settings, keep=keep, anew=anew, adopts=adopt, takes_over=take_over, watch=lambda items: told(items, 0)
    )
    took_s = time.monotonic() - begun_s
    if as_json:
        print_json(
            {
                "number": done.manifest.number,
                "taken_at": done.manifest.taken_at,
                "items": len(done.manifest.items),
                "unchanged_items": done.kept_items,
                "size_bytes": done.manifest.size_bytes,
                "written_bytes": done.written_bytes,
                "took_s": round(took_s, 2),
                "is_sealed": done.is_sealed,
                "remarks": list(done.manifest.remarks),
                "backups_taken_away": done.retained.backups,
                "freed_bytes": done.retained.freed_bytes,
            }
        )
        return
    click.echo(
        f"backup {done.manifest.number}: {bytes_text(done.manifest.size_bytes)} in "
        f"{len(done.manifest.items)} items, {done.kept_items} as they were; "
        f"{bytes_text(done.written_bytes)} written in {took_s:.1f} s"
    )
    for remark in done.manifest.remarks:
        click.echo(f"  {remark}")
    if done.retained.backups:
        gone = ", ".join(map(str, done.retained.backups))
        click.echo(f"  taken away: {gone}; {bytes_text(done.retained.freed_bytes)} are free again")
    if not done.is_sealed:
        click.echo("  it is not sealed: UBALL_BACKUP_RECIPIENTS names no key")


def _show(settings: Settings, *, as_json: bool) -> None:
    from uball_assets.automation.backups.places import target_of

    target = target_of(settings)
    stored = target.stored()
    if as_json:
        print_json([vars(one) for one in stored])
        return
    rows = [
        {"backup": one.number, "taken (UTC)": one.taken_at[:19], "holds": bytes_text(one.size_bytes)}
        for one in stored
    ]
    click.echo(table(rows) or "There is no backup yet.")


@click.command()
@click.option("--backup", "number", type=click.IntRange(1), help="That one (`uball backup --list`).")
@click.option("--at", help="The record as it was then: 2026-11-29T14:30+01:00, or with Z for UTC.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="That alone; several may be.")
@click.option(
    "--aside",
    type=click.Path(path_type=Path, file_okay=False),
    help="Into this folder, as a home of its own, whatever the settings say.",
)
@as_json
def restore(
    *, number: int | None, at: str | None, parts: tuple[str, ...], aside: Path | None, as_json: bool
) -> None:
    """Put the league together from a backup, the newest if none is named, into UBALL_HOME and the stores that
    the settings name, where nothing may be yet.

    Killed, it goes on when it is run again. Sealed backups need UBALL_BACKUP_IDENTITY.
    """
    from uball_assets.automation.backups.restoring import restore_league
    from uball_assets.domain.backup.moments import moment_of
    from uball_assets.settings import load_settings

    begun_s = time.monotonic()
    done = restore_league(
        load_settings(),
        number=number,
        at=moment_of(at) if at else None,
        parts=parts,
        aside=aside,
        watch=_telling("items"),
    )
    took_s = time.monotonic() - begun_s
    if as_json:
        print_json(
            {
                "backups": dict(done.plan.backups),
                "taken_at": done.manifest.taken_at,
                "record": dict(done.plan.record),
                "doubtful": done.doubtful,
                "clips": done.manifest.clips,
                "size_bytes": done.size_bytes,
                "took_s": round(took_s, 2),
            }
        )
        return
    of = ", ".join(f"{part} of {one}" for part, one in sorted(done.plan.backups.items()))
    click.echo(f"restored: {of}; {bytes_text(done.size_bytes)} in {took_s:.1f} s")
    click.echo(f"  the backup, of {done.manifest.league}, was taken at {done.manifest.taken_at}")
    for kind, entries in done.doubtful.items():
        click.echo(f"  {kind}: {entries} entries tell a later moment; a clock was ahead, their order counts")
    if done.manifest.clips != "all" and "training" in done.plan.backups:
        click.echo("  clips are not in it: `uball verify --repair` has them cut again from the videos")


def prove(context: click.Context, *, as_json: bool) -> None:
    """`uball verify --backup`: every byte of the newest, put together aside, beside the living league."""
    from dataclasses import asdict

    from uball_assets.automation.backups.restoring import prove_backup
    from uball_assets.settings import load_settings

    proof = prove_backup(load_settings(), watch=_telling("blobs"))
    if as_json:
        print_json(asdict(proof))
    else:
        click.echo(
            f"backup {proof.number} of {proof.taken_at}: {bytes_text(proof.size_bytes)} in {proof.items} "
            f"items; {proof.compared} compared with the league, {proof.changed_since} changed since: "
            + (f"{len(proof.wrong)} wrong" if proof.wrong else "sound")
        )
        for line in proof.wrong[:_MOST_SHOWN]:
            click.echo(f"  {line}")
        if proof.wrong:
            click.echo("`uball backup --anew` writes a whole one beside it")
    if proof.wrong:
        context.exit(1)


def _telling(what: str) -> Callable[[int, int], None]:
    """A line on stderr every few seconds; `of` 0 where nobody knows how many there will be."""
    told_s = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s >= _TELL_EVERY_S:
            told_s = time.monotonic()
            click.echo(f"{done} of {of} {what}" if of else f"{done} {what}", err=True)

    return tell
