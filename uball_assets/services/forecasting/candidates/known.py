"""The candidates by name, and which of them can be had here.

Belongs here: the list. Not here: the candidates.
"""

from __future__ import annotations

from collections.abc import Iterable

from uball_assets.domain.errors import Permanent
from uball_assets.services.forecasting.candidates.candidate import Candidate
from uball_assets.services.forecasting.candidates.logistic import Logistic
from uball_assets.services.forecasting.candidates.margin import Margin
from uball_assets.services.forecasting.candidates.rating import Rating

_KNOWN: tuple[Candidate, ...] = (Rating(), Logistic(), Margin())


def candidate_of(name: str) -> Candidate:
    """Raises Permanent for a name that is none."""
    for each in _KNOWN:
        if each.name == name:
            return each
    raise Permanent(f"{name!r} is no candidate: one of {', '.join(each.name for each in _KNOWN)}")


def candidates_here(names: Iterable[str]) -> tuple[list[Candidate], dict[str, str]]:
    """Those wanted that can be had, the simplest first; of the others, why not."""
    wanted = set(names)
    return [each for each in _KNOWN if each.name in wanted], {}
