"""Dead letters: what came and could not be used, or did not come, kept until a person or a later answer
settles it.

Belongs here: what a letter tells, and which letters a collection leaves. Not here: keeping them
(`adapters.results.dead_letters`), trying one again (`services.league.replaying`).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from uball_assets.domain.fields import text_in
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.intake.agreement import Refused
from uball_assets.domain.league.intake.documents import Broken
from uball_assets.domain.league.intake.reading import Kind

MOST_OF_A_KIND = 20
"""Rows of one answer that get a letter each; more of them are one letter: their feed has changed."""
LONGEST_BODY = 4 * 1024 * 1024
"""Bytes kept; of a longer document its beginning."""


@dataclass(frozen=True)
class Letter:
    letter_id: str
    source: str
    kind: str
    """Of the rows in it; '' where the source did not answer at all."""
    where: str
    why: str
    remedy: str
    body: str
    """The document, or the row as JSON, as it came; '' where nothing came."""
    encoding: str
    """Of the body's bytes: a body that is no UTF-8 is kept as Latin-1, byte for byte."""
    game_ids: tuple[str, ...]
    first_seen: datetime

    @property
    def is_document(self) -> bool:
        """Not a row of one that was read."""
        return not self.game_ids

    @property
    def data(self) -> bytes:
        return self.body.encode(self.encoding)


def slug_of(source: str) -> str:
    """A source's name as a part of an object's."""
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "source"


def of_silence(source: str, why: str, now: datetime) -> Letter:
    """The source did not answer: one letter, however often."""
    remedy = "nothing is lost: what is missing is asked for again; replay it to ask now"
    return _letter(source, "", source, why, remedy, b"", (), now)


def of_document(source: str, broken: Broken, now: datetime) -> Letter:
    return _letter(source, broken.kind, broken.where, broken.why, broken.remedy, broken.body, (), now)


def of_rows(source: str, refused: Iterable[Refused], now: datetime) -> list[Letter]:
    by_kind: dict[Kind, list[Refused]] = defaultdict(list)
    for one in refused:
        by_kind[one[0].kind].append(one)
    found = []
    for kind, rows in by_kind.items():
        groups = [[one] for one in rows] if len(rows) <= MOST_OF_A_KIND else [rows]
        for group in groups:
            raw, why = group[0]
            values = [one.values for one, _ in group]
            games = {text_in(one.values.get("game_id")) or "" for one, _ in group} - {""}
            says = why.why if len(group) == 1 else f"{len(group)} rows were refused, the first: {why.why}"
            body = json.dumps(values, default=str, ensure_ascii=False).encode()
            found.append(_letter(source, kind, raw.where, says, why.remedy, body, sorted(games), now))
    return found


def _letter(
    source: str,
    kind: str,
    where: str,
    why: str,
    remedy: str,
    body: bytes,
    game_ids: Iterable[str],
    now: datetime,
) -> Letter:
    """The same thing at the same place has the same id, whenever it is met."""
    text, encoding = _text(body[:LONGEST_BODY])
    letter_id = f"{slug_of(source)[:24]}-{content_hash([source, kind, where, text])[:10]}"
    return Letter(letter_id, source, kind, where, why, remedy, text, encoding, tuple(game_ids), now)


def _text(body: bytes) -> tuple[str, str]:
    try:
        return body.decode(), "utf-8"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"
