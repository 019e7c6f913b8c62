"""The rows of a batch: the questions as its input, and the answers in what it wrote.

Belongs here: lines of JSON, and which answer belongs to which question. Not here: the job (`batch`). The
clip's address is what tells them apart: the service writes rows in any order, and requests in its own
spelling.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from uball_assets.adapters.models.endpoint import Question, Reply
from uball_assets.adapters.models.vertex.errors import plain_words
from uball_assets.adapters.models.vertex.question_form import clip_in, request_of, said_in
from uball_assets.domain.errors import Permanent


def request_lines(questions: Iterable[Question], base: str, media_resolution: str) -> bytes:
    """One line of JSON a question, the same bytes in whatever order and however often they are asked."""
    distinct = sorted(set(questions), key=lambda question: (question.clip_uri, question.prompt))
    lines = (json.dumps({"request": request_of(question, base, media_resolution)}) for question in distinct)
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
) -> list[Reply | Permanent]:
    """For each question its answer, or why it has none."""
    return [_answer(question, rows.get(question.clip_uri, [])) for question in questions]


def _answer(question: Question, rows: list[dict[str, Any]]) -> Reply | Permanent:
    clip = question.clip_uri.rpartition("/")[2]
    replies = [_reply(row, clip) for row in rows]
    if len(replies) == 1:
        return replies[0]
    why = f"the batch has {len(replies) or 'no'} answers about {clip}: ask about it by itself"
    paid = [each for each in replies if isinstance(each, Reply)]
    shown, answered = sum(each.input_tokens for each in paid), sum(each.output_tokens for each in paid)
    return Reply("", shown, answered, "batch", why) if paid else Permanent(why)


def _reply(row: dict[str, Any], clip: str) -> Reply | Permanent:
    """What it took stands in the response, if there is one, of a row that failed too."""
    try:
        reply: Reply | Permanent = said_in(row.get("response"), clip, "batch")
    except Permanent as error:
        reply = error
    if status := row.get("status"):
        why = f"the batch could not answer about {clip}: {plain_words(str(status))}; ask about it by itself"
        return replace(reply, text="", failure=why) if isinstance(reply, Reply) else Permanent(why)
    return reply


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}
