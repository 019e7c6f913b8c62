"""One question as Vertex AI takes it, and its answer as it comes back: the same online and in a batch.

Belongs here: the JSON of a request and of a response. Not here: sending it (`serving`, `batch`) or what the
answer's text means (`domain.answers.examples`). Clip, prompt and media resolution stand as in training
(`domain.answers.examples.example_line`): a tuned model is asked what it was trained to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from uball_assets.adapters.models.endpoint import Question, Reply
from uball_assets.adapters.models.vertex.answer_schema import ANSWER_SCHEMA
from uball_assets.adapters.models.vertex.errors import plain_words
from uball_assets.domain.answers.examples import MEDIA_RESOLUTIONS
from uball_assets.domain.errors import Permanent

MOST_ANSWER_TOKENS = 2048
"""Ten times a play's answer (`answer_cost.ANSWER_TOKENS`): a model that rambles on is cut off."""


_LOOK = "look at the clip and the prompt"


def request_of(
    question: Question, base: str, media_resolution: str, *, with_schema: bool = False
) -> dict[str, Any]:
    """The body of generateContent; temperature 0, thinking as little as the base can."""
    video = {"fileData": {"fileUri": question.clip_uri, "mimeType": "video/mp4"}}
    config: dict[str, Any] = {
        "temperature": 0.0,
        "maxOutputTokens": MOST_ANSWER_TOKENS,
        "mediaResolution": MEDIA_RESOLUTIONS[media_resolution],
        "thinkingConfig": _least_thinking(base),
    }
    if with_schema:
        config |= {"responseMimeType": "application/json", "responseSchema": ANSWER_SCHEMA}
    return {
        "contents": [{"role": "user", "parts": [video, {"text": question.prompt}]}],
        "generationConfig": config,
    }


def clip_in(request: object) -> str | None:
    """The clip that a request shows, however the service spelled the request when it wrote it down again."""
    for content in _listed(_get(request, "contents")):
        for part in _listed(_get(content, "parts")):
            uri = _get(_get(part, "fileData", "file_data"), "fileUri", "file_uri")
            if isinstance(uri, str):
                return uri
    return None


def said_in(response: object, about: str, price: Literal["online", "batch"]) -> Reply:
    """What a response says and what it took; without a text, why it has none, in the service's word.
    Permanent, with that, where nothing is charged either.

    An answer that was cut off is told as far as it goes: what is whole in it may be read.
    """
    candidate = next(iter(_listed(_get(response, "candidates"))), None)
    parts = _listed(_get(_get(candidate, "content"), "parts"))
    text = "".join(str(part["text"]) for part in parts if _get(part, "text") and not _get(part, "thought"))
    reason = _get(candidate, "finishReason") or _get(_get(response, "promptFeedback"), "blockReason")
    failure = ""
    if reason not in (None, "STOP", "MAX_TOKENS"):
        failure = f"there is no answer about {about}: {plain_words(str(reason).replace('_', ' '))}; {_LOOK}"
    elif not text and reason == "MAX_TOKENS":
        failure = f"the answer about {about} is longer than {MOST_ANSWER_TOKENS} tokens (MAX_TOKENS); {_LOOK}"
    elif not text:
        failure = f"there is no answer about {about}: it is empty; {_LOOK}"
    shown, answered = _tokens(_get(response, "usageMetadata"))
    if failure and not shown and not answered:
        raise Permanent(failure)
    return Reply("" if failure else text, shown, answered, price, failure)


def _tokens(usage: object) -> tuple[int, int]:
    """Shown and answered, thoughts included; whatever else is in the total is charged as answered."""
    shown = _count(usage, "promptTokenCount")
    answered = _count(usage, "candidatesTokenCount") + _count(usage, "thoughtsTokenCount")
    return shown, max(answered, _count(usage, "totalTokenCount") - shown)


def _least_thinking(base: str) -> dict[str, Any]:
    """Source: "Thinking" of Vertex AI: 2.5 takes a budget in tokens, of which Pro needs 128; 3 a level."""
    if base.startswith("gemini-2.5"):
        return {"thinkingBudget": 128 if base.startswith("gemini-2.5-pro") else 0}
    return {"thinkingLevel": "MINIMAL"}


def _get(value: object, *names: str) -> Any:
    """The first of these fields that is there and not null; None for what is no object."""
    found = (value.get(name) for name in names) if isinstance(value, Mapping) else ()
    return next((each for each in found if each is not None), None)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(usage: object, name: str) -> int:
    """An int64, which JSON may spell as a text."""
    count = str(_get(usage, name) or 0)
    return int(count) if count.isdecimal() else 0
