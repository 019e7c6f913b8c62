"""A model card: what a person wants to know of one version before trusting it, in one value.

Belongs here: the card's parts and the words for them. Not here: gathering them (`assets.versions.cards`), the
page and the picture (`media.pictures`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.domain.answers.calibration import Calibration
from uball_assets.domain.answers.measure_words import set_measure_lines
from uball_assets.domain.answers.metrics import Interval, Scores
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.learning.lineage import Trace
from uball_assets.domain.serving.gate_table import Line

AFTER_EPOCH = "loss_after_epoch_"
"""Of a training's metrics: how the loss after each epoch is named, 0 for before the first."""


@dataclass(frozen=True)
class VersionScore:
    label: str
    plays_right: Interval
    three_four: Interval
    majority: float | None


@dataclass(frozen=True)
class ModelCard:
    name: str
    label: str
    trained_at: str
    """ISO 8601, as the record writes it."""
    status: str
    """As its life tells it: trained, serving, refused, retired, ..."""
    status_reason: str
    verdict: str
    """The gate's sentence; what is missing until there is one."""
    lines: tuple[Line, ...]
    base: str
    base_ends: str
    """`2027-03-01`, or `never`."""
    parents: tuple[str, ...]
    """Its line, the newest first; empty for one from its base."""
    starts: str
    """Why it started there; '' on cards from before that was kept."""
    set_hash: str
    game_ids: tuple[str, ...]
    train_lines: int
    shown: str
    """Which lines of the set it was taught."""
    unseen_labels: tuple[str, ...]
    """Of old lines that it was not shown again, and no shown line has."""
    traces: tuple[Trace, ...]
    losses: tuple[tuple[int, float], ...]
    """(epoch, loss), 0: before the first."""
    versions: tuple[VersionScore, ...]
    """Of one evaluation set, oldest first, this one among them."""
    evaluation_set: str
    scores: Scores | None
    """None: it was never scored."""
    calibration: Calibration
    training_usd: float
    spent_usd: float
    """On its training and its answers so far."""
    new_games: tuple[int, int]
    """Plays right and plays, of whole games that were new to it."""
    retired: str = ""
    """What became of its weights, where they are gone."""
    tracked_at: str = ""
    """Where a tracker has its training; '' where none has."""
    measure: SetMeasure | None = None
    """Moments, players and box scores on the set; None where that was not kept."""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What it learned, from what, and what it costs: a line each."""
        parents = " ← ".join(self.parents) or f"the base {self.base}"
        new_right, new_count = self.new_games
        return [
            (
                "learned from",
                f"{len(self.game_ids):,} games, {self.train_lines:,} lines, set {self.set_hash[:8]}",
            ),
            ("taught", self.shown or "every line of its set"),
            ("not shown again", ", ".join(self.unseen_labels) or "no label"),
            ("goes on from", f"{parents}{f': {self.starts}' if self.starts else ''}"),
            (
                "base",
                f"{self.base}, retires {'never' if self.base_ends == 'never' else f'on {self.base_ends}'}",
            ),
            ("scored on", self.evaluation_set or "nothing yet"),
            ("games never seen", f"{new_right} of {new_count} plays right" if new_count else "none yet"),
            ("costs", f"training ${self.training_usd:,.2f}, in all ${self.spent_usd:,.2f} so far"),
            ("trained", self.trained_at),
            *([("tracked at", self.tracked_at)] if self.tracked_at else []),
            *([("weights", self.retired)] if self.retired else []),
        ]

    @property
    def measured(self) -> dict[str, str]:
        """Moments, players and box scores: what is measured -> the numbers; empty where that was not kept."""
        return set_measure_lines(self.measure) if self.measure else {}

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; the scores without their single plays."""
        plain = asdict(self)
        if self.scores:
            plain["scores"] = self.scores.to_dict()
            del plain["scores"]["plays"], plain["scores"]["right"]
        plain["measure"] = self.measure.to_dict() if self.measure else None
        plain["lines"] = [line.to_dict() for line in self.lines]
        plain["calibration"]["error_points"] = round(self.calibration.error_points, 2)
        return plain


def losses_of(metrics: Mapping[str, float]) -> tuple[tuple[int, float], ...]:
    """The loss curve, as far as the trainer told it."""
    named = {name.removeprefix(AFTER_EPOCH): value for name, value in metrics.items() if AFTER_EPOCH in name}
    return tuple(sorted((int(epoch), value) for epoch, value in named.items()))


def standing_counts(lines: Sequence[Line]) -> str:
    """`5 hold, 1 fails, 1 not enough yet`."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.standing.value] = counts.get(line.standing.value, 0) + 1
    return ", ".join(f"{count} {standing}" for standing, count in counts.items()) or "no line"
