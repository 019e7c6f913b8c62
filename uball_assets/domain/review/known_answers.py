"""Known answers: plays that are settled, shown as if they were not, to see how well reviewers agree.

Settled is what another reviewer decided, or a play of people's on the validation side that an honest model
and both its cameras say too. The answer is kept and changes nothing.

Belongs here: which plays, what counts as the same answer, agreement. Not here: the ledger (`ledger`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from uball_assets.domain.answers.matching import TOLERANCE_S
from uball_assets.domain.fields import number_in
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.domain.review.ledger import Action, Decision, Kind, Row
from uball_assets.domain.review.worth import drawn

SHARE = 0.05
"""Of the plays that somebody else settled, by reviewer: one in twenty of what they look at, at most."""
VALIDATION = "validation"
"""Who settled a play that nobody decided."""
_SURE_FROM = 0.9


@dataclass(frozen=True)
class Agreement:
    """How a reviewer answered what another had settled."""

    reviewer: str
    settled_by: str
    """A reviewer, or `validation`."""
    met: int
    agreed: int


def is_shown(play_id: str, reviewer: str, settled_by: str) -> bool:
    """Whether this reviewer meets the play as a known answer."""
    return settled_by != reviewer and drawn(f"known {play_id} {reviewer}") < SHARE


def is_validated(play_id: str, label: str, said: str, confidence: float | None, *, both_agree: bool) -> bool:
    """Whether people and a model that learns nothing from the play say the same of it, surely."""
    is_sure = both_agree and (confidence or 0.0) >= _SURE_FROM
    return is_sure and label == said and side_of_play(play_id) == "validation"


def is_same(settled: Iterable[Row], answered: Iterable[Row]) -> bool:
    """Whether two decisions left the same plays: labels, and moments within the league's tolerance."""
    some, others = _told(settled), _told(answered)
    return len(some) == len(others) and all(
        label == other_label and (None in (moment, other) or abs((moment or 0) - (other or 0)) <= TOLERANCE_S)
        for (label, moment), (other_label, other) in zip(some, others, strict=True)
    )


def agreement(checks: Iterable[Decision]) -> list[Agreement]:
    """By reviewer and by who settled it; each play once, by the reviewer's last answer."""
    last: dict[str, Decision] = {}
    for check in checks:
        if check.kind != Kind.CHECK:
            continue
        if check.action == Action.UNDO:
            last.pop(check.chain, None)
        else:
            last[check.chain] = check
    pairs: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for check in last.values():
        pairs[check.reviewer, check.settled_by or VALIDATION].append(bool(check.agreed))
    return [Agreement(*pair, len(met), sum(met)) for pair, met in sorted(pairs.items())]


def _told(rows: Iterable[Row]) -> list[tuple[str, float | None]]:
    read = [(str(row["classification"]), number_in(row.get("timestamp_seconds"))) for row in rows]
    return sorted(read, key=lambda each: (each[1] or 0.0, each[0]))
