"""Opening the plays database by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a plays database does (`plays_db`).
"""

from __future__ import annotations

from pathlib import Path

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Circuits
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.domain.errors import Permanent


def open_plays_db(
    url: str,
    *,
    supabase_url: str | None = None,
    supabase_key: str | None = None,
    timeout_s: float = 10.0,
    circuits: Circuits | None = None,
) -> PlaysDb:
    """The database behind a setting: `sqlite:///` and a path as it is (`sqlite:////data/p.db`: absolute), or
    `supabase`, which needs its project's address and key; `timeout_s` is what one answer of it may take.
    `circuits`: the league's, of which Supabase has one.

    Permanent for an address that no database answers to. Nothing is asked of Supabase yet.
    """
    path = url.removeprefix("sqlite:///")
    if url.startswith("sqlite:///") and path:
        from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb

        return SqlitePlaysDb(Path(path).expanduser())
    if url == "supabase":
        from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb

        circuit = circuits.of("supabase") if circuits else ALWAYS_ASKED
        return SupabasePlaysDb(supabase_url or "", supabase_key or "", timeout_s, circuit=circuit)
    raise Permanent(f"{url!r} is no plays database: use sqlite:/// and a path, or supabase")
