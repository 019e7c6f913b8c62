"""What a training is told beside its games: base, epochs, seed, prompt and the trainer's own options.

Belongs here: this configuration, and how what a model was told differs from it, in words. Not here: the
games (`manifest`) or whether a difference is worth a training (`retrain`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from uball_assets.domain.hashing import content_hash


@dataclass(frozen=True)
class TrainingConfig:
    base: str
    epochs: int
    seed: int
    prompt_hash: str
    options: Mapping[str, str] = field(default_factory=dict)
    """What else the trainer is told, by name; '' is as good as none."""

    @property
    def hash(self) -> str:
        return content_hash([self.base, self.epochs, self.seed, self.prompt_hash, dict(self.options)])

    def differences(self, model: Mapping[str, Any] | None) -> tuple[str, ...]:
        """What the model of this entry on the record was told otherwise: `seed 8 instead of 7`.

        What an entry does not tell, as one made before it was recorded, is no difference. Another base is one
        alone: its options are of another trainer, or another kind.
        """
        if model is None:
            return ()
        told = [
            _difference(word, getattr(self, name), model.get(name))
            for name, word in (("base", "base model"), ("epochs", "epochs"), ("seed", "seed"))
        ]
        if model.get("prompt_hash") not in (None, self.prompt_hash):
            told.append("another prompt")
        if model.get("base") in (None, self.base) and "options" in model:
            before = model["options"]
            told += [
                _difference(
                    name.replace("_", " "), self.options.get(name) or "none", before.get(name) or "none"
                )
                for name in sorted({*self.options, *before})
            ]
        return tuple(filter(None, told))


def _difference(word: str, now: object, before: object) -> str:
    return "" if before is None or now == before else f"{word} {now} instead of {before}"
