"""`uball keys`: who may use the pages and the HTTP API, and who changed what over it.

Belongs here: the commands. Not here: keys (`adapters.access.keys`), what a scope allows (`app.guard`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json, printable, table

if TYPE_CHECKING:
    from uball_assets.adapters.access.app_db import AppDb
    from uball_assets.adapters.access.keys import Key

_SCOPES = ("read", "review", "operate")


@click.group()
def keys() -> None:
    """Keys to the pages and the HTTP API: made, shown, revoked; and what was done with them."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(_SCOPES),
    help="read looks; review decides on plays; operate starts and cancels jobs. Several may be given.",
)
@click.option(
    "--days",
    type=click.FloatRange(0, 3660, min_open=True),
    default=365.0,
    show_default=True,
    help="Until its end.",
)
@as_json
def add(*, name: str, scopes: tuple[str, ...], days: float, as_json: bool) -> None:
    """A new key for NAME, a person or program: decisions and writes are signed with it. Shown this once.

    From the first key on, nobody works without one, on this machine neither.
    """
    from uball_assets.adapters.access.keys import Keys
    from uball_assets.domain.errors import Permanent

    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise Permanent("a key's name is what people read: 1 to 80 letters, on one line")
    with _db() as db:
        secret = Keys(db).add(name.strip(), scopes, days)
    if as_json:
        print_json({"key": secret, "name": name.strip(), "scopes": sorted(scopes), "days": days})
        return
    click.echo(secret)
    click.echo(
        "It is kept nowhere: copy it now. Log in with it, or send it: Authorization: Bearer …", err=True
    )


@keys.command(name="list")
@as_json
def list_(*, as_json: bool) -> None:
    """All keys, the newest last; none of them can be shown again."""
    from uball_assets.adapters.access.keys import Keys

    with _db() as db:
        rows = [_row(key) for key in Keys(db).all()]
    if as_json:
        print_json(rows)
    else:
        click.echo(table(rows) or "No key yet: on this machine alone nobody needs one.")


@keys.command()
@click.argument("key")
@as_json
def revoke(*, key: str, as_json: bool) -> None:
    """Ends KEY at once, by its name or its first letters (`uball keys list`); its logins too."""
    from uball_assets.adapters.access.keys import Keys

    with _db() as db:
        ended = Keys(db).revoke(key)
    if as_json:
        print_json({"name": ended.name, "prefix": ended.prefix, "revoked": True})
        return
    click.echo(f"{printable(ended.name)} ({ended.prefix}…) is revoked")


@keys.command()
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, help="So many.")
@click.option("--who", default="", help="Of one name only.")
@as_json
def audit(*, last: int, who: str, as_json: bool) -> None:
    """Who changed what over HTTP, when and how it ended; the newest first."""
    from uball_assets.adapters.access.audit import Audit

    with _db() as db:
        rows = Audit(db).newest(last, who)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    told = [
        {
            "when": _moment(row.at_s),
            "who": row.who,
            "key": row.key_prefix,
            "what": f"{row.method} {row.path}",
            "outcome": _outcome(row.outcome),
        }
        for row in rows
    ]
    click.echo(table(told) or "Nothing was changed over HTTP yet.")


def _outcome(status: int | None) -> str:
    return "cut off" if status is None else f"{status} {HTTPStatus(status).phrase}"


def _row(key: Key) -> dict[str, str]:
    if key.revoked_at_s is not None:
        state = f"revoked {_moment(key.revoked_at_s)}"
    else:
        state = "good" if key.is_good(time.time()) else "ended"
    return {
        "name": key.name,
        "key": f"{key.prefix}…",
        "scopes": " ".join(sorted(key.scopes)),
        "made": _moment(key.made_at_s),
        "ends": _moment(key.ends_at_s),
        "state": state,
    }


def _moment(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC"


@contextmanager
def _db() -> Iterator[AppDb]:
    from uball_assets.adapters.access.app_db import AppDb
    from uball_assets.settings import load_settings

    db = AppDb(load_settings().home / "app.db")
    try:
        yield db
    finally:
        db.close()
