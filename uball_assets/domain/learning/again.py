"""A failed run: is it started again by itself, and in words why or why not?

Belongs here: the decision, whoever started the run. Not here: which errors may pass (`domain.errors`), when a
sensor asks for a game or a training anew (`pickup`, `retrain`), or starting runs (`automation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.learning.retrain import Policy


class Kind(StrEnum):
    """Of a step's failure."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    """Neither of the platform's two kinds: nobody knows whether trying again helps."""


MOST_LETTERS = 500
"""Of what is kept of an error: a database's index of tags takes no long ones."""


@dataclass(frozen=True)
class Again:
    repeated: bool
    reason: str


def again(
    failures: Mapping[str, Kind], attempt: int, policy: Policy, *, by_sensor: bool, held: bool = False
) -> Again:
    """`failures`: kind by the step that failed; none where the run ended without one. `attempt`: from 1.
    `held`: no sensor asks for the same again (`for_good`).

    One step that failed for good holds the whole run: what it names must be mended first, and who mends it
    starts the run again.
    """
    if by_sensor and held:
        said = "not started again, and no sensor asks for it while its content is the same"
        return Again(False, f"{said}: mend what failed for good, then start it by hand")
    if by_sensor:
        return Again(
            False, "who asked for this run decides on another: the sensor at its ticks, or the command"
        )
    for kind, why in _FOR_GOOD.items():
        if steps := sorted(step for step, found in failures.items() if found is kind):
            return Again(False, f"not started again: {', '.join(steps)} {why}")
    most = policy.max_attempts
    if attempt >= most:
        return Again(
            False,
            f"not started again: attempt {attempt} of {policy.max_attempts} failed; see why, then start it",
        )
    wait_s = policy.backoff_after(attempt)
    return Again(
        True, f"attempt {attempt + 1} of {policy.max_attempts} is started by itself, after {wait_s:.0f} s"
    )


def for_good(errors: Mapping[str, str]) -> str:
    """`errors`: by step, those that trying again gives again. `plays: no such column`; '' of none.

    A sensor asks for no other run at the same content then (`pickup`, `retrain`). Short enough for a tag.
    """
    words = "; ".join(f"{step}: {errors[step]}" for step in sorted(errors))
    return words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1]}…"


_FOR_GOOD = {
    Kind.PERMANENT: "failed for good: mend what its error names, then start it again",
    Kind.UNKNOWN: "failed by an error that no adapter foresaw: read it, then start it again",
}
