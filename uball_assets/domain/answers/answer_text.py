"""What a model's text holds: the objects that tell plays, whatever stands around them.

Belongs here: fences, talk, drafts, wrappers, broken JSON. Not here: what an object says (`answers`). Text is
repaired by json-repair, object by object: only one that is closed, and only where every letter, digit and
sign of it is still there afterwards. So a play that breaks off is never completed, and nothing is invented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.fields import by_plain_name
from uball_assets.domain.plays.plays import Fault

ParsedPlay = Mapping[str, Any] | Fault
"""A play as an object, or why there is none."""

BY_HAND = "review the clip by hand"
_LONGER = "allow the model a longer answer"

_DECODER = json.JSONDecoder(strict=False)
"""A raw line end within a text can mean only one thing."""
_OPENING = re.compile(r'[\[{]|"\s*[\[{][\[{\s]*\\"')
"""Of a list, an object, or a text that holds one of them as JSON."""
_LOOKS_LIKE_JSON = re.compile(r"""[\[{\s]*(?:\\?["']|$)""")
_MOST_OPENINGS = 200
"""Ten times those of an answer: text with more is no answer, and is not searched through."""
_BETWEEN_OBJECTS = re.compile(r"[\s,]*")
_MARKS = re.compile(r"""\\[nrtbf]|[\s"'`“”‘’{}\[\],:\\]+|(?<=\d)\.0*(?!\d)|(?<=\.\d)0+(?!\d)""")
"""What a repair may change: what JSON is held together by, and how a number's last zeros are written."""


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    parsed: list[ParsedPlay]
    is_lone: bool = False
    """An object without a list around it: its neighbours belong to it."""


@dataclass(frozen=True)
class _Found:
    pieces: list[_Piece]
    """Whole ones, in order; where a list could not be read, its objects."""
    faulty: list[_Piece]
    """What tells of a play, is closed, and cannot be read."""
    breaks_off: list[_Piece]
    strays: list[Mapping[str, Any]]
    """Objects that tell no play."""


def told_plays(text: str) -> list[ParsedPlay]:
    """What the text's last whole block of JSON tells, in its order; nothing where that is an empty list.

    A block is a list, a wrapped list or a run of objects. What cannot be read in it, or breaks off after it,
    is a fault. A text without any play is a fault too.
    """
    found = _search(text)
    block = _last_block(text, found.pieces, found.faulty)
    end = max((piece.end for piece in found.pieces), default=0)
    parsed = [each for piece in block for each in piece.parsed]
    parsed += [each for piece in found.breaks_off if piece.start >= end for each in piece.parsed][:1]
    if block or parsed:
        return parsed
    return [*found.strays[:1]] or [Fault(f"holds no play: {text.strip()[:80]!r}", BY_HAND)]


def _search(text: str) -> _Found:
    found = _Found([], [], [], [])
    opening = _OPENING.search(text)
    for _ in range(_MOST_OPENINGS):
        if opening is None:
            break
        start = opening.start()
        opening = _OPENING.search(text, _look(text, start, found))
    return _innermost(found)


def _look(text: str, start: int, found: _Found) -> int:
    """Adds what stands there, and tells where to go on: inside it, where it could not be read as a whole."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        found.faulty.append(_Piece(start, len(text), [Fault(f"is not JSON: {text[:80]!r}", BY_HAND)]))
        return len(text)
    except ValueError:
        closed = _closed_at(text, start)
        shown = repr(text[start : start + 80])
        if closed is None:
            if _LOOKS_LIKE_JSON.match(text, start):
                found.breaks_off.append(_Piece(start, len(text), [Fault(f"breaks off: {shown}", _LONGER)]))
            return start + 1
        if "classification" not in text[start:closed].lower():
            return start + 1
        value, end = _repaired(text[start:closed]), closed
        if value is None:
            found.faulty.append(_Piece(start, end, [Fault(f"is not JSON: {shown}", BY_HAND)]))
            return start + 1
    parsed = _plays_in(value)
    if parsed is not None:
        found.pieces.append(_Piece(start, end, parsed, is_lone=text[start] == "{"))
    elif isinstance(value, Mapping):
        found.strays.append(value)
    return end


def _innermost(found: _Found) -> _Found:
    """Without the lists that could not be read and whose objects could be looked at one by one."""
    inner = [*found.pieces, *found.faulty]
    faulty = [
        piece
        for piece in found.faulty
        if not any(piece.start < other.start and other.end <= piece.end for other in inner)
    ]
    return _Found(found.pieces, faulty, found.breaks_off, found.strays)


def _last_block(text: str, pieces: Sequence[_Piece], faulty: Sequence[_Piece]) -> list[_Piece]:
    """The last whole piece with its neighbours, and what came after it."""
    if not pieces:
        return [*faulty]
    in_order = sorted([*pieces, *faulty], key=lambda piece: piece.start)
    first = in_order.index(pieces[-1])
    while first > 0 and _are_neighbours(text, in_order[first - 1], in_order[first]):
        first -= 1
    return in_order[first:]


def _are_neighbours(text: str, left: _Piece, right: _Piece) -> bool:
    between = text[left.end : right.start]
    starts = text[left.start] + text[right.start]
    return starts == "{{" and _BETWEEN_OBJECTS.fullmatch(between) is not None


def _plays_in(value: object, depth: int = 4) -> list[ParsedPlay] | None:
    """The plays of a list, an object around one, or a text of either; None where it tells of none."""
    if isinstance(value, str):
        return _plays_in(_json_in(value), depth - 1) if depth else None
    if isinstance(value, Mapping):
        return _plays_of_object(value, depth)
    if not isinstance(value, list):
        return None
    each = [_plays_in(item, depth - 1) if depth else None for item in value]
    if value and not any(each):
        return None
    return [parsed for item, plays in zip(value, each, strict=True) for parsed in _or_fault(item, plays)]


def _plays_of_object(value: Mapping[str, Any], depth: int) -> list[ParsedPlay] | None:
    fields = by_plain_name(value)
    if "classification" in fields:
        return [value]
    for name in ("plays", "play"):
        if name in fields:
            return _plays_in(fields[name], depth - 1) if depth else None
    only = next(iter(fields.values())) if len(fields) == 1 else None
    return (_plays_in(only, depth - 1) if depth else None) or None


def _or_fault(item: object, plays: list[ParsedPlay] | None) -> list[ParsedPlay]:
    return [Fault(f"is not an object: {repr(item)[:80]}", BY_HAND)] if plays is None else plays


def _json_in(text: str) -> object:
    try:
        return _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def _closed_at(text: str, start: int) -> int | None:
    """Where what is opened at `start` is closed; None when it never is. Texts may stand in either quote, and
    hold the other, or their own where no mark of JSON follows it."""
    depth, quote, before = 0, "", ""
    for position, char in _unescaped(text, start):
        if quote:
            if char == quote and _ends_a_text(text, position):
                quote = ""
        elif char in "\"'" and before in "[{,:":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return position + 1
        before = before if char.isspace() else char
    return None


def _unescaped(text: str, start: int) -> Iterator[tuple[int, str]]:
    position = start
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        yield position, text[position]
        position += 1


def _ends_a_text(text: str, position: int) -> bool:
    return text[position + 1 :].lstrip()[:1] in ("", ",", ":", "]", "}")


def _repaired(text: str) -> object | None:
    import json_repair

    try:
        value = json_repair.loads(text, strict=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    return value if _letters(json.dumps(value, ensure_ascii=False)) == _letters(text) else None


def _letters(text: str) -> str:
    return _MARKS.sub("", text.replace("None", "null")).lower()
