"""Asking a model about a clip: one Protocol, the local endpoint, and the cloud's.

Belongs here: one question, one answer as text. Not here: which model answers (`domain.routing`) or what the
text means (`domain.examples`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from uball_assets.adapters.feature_cache import FeatureCache
from uball_assets.adapters.local_model import LocalModel, camera_in
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.domain.examples import colors_in


@dataclass(frozen=True)
class ServedModel:
    """A model as the record knows it, and where it answers."""

    name: str
    model_uri: str
    """Its weights, or the service's name of it: what a batch and a continued training ask for."""
    endpoint_uri: str
    """Where single questions go; the local model's is its weights'."""
    base: str
    prompt_hash: str = ""
    """Of what it was trained to answer (`domain.examples.PROMPT_HASH`)."""


@dataclass(frozen=True)
class Question:
    clip_uri: str
    prompt: str


@dataclass(frozen=True)
class Said:
    """An answer exactly as the model gave it, in clip time, not validated; and what it cost to ask."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    price: Literal["", "online", "batch"] = ""
    """Which price applies to the tokens; '' where nothing is charged."""
    failure: str = ""
    """Why there is no answer, though the service asked the model and charges it: blocked, or all thoughts."""


class Endpoint(Protocol):
    """Raises `Permanent` (no such model, an unreadable clip, a refused question) or `Transient`."""

    has_schema: bool
    """Whether asking again with a schema may give another answer."""

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Said:
        """One answer: JSON text. `with_schema` holds the model to the answer's form, where that can be."""
        ...

    def generate_all(self, model: ServedModel, questions: Sequence[Question]) -> Sequence[Said | UballError]:
        """An answer or the reason why there is none, for each question, in their order.

        A Transient is raised where nothing was answered, and stands among the answers where some were.
        """
        ...

    def is_alive(self, model: ServedModel) -> bool:
        """Whether this model would answer now; never raises."""
        ...


class LocalEndpoint:
    """Answers with the local trainer's models, given what the cloud's endpoint is: a clip and a prompt."""

    has_schema = False
    """Its answers always have the form."""

    def __init__(self, store: ObjectStore, cache_dir: Path, workers: int = 2) -> None:
        self._store = store
        self._cache = FeatureCache(cache_dir)
        self._workers = workers
        self._models: dict[tuple[str, str], LocalModel] = {}

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Said:
        """One play as JSON, with `confidence`.

        Permanent: no such model, an unreadable clip, a prompt that names no camera.
        """
        del with_schema
        angle = camera_in(question.prompt)
        weights = self._model(model.endpoint_uri)
        clip = self._store.read(self._store.name_of(question.clip_uri))
        answer = weights.answer(angle, self._cache.features(clip, angle), colors_in(question.prompt))
        return Said(json.dumps([answer], ensure_ascii=False))

    def generate_all(self, model: ServedModel, questions: Sequence[Question]) -> list[Said | Permanent]:
        def ask(question: Question) -> Said | Permanent:
            try:
                return self.generate(model, question)
            except Permanent as error:
                return error

        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(ask, questions))

    def is_alive(self, model: ServedModel) -> bool:
        try:
            self._model(model.endpoint_uri)
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
