"""A document of a feed as rows: CSV or JSON, whole or cut off; what cannot be read is kept as it came.

Belongs here: which columns a document has, and how much of a broken one is still read. Not here: fetching it
(`adapters.results`), what a row says (`reading`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.league.intake.reading import Kind, RawRow
from uball_assets.domain.league.lines import COUNTED
from uball_assets.domain.tabular.cells import lines_of, readings
from uball_assets.domain.tabular.encodings import decoded
from uball_assets.domain.tabular.headers import Vocabulary, Written, by_keys, nearest_header, under_headers
from uball_assets.domain.tabular.objects import before_the_cut, in_list, in_sequence

_STAMPS: dict[str, tuple[str, ...]] = {"known_at": (), "updated_at": ()}
_FOLLOWS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("opponent_id", "is_home", "source", "tip_off", "played_on", "moved_on"), ()
)
"""Columns of the warehouse's tables that follow from others: nothing is read of them."""
_LINE: dict[str, tuple[str, ...]] = {
    **_FOLLOWS,
    "game_id": ("game", "id"),
    "team_id": ("team",),
    **dict.fromkeys(COUNTED, ()),
    **_STAMPS,
}
WORDS = {
    Kind.FIXTURES: Vocabulary(
        {
            **_FOLLOWS,
            "game_id": ("id", "game"),
            "season": (),
            "phase": ("stage",),
            "tip_off": ("date", "game_date", "starts_at", "start"),
            "home_team": ("home", "home_team_id"),
            "away_team": ("away", "away_team_id", "visitor"),
            "status": ("state",),
            "home_points": ("home_score",),
            "away_points": ("away_score",),
            **_STAMPS,
        },
        ("game_id", "tip_off", "home_team", "away_team"),
    ),
    Kind.TEAM_LINES: Vocabulary(_LINE, ("game_id", "team_id", "twos_made")),
    Kind.PLAYER_LINES: Vocabulary(
        {**_LINE, "player_id": ("player",)}, ("game_id", "team_id", "player_id", "twos_made")
    ),
    Kind.ROSTER_MOVES: Vocabulary(
        {
            **_FOLLOWS,
            "player_id": ("player",),
            "team_id": ("team",),
            "move": ("type",),
            "moved_at": ("date",),
            "name": ("player_name",),
            "jersey_number": ("number",),
            **_STAMPS,
        },
        ("player_id", "team_id", "move", "moved_at"),
    ),
}
"""Columns by kind, the other headers that feeds write, and those without which a row says nothing."""

_LISTS = ("data", "rows", "items", "results", *Kind)
"""Where the rows of one JSON object are."""
_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)


@dataclass(frozen=True)
class Broken:
    """A document, or what of it gave no row, to be read by a person and tried again."""

    kind: Kind
    where: str
    why: str
    remedy: str
    body: bytes = b""
    """As it came; empty where nothing came."""


@dataclass(frozen=True)
class ReadDocument:
    rows: tuple[RawRow, ...] = ()
    broken: Broken | None = None
    notices: tuple[str, ...] = ()
    next_page: str = ""
    """Where the document says that it goes on."""


def read_document(
    kind: Kind, where: str, data: bytes, encoding: str = "", *, is_cut: bool = False
) -> ReadDocument:
    """`encoding`: of text that is neither UTF-8 nor UTF-16. `is_cut`: the end did not come; whole rows count
    all the same, and the last one, of which nobody knows, does not."""
    try:
        text, _ = decoded(data, encoding)
        if not text.strip():
            raise ValueError("it is empty")
        if _WEB_PAGE.match(text):
            raise ValueError("it is a web page, no table: a login, or a notice that the service is away")
        is_json = text.lstrip()[0] in "[{"
        written, why, next_page = _json(text, kind) if is_json else (_csv(text, kind, is_cut=is_cut), "", "")
    except (ValueError, RecursionError) as error:
        return ReadDocument(broken=Broken(kind, where, str(error), _REMEDY, data))
    faults = [f"row {line}: {says}" if line else says for line, says in written.faults]
    whys = [part for part in (why or ("it breaks off" if is_cut else ""), *faults[:3]) if part]
    return ReadDocument(
        tuple(
            RawRow(kind, f"{where} row {line}", values, beside)
            for (line, values), beside in zip(written.rows, written.beside, strict=True)
        ),
        Broken(kind, where, "; ".join(whys), _REMEDY, data) if whys else None,
        tuple(f"{where}: {notice}" for notice in (*written.notices, *_taken_beside(kind, written))),
        next_page,
    )


_REMEDY = "look at what came (`uball dead-letters show`), tell who runs the feed, then replay it"


def _taken_beside(kind: Kind, written: Written) -> list[str]:
    """What becomes of columns that no table of ours has."""
    named = ", ".join(map(str, written.unused))
    if not named:
        return []
    return [f"columns not used: {named}" if kind is Kind.ROSTER_MOVES else f"columns taken as told: {named}"]


def _csv(text: str, kind: Kind, *, is_cut: bool) -> Written:
    words = WORDS[kind]
    if is_cut:
        text = "".join(lines_of(text)[:-1])
    tables = []
    for records in readings(text, _no_row):
        if written := under_headers(records, words):
            return written
        tables.append(records)
    raise ValueError(words.complaint(nearest_header(tables, words)))


def _json(text: str, kind: Kind) -> tuple[Written, str, str]:
    """Rows, what is missing, and the next page."""
    why = next_page = ""
    entries: Sequence[tuple[int, object]]
    try:
        is_sequence = text.lstrip().startswith("{") and "\n{" in text.strip()
        entries, why = (list(in_sequence(text)), "") if is_sequence else in_list(text, _LISTS)
        next_page = "" if is_sequence else _next_page(text)
    except json.JSONDecodeError as error:
        entries, why = before_the_cut(text), f"it breaks off: {error}"
        if not entries:
            raise
    objects = [(line, row) for line, row in entries if isinstance(row, dict)]
    written = by_keys(objects, WORDS[kind])
    written.faults += [
        (line, f"it is no object: {str(row)[:60]}") for line, row in entries if not isinstance(row, dict)
    ]
    return written, why, next_page


def _next_page(text: str) -> str:
    found: Any = json.loads(text) if text.lstrip().startswith("{") else {}
    told = found.get("next") or (found.get("links") or {}).get("next") or ""
    return str(told.get("href") or "") if isinstance(told, dict) else str(told)


def _no_row(_: list[str]) -> bool:
    return False
