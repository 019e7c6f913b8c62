"""Who is told when something is broken, by which way, from when on a game is late, and what the league wants.

Belongs here: deadlines, channels, and the goals that `uball report` holds the runs against. Not here: what is
broken (`domain.operating`), ceilings (`costs`), how goals are measured (`domain.run_figures`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    field_validator,
)
from pydantic_settings import NoDecode

from uball_assets.domain.run_figures import Goals
from uball_assets.settings.names import parts

_GOALS = Goals()


class OperatingSettings(BaseModel):
    late_after_h: PositiveFloat = Field(
        default=24.0,
        description="A game that has not come through so long after it arrived, or after the end of its "
        "day, is late: `uball status` says so, and whoever is alerted.",
    )
    alert_webhook_url: SecretStr | None = Field(
        default=None,
        description="Where alerts and reports are posted as JSON (subject, text, findings). Secret: such "
        "addresses hold their key.",
    )
    alert_slack_url: SecretStr | None = Field(
        default=None, description="The same in Slack's format: an incoming webhook's address."
    )
    alert_email_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="The same by e-mail, to these addresses; needs UBALL_SMTP_HOST."
    )
    alert_email_from: str = Field(
        default="uball@localhost", description="Who the e-mails are from; many servers take only their own."
    )
    smtp_host: str = Field(default="", description="The server that e-mails are handed to.")
    smtp_port: PositiveInt = Field(default=587, description="Its port: 587 with starttls, 465 with tls.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is kept private. none sends no password: a server on this machine.",
    )
    smtp_user: str = Field(default="", description="Its login; '' where it asks for none.")
    smtp_password: SecretStr | None = Field(default=None, description="The login's password.")
    alert_again_h: PositiveFloat = Field(
        default=24.0, description="What stands and nobody acknowledged is alerted again after so long."
    )
    alert_timeout_s: PositiveFloat = Field(
        default=10.0, description="A channel that takes longer is down; it is tried again later."
    )
    proof_gb_a_night: PositiveFloat = Field(
        default=20.0,
        description="Of the clips, so much is read each night to prove their bytes, in turn: all of a "
        "season of 60 games within a week. Listings are compared of all games whatever this says.",
    )
    report_hour: int = Field(
        default=7,
        ge=0,
        le=23,
        description="The hour (UTC) of the daily report, and on Mondays of the weekly one.",
    )

    @field_validator("alert_email_to", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        return parts(value)


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
