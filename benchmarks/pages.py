"""What a page of the league asks for, as the league grows: requests and processor time a page.

    python -m benchmarks.pages

Somebody turns pages and searches, one page a second for two minutes. Belongs here: making such a league's
record and counting. Not here: the other growing costs (`growth`).
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tabulate import tabulate

from benchmarks.growth.metered_store import Meter, MeteredStore
from uball_assets.adapters.record.log_reader import RECORD
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.app.pages.league_index import LeagueIndex
from uball_assets.domain.showing.game_list import PAGE, game_page
from uball_assets.resources import plays_database
from uball_assets.settings import Settings

SIZES = (100, 1_000, 10_000)
SECONDS = 120
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_MODEL = "basketball-model-v1-9games"


class Table:
    """The database, whose whole table of games is read now and then."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._database, self._count = plays_database(settings), count
        self.reads = 0

    def games(self) -> list[dict[str, Any]]:
        self.reads += 1
        return [
            {"id": f"g{number:05}", "date": f"2026-{1 + number % 12:02}-01", "team1_display_name": "Gray"}
            for number in range(self._count)
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


class League:
    """Of so many games, all processed and annotated, with a clock of its own."""

    def __init__(self, home: Path, count: int) -> None:
        settings = Settings(
            home=home,
            videos_url=str(home / "videos"),
            training_url=str(home / "training"),
            plays_url=f"sqlite:///{home / 'plays.db'}",
        )
        write(home, "games", (state(number) for number in range(count)))
        write(home, "annotations", (_annotated(number) for number in range(count)))
        model = {"name": _MODEL, "label": "v1-9games", "game_ids": [f"g{n:05}" for n in range(9)]}
        write(home, "models", [model])
        self.meter = Meter(0.0)
        store = MeteredStore(home / "training", self.meter)
        self.registry = StoreRegistry(store, lambda: datetime.now(UTC), home / "cache")
        for kind in ("games", "annotations"):
            self.registry.fold(kind)
        self.table, self.now_s = Table(settings, count), datetime(2026, 6, 1, tzinfo=UTC).timestamp()
        database: Any = self.table
        self.index = LeagueIndex(settings, self.registry, database, lambda: self.now_s)

    def requests_of(self, words: str = "", page: int = 1) -> int:
        """What one page asks of the store."""
        self.meter.counted = Counter()
        shown = game_page(self.index.now().games, words, "", page)
        assert 0 < len(shown.rows) <= PAGE
        return self.meter.requests

    def two_minutes(self) -> list[int]:
        """The requests of each page, one a second."""
        requests = []
        for second in range(SECONDS):
            self.now_s += 1.0
            words = "gray 2026-03" if second % 3 == 0 else ""
            requests.append(self.requests_of(words, page=1 + second % 10))
        return requests


def state(number: int, grade: str = "A") -> dict[str, Any]:
    """A game's entry on the record, as far as the list shows it."""
    counts = {"rows": 9, "plays": 9, "clips_wanted": 18, "clips_accepted": 18, "quarantined": 0}
    cameras = ["FAR_LEFT", "FAR_RIGHT", "NEAR_LEFT", "NEAR_RIGHT"]
    return {"game_id": f"g{number:05}", "grade": grade, "source_hash": "s", "cameras": cameras, **counts}


def _annotated(number: int) -> dict[str, Any]:
    return {
        "game_id": f"g{number:05}",
        "model": _MODEL,
        "source_hash": "s",
        "target": "t",
        "play_count": 9,
        "to_review": 1,
    }


def write(home: Path, kind: str, entries: Iterable[dict[str, Any]]) -> None:
    """As the record leaves them, one a minute."""
    folder = home / "training" / RECORD / kind
    folder.mkdir(parents=True)
    for number, entry in enumerate(entries, start=1):
        stamp = (_BEGAN + timedelta(minutes=number)).isoformat(timespec="seconds")
        told = {**entry, "number": number, "key": f"k{number}", "recorded_at": stamp}
        (folder / f"{number:06d}.json").write_text(json.dumps(told, sort_keys=True, indent=1) + "\n")


def main() -> None:
    rows = []
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            league = League(Path(folder), count)
            first = league.requests_of()
            began_s = time.process_time()
            requests = league.two_minutes()
            spent_s = time.process_time() - began_s
            rows.append(
                {
                    "games": count,
                    "first page": first,
                    "half of the pages": median(requests),
                    "the most": max(requests),
                    "reads of the table": league.table.reads,
                    "processor, ms a page": round(1000 * spent_s / SECONDS, 1),
                }
            )
    print(tabulate(rows, headers="keys"))  # noqa: T201 - it is the answer


if __name__ == "__main__":
    main()
