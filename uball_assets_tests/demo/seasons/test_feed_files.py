"""The generated league's files: both kinds, whole, and nothing in them that was known only later."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

from uball_assets.demo.seasons.feed_files import write_feed
from uball_assets.demo.seasons.generated import FIRST_DAY, GeneratedSeasons

LEAGUE = GeneratedSeasons(seed=5, teams=4, seasons=2, games_a_season=12)


def test_seasons_gone_by_are_csv_and_the_newest_is_json(tmp_path: Path) -> None:
    write_feed(tmp_path, LEAGUE.facts, FIRST_DAY + timedelta(days=3000))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "fixtures-season-1.csv",
        "fixtures-season-2.json",
        "player_lines-season-1.csv",
        "player_lines-season-2.json",
        "roster_moves.csv",
    ]
    with (tmp_path / "player_lines-season-1.csv").open() as file:
        lines = list(csv.DictReader(file))
    lines += json.loads((tmp_path / "player_lines-season-2.json").read_text())
    assert len(lines) == len(LEAGUE.facts.player_lines)


def test_what_was_known_later_is_not_in_it(tmp_path: Path) -> None:
    facts = LEAGUE.facts
    until = sorted(fixture.known_at for fixture in facts.fixtures)[len(facts.fixtures) // 2]
    write_feed(tmp_path, facts, until)
    text = "".join(path.read_text() for path in sorted(tmp_path.iterdir()))
    later = [fixture for fixture in facts.fixtures if fixture.is_final and fixture.known_at > until]
    assert later
    assert not any(fixture.known_at.isoformat() in text for fixture in later)
