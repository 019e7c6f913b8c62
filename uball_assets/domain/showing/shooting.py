"""Who shot how: shots by distance, and the box score in the columns that coaches read.

Belongs here: turning counts of labels into made and tried. Not here: counting labels (`answers.box_score`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uball_assets.domain.plays.labels import points

DISTANCES = {"FREE_THROW": "Free throws", "FG": "2 points", "3PT": "3 points", "4PT": "4 points"}
"""A shot's label without its end, and its name."""
_REBOUNDS = ("REBOUND", "OFFENSIVE_REBOUND", "DEFENSIVE_REBOUND")
_OTHERS = {"AST": "ASSIST", "STL": "STEAL", "BLK": "BLOCK", "TO": "TURNOVER", "PF": "FOUL"}
COLUMNS = {
    "PTS": "points",
    "FG": "field goals made and tried, whatever their distance",
    "3PT": "made and tried from behind the 3-point line",
    "4PT": "made and tried from behind the 4-point line",
    "FT": "free throws made and tried",
    "REB": "rebounds",
    "AST": "assists",
    "STL": "steals",
    "BLK": "blocks",
    "TO": "turnovers",
    "PF": "fouls",
}


@dataclass(frozen=True)
class Shots:
    made: int
    tried: int

    def __str__(self) -> str:
        return f"{self.made}–{self.tried}"

    def __add__(self, other: Shots) -> Shots:
        return Shots(self.made + other.made, self.tried + other.tried)

    @property
    def share(self) -> float | None:
        """0 to 1; None where none was tried."""
        return self.made / self.tried if self.tried else None


def shots_by_distance(did: Mapping[str, int]) -> dict[str, Shots]:
    """`did`: how often each label. By the names of `DISTANCES`, those without a shot too."""
    return {
        name: Shots(
            did.get(f"{shot}_MAKE", 0),
            did.get(f"{shot}_MAKE", 0) + did.get(f"{shot}_MISS", 0),
        )
        for shot, name in DISTANCES.items()
    }


def box_cells(did: Mapping[str, int]) -> dict[str, str]:
    """One player's or team's line, by the names of `COLUMNS`."""
    shots = shots_by_distance(did)
    field_goals = shots["2 points"] + shots["3 points"] + shots["4 points"]
    return {
        "PTS": str(sum(points(label) * count for label, count in did.items())),
        "FG": str(field_goals),
        "3PT": str(shots["3 points"]),
        "4PT": str(shots["4 points"]),
        "FT": str(shots["Free throws"]),
        "REB": str(sum(did.get(label, 0) for label in _REBOUNDS)),
        **{column: str(did.get(label, 0)) for column, label in _OTHERS.items()},
    }
