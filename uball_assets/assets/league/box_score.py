"""The asset `box_score`: what every player and both teams did in each game, held against its score.

Its plays are `plays` of filmed games, which are other partitions: Dagster draws no arrow, for a mapping
between two sets of games would have a backfill of one ask for all of the other.

Belongs here: reading, writing, what a person is shown of it. Not here: counting and versions
(`services.league.box_scores`), what follows from a gap (`score_gaps`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.common import described
from uball_assets.assets.league.common import LEAGUE
from uball_assets.assets.league.results import results
from uball_assets.domain.league.lines import Counts
from uball_assets.domain.league.ratings import game_ratings
from uball_assets.domain.operating.late_results import LATE_RESULTS, late_entry
from uball_assets.services.label_audit import LabelAuditor
from uball_assets.services.league.box_scores import BoxScorer, GameBox
from uball_assets.services.league.collecting import reported
from uball_assets.services.league.filmed_games import FilmedGames
from uball_assets.services.league.score_gaps import ScoreGap, ScoreGaps
from uball_assets.settings import Settings

CHECK_SPEC = dg.AssetCheckSpec(
    "points_add_up",
    asset="box_score",
    description="Each team's points are its official score's, and all sources tell the same one. Named are "
    "the games that do not, and the plays that another label of would explain it: they are in the review "
    "queue.",
)
LINE_SCHEMA = described(
    {
        "who": ("string", "a team, or a player of it"),
        "points": ("int", "of all kinds of shots"),
        "1, 2, 3, 4": ("string", "made of tried: free throws, 2-, 3- and 4-pointers"),
        "rebounds": ("string", "offensive and defensive; written without its kind: +"),
        "A S B T F": ("string", "assists, steals, blocks, turnovers, fouls"),
    }
)
_MOST_TOLD = 10


@dg.asset(
    **LEAGUE,
    deps=[results],
    kinds={"table"},
    check_specs=[CHECK_SPEC],
    description="A game's box score: from people's plays, a model's annotations where UBALL_BOX_SCORES_FROM "
    "allows them, else as a feed told it. In the warehouse: team_lines, player_lines.",
)
def box_score(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    plays_db: dg.ResourceParam[PlaysDb],
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster knows the bare class alone beside a check
    with_annotations = settings.box_scores_from == "plays_or_annotations"
    games = FilmedGames(plays_db, training, registry, with_annotations)
    asked = context.partition_keys
    boxes = BoxScorer(warehouse, games, lambda: datetime.now(UTC)).score(asked, context.run.run_id)
    gaps = ScoreGaps(registry, training, LabelAuditor(training, registry, plays_db))
    missing = reported(warehouse, settings.calendar, datetime.now(UTC))[1]
    registry.append_change(LATE_RESULTS, late_entry(missing))  # what was counted here is missing no more
    told = _points_add_up(gaps.keep(boxes), gaps.others(asked), boxes)
    return dg.MaterializeResult(metadata=_metadata(asked, boxes, games.unread), check_results=[told])


def _points_add_up(
    found: Sequence[ScoreGap], others: Sequence[ScoreGap], boxes: Sequence[GameBox]
) -> dg.AssetCheckResult:
    lines = [_gap_says(gap) for gap in (*found, *others)]
    more = f"; and {len(lines) - _MOST_TOLD} games more" if len(lines) > _MOST_TOLD else ""
    return dg.AssetCheckResult(
        check_name=CHECK_SPEC.name,
        passed=not lines,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(lines[:_MOST_TOLD]) + more
        if lines
        else f"the points of {len(boxes)} games add up, where an official score is known",
        metadata={"games": len(boxes), "games_that_do_not_add_up": len(found), "others": len(others)},
    )


def _gap_says(gap: ScoreGap) -> str:
    plays = "; ".join(gap.explained_by)
    return f"{gap.game_id}: {gap.says}" + (f" (in the review queue: {plays})" if plays else "")


def _metadata(asked: Sequence[str], boxes: Sequence[GameBox], unread: str) -> dict[str, Any]:
    differs = [f"{box.fixture.game_id}: {line}" for box in boxes for line in box.differs]
    notes = [unread] if unread else []
    notes += [f"{box.fixture.game_id}: {box.note}" for box in boxes if box.note]
    sources = Counter(box.source or "nobody" for box in boxes)
    return {
        "games": len(boxes),
        "not_on_the_schedule": len(set(asked)) - len(boxes),
        "counted_by": ", ".join(f"{source}: {count}" for source, count in sorted(sources.items())) or "-",
        "new_lines": sum(len(box.new) for box in boxes),
        **({"box_score": _table(boxes[0]), **_rated(boxes[0])} if len(boxes) == 1 else {}),
        **({"sources_differ": _listed(differs)} if differs else {}),
        **({"not_counted": _listed(notes)} if notes else {}),
    }


def _table(box: GameBox) -> dg.TableMetadataValue:
    """Each team, and its players below it."""
    rows = []
    for team in box.team_lines:
        rows.append(_record(box.names.get(team.team_id, team.team_id), team.counts))
        rows += [
            _record(f"- {box.names.get(line.player_id, line.player_id)}", line.counts)
            for line in box.player_lines
            if line.team_id == team.team_id
        ]
    return dg.MetadataValue.table(rows, schema=LINE_SCHEMA)


def _record(who: str, counts: Counts) -> dg.TableRecord:
    shots = (
        (counts.free_throws_made, counts.free_throws_missed),
        (counts.twos_made, counts.twos_missed),
        (counts.threes_made, counts.threes_missed),
        (counts.fours_made, counts.fours_missed),
    )
    either = f"+{counts.rebounds_of_either}" if counts.rebounds_of_either else ""
    rest = (counts.assists, counts.steals, counts.blocks, counts.turnovers, counts.fouls)
    return dg.TableRecord(
        {
            "who": who,
            "points": counts.points,
            "1, 2, 3, 4": "  ".join(f"{made}/{made + missed}" for made, missed in shots),
            "rebounds": f"{counts.offensive_rebounds}+{counts.defensive_rebounds}{either}",
            "A S B T F": " ".join(map(str, rest)),
        }
    )


def _rated(box: GameBox) -> Mapping[str, Any]:
    if len(box.team_lines) != 2:
        return {}
    home, away = (line.counts for line in box.team_lines)
    rated = game_ratings(home, away)
    told = {"possessions": rated.possessions, "home_rating": rated.offensive, "away_rating": rated.defensive}
    return {name: round(value, 1) for name, value in told.items() if value is not None}


def _listed(lines: Sequence[str]) -> dg.MarkdownMetadataValue:
    more = [f"- and {len(lines) - _MOST_TOLD} more"] if len(lines) > _MOST_TOLD else []
    return dg.MetadataValue.md("\n".join([*(f"- {line}" for line in lines[:_MOST_TOLD]), *more]))
