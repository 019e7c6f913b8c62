"""Groups of features: what a person reads of a model that looks at fifty.

Belongs here: which feature is of which group. Not here: what a feature means (`domain.form.columns`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_GROUPS = (
    ("ratings", r".*(elo|bradley_terry|margin_rating|total_rating|expected_).*"),
    ("who plays", r".*(out_|squad_|players_out|teammates).*"),
    ("schedule", r".*(rest_days|back_to_back|games_in_7_days|days_since).*"),
    ("head to head", r"head_to_head.*"),
    ("recent form", r".*(_\d+_days|_last_5).*"),
    ("home advantage", r"(home_advantage|is_home)"),
)
"""The first that fits."""
_ELSE = "season so far"


def by_group(importance: Mapping[str, float]) -> dict[str, float]:
    """The sums, the most important first."""
    found: dict[str, float] = {}
    for feature, size in importance.items():
        group = next((name for name, form in _GROUPS if re.fullmatch(form, feature)), _ELSE)
        found[group] = found.get(group, 0.0) + size
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
