"""The plan of the demo league: games, what really happens in them, and what people wrote down.

Belongs here: rows. Not here: damage to them (`mess`) or video (`render`). A seed decides everything; no
two games are alike and no game is enough: colours, light, camera mounts and shooters change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np

from uball_assets.demo import mess
from uball_assets.demo.notes import note
from uball_assets.demo.teams import TEAMS, chance, on_court, roster_row, stable_id, written_name
from uball_assets.domain.answers.metrics import points_by_team
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.games import Team
from uball_assets.domain.plays.plays import check_rows

Row = dict[str, Any]

DECK: dict[str, int] = {
    "FG_MAKE": 3,
    "FG_MISS": 3,
    "3PT_MAKE": 4,
    "3PT_MISS": 4,
    "4PT_MAKE": 4,
    "4PT_MISS": 4,
    "FREE_THROW_MAKE": 1,
    "FREE_THROW_MISS": 1,
    "STEAL": 2,
    "BLOCK": 1,
    "TURNOVER": 1,
    "FOUL": 1,
}
"""A game's plays: mostly shots, as in a real game, and most of those from behind one of the two lines."""
PLAYS_PER_GAME = sum(DECK.values())
FIRST_PLAY_GAME_S = 3.0
AFTER_LAST_PLAY_S = 2.0
FIRST_DAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
SPELLINGS = (
    "{angle}.mp4",
    "game{number}_{joined}.mp4",
    "{date}_{game_id}_{tag}.mp4",
    "{dashed}/video.mp4",
)


@dataclass(frozen=True)
class DemoGame:
    """One game: what goes into the database (`row`, `plays`, `videos`), and what is true."""

    game_id: str
    row: Row
    """Its row of `games`."""
    plays: list[Row]
    """Its rows of `plays` as people wrote them: imprecise, some damaged."""
    videos: list[Row]
    """Its rows of `video_metadata`, one a camera, present or not."""
    truth: list[Row]
    """What happened, under the same columns and ids: the video is made from it, no database ever sees it."""
    purpose: str
    """What is special about it, one sentence."""
    broken: Mapping[str, mess.Broken] = field(default_factory=dict)
    """Cameras whose file is not what it should be."""


@dataclass(frozen=True)
class Batch:
    name: str
    games: list[DemoGame]
    edits: list[Row]
    """Rows of earlier games as they read after somebody corrected them."""


def league(
    seed: int = 7, plays_per_game: int = PLAYS_PER_GAME, game_counts: Sequence[int] = (1, 4, 5)
) -> list[Batch]:
    """Three batches: `game_counts` games to learn from, one more to refuse, one more nobody has annotated."""
    plans = [list(mess.PLANS[0]), list(mess.PLANS[1]), list(mess.PLANS[2])]
    extras: list[list[mess.Plan]] = [[], [mess.REFUSED], [mess.UNANNOTATED]]
    batches: list[Batch] = []
    number = 0
    for index, count in enumerate(game_counts):
        sound = [mess.Plan("sound")] * count
        games = []
        for plan in (plans[index] + sound)[:count] + extras[index]:
            number += 1
            games.append(_game(seed, number, plays_per_game, plan))
        edits = [mess.corrected(game.truth, game.plays) for game in batches[-1].games[:1]] if batches else []
        batches.append(Batch(f"batch {index + 1}", games, edits))
    return batches


def _game(seed: int, number: int, plays_count: int, plan: mess.Plan) -> DemoGame:
    game_id = stable_id("game", seed, number, plays_count)
    rng = chance("plan", game_id)
    day = FIRST_DAY + timedelta(days=4 * (number - 1))
    first, second = _pairing(seed, number)
    row: Row = {
        "id": game_id,
        "date": day.date().isoformat(),
        "team1_display_name": first.display_name,
        "team2_display_name": second.display_name,
        "team1_color": first.color,
        "team2_color": second.color,
        "roster_team1": roster_row(first),
        "roster_team2": roster_row(second),
        "team_a_id": first.team_id,
        "team_b_id": second.team_id,
        "video_name": f"{first.display_name} - {second.display_name}",
    }
    truth = _truth(row, plays_count, day, rng)
    row["scores"] = _official_score(row, truth)
    plays = plan.spoil_rows([_as_written(play, plan, rng) for play in truth], rng)
    return DemoGame(
        game_id, row, plays, _videos(row, truth, number, plan, rng), truth, plan.purpose, plan.broken
    )


def _pairing(seed: int, number: int) -> tuple[Team, Team]:
    """A round robin: with five teams, everybody has met everybody once after ten games."""
    pairs = list(combinations(TEAMS, 2))
    order = chance("season", seed).permutation(len(pairs))
    first, second = pairs[int(order[(number - 1) % len(pairs)])]
    return (first, second) if number % 2 else (second, first)


def _official_score(game: Row, truth: Sequence[Row]) -> dict[str, int]:
    """What the table beside the court said: it counts what happened, not what is written down later."""
    told = points_by_team(check_rows(truth, {})[0])
    return {f"team{number}": told.get(game[f"team{number}_color"], 0) for number in (1, 2)}


def length_game_s(truth: Sequence[Row]) -> float:
    """When the last camera may stop."""
    return max((float(play["end_timestamp"]) for play in truth), default=0.0) + AFTER_LAST_PLAY_S


# --- what happens


def _truth(game: Row, count: int, day: datetime, rng: np.random.Generator) -> list[Row]:
    plays, now_game_s = [], FIRST_PLAY_GAME_S
    for index, (label, side) in enumerate(_order_of_play(count, rng)):
        event = now_game_s + float(rng.uniform(2.0, 2.8))
        end = event + float(rng.uniform(0.95, 1.3))
        plays.append(
            {
                "id": stable_id(game["id"], "play", index),
                "game_id": game["id"],
                "angle": side.value,
                "start_timestamp": round(now_game_s, 3),
                "end_timestamp": round(end, 3),
                "timestamp_seconds": round(event, 3),
                **_cast(game, label, side, rng),
                "created_at": (day + timedelta(hours=20, minutes=2 * index)).isoformat(),
                "updated_at": (day + timedelta(hours=20, minutes=2 * index)).isoformat(),
            }
        )
        now_game_s = end + float(rng.uniform(1.0, 1.8))
    return plays


def _order_of_play(count: int, rng: np.random.Generator) -> list[tuple[str, Side]]:
    """The deck, shuffled; each label as often on one side as on the other, give or take one."""
    labels = [label for label, copies in DECK.items() for _ in range(copies)]
    sides = list(Side) if rng.random() < 0.5 else list(Side)[::-1]
    deck = [(label, sides[index % 2]) for index, label in enumerate(labels)]
    drawn: list[tuple[str, Side]] = []
    while len(drawn) < count:
        drawn += [deck[int(card)] for card in rng.permutation(len(deck))]
    return drawn[:count]


def _cast(game: Row, label: str, side: Side, rng: np.random.Generator) -> Row:
    """Who does it, to or with whom, and what else happens: the columns that name people."""
    people = on_court(game, side)
    attacker, mate = (people[int(i)] for i in rng.permutation(3)[:2])
    defender = people[int(rng.integers(3, 6))]
    if label in ("STEAL", "BLOCK", "FOUL"):
        lead, other = defender, attacker
    elif label.endswith("MAKE") and not label.startswith("FREE") and rng.random() < 0.55:
        lead, other = attacker, mate
    else:
        lead, other = attacker, None
    happened = [(label, lead, other)]
    if label.endswith("MAKE") and other is not None:
        happened.append(("ASSIST", other, lead))
    elif label.endswith("MISS"):
        ours = rng.random() < 0.25
        happened.append(("OFFENSIVE_REBOUND", mate, None) if ours else ("DEFENSIVE_REBOUND", defender, None))
    elif label == "STEAL":
        happened.append(("TURNOVER", attacker, lead))
    elif label == "BLOCK":
        happened.append(("FG_MISS", attacker, lead))
    names = {person.player_id: written_name(person) for person in people}
    events = [
        {
            "label": what,
            "playerA": names[a.player_id],
            "playerB": names[b.player_id] if b else None,
            "playerAId": a.player_id,
            "playerBId": b.player_id if b else None,
        }
        for what, a, b in happened
    ]
    return {
        "classification": label,
        "note": note(label, events, rng),
        "player_a": events[0]["playerA"],
        "player_b": events[0]["playerB"],
        "player_a_id": events[0]["playerAId"],
        "player_b_id": events[0]["playerBId"],
        "events": events,
    }


# --- what people wrote down, and what the cameras left


def _as_written(play: Row, plan: mess.Plan, rng: np.random.Generator) -> Row:
    """A person's row: right, but a few tenths of a second off."""
    return {
        **play,
        "angle": f"FAR_{play['angle']}" if plan.old_spelling else play["angle"],
        "start_timestamp": round(play["start_timestamp"] + float(rng.uniform(-0.35, 0.2)), 2),
        "end_timestamp": round(play["end_timestamp"] + float(rng.uniform(-0.2, 0.35)), 2),
        "timestamp_seconds": round(play["timestamp_seconds"] + float(rng.normal(0, 0.08)), 2),
    }


def _videos(
    game: Row, truth: Sequence[Row], number: int, plan: mess.Plan, rng: np.random.Generator
) -> list[Row]:
    """One row a camera. A positive offset: switched on that long before the game clock; negative: after."""
    rows = []
    for angle in Angle:
        offset_s = round(float(rng.uniform(-1.4, 2.6)), 3)
        written = None if angle in plan.no_offset else offset_s
        words = {
            "angle": angle,
            "number": number,
            "joined": angle.lower().replace("_", ""),
            "dashed": angle.lower().replace("_", "-"),
            "date": game["date"],
            "game_id": game["id"],
            "tag": angle.tag,
        }
        filename = SPELLINGS[(number - 1) % len(SPELLINGS)].format(**words)
        rows.append(
            {
                "game_id": game["id"],
                "angle": angle.value,
                "filename": filename,
                "s3_key": f"Games/{game['date']}/game{number}/{filename}",
                "s3_url": f"s3://uball-demo/Games/{game['date']}/game{number}/{filename}",
                "duration": round(length_game_s(truth) + (written or 0.0), 3),
                "file_size": None,
                "sync_offset_seconds": written,
            }
        )
    return rows
