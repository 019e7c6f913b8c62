"""Asking again: is a game that nobody annotated annotated once more, because another model serves now?

Every question costs, and a model that was promoted by a person's word, or that comes back by a rollback, is
not known to answer better. So it is asked again where the record proves that it does.

Belongs here: the decision for one game. Not here: what proves a model better (`gate`), or when a game is
started (`domain.learning.pickup`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Again = Literal["better", "always", "never"]
_MOST_P = 0.05
"""Of decisions from before verdicts were recorded: their sign test."""


def proven_steps(promotions: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, bool]]:
    """By model that was promoted: the champion that it was held against, and whether it was proved better."""
    return {
        entry["challenger"]: (entry["champion"], _is_proved(entry))
        for entry in promotions
        if entry["promote"] and entry["champion"]
    }


def is_asked_again(
    annotated_by: str | None, serves: str, steps: Mapping[str, tuple[str, bool]], again: Again
) -> bool:
    """`steps` of `proven_steps`: followed back from the model that serves to the one that annotated the game;
    one of them proved is enough, for none of them was worse. One that was never annotated always is."""
    if annotated_by in (None, serves):
        return annotated_by is None
    if again != "better":
        return again == "always"
    model, is_better, seen = serves, False, {serves}
    while model in steps:
        model, is_proved = steps[model]
        is_better = is_better or is_proved
        if model == annotated_by:
            return is_better
        if model in seen:
            break
        seen.add(model)
    return False


def _is_proved(entry: Mapping[str, Any]) -> bool:
    if verdict := entry.get("verdict"):
        return bool(verdict == "better")
    p_value = entry.get("p_value")
    return p_value is not None and p_value <= _MOST_P
