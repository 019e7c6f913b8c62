"""How the fake Vertex AI answers a question about a clip: with the project's own small model.

Belongs here: one request of generateContent or countTokens, and the clips' features. Not here: which model is
at which address (`vertex_models`). Tokens are counted as documented for Gemini 3: one frame a second, so many
tokens a frame, and four characters of text a token (ours: the real tokenizer is not public).
"""

from __future__ import annotations

import json
import math
import threading
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Any

from uball_assets.adapters.models.local.feature_cache import FeatureCache
from uball_assets.adapters.models.local.model import LocalModel, camera_in
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.answers.examples import colors_in
from uball_assets.domain.errors import UballError
from uball_assets.domain.footage.angles import Angle
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import duration_clip_s
from uball_assets_tests.cloud.vertex_server.vertex_faults import Faults
from uball_assets_tests.cloud.vertex_server.vertex_models import BASES, now
from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal

BLOCKED = ("PROHIBITED_CONTENT", "BLOCKLIST", "OTHER")
"""Why a question is not answered at all."""


_Shown = tuple[Angle, Floats, tuple[str, str] | None]
"""A clip: from which camera, what it shows, whose colours play."""


class Clips:
    """Objects behind gs:// addresses, and the features of those that are clips, computed once."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache = FeatureCache(cache_dir)
        self._lock = threading.Lock()
        self._stores: dict[str, ObjectStore] = {}

    def store(self, uri: str) -> ObjectStore:
        bucket = uri.removeprefix("gs://").partition("/")[0]
        with self._lock:
            if bucket not in self._stores:
                self._stores[bucket] = open_store(f"gs://{bucket}")
            return self._stores[bucket]

    def read(self, uri: str) -> bytes:
        """Permanent for what is not there."""
        return self.store(uri).read(self.store(uri).name_of(uri))

    def write(self, uri: str, data: bytes) -> None:
        self.store(uri).write(self.store(uri).name_of(uri), data)

    def features(self, clip: bytes, angle: Angle) -> Floats:
        return self._cache.features(clip, angle)


def text_tokens(text: str) -> int:
    return math.ceil(len(text) / 4)


def video_tokens(duration_s: float, base: str, media_resolution: str) -> int:
    level = media_resolution.removeprefix("MEDIA_RESOLUTION_") or "UNSPECIFIED"
    return max(1, math.ceil(duration_s)) * BASES[base].tokens_per_frame[level]


def texts_of(request: dict[str, Any]) -> str:
    contents = [*request.get("contents", []), request.get("systemInstruction", {})]
    return "".join(part.get("text", "") for content in contents for part in content.get("parts", []))


def videos_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part for content in request.get("contents", []) for part in content.get("parts", [])]
    return [part["fileData"] for part in parts if "fileData" in part]


class Answers:
    def __init__(self, clips: Clips, faults: Faults) -> None:
        self._clips = clips
        self._faults = faults
        self._lock = threading.Lock()
        self.answered_tokens = 0

    def generate(self, weights: bytes | None, base: str, request: dict[str, Any]) -> dict[str, Any]:
        """A GenerateContentResponse; its tokens are counted, online and in a batch."""
        response = self._generated(weights, base, request)
        with self._lock:
            self.answered_tokens += response["usageMetadata"]["totalTokenCount"]
        return response

    def _generated(self, weights: bytes | None, base: str, request: dict[str, Any]) -> dict[str, Any]:
        """Without weights it is the base that answers: it has learned nothing, and finds no play."""
        config = _checked_config(request)
        asked, tokens = self._question(base, request)
        if fault := self._faults.take("no_text"):
            return _without_text(base, fault.reason, tokens, fault.thoughts)
        text = "[]" if weights is None else _answer(weights, asked)
        if self._faults.take("nothing_seen"):
            text = "[]"
        elif not {"responseSchema", "responseJsonSchema"} & config.keys() and self._faults.take("garbled"):
            text = text[: len(text) // 3]
        text, reason = _within(text, config.get("maxOutputTokens"))
        content = {"role": "model", "parts": [{"text": text}]}
        return _response(base, tokens, text_tokens(text)) | {
            "candidates": [{"content": content, "finishReason": reason, "index": 0}]
        }

    def count_tokens(self, base: str, request: dict[str, Any]) -> dict[str, Any]:
        _, tokens = self._question(base, request)
        return {"totalTokens": tokens, "totalBillableCharacters": len(texts_of(request))}

    def _question(self, base: str, request: dict[str, Any]) -> tuple[_Shown | None, int]:
        """The clip asked about, from which camera; and the tokens of all that is shown."""
        tokens = text_tokens(texts_of(request))
        videos = videos_of(request)
        if not request.get("contents"):
            raise Refusal(400, "Unable to submit request because at least one contents field is required.")
        if not videos:
            return None, tokens
        if len(videos) > 1 or videos[0].get("mimeType") != "video/mp4":
            raise Refusal(400, "The request must show one video, of the mimeType video/mp4.")
        try:
            clip = self._clips.read(videos[0].get("fileUri", ""))
            angle = camera_in(texts_of(request))
            features = self._clips.features(clip, angle)
        except UballError as error:
            raise Refusal(400, f"Cannot use the file or the prompt: {error}") from None
        resolution = request.get("generationConfig", {}).get("mediaResolution", "")
        shown = angle, features, colors_in(texts_of(request))
        return shown, tokens + video_tokens(duration_clip_s(features), base, resolution)


def _response(base: str, shown: int, answered: int, thoughts: int = 0) -> dict[str, Any]:
    """A count of 0 is left out, as proto3 does."""
    counts = {"promptTokenCount": shown, "candidatesTokenCount": answered, "thoughtsTokenCount": thoughts}
    return {
        "createTime": now(),
        "modelVersion": base,
        "responseId": uuid.uuid4().hex,
        "usageMetadata": {
            **{name: count for name, count in counts.items() if count},
            "totalTokenCount": sum(counts.values()),
            "trafficType": "ON_DEMAND",
        },
    }


def _without_text(base: str, reason: str, shown: int, thoughts: int) -> dict[str, Any]:
    """As documented: a question that is blocked has no candidate; an answer that ends early has one without
    parts. What was shown and thought is counted."""
    response = _response(base, shown, 0, thoughts)
    if reason in BLOCKED:
        return response | {"promptFeedback": {"blockReason": reason}}
    return response | {"candidates": [{"content": {"role": "model"}, "finishReason": reason, "index": 0}]}


def _answer(weights: bytes, asked: _Shown | None) -> str:
    """What `LocalEndpoint` says of the same clip with the same weights."""
    if asked is None:
        return "[]"
    try:
        return json.dumps(_opened(weights).answer(*asked), ensure_ascii=False)
    except UballError as error:
        raise Refusal(400, str(error)) from None


@lru_cache(maxsize=16)
def _opened(weights: bytes) -> LocalModel:
    return LocalModel.from_bytes(weights)


def _checked_config(request: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = request.get("generationConfig", {})
    schemas = {"responseSchema", "responseJsonSchema"} & config.keys()
    if schemas and config.get("responseMimeType") != "application/json":
        raise Refusal(400, f"{schemas.pop()} is only supported with responseMimeType application/json.")
    if len(schemas) > 1:
        raise Refusal(400, "Only one of responseSchema and responseJsonSchema can be set.")
    if {"thinkingBudget", "thinkingLevel"} <= config.get("thinkingConfig", {}).keys():
        raise Refusal(400, "Only one of thinking budget and thinking level can be set.")
    if not 0 <= config.get("temperature", 0) <= 2:
        raise Refusal(400, "temperature must be from 0.0 to 2.0.")
    return config


def _within(text: str, most_tokens: int | None) -> tuple[str, str]:
    if most_tokens is not None and text_tokens(text) > most_tokens:
        return text[: most_tokens * 4], "MAX_TOKENS"
    return text, "STOP"
