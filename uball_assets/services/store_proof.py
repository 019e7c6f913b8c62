"""The nightly proof: each game's folder in the store held against the record and its assets' documents.

Bounded in time and in bytes; where a night ends before all is done, the next goes on there. What was changed
is set aside under another name, whole, so that it is made again.

Belongs here: listing, reading, hashing, setting aside. Not here: the comparison (`domain.operating`), asking
for the repair (`automation.operating.repairs`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.clipping.reports import CameraClips, GameExamplesReport, examples_hash
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.hashing import bytes_hash
from uball_assets.domain.operating.store_proof import (
    GameProof,
    Listed,
    Proved,
    compare,
    listing_hash,
    needed,
    to_read,
    with_changed,
)
from uball_assets.services.asking.annotations import Annotations

SET_ASIDE = "set_aside/"
"""In the training store: what was found changed, as it was found."""
NOTES = "proof/listings.json"
"""In the training store, for the next night may be on another machine: what was proved when. Without it, or
where it cannot be read, everything is compared anew."""
_AT_ONCE = 16
State = Mapping[str, Any]
Tell = Callable[[int, int], None]


@dataclass
class StoreProof:
    """What one night saw."""

    games: int = 0
    unchanged: int = 0
    """Listed as they were when they were proved last."""
    compared: int = 0
    read: int = 0
    """Games of which every clip's bytes were read."""
    read_bytes: int = 0
    left: int = 0
    """Games that there was no time for."""
    at_work: int = 0
    """Games that were not looked at, for a run was making them."""
    wrong: list[GameProof] = field(default_factory=list)
    orphaned: int = 0
    models_missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Prover:
    training: ObjectStore
    limit_s: float
    limit_bytes: int

    def prove(
        self, states: Mapping[str, State], models: Sequence[State], watch: Tell | None = None
    ) -> StoreProof:
        """`states`: the newest entry of each game, with the model that it was `annotated_by` where people did
        not annotate it. Raises as the store does where it cannot be listed."""
        until_s = time.monotonic() + self.limit_s
        known, found = self._noted(), StoreProof(games=len(states))
        order = to_read(states, known)
        told: dict[str, Proved] = {}
        try:
            done = 0
            for game_id, proof, listing, is_old in self._compared(order, states, known, until_s):
                done += 1
                found.unchanged += is_old
                found.compared += not is_old
                last_s = known[game_id].read_at_s if game_id in known else 0.0
                read = self._read(proof, found, until_s)
                read_at_s = time.time() if read.is_done else last_s
                told[game_id] = Proved(listing if read.game.is_sound else "", read_at_s)
                found.orphaned += len(read.game.orphaned)
                if not read.game.is_sound:
                    found.wrong.append(read.game)
                if watch:
                    watch(done, len(order))
            found.left = len(order) - done
        finally:
            documents.save(self.training, NOTES, _Notes({**known, **told}))
        found.models_missing = self._models(models)
        return found

    def set_aside(self, proof: GameProof) -> None:
        """The changed clips stand elsewhere afterwards, and nothing stands under their names: a clip that is
        there under its key would not be cut again."""
        for name in proof.changed:
            if name.endswith(".mp4"):
                self.training.write(f"{SET_ASIDE}{name}", self.training.read(name))
                self.training.delete(name)

    def _compared(
        self, order: Sequence[str], states: Mapping[str, State], known: Mapping[str, Proved], until_s: float
    ) -> Iterator[tuple[str, GameProof, str, bool]]:
        """Listings side by side; documents are read only where a listing is not the proved one."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for begin in range(0, len(order), 4 * _AT_ONCE):
                if time.monotonic() > until_s:
                    return
                some = order[begin : begin + 4 * _AT_ONCE]
                yield from pool.map(lambda game: self._one(game, states[game], known.get(game)), some)

    def _one(self, game_id: str, state: State, known: Proved | None) -> tuple[str, GameProof, str, bool]:
        listed = [
            Listed(info.name, info.size_bytes, info.version)
            for info in self.training.list(object_names.game(game_id))
        ]
        found = listing_hash(listed, int(state["number"]))
        if known and known.listing == found:
            return game_id, GameProof(game_id), found, True
        cameras, damaged = self._reports(game_id, {one.name for one in listed})
        proof = with_changed(compare(game_id, listed, cameras, self._windows(game_id, state)), damaged)
        if proof.is_sound and not self._lines_are(game_id, state):
            lines = [object_names.training_data(game_id), object_names.validation_data(game_id)]
            proof = with_changed(proof, lines)
        return game_id, proof, found, False

    def _reports(self, game_id: str, there: set[str]) -> tuple[list[CameraClips], list[str]]:
        reports, damaged = [], []
        for angle in Angle:
            name = object_names.camera_clips(game_id, angle)
            if name in there:
                try:
                    reports.append(documents.load(self.training, name, CameraClips))
                except Permanent:
                    damaged.append(name)
        return reports, damaged

    def _windows(self, game_id: str, state: State) -> list[str]:
        """Of the moments that a model was asked about: the clips that it saw."""
        model = state.get("annotated_by")
        try:
            name = object_names.annotated(game_id, str(model))
            answers = documents.find(self.training, name, Annotations) if model else None
        except Permanent:  # written anew with the game's next run
            answers = None
        asked = answers.per_camera if answers else ()
        return [object_names.window_clip(game_id, key, answer.angle) for key, answer in asked]

    def _lines_are(self, game_id: str, state: State) -> bool:
        """Whether what a training would be shown is what the record says."""
        try:
            report = documents.load(self.training, object_names.examples(game_id), GameExamplesReport)
            texts = {
                "train": self.training.read(object_names.training_data(game_id)).decode(),
                "validation": self.training.read(object_names.validation_data(game_id)).decode(),
            }
        except (Permanent, UnicodeDecodeError):
            return False
        return examples_hash(texts, report.lines) == str(state["examples_hash"])

    def _read(self, proof: GameProof, found: StoreProof, until_s: float) -> _Read:
        """The clips' bytes, while there is time and room for them."""
        if found.read_bytes >= self.limit_bytes or time.monotonic() > until_s:
            return _Read(proof, False)
        reports, _ = self._reports(proof.game_id, set(needed(proof.game_id)) - set(proof.missing))
        wrong: list[str] = []
        for clip in (clip for report in reports for clip in report.clips if clip.bytes_hash):
            if clip.name in proof.missing or clip.name in proof.changed:
                continue
            if time.monotonic() > until_s:
                return _Read(with_changed(proof, wrong), False)
            data = self.training.read(clip.name)
            found.read_bytes += len(data)
            if bytes_hash(data) != clip.bytes_hash:
                wrong.append(clip.name)
        found.read += 1
        return _Read(with_changed(proof, wrong), True)

    def _noted(self) -> dict[str, Proved]:
        try:
            notes = documents.find(self.training, NOTES, _Notes)
        except Permanent:
            return {}
        return notes.games if notes else {}

    def _models(self, models: Sequence[State]) -> list[str]:
        """Models that stand in this store, by the record, and do not."""
        missing = []
        for model in models:
            uri = str(model["model_uri"])
            name = uri if uri.startswith("models/") else object_names.name_in(uri)
            if name and not any(info.name == name for info in self.training.list(name)):
                missing.append(str(model["name"]))
        return missing


@dataclass(frozen=True)
class _Notes:
    games: dict[str, Proved]


@dataclass(frozen=True)
class _Read:
    game: GameProof
    is_done: bool
