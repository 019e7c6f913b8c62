"""Whether the plays database is there, whole, and lets the platform do its work.

Belongs here: what is asked of any plays database, and what a Supabase key may do. Not here: the databases
(`plays_db`), or whether a play is sound (`domain.plays.plays`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.plays.supabase_tables import SERVICE_ROLE, role_of
from uball_assets.services.doctor.findings import Finding, fault, ok, warn

NOBODY = "00000000-0000-0000-0000-000000000000"
"""A game and team that no league has: asking for it looks at a table's columns, and at no row."""
_MODEL = "doctor"
_REMEDY = "set SUPABASE_SERVICE_KEY to the project's secret key: sb_secret_..., or the service_role token"


def look_at_plays(plays_db: PlaysDb) -> Iterator[Finding]:
    """Asks every table for every column, and writes no annotations of no game. Raises as databases do."""
    game_ids = plays_db.game_ids()
    if game_ids:
        yield ok("plays: games", f"{len(game_ids)}")
    else:
        seen = "the table is empty, or row level security hides it from this key"
        yield warn("plays: games", seen, "bring in a game; if there are some, look at the key")
    game_id = game_ids[-1] if game_ids else NOBODY
    yield ok("plays: plays", f"{len(plays_db.plays(game_id))} of game {game_id}")
    yield ok("plays: video_metadata", f"{len(plays_db.videos(game_id))} cameras of game {game_id}")
    plays_db.players([NOBODY])
    yield ok("plays: players", "all columns are there")
    plays_db.write_annotations(NOBODY, _MODEL, [])
    plays_db.annotations(NOBODY, _MODEL)
    yield ok("plays: annotations", "all columns are there, and they may be written")
    yield ok("plays: model_versions", f"{len(plays_db.model_versions())}")


def look_at_plays_file(path: Path, plays_db: PlaysDb) -> Iterator[Finding]:
    """As `look_at_plays`, for a file that the first import makes."""
    if path.exists():
        yield from look_at_plays(plays_db)
    else:
        yield ok("plays: games", f"none yet; the first import makes {path}")


def look_at_key(key: str) -> Iterator[Finding]:
    """Whom a Supabase key speaks for, by its form; whether it is valid, the project says."""
    role = role_of(key)
    if role == SERVICE_ROLE:
        yield ok("plays: key", "the server's own: row level security hides nothing from it")
    elif role == "unknown":
        yield warn("plays: key", "it does not say whom it speaks for", _REMEDY)
    else:
        seen = f"it speaks for {role}: row level security may hide rows from it, without a word"
        yield fault("plays: key", seen, _REMEDY)
