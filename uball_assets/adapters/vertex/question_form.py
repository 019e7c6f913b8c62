"""One question as Vertex AI takes it, and its answer as it comes back: the same online and in a batch.

Belongs here: the JSON of a request and of a response. Not here: sending it (`serving`, `batch`) or what the
answer's text means (`domain.examples`). Clip, prompt and media resolution stand as in training
(`domain.examples.example_line`): a tuned model is asked what it was trained to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from uball_assets.adapters.endpoint import Question, Said
from uball_assets.adapters.vertex.answer_schema import ANSWER_SCHEMA
from uball_assets.adapters.vertex.errors import plain_words
from uball_assets.domain.errors import Permanent
from uball_assets.domain.examples import MEDIA_RESOLUTIONS

MOST_ANSWER_TOKENS = 2048
"""Ten times a play's answer (`answer_cost.ANSWER_TOKENS`): a model that rambles on is cut off."""


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


def said_in(response: object, about: str, price: Literal["online", "batch"]) -> Said:
    """What a response says. Permanent, with the service's reason, where it stopped before a whole answer."""
    candidate = next(iter(_listed(_get(response, "candidates"))), None)
    parts = _listed(_get(_get(candidate, "content"), "parts"))
    texts = [str(part["text"]) for part in parts if _get(part, "text") and not _get(part, "thought")]
    reason = _get(candidate, "finishReason") or _get(_get(response, "promptFeedback"), "blockReason")
    if reason == "MAX_TOKENS":
        raise Permanent(f"the answer about {about} is longer than {MOST_ANSWER_TOKENS} tokens (MAX_TOKENS)")
    if reason not in (None, "STOP") or not texts:
        why = plain_words(str(reason).replace("_", " ")) if reason not in (None, "STOP") else "it is empty"
        raise Permanent(f"there is no answer about {about}: {why}; look at the clip and the prompt")
    usage = _get(response, "usageMetadata")
    return Said(
        text="".join(texts),
        input_tokens=_count(usage, "promptTokenCount"),
        output_tokens=_count(usage, "candidatesTokenCount") + _count(usage, "thoughtsTokenCount"),
        price=price,
    )


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
    told = str(_get(usage, name) or 0)
    return int(told) if told.isdecimal() else 0
