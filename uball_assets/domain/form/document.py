"""The table of features as the documentation prints it: one line a feature, from the list of columns.

Belongs here: the Markdown. Not here: what a feature is (`columns`).
"""

from __future__ import annotations

from collections.abc import Iterable

from uball_assets.domain.form.columns import (
    APPEARS,
    GAME_FEATURES,
    PLAYER_FEATURES,
    TEAM_MEASURES,
    Feature,
    Side,
)

_HEAD = ("| name | from | window | what it says |", "|---|---|---|---|")


def features_markdown() -> str:
    """A team's measures stand once; a game's row has them for both teams, and what is compared as a
    difference."""
    measures = [
        f"| `{one.name}`{'' if one.compared else ' °'} | {one.source} | {one.window} | {one.says} |"
        for one in TEAM_MEASURES
    ]
    return "\n".join(
        (
            f"## Of a game: {len(GAME_FEATURES)} columns",
            "",
            "A team's: `home_…`, `away_…`, and `…_difference` (home less away) but where ° stands.",
            "",
            *_HEAD,
            *measures,
            "",
            "The game's own:",
            "",
            *_HEAD,
            *_lines(one for one in GAME_FEATURES if _is_the_games_own(one)),
            "",
            f"## Of a player in a game: {len(PLAYER_FEATURES)} columns",
            "",
            *_HEAD,
            *_lines(PLAYER_FEATURES),
            "",
            "Beside them:",
            "",
            *_HEAD,
            *_lines([APPEARS]),
            "",
        )
    )


def _lines(features: Iterable[Feature]) -> Iterable[str]:
    return (f"| `{one.name}` | {one.source} | {one.window} | {one.says} |" for one in features)


def _is_the_games_own(feature: Feature) -> bool:
    of_teams = {f"{measure.name}_difference" for measure in TEAM_MEASURES}
    return feature.side in (Side.GAME, Side.DIFFERENCE) and feature.name not in of_teams
