"""How the embedded model learns: scikit-learn's networks, set to the weights they go on from.

Belongs here: targets, passes, noise. Not here: the model (`model`) or reading examples (`trainer`).
Imports scikit-learn, so it is imported where something is trained.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from uball_assets.adapters.models.local.model import (
    OUTPUTS,
    SEEN,
    Lesson,
    LocalModel,
    by_view,
    color_index,
    plays_of,
)
from uball_assets.domain.plays.labels import LABELS
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import duration_clip_s

HIDDEN = 64
MID_CLIP = 0.5
PASSES_PER_EPOCH = 40
"""A hundred clips in one pass teach a fresh network nothing; forty settle it."""
BATCH = 32
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.1
JITTER = 0.5
HIDDEN_SHARE = 0.3
"""Noise on the scaled features, in standard deviations, and the share of them hidden, anew in every pass: a
small set is learned, not memorised. These and the rates above: by cross-validation on training plays."""

_COLOUR = re.compile(r"\(([A-Za-z]+)\)\s*$")


def learn(
    model: LocalModel,
    lessons: Sequence[Lesson],
    epochs: int,
    seed: int,
    after_epoch: Callable[[int], object] = lambda _: None,
    before_pass: Callable[[], None] = lambda: None,
) -> list[float]:
    """Teaches the model from the weights it has; its loss before and after each epoch: `epochs + 1` of them,
    or fewer where `after_epoch` says True: enough.

    Same weights, lessons, order and seed: same weights after. Both callbacks may raise to stop.
    """
    losses = [model.loss(lessons)]
    with threadpool_limits(1):
        trainees = [
            trainee
            for view, group in sorted(by_view(lessons).items())
            for trainee in _trainees(model, view, group, seed)
        ]
        for epoch in range(1, epochs + 1):
            for trainee in trainees:
                trainee.one_epoch(before_pass)
                model.keep_layers(trainee.view, trainee.head, trainee.layers)
            losses.append(model.loss(lessons))
            if after_epoch(epoch):
                break
    return losses


def _trainees(model: LocalModel, view: str, lessons: Sequence[Lesson], seed: int) -> list[_Trainee]:
    """A view's networks, each with the lessons that say something about its question. None for a view of
    which no play was ever shown."""
    features = np.stack([lesson.features for lesson in lessons])
    if not model.knows(view, "scale"):
        shown = [lesson.features for lesson in plays_of(lessons)]
        if not shown:
            return []
        spread = np.stack(shown).std(axis=0)
        model.tensors[f"{view}/scale/mean"] = np.stack(shown).mean(axis=0)
        model.tensors[f"{view}/scale/std"] = np.where(spread > 1e-3, spread, 1).astype(np.float32)
    scaled = model.scaled(view, features)
    trainees = []
    for head in OUTPUTS:
        targets = _play_targets(lessons) if head == "play" else [_target(head, each) for each in lessons]
        known = [row for row, target in enumerate(targets) if target is not None]
        if not known:
            continue
        inputs = scaled[known, SEEN[head]]
        words = np.random.SeedSequence([seed, *f"{view}/{head}".encode()]).generate_state(4)
        rng = np.random.RandomState(words)
        if not model.knows(view, head):
            model.keep_layers(view, head, _fresh_layers(head, inputs.shape[1], rng))
        wanted = np.array([targets[row] for row in known])
        trainees.append(_Trainee(view, head, inputs, wanted, model.layers(view, head), rng))
    return trainees


def _play_targets(lessons: Sequence[Lesson]) -> list[int | None]:
    """Whether there is a play; nothing to tell apart where all show one, or none does."""
    shows = [int(lesson.answer is not None) for lesson in lessons]
    return [*shows] if len(set(shows)) == 2 else [None] * len(shows)


def _target(head: str, lesson: Lesson) -> Any:
    """What a head should have said of a play; None where the example does not say."""
    answer = lesson.answer
    if answer is None:
        return None
    if head == "label":
        return LABELS.index(answer.classification)
    if head == "events":
        also = {event.label for event in answer.events} - {answer.classification}
        return [int(label in also) for label in LABELS]
    if head == "colour":
        found = _COLOUR.search(answer.player_a or "")
        return color_index(found[1]) if found else None
    if answer.timestamp_clip_s is None:
        return None
    return answer.timestamp_clip_s / duration_clip_s(lesson.features)


def _fresh_layers(head: str, inputs: int, rng: np.random.RandomState) -> list[tuple[Floats, Floats]]:
    """Random hidden weights of the usual spread (Glorot and Bengio 2010); outputs that guess evenly."""
    bound = np.sqrt(6 / (inputs + HIDDEN))
    hidden = rng.uniform(-bound, bound, (inputs, HIDDEN)).astype(np.float32)
    last = np.zeros((HIDDEN, OUTPUTS[head]), dtype=np.float32)
    guess = np.full(OUTPUTS[head], MID_CLIP if head == "moment" else 0.0, dtype=np.float32)
    return [(hidden, np.zeros(HIDDEN, dtype=np.float32)), (last, guess)]


class _Trainee:
    """One network in training."""

    def __init__(
        self,
        view: str,
        head: str,
        inputs: Floats,
        targets: Any,
        layers: Sequence[tuple[Floats, Floats]],
        rng: np.random.RandomState,
    ) -> None:
        self.view, self.head = view, head
        self._inputs, self._targets, self._rng = inputs, targets, rng
        network = MLPRegressor if head == "moment" else MLPClassifier
        self._net = network(
            hidden_layer_sizes=(HIDDEN,),
            alpha=WEIGHT_DECAY,
            batch_size=1,
            learning_rate_init=LEARNING_RATE,
            random_state=rng,
        )
        # one example gives the network its shape; the weights follow, and the optimiser starts afresh
        self._pass(inputs[:1], targets[:1])
        self._net.coefs_ = [weights.copy() for weights, _ in layers]
        self._net.intercepts_ = [biases.copy() for _, biases in layers]
        del self._net._optimizer
        self._net.batch_size = min(BATCH, len(inputs))

    @property
    def layers(self) -> list[tuple[Floats, Floats]]:
        """Copies: the next epoch changes the network's own in place."""
        pairs = zip(self._net.coefs_, self._net.intercepts_, strict=True)
        return [(weights.copy(), biases.copy()) for weights, biases in pairs]

    def one_epoch(self, before_pass: Callable[[], None]) -> None:
        for _ in range(PASSES_PER_EPOCH):
            before_pass()
            noise = self._rng.standard_normal(self._inputs.shape).astype(np.float32)
            shown = self._rng.random_sample(self._inputs.shape) >= HIDDEN_SHARE
            self._pass((self._inputs + JITTER * noise) * shown.astype(np.float32), self._targets)

    def _pass(self, inputs: Floats, targets: Any) -> None:
        if self.head == "moment":
            self._net.partial_fit(inputs, targets)
        else:
            self._net.partial_fit(inputs, targets, classes=np.arange(max(2, OUTPUTS[self.head])))
