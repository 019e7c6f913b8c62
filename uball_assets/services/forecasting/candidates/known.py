"""The candidates by name, and which of them can be had here.

Belongs here: the list. Not here: the candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from uball_assets.domain.errors import Permanent
from uball_assets.services.forecasting.candidates.boosting import Boosting
from uball_assets.services.forecasting.candidates.candidate import Candidate
from uball_assets.services.forecasting.candidates.logistic import Logistic
from uball_assets.services.forecasting.candidates.margin import Margin
from uball_assets.services.forecasting.candidates.rating import Rating

_KNOWN: tuple[Candidate, ...] = (Rating(), Logistic(), Margin(), Boosting())
_ABSENT = "LightGBM is not installed: pip install 'uball_assets[boosting]'"


def candidate_of(name: str) -> Candidate:
    """Raises Permanent for a name that is none, or one that cannot be had here."""
    for each in _KNOWN:
        if each.name == name:
            if name == Boosting.name and not has_boosting():
                raise Permanent(f"{name} cannot be had here: {_ABSENT}")
            return each
    raise Permanent(f"{name!r} is no candidate: one of {', '.join(each.name for each in _KNOWN)}")


def candidates_here(names: Iterable[str]) -> tuple[list[Candidate], dict[str, str]]:
    """Those wanted that can be had, the simplest first; of the others, why not."""
    wanted = set(names)
    found = [each for each in _KNOWN if each.name in wanted]
    if has_boosting():
        return found, {}
    skipped = {each.name: _ABSENT for each in found if each.name == Boosting.name}
    return [each for each in found if each.name not in skipped], skipped


def has_boosting() -> bool:
    return find_spec("lightgbm") is not None
