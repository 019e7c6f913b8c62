"""A generated league as the files of a feed: CSV, and JSON for the newest season, as leagues send both.

Belongs here: files. Not here: what is in them (`generated`), reading them (`adapters.results`).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.tables import rows_of


def write_feed(folder: Path, facts: LeagueFacts, until: datetime) -> None:
    """What was known by `until`, season by season; a file that is there is written anew."""
    folder.mkdir(parents=True, exist_ok=True)
    known = LeagueFacts(
        fixtures=tuple(one for one in facts.fixtures if one.known_at <= until),
        player_lines=tuple(one for one in facts.player_lines if one.known_at <= until),
        roster_moves=tuple(one for one in facts.roster_moves if one.known_at <= until),
    )
    season_of = {fixture.game_id: fixture.season for fixture in known.fixtures}
    seasons = list(dict.fromkeys(season_of.values()))
    for season in seasons:
        write = _write_json if season == seasons[-1] else _write_csv
        name = season.replace(" ", "-")
        fixtures = [one for one in known.fixtures if one.season == season]
        lines = [one for one in known.player_lines if season_of[one.game_id] == season]
        write(folder / f"fixtures-{name}", rows_of(fixtures))
        write(folder / f"player_lines-{name}", rows_of(lines))
    _write_csv(folder / "roster_moves", rows_of(known.roster_moves))


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({name: _told(value) for name, value in row.items()} for row in rows)


def _write_json(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    told = [{name: _told(value) for name, value in row.items()} for row in rows]
    path.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
