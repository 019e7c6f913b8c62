"""What a decision makes of a play: the rows of `plays` that stand afterwards.

    accept      the play as it was shown
    correct     with another label, moment, player or note
    reject      none
    split       two or more in its place
    add         one that nobody had written down

Belongs here: the rows, and which wish cannot be met. Not here: the ledger (`ledger`), undoing (`undoing`), or
writing (`services.review`). All times are game time, seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.fields import number_in, text_in
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays import labels
from uball_assets.domain.plays.plays import SHORTEST_PLAY_S, Play, check_rows, play_as_row
from uball_assets.domain.review.ledger import Action, Row, machine_item_id, play_id_of

CHANGED = ("label", "moment_game_s", "player_a", "player_b", "note")
"""What a correction may name; what it does not name stays."""
LONGEST_NOTE, LONGEST_PLAYER = 2000, 200
SAME_MOMENT_S = 1.0
"""Two plays of one side are this far apart at least: plays of a league are over 4 s apart (measured)."""
USUAL_LEAD_S, USUAL_TAIL_S = 4.0, 2.0
"""Of an added play, from its start to its moment and on to its end, where the game has no other to take it
from."""
_LAST_GAME_S = 6 * 3600.0
_MOST_PARTS = 10


class CannotDecide(Exception):  # noqa: N818 - an answer to the reviewer
    """The wish names a `field` that cannot be so."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(why)


@dataclass(frozen=True)
class Wish:
    """What a reviewer asks."""

    action: Action
    changes: Mapping[str, Any]
    """Of `CHANGED`, those that are given; None and '' for a player: nobody."""
    parts: Sequence[Mapping[str, Any]] = ()
    """Of a split: for each part the fields of `CHANGED`."""


def rows_after(play: Play, stored: Row | None, wish: Wish) -> list[dict[str, Any]]:
    """The rows in place of the play. `stored`: its row as it stands now; None while it is a machine's.

    Raises CannotDecide.
    """
    base = {**play_as_row(play), **(stored or {})}
    if wish.action is Action.REJECT:
        return []
    if wish.action is Action.ACCEPT:
        return [base]
    if wish.action is Action.CORRECT:
        return [_sound(_changed(base, play, _read(wish.changes)))]
    if wish.action is Action.SPLIT:
        return _parts(base, play, wish.parts)
    raise CannotDecide("action", f"{wish.action} is no decision about a play that is shown")


def added_row(game_id: str, side: Side, changes: Mapping[str, Any], others: Sequence[Play]) -> dict[str, Any]:
    """A play that nobody had written down; its window is as the game's others are about their moments.

    Raises CannotDecide, also where a play of that side and moment stands already.
    """
    fields = _read(changes)
    for name in ("label", "moment_game_s"):
        if fields.get(name) is None:
            raise CannotDecide(name, f"a play needs its {name}")
    moment_s = float(fields["moment_game_s"])
    twin = next((play for play in others if is_at(play, side, moment_s)), None)
    if twin is not None:
        raise CannotDecide(
            "moment_game_s", f"a play stands there already: {twin.classification}, {twin.play_id}"
        )
    lead_s, tail_s = _usual(others)
    item_id = machine_item_id(game_id, side, moment_s)
    return _sound(
        {
            "id": play_id_of(item_id),
            "game_id": game_id,
            "angle": side.value,
            "start_timestamp": round(max(0.0, moment_s - lead_s), 3),
            "end_timestamp": round(moment_s + tail_s, 3),
            "timestamp_seconds": moment_s,
            "classification": fields["label"],
            "note": fields.get("note") or "",
            "player_a": fields.get("player_a"),
            "player_b": fields.get("player_b"),
            "events": [],
        }
    )


def with_player_ids(rows: Iterable[dict[str, Any]], ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """With the ids of players whom a roster knows, by how they are written, where a row has none."""
    return [
        row
        | {
            f"{column}_id": ids[row[column]]
            for column in ("player_a", "player_b")
            if row.get(column) in ids and not row.get(f"{column}_id")
        }
        for row in rows
    ]


def is_at(play: Play, side: Side, moment_game_s: float) -> bool:
    """Whether the play is the one of this side and moment."""
    moment = moment_of(play)
    return moment.side is side and abs(moment.time_game_s - moment_game_s) < SAME_MOMENT_S


def _usual(others: Iterable[Play]) -> tuple[float, float]:
    """Seconds before and after the moment."""
    timed = [(play.window, play.timestamp_game_s) for play in others if play.timestamp_game_s is not None]
    if not timed:
        return USUAL_LEAD_S, USUAL_TAIL_S
    lead_s = median(moment_s - window.start_s for window, moment_s in timed)
    tail_s = median(window.end_s - moment_s for window, moment_s in timed)
    return (lead_s, tail_s) if lead_s + tail_s >= SHORTEST_PLAY_S else (USUAL_LEAD_S, USUAL_TAIL_S)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, in the league's words."""
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name == "label":
            fields[name] = labels.canonical(value)
            if fields[name] is None:
                raise CannotDecide(name, f"{str(value)[:80]!r} is not in the league's vocabulary")
        elif name == "moment_game_s":
            fields[name] = _moment(value)
        elif name in CHANGED:
            text = text_in(value)
            longest = LONGEST_NOTE if name == "note" else LONGEST_PLAYER
            if text and len(text) > longest:
                raise CannotDecide(name, f"it is longer than {longest} letters")
            fields[name] = text
        else:
            raise CannotDecide(name, "no decision changes it")
    return fields


def _moment(value: object) -> float:
    moment_s = number_in(value)
    if moment_s is None or not 0 <= moment_s <= _LAST_GAME_S:
        raise CannotDecide("moment_game_s", "write it as seconds of game time")
    return round(moment_s, 3)


def _changed(base: Row, play: Play, fields: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(base)
    if (moment_s := fields.get("moment_game_s")) is not None:
        window = _moved(play, moment_s)
        row |= {
            "start_timestamp": window.start_s,
            "end_timestamp": window.end_s,
            "timestamp_seconds": moment_s,
        }
    if label := fields.get("label"):
        row["classification"] = label
    for column in ("player_a", "player_b"):
        if column in fields and fields[column] != row.get(column):
            row |= {column: fields[column], f"{column}_id": None}
    if "note" in fields:
        row["note"] = fields["note"] or ""
    return {**row, "events": _events(play, row)}


def _moved(play: Play, moment_s: float) -> Window:
    """The window goes along with a moment that leaves it."""
    window = play.window
    if window.start_s <= moment_s <= window.end_s:
        return window
    by_s = moment_s - moment_of(play).time_game_s
    start_s = max(0.0, window.start_s + by_s)
    return Window(round(start_s, 3), round(start_s + window.duration_s, 3))


def _events(play: Play, row: Row) -> list[dict[str, Any]]:
    """The primary event among them says what the play says now; the others stay."""
    events = [
        {"label": event.label, "playerA": event.player_a, "playerB": event.player_b} for event in play.events
    ]
    for event in events:
        if event["label"] == play.classification:
            event |= {"label": row["classification"], "playerA": row["player_a"], "playerB": row["player_b"]}
            break
    return events


def _parts(base: Row, play: Play, parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """In order of time, sharing the play's window between their moments. The play's id stays with the part at
    its own moment, which names a machine's play; else with the first."""
    if not 2 <= len(parts) <= _MOST_PARTS:
        raise CannotDecide("parts", f"a play is split into 2 to {_MOST_PARTS}")
    read = [_read(part) for part in parts]
    if any(part.get("moment_game_s") is None for part in read):
        raise CannotDecide("parts", "each part needs its moment_game_s")
    read.sort(key=lambda part: part["moment_game_s"])
    moments_s = [part["moment_game_s"] for part in read]
    if any(later - earlier < SAME_MOMENT_S for earlier, later in pairwise(moments_s)):
        raise CannotDecide("parts", f"two parts are less than {SAME_MOMENT_S:g} s apart")
    if not play.window.start_s <= moments_s[0] <= moments_s[-1] <= play.window.end_s:
        raise CannotDecide("parts", "a part's moment lies outside the play")
    between_s = [round((earlier + later) / 2, 3) for earlier, later in pairwise(moments_s)]
    edges_s = [play.window.start_s, *between_s, play.window.end_s]
    own_ids = [play_id_of(machine_item_id(play.game_id, play.side, moment_s)) for moment_s in moments_s]
    kept = own_ids.index(play.play_id) if play.play_id in own_ids else 0
    rows = []
    for place, part in enumerate(read):
        window = Window(edges_s[place], edges_s[place + 1])
        of_part = replace(play, window=window, timestamp_game_s=part["moment_game_s"], events=())
        row = _changed({**base, "events": []}, of_part, {"label": play.classification, **part})
        if place != kept:
            row = {column: row[column] for column in row if column not in ("created_at", "updated_at")}
            row["id"] = own_ids[place]
        times = {"start_timestamp": window.start_s, "end_timestamp": window.end_s}
        rows.append(_sound({**row, **times}))
    return rows


def _sound(row: dict[str, Any]) -> dict[str, Any]:
    """The row itself; CannotDecide for one that would be lost in the quarantine."""
    _, lost = check_rows([row], {})
    if lost:
        raise CannotDecide("moment_game_s" if "timestamp" in lost[0].why else "action", lost[0].why)
    return row
