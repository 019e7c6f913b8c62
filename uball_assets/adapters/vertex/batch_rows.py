"""The rows of a batch: the questions as its input, and the answers in what it wrote.

Belongs here: lines of JSON, and which answer belongs to which question. Not here: the job (`batch`). The
clip's address is what tells them apart: the service writes rows in any order, and requests in its own
spelling.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from uball_assets.adapters.endpoint import Question, Said
from uball_assets.adapters.vertex.errors import plain_words
from uball_assets.adapters.vertex.question_form import clip_in, request_of, said_in
from uball_assets.domain.errors import Permanent


def request_lines(questions: Iterable[Question], base: str, media_resolution: str) -> bytes:
    """One line of JSON a question, the same bytes in whatever order and however often they are asked."""
    asked = sorted(set(questions), key=lambda question: (question.clip_uri, question.prompt))
    lines = (json.dumps({"request": request_of(question, base, media_resolution)}) for question in asked)
    return "".join(f"{line}\n" for line in lines).encode()


def read_rows(objects: Iterable[bytes]) -> dict[str, list[dict[str, Any]]]:
    """The rows about each clip. A line that is no row of an answer is left out: its clip then has none."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for data in objects:
        for line in data.decode(errors="replace").split("\n"):
            row = _row(line)
            clip = clip_in(row.get("request"))
            if clip:
                rows[clip].append(row)
    return rows


def answers_in(
    rows: dict[str, list[dict[str, Any]]], questions: Sequence[Question]
) -> list[Said | Permanent]:
    """For each question its answer, or why it has none."""
    return [_answer(question, rows.get(question.clip_uri, [])) for question in questions]


def _answer(question: Question, rows: list[dict[str, Any]]) -> Said | Permanent:
    clip = question.clip_uri.rpartition("/")[2]
    if len(rows) != 1:
        return Permanent(f"the batch has {len(rows) or 'no'} answers about {clip}: ask about it by itself")
    if status := rows[0].get("status"):
        why = plain_words(str(status))
        return Permanent(f"the batch could not answer about {clip}: {why}; ask about it by itself")
    try:
        return said_in(rows[0].get("response"), clip, "batch")
    except Permanent as error:
        return error


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}
