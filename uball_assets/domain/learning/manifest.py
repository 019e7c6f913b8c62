"""Manifests: which games, in which state, a model learns from.

Belongs here: a training set's list of games, its hash, and how two lists differ. Not here: the examples
(`examples`) or whether a list is worth a training (`retrain`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.edits import WEIGHTY, Edits, are_wording
from uball_assets.domain.learning.training_config import TrainingConfig


@dataclass(frozen=True)
class GameExamples:
    """One game's examples as they stood when they were written."""

    game_id: str
    examples_hash: str
    train_count: int
    validation_count: int
    train_name: str
    """Object name of the game's training lines."""
    validation_name: str
    """Object name of the game's validation lines."""
    edits: Mapping[str, Edits] = field(default_factory=dict, compare=False)
    """By `examples_hash` of an earlier version: what has been edited since. Of the record's newest state; no
    part of a manifest that is stored."""


@dataclass(frozen=True)
class Manifest:
    """Games in order of their ids, each once; raises Permanent when one is there twice."""

    games: tuple[GameExamples, ...]

    def __post_init__(self) -> None:
        twice = [game_id for game_id, count in Counter(self.game_ids).items() if count > 1]
        if twice:
            raise Permanent(f"a manifest lists these games twice: {', '.join(sorted(twice))}; list each once")
        object.__setattr__(self, "games", tuple(sorted(self.games, key=lambda game: game.game_id)))

    @cached_property
    def hash(self) -> str:
        """Changes exactly when a game comes, goes or has other examples; where they lie does not count."""
        return content_hash([[game.game_id, game.examples_hash] for game in self.games])

    @property
    def game_ids(self) -> tuple[str, ...]:
        return tuple(game.game_id for game in self.games)

    @property
    def train_count(self) -> int:
        return sum(game.train_count for game in self.games)

    @property
    def validation_count(self) -> int:
        return sum(game.validation_count for game in self.games)

    def to_dict(self) -> dict[str, Any]:
        return {"hash": self.hash, "games": [_stored(game) for game in self.games]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Manifest:
        """Raises Permanent when a part is missing, or the stored hash is not that of the stored games."""
        try:
            manifest = cls(tuple(_game_examples(game) for game in data["games"]))
        except (KeyError, TypeError, ValueError) as error:
            raise Permanent(f"this is no manifest ({error!r}); build the training set again") from error
        if data.get("hash", manifest.hash) != manifest.hash:
            raise Permanent(
                f"manifest {data['hash']} was altered: its games hash to {manifest.hash}; build it again"
            )
        return manifest


@dataclass(frozen=True)
class Changes:
    """Game ids, sorted, by what happened to them since a model learned."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    reworded: tuple[str, ...] = ()
    """Games of which only the wording changed: they make no training due, and go in with the next."""
    edits: Mapping[str, Edits | None] = field(default_factory=dict)
    """What was edited in each changed or reworded game; None where nobody knows."""

    @property
    def taught(self) -> tuple[str, ...]:
        """Games of which a training would teach other lines."""
        return (*self.added, *self.changed, *self.reworded)


def eligible(latest_by_game: Iterable[Mapping[str, Any]]) -> Manifest:
    """The games a model may learn from now.

    Each entry is a game's latest record: `GameExamples`' fields and `trainable`; other keys are ignored. A
    game without a single example is left out: there is nothing in it to learn.
    """
    games = [_game_examples(entry) for entry in latest_by_game if entry["trainable"]]
    return Manifest(tuple(game for game in games if game.train_count + game.validation_count > 0))


def changes(new: Manifest, learned: Manifest | None, weighty: Collection[str] = WEIGHTY) -> Changes:
    """What `new` has that `learned` has not; all of it when nothing was learned yet. `weighty`: the kinds of
    edits that are more than wording (`edits`)."""
    now = {game.game_id: game for game in new.games}
    then = {game.game_id: game.examples_hash for game in learned.games} if learned else {}
    other = sorted(game for game in now.keys() & then.keys() if now[game].examples_hash != then[game])
    found = {game: now[game].edits.get(then[game]) for game in other}
    return Changes(
        added=tuple(sorted(now.keys() - then.keys())),
        changed=tuple(game for game in other if not are_wording(found[game], weighty)),
        removed=tuple(sorted(then.keys() - now.keys())),
        reworded=tuple(game for game in other if are_wording(found[game], weighty)),
        edits=found,
    )


def fingerprint(
    manifest_hash: str,
    config: TrainingConfig,
    parent_name: str | None,
    request_number: int = 0,
    lessons_hash: str = "",
    starts_from: str = "",
) -> str:
    """32 hex digits of everything that decides a training: the label under which a job is paid for once.

    `request_number`: of the person's request that alone makes it due; 0 for a training that is due by itself.
    So one that a person asks for is a new job even where nothing changed, and submitted once all the same.
    `lessons_hash`: of the lines of the set that are shown (`lessons`); '' for all.
    `parent_name`: of the newest model, so that a set that comes back is a training of its own; `starts_from`:
    whose weights are gone on from, where not from those of the newest.
    """
    told = [manifest_hash, config.base, parent_name, config.epochs, config.seed, config.prompt_hash]
    extra = [dict(config.options)] if config.options or request_number else []
    shown = {"lessons": lessons_hash} if lessons_hash else None
    start = {"starts_from": starts_from} if starts_from else None
    return content_hash([*told, *extra, *filter(None, [request_number, shown, start])])


def _game_examples(entry: Mapping[str, Any]) -> GameExamples:
    return GameExamples(
        game_id=str(entry["game_id"]),
        examples_hash=str(entry["examples_hash"]),
        train_count=int(entry["train_count"]),
        validation_count=int(entry["validation_count"]),
        train_name=str(entry["train_name"]),
        validation_name=str(entry["validation_name"]),
        edits=entry.get("edits") or {},
    )


def _stored(game: GameExamples) -> dict[str, Any]:
    return {name: value for name, value in asdict(game).items() if name != "edits"}
