"""What a paid model has answered, kept: a clip asked of a model with a prompt is asked once.

Belongs here: finding and keeping answers, as the model gave them, beside the game whose clips they are about.
Not here: what they cost (`bills`) or say (`domain.answers.answers`). An object is written once, under the
hash of what it holds: nobody overwrites what another has kept, and a run that is killed keeps what it kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from uball_assets.adapters.models.endpoint import Reply
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.footage import object_names
from uball_assets.domain.hashing import content_hash

log = logging.getLogger(__name__)

_AT_ONCE = 8


@dataclass(frozen=True)
class KeptAnswers:
    store: ObjectStore

    def find(self, model: str, game_ids: Iterable[str]) -> dict[str, Reply]:
        """By key, all that the model has answered about clips of these games; one listing a game.

        What cannot be read is passed over, and said in the log: its clips are asked about again.
        """
        folders = sorted({object_names.answers(game_id, model) for game_id in game_ids})
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            names = [info.name for listed in pool.map(self.store.list, folders) for info in listed]
            kept = list(pool.map(self._read, names))
        return {key: reply for answers in kept for key, reply in answers.items()}

    def keep(self, model: str, game_id: str, answers: Mapping[str, Reply]) -> None:
        """What is charged; an answer that costs nothing is as well asked again."""
        stored = {key: asdict(reply) for key, reply in answers.items() if reply.price}
        if stored:
            self.store.write(
                f"{object_names.answers(game_id, model)}{content_hash(stored)}.json",
                json.dumps(stored, sort_keys=True, indent=1).encode(),
            )

    def _read(self, name: str) -> dict[str, Reply]:
        try:
            stored = json.loads(self.store.read(name))
            return {str(key): Reply(**reply) for key, reply in stored.items()}
        except (ValueError, TypeError, AttributeError) as error:
            log.warning("%s holds no answers (%s): delete it", self.store.uri(name), error)
            return {}
