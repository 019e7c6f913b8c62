"""Asking the embedded model: it answers what a tuned model in the cloud would be asked, in the same form.

Belongs here: a clip and a prompt in, an answer as text out. Not here: the network itself (`model`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from uball_assets.adapters.models.endpoint import Holding, Question, Reply, ServedModel
from uball_assets.adapters.models.local.feature_cache import FeatureCache, ListedClips
from uball_assets.adapters.models.local.model import LocalModel, camera_in
from uball_assets.adapters.stores.kept_objects import KeptObjects
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.domain.answers.examples import colors_in
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.domain.operating.progress import Tell, counted, untold


class LocalEndpoint:
    """Answers with the local trainer's models, given what the cloud's endpoint is: a clip and a prompt."""

    has_schema = False
    """Its answers always have the form."""

    def __init__(self, store: ObjectStore, cache_dir: Path, workers: int = 2) -> None:
        self._store = store
        self._cache = FeatureCache(cache_dir)
        self._kept = KeptObjects(cache_dir / "models")
        self._workers = workers
        self._models: dict[tuple[str, str], LocalModel] = {}
        self._alive: dict[str, LocalModel] = {}
        """Looked at by `is_alive`: it serves the questions that follow once."""

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Reply:
        """The play as JSON, with `confidence`; `[]` where there is none.

        Permanent: no such model, an unreadable clip, a prompt that names no camera.
        """
        del with_schema
        return self._answer(self._model(model.endpoint_uri), question, None)

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> list[Reply | Permanent]:
        """The model is looked for once, and each folder of clips, however many questions there are."""
        try:
            weights = self._alive.pop(model.endpoint_uri, None) or self._model(model.endpoint_uri)
        except Permanent as error:
            return [error for _ in questions]

        listed = ListedClips(self._store)

        def ask(question: Question) -> Reply | Permanent:
            try:
                return self._answer(weights, question, listed)
            except Permanent as error:
                return error

        with ThreadPoolExecutor(self._workers) as pool:
            return list(counted(pool.map(ask, questions), len(questions), tell))

    def _answer(self, weights: LocalModel, question: Question, listed: ListedClips | None) -> Reply:
        angle = camera_in(question.prompt)
        name = self._store.name_of(question.clip_uri)
        features = self._cache.of_clip(self._store, name, angle, listed)
        answer = weights.answer(angle, features, colors_in(question.prompt))
        return Reply(json.dumps(answer, ensure_ascii=False))

    def outlives(self, question_count: int) -> bool:
        del question_count
        return False

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> None:
        """Nothing here is paid, or goes on when its process ends."""

    def is_alive(self, model: ServedModel) -> bool:
        try:
            self._alive[model.endpoint_uri] = self._model(model.endpoint_uri)
        except UballError:
            self._alive.pop(model.endpoint_uri, None)
            return False
        return True

    def holdings(self, model: ServedModel) -> list[Holding]:
        name = name_at(self._store, model.model_uri)
        return [Holding(info.name, info.size_bytes) for info in self._store.list(name) if info.name == name]

    def retire(self, model: ServedModel) -> None:
        self._alive.pop(model.endpoint_uri, None)
        self._store.delete(name_at(self._store, model.model_uri))

    def _model(self, model_uri: str) -> LocalModel:
        """The model as it stands now; it counts only with its card beside it, and is read once a version."""
        name = name_at(self._store, model_uri)
        versions = {info.name: info.version for info in self._store.list(name.rpartition("/")[0] + "/")}
        if name not in versions or name.replace("model.safetensors", "model.json") not in versions:
            raise Permanent(f"there is no finished model at {model_uri}: train it, or route to another")
        key = (name, versions[name])
        if key not in self._models:
            data = self._kept.read(
                f"{self._store.uri(name)}@{versions[name]}", lambda: self._store.read(name)
            )
            self._models[key] = LocalModel.from_bytes(data, model_uri)
        return self._models[key]
