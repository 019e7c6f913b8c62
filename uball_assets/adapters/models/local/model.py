"""The embedded model: small networks over a clip's features, stored openly.

Belongs here: weights, answering, and the file they are kept in. Not here: learning (`learning`) or what
the numbers of a clip are (`media.vision.features`).

Each view, far and near, has its own networks of one hidden layer: `label` (one of LABELS), `moment`
(where in the clip, 0 to 1), `events` (what else happened, a chance each), `colour` (the acting team's), and
`play` (whether there is a play at all), where a training has shown clips without one. That last is a network
of its own, so that what the others learn of plays is the same with and without such clips.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.plays.labels import LABELS
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import (
    ACTION_FEATURES,
    COLOUR_FEATURES,
    FEATURES_VERSION,
    LANDMARK_FEATURES,
    duration_clip_s,
)

BASE = "local-mlp-1"
"""The base model's name: this file's networks before they have learned anything."""
COLOURS = (
    "Black", "Blue", "Brown", "Gold", "Gray", "Green", "Maroon", "Navy",
    "Orange", "Pink", "Purple", "Red", "Silver", "Teal", "White", "Yellow",
)  # fmt: skip
"""Jersey colours the model can name. Fixed, as LABELS is: weights of two models must mean the same."""

LARGEST_SCALED = 4.0
"""A feature that hardly varied in the first training set must not drown the others in a later one."""
SURE = 0.5
"""A colour or a further event is stated from an even chance on."""
NOTHING_BELOW = 0.5
"""Chance of a play under which none is told. On the demo's league, with as many examples of no play as the
default makes, every play's clip has more (the least 0.53) and every other less (the most 0.001)."""

OUTPUTS = {"label": len(LABELS), "moment": 1, "events": len(LABELS), "colour": len(COLOURS), "play": 1}
SEEN = {
    "label": ACTION_FEATURES,
    "moment": LANDMARK_FEATURES,
    "events": ACTION_FEATURES,
    "colour": COLOUR_FEATURES,
    "play": ACTION_FEATURES,
}
"""The features each network is shown: no more than what may decide its answer."""
_CAMERA = re.compile("|".join(rf"\b{angle.value}\b" for angle in Angle))


@dataclass(frozen=True)
class Lesson:
    """One example, ready to learn from."""

    angle: Angle
    features: Floats
    answer: Answer | None
    """None: the clip shows no play."""
    play: str = ""
    """The same for both cameras (`examples.play_of`)."""


def camera_in(prompt: str) -> Angle:
    """The one camera a prompt names; Permanent if it names none, or several."""
    named = set(_CAMERA.findall(prompt))
    if len(named) != 1:
        raise Permanent(
            f"the prompt names {len(named)} cameras, the local model needs exactly one of {list(Angle)}"
        )
    return Angle(named.pop())


class LocalModel:
    """Weights by name, `{view}/{head}/{weights|biases}/{layer}`; a view that nothing taught has none.

    Without any it is the base.
    """

    def __init__(self, tensors: Mapping[str, Floats] | None = None) -> None:
        self.tensors = dict(tensors or {})

    # --- answering

    def answer(
        self, angle: Angle, features: Floats, colors: tuple[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """The play that is shown, if any, with the keys of a training answer and `confidence`, in clip time.

        No number is read off a jersey, so players are named by colour alone: by one of the two `colors` that
        play, where they are known. Raises Permanent for a view that
        no training set has shown.
        """
        view = view_of(angle)
        if not self.knows(view, "scale"):
            raise Permanent(f"this model has never seen a {view} view: train it with {view} clips first")
        scaled = self.scaled(view, features[None])
        if not self._sees_play(view, scaled):
            return []
        chances = _softmax(self._outputs(view, "label", scaled))[0]
        label = LABELS[int(chances.argmax())]
        player = self._player(view, scaled, colors)
        events = [{"label": label, "playerA": player, "playerB": None}]
        events += [
            {"label": other, "playerA": None, "playerB": None} for other in self._also(view, scaled, label)
        ]
        play = {
            "timestamp_seconds": self._moment_s(view, scaled, duration_clip_s(features)),
            "classification": label,
            "note": f"{label} by {player}" if player else label,
            "player_a": player,
            "player_b": None,
            "events": events,
            "confidence": round(float(chances.max()), 4),
        }
        return [play]

    def loss(self, lessons: Sequence[Lesson]) -> float:
        """Mean cross-entropy of the classification of plays, nats; of a view nothing taught, that of an even
        guess."""
        losses = []
        for view, group in by_view(plays_of(lessons)).items():
            if not self.knows(view, "scale"):
                losses += [float(np.log(len(LABELS)))] * len(group)
                continue
            scaled = self.scaled(view, np.stack([lesson.features for lesson in group]))
            chances = _softmax(self._outputs(view, "label", scaled))
            truth = [LABELS.index(lesson.answer.classification) for lesson in group if lesson.answer]
            losses += list(-np.log(np.maximum(chances[np.arange(len(group)), truth], 1e-9)))
        return float(np.mean(losses))

    def _sees_play(self, view: str, scaled: Floats) -> bool:
        if not self.knows(view, "play"):
            return True
        return _chance(float(self._outputs(view, "play", scaled)[0, 0])) >= NOTHING_BELOW

    def _player(self, view: str, scaled: Floats, colors: tuple[str, str] | None) -> str | None:
        """Of two teams the likelier; of all colours the likeliest, if it has an even chance."""
        if not self.knows(view, "colour"):
            return None
        chances = _softmax(self._outputs(view, "colour", scaled))[0]
        places = [color_index(color) for color in colors or ()]
        if colors and None not in places:
            return f"Player ({max(zip(colors, places, strict=True), key=lambda team: chances[team[1]])[0]})"
        return f"Player ({COLOURS[int(chances.argmax())]})" if chances.max() >= SURE else None

    def _also(self, view: str, scaled: Floats, label: str) -> list[str]:
        """Further events in the order of LABELS: shots, then what follows them."""
        outputs = self._outputs(view, "events", scaled)[0]
        return [
            other
            for other, output in zip(LABELS, outputs, strict=True)
            if _chance(float(output)) >= SURE and other != label
        ]

    def _moment_s(self, view: str, scaled: Floats, duration_s: float) -> float | None:
        if not self.knows(view, "moment"):
            return None
        fraction = float(self._outputs(view, "moment", scaled)[0, 0])
        return round(min(max(fraction, 0.0), 1.0) * duration_s, 3)

    def _outputs(self, view: str, head: str, scaled: Floats) -> Floats:
        hidden, last = self.layers(view, head)
        active = np.maximum(scaled[:, SEEN[head]] @ hidden[0] + hidden[1], 0)
        return np.asarray(active @ last[0] + last[1], dtype=np.float32)

    # --- weights

    def scaled(self, view: str, features: Floats) -> Floats:
        scaled = (features - self.tensors[f"{view}/scale/mean"]) / self.tensors[f"{view}/scale/std"]
        return np.asarray(np.clip(scaled, -LARGEST_SCALED, LARGEST_SCALED), dtype=np.float32)

    def knows(self, view: str, head: str) -> bool:
        """Whether some training has given the view this network; `scale` is its features' mean and spread."""
        return any(name.startswith(f"{view}/{head}/") for name in self.tensors)

    def layers(self, view: str, head: str) -> list[tuple[Floats, Floats]]:
        name = f"{view}/{head}"
        return [(self.tensors[f"{name}/weights/{n}"], self.tensors[f"{name}/biases/{n}"]) for n in (0, 1)]

    def keep_layers(self, view: str, head: str, layers: Sequence[tuple[Floats, Floats]]) -> None:
        for n, (weights, biases) in enumerate(layers):
            self.tensors[f"{view}/{head}/weights/{n}"] = weights
            self.tensors[f"{view}/{head}/biases/{n}"] = biases

    # --- the file

    def to_bytes(self) -> bytes:
        """A safetensors file; the same bytes for the same weights."""
        from safetensors.numpy import save

        about = {"base": BASE, "features": FEATURES_VERSION, "labels": LABELS, "colours": COLOURS}
        # one metadata entry: the format keeps several in no fixed order
        tensors = {name: np.ascontiguousarray(self.tensors[name]) for name in sorted(self.tensors)}
        return save(tensors, {"about": json.dumps(about, sort_keys=True)})

    @classmethod
    def from_bytes(cls, data: bytes, where: str = "model") -> LocalModel:
        """Permanent for a damaged file, or one of other features, labels or colours than this version's."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors = load(data)
            header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
            about = json.loads(header["__metadata__"]["about"])
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise Permanent(f"{where} is not a local model ({error}): train it again") from error
        ours = {"base": BASE, "features": FEATURES_VERSION, "labels": [*LABELS], "colours": [*COLOURS]}
        differing = sorted(key for key, value in ours.items() if about.get(key) != value)
        if differing:
            raise Permanent(
                f"{where} was made with other {', '.join(differing)}: train a model from the base"
            )
        return cls(tensors)


def color_index(name: str) -> int | None:
    """Where a jersey's colour, as people write it, stands among COLOURS."""
    color = name.title().replace("Grey", "Gray")
    return COLOURS.index(color) if color in COLOURS else None


def view_of(angle: Angle) -> str:
    return "far" if angle.is_far else "near"


def by_view(lessons: Sequence[Lesson]) -> dict[str, list[Lesson]]:
    views: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        views.setdefault(view_of(lesson.angle), []).append(lesson)
    return views


def plays_of(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Those that show a play."""
    return [lesson for lesson in lessons if lesson.answer]


def _chance(output: float) -> float:
    return float(0.5 + 0.5 * np.tanh(output / 2))


def _softmax(outputs: Floats) -> Floats:
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
