"""What the league wants of the platform: `uball report` holds the runs against it.

Belongs here: the goals. Not here: how they are measured (`domain.run_figures`).
"""

from __future__ import annotations

from pydantic import BaseModel, Field, NonNegativeFloat, PositiveFloat

from uball_assets.domain.run_figures import Goals

_GOALS = Goals()


class GoalSettings(BaseModel):
    goal_lag_h: PositiveFloat = Field(
        default=_GOALS.lag_h,
        description="A game's way takes less: from the first run asked for it to the one that got through.",
    )
    goal_runs_share: float = Field(
        default=_GOALS.runs_share,
        ge=0,
        lt=1,
        description="More of the runs end well; those refused for what the data are do not count.",
    )
    goal_grade_a_share: float = Field(
        default=_GOALS.grade_a_share, ge=0, lt=1, description="More of the games have grade A."
    )
    goal_interventions_a_week: NonNegativeFloat = Field(
        default=_GOALS.interventions_a_week,
        description="No more a week is left to people: runs and backfills they start, decisions on cameras.",
    )

    @property
    def goals(self) -> Goals:
        return Goals(
            self.goal_lag_h, self.goal_runs_share, self.goal_grade_a_share, self.goal_interventions_a_week
        )
