"""Plays: what a person wrote down about one possession, and which rows may be trusted.

Belongs here: the play, its row form, and every rule a row must pass. Not here: how a game's rows are graded
(`quality`) or cut (`clips`). All times are in game time, seconds.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.fields import by_plain_name, number_in, plain_name, says_nothing, seconds_in, text_in
from uball_assets.domain.footage.angles import CAMERAS, Angle, Side, side_of
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.hashing import canonical_json, content_hash
from uball_assets.domain.plays import labels
from uball_assets.domain.plays.twins import without_twins

LONGEST_PLAY_S = 120.0
"""A possession lasts well under a minute; twice that is a forgotten end mark, not a play."""

SHORTEST_PLAY_S = 1.0
"""A shot takes a second from the hand to the rim; plays of the league last 5 to 20 s. What is shorter is a
time in another unit (`0.12` for 0:12, a fraction of a day), not a play."""

_SLACK_S = 0.001
"""Times are kept to the millisecond, so one may round to just outside what it has to lie in."""

TIMES = ("start_timestamp", "end_timestamp", "timestamp_seconds")

_PLAY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_BOOKKEEPING = ("created_at", "updated_at")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One thing that happened in a play, in order. Players as people write them: `Player #7 (Gray)`."""

    label: str
    player_a: str | None = None
    player_b: str | None = None


@dataclass(frozen=True)
class Play:
    play_id: str
    game_id: str
    side: Side
    window: Window
    """The play's stretch of game time, seconds."""
    timestamp_game_s: float | None
    """The moment of the primary event, game time; may be unknown."""
    classification: str
    note: str
    player_a: str | None
    player_b: str | None
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Fault:
    """One rule a row or an answer breaks: why, and what to do about it."""

    why: str
    remedy: str


def check_rows(
    rows: Sequence[Row],
    footage: Mapping[Angle, Window],
    unkeepable: Mapping[str, Sequence[Fault]] = MappingProxyType({}),
) -> tuple[list[Play], list[Quarantined]]:
    """The sound plays in game order, and one loss for every other row, which tells each rule that it breaks.

    `footage` is what each present camera filmed, in game time. A row is lost when it lies wholly outside what
    every present camera of its side filmed; with no such camera nothing is known, and the row stays.
    Of rows with the same id the newest by `updated_at` is judged, the others are lost. Of sound rows of one
    side that begin and end alike (`twins`) the first by `created_at`, then by id, stands for all.
    `unkeepable`: what no database can keep of a row, by its id (`columns.kept_plays`), is told with the rest.
    """
    quarantined: list[Quarantined] = []
    rows_by_id: dict[str, list[Row]] = defaultdict(list)
    for position, row in enumerate(rows, start=1):
        play_id = text_in(row.get("id"))
        if play_id is None:
            quarantined.append(
                Quarantined("play without id", f"plays row {position}", "id is missing", "give the row an id")
            )
        else:
            rows_by_id[play_id].append(row)

    plays: list[Play] = []
    stored: dict[str, tuple[datetime, str]] = {}
    for play_id, same_id in rows_by_id.items():
        *older, newest = sorted(same_id, key=_recency)
        play, broken = _read_row(play_id, newest, footage)
        fault_of = {fault.why: fault for fault in [*broken, *unkeepable.get(play_id, ())]}
        faults = list(fault_of.values())
        where = f"plays row {play_id}"
        if play is not None and not faults:
            plays.append(play)
            stored[play_id] = _moment(newest.get("created_at"), unknown=_LATEST), play_id
        if faults:
            quarantined.append(as_quarantined(f"play {play_id}", where, faults))
        quarantined += [
            _superseded(play_id, f"{where}, copy {copy}", row, len(same_id))
            for copy, row in enumerate(older, start=1)
        ]
    stand, twins = without_twins(sorted(plays, key=lambda play: stored[play.play_id]))
    quarantined += [_twin(play, kept) for play, kept in twins]
    return sorted(stand, key=_in_game_order), quarantined


def read_events(value: object) -> tuple[tuple[Event, ...], list[Fault]]:
    """Those of a list, or its JSON text, of `{label, playerA, playerB}`; a fault for each that is none."""
    if not isinstance(value, list | Mapping) and says_nothing(value):
        return (), []
    listed = value
    if isinstance(value, str):
        try:
            listed = json.loads(value)
        except (ValueError, RecursionError):
            return (), [Fault(f"events is not JSON: {value[:80]!r}", "write events as a JSON list")]
    if listed is None:
        return (), []
    if not isinstance(listed, list):
        return (), [Fault(f"events is not a list: {str(value)[:80]!r}", "write events as a JSON list")]
    events, faults = [], []
    for position, item in enumerate(listed, start=1):
        if not isinstance(item, Mapping):
            why = f"event {position} is not an object: {item!r}"
            faults.append(Fault(why, "write it as {label, playerA, playerB}"))
            continue
        item_fields = by_plain_name(item)
        label = labels.canonical(item_fields.get("label"))
        if label is None:
            faults.append(_unknown_label(f"event {position} label", item_fields.get("label")))
            continue
        events.append(Event(label, text_in(item_fields.get("playera")), text_in(item_fields.get("playerb"))))
    return tuple(events), faults


def read_classification(value: object) -> tuple[str | None, list[Fault]]:
    """The league's label for a row's word; a fault, never another label, for a word it does not know."""
    label = labels.canonical(value)
    return label, [] if label else [_unknown_label("classification", value)]


def read_timestamp(value: object, window: Window | None) -> tuple[float | None, list[Fault]]:
    """Seconds on the window's clock, or nothing; a fault when it is no number or lies outside the window."""
    if says_nothing(value):
        return None, []
    timestamp_s = seconds_in(value)
    if timestamp_s is None:
        why = f"timestamp_seconds is {value!r}: not a finite number of seconds"
        return None, [Fault(why, "write it as seconds, or leave it empty")]
    if window and max(window.start_s - timestamp_s, timestamp_s - window.end_s) > _SLACK_S:
        why = f"timestamp_seconds {round(timestamp_s, 3)} lies outside {_span(window)}"
        return None, [Fault(why, "correct the timestamp or the play's window")]
    return timestamp_s, []


def respelled_count(row: Row) -> int:
    """How many labels and times of a row or an answer are read from another spelling of what they mean."""
    fields = by_plain_name(row)
    listed = fields.get("events")
    events = listed if isinstance(listed, list) else []
    words = [by_plain_name(event).get("label") for event in events if isinstance(event, Mapping)]
    words.append(fields.get("classification"))
    times = [fields.get(plain_name(column)) for column in TIMES]
    other_words = [word for word in words if labels.canonical(word) not in (None, word)]
    other_times = [time for time in times if number_in(time) is None and seconds_in(time) is not None]
    return len(other_words) + len(other_times)


def event_as_row(event: Event) -> dict[str, str | None]:
    return {"label": event.label, "playerA": event.player_a, "playerB": event.player_b}


def play_as_row(play: Play) -> dict[str, Any]:
    """The play under the league's column names; `check_rows` reads it back unchanged."""
    return {
        "id": play.play_id,
        "game_id": play.game_id,
        "angle": play.side.value,
        "start_timestamp": play.window.start_s,
        "end_timestamp": play.window.end_s,
        "timestamp_seconds": play.timestamp_game_s,
        "classification": play.classification,
        "note": play.note,
        "player_a": play.player_a,
        "player_b": play.player_b,
        "events": [event_as_row(event) for event in play.events],
    }


def plays_hash(plays: Iterable[Play]) -> str:
    """What the plays say, in any order: it changes when any field of any play does."""
    return content_hash([asdict(play) for play in sorted(plays, key=lambda play: play.play_id)])


def _read_row(play_id: str, row: Row, footage: Mapping[Angle, Window]) -> tuple[Play | None, list[Fault]]:
    """The play a row describes, or None and every rule that it breaks."""
    faults = []
    if not _PLAY_ID.fullmatch(play_id):
        faults.append(Fault(f"id {play_id!r} cannot name a file", "use letters, digits, '_' and '-' only"))
    game_id = text_in(row.get("game_id"))
    if game_id is None:
        faults.append(Fault("game_id is missing", "give the row its game's id"))
    side = side_of(row.get("angle"))
    if side is None:
        faults.append(Fault(f"angle {row.get('angle')!r} is no side of the court", "write LEFT or RIGHT"))
    classification, broken = read_classification(row.get("classification"))
    events, broken_events = read_events(row.get("events"))
    window, broken_window = _read_window(row)
    faults += broken + broken_events + broken_window
    timestamp_s, broken = read_timestamp(row.get("timestamp_seconds"), window)
    faults += broken
    if window and side:
        faults += _outside_footage(window, side, footage)
    if faults or window is None or side is None or classification is None or game_id is None:
        return None, faults
    return (
        Play(
            play_id=play_id,
            game_id=game_id,
            side=side,
            window=window,
            timestamp_game_s=timestamp_s,
            classification=classification,
            note=text_in(row.get("note")) or "",
            player_a=text_in(row.get("player_a")),
            player_b=text_in(row.get("player_b")),
            events=events,
        ),
        [],
    )


def _read_window(row: Row) -> tuple[Window | None, list[Fault]]:
    times, faults = [], []
    for column in TIMES[:2]:
        value = seconds_in(row.get(column))
        if value is None:
            why = f"{column} is {row.get(column)!r}: not a finite number of seconds"
            faults.append(Fault(why, f"write {column} as seconds of game time"))
        else:
            times.append(value)
    if faults:
        return None, faults
    window = Window(*times)
    if window.start_s < 0:
        faults.append(
            Fault(f"starts at {round(window.start_s, 3)} s, before the game does", "correct start_timestamp")
        )
    if window.duration_s <= 0:
        why = f"starts at {round(window.start_s, 3)} s, not before its end at {round(window.end_s, 3)} s"
        faults.append(Fault(why, "correct start_timestamp or end_timestamp"))
    elif window.duration_s < SHORTEST_PLAY_S - _SLACK_S:
        why = f"lasts {window.duration_s:.3f} s, less than {SHORTEST_PLAY_S:.0f} s"
        faults.append(Fault(why, "write start_timestamp and end_timestamp as seconds, or as h:mm:ss"))
    if window.duration_s > LONGEST_PLAY_S:
        why = f"lasts {window.duration_s:.1f} s, more than {LONGEST_PLAY_S:.0f} s"
        faults.append(Fault(why, "correct start_timestamp or end_timestamp"))
    return (None if faults else window), faults


def _outside_footage(window: Window, side: Side, footage: Mapping[Angle, Window]) -> list[Fault]:
    filmed = {angle: footage[angle] for angle in CAMERAS[side] if angle in footage}
    is_seen = any(window.start_s < seen.end_s and window.end_s > seen.start_s for seen in filmed.values())
    if is_seen or not filmed:
        return []
    spans = ", ".join(f"{angle} {seen.start_s:.1f} to {seen.end_s:.1f} s" for angle, seen in filmed.items())
    why = f"{_span(window)} was not filmed: in game time there is {spans}"
    return [Fault(why, "correct the play's window or the camera's sync offset")]


def as_quarantined(what: str, where: str, faults: Sequence[Fault]) -> Quarantined:
    """All that is wrong with one row, in one line: a person corrects rows, not rules."""
    remedies = dict.fromkeys(fault.remedy for fault in faults)
    return Quarantined(what, where, "; ".join(fault.why for fault in faults), "; ".join(remedies))


def _superseded(play_id: str, where: str, row: Row, count: int) -> Quarantined:
    why = f"{count} rows have this id; this one, updated at {row.get('updated_at')}, is not the newest"
    return Quarantined(f"play {play_id}", where, why, "delete it, or give it an id of its own")


def _twin(play: Play, kept: Play) -> Quarantined:
    differs = play.classification != kept.classification
    labels = f"; this one says {play.classification}, that one {kept.classification}" if differs else ""
    why = f"it begins and ends as play {kept.play_id} does: they are one play, kept as {kept.play_id}{labels}"
    remedy = f"delete this row{f', or correct {kept.play_id} first' if differs else ''}"
    return Quarantined(f"play {play.play_id}", f"plays row {play.play_id}", why, remedy)


def _unknown_label(what: str, value: object) -> Fault:
    return Fault(f"{what} {value!r} is not in the league's vocabulary", "use one of its labels")


def _recency(row: Row) -> tuple[datetime, str]:
    """Newest last; rows without a readable date count as oldest, and their content breaks ties."""
    return _moment(row.get("updated_at"), unknown=_EARLIEST), canonical_json(row)


def _moment(value: object, unknown: datetime) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        moment = unknown
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_game_order(play: Play) -> tuple[float, str]:
    return play.window.start_s, play.play_id


def _span(window: Window) -> str:
    return f"{round(window.start_s, 3)} to {round(window.end_s, 3)} s"
