"""Asking a model about a clip: one Protocol, the local endpoint, and the cloud's.

Belongs here: one question, one answer as text. Not here: which model answers (`domain.routing`) or what the
text means (`domain.examples`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from uball_assets.adapters.feature_cache import FeatureCache
from uball_assets.adapters.local_model import LocalModel, camera_in
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, UballError


class Endpoint(Protocol):
    def generate(self, model_uri: str, clip_uri: str, prompt: str) -> str:
        """The model's answer: JSON text, in clip time, exactly as it said it (not validated here)."""
        ...

    def is_alive(self, model_uri: str) -> bool:
        """Whether this model would answer now; never raises."""
        ...


class LocalEndpoint:
    """Answers with the local trainer's models, given what the cloud's endpoint is: a clip and a prompt."""

    def __init__(self, store: ObjectStore, cache_dir: Path) -> None:
        self._store = store
        self._cache = FeatureCache(cache_dir)
        self._models: dict[tuple[str, str], LocalModel] = {}

    def generate(self, model_uri: str, clip_uri: str, prompt: str) -> str:
        """One play as JSON, with `confidence`.

        Permanent: no such model, an unreadable clip, a prompt that names no camera.
        """
        angle = camera_in(prompt)
        model = self._model(model_uri)
        clip = self._store.read(self._store.name_of(clip_uri))
        return json.dumps([model.answer(angle, self._cache.features(clip, angle))], ensure_ascii=False)

    def is_alive(self, model_uri: str) -> bool:
        try:
            self._model(model_uri)
        except UballError:
            return False
        return True

    def _model(self, model_uri: str) -> LocalModel:
        """The model as it stands now; it counts only with its card beside it, and is read once a version."""
        name = self._store.name_of(model_uri)
        versions = {info.name: info.version for info in self._store.list(name.rpartition("/")[0] + "/")}
        if name not in versions or name.replace("model.safetensors", "model.json") not in versions:
            raise Permanent(f"there is no finished model at {model_uri}: train it, or route to another")
        key = (name, versions[name])
        if key not in self._models:
            self._models[key] = LocalModel.from_bytes(self._store.read(name), model_uri)
        return self._models[key]
