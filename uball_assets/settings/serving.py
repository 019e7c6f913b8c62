"""How a model is asked and how its answers are judged.

Belongs here: questions, tolerances, the bounds of the gate. Not here: which model answers (the record's
routes), the tests that the bounds go into (`domain.serving.gate_table`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import (
    BaseModel,
    Field,
    PositiveFloat,
    PositiveInt,
)

from uball_assets.domain.answers.matching import TOLERANCE_S
from uball_assets.domain.serving.asking_again import Again
from uball_assets.domain.serving.drift import Line
from uball_assets.domain.serving.gate_table import Bounds
from uball_assets.domain.serving.retirement import KEEP_LAST

_BOUNDS, _LINE = Bounds(), Line()


class ServingSettings(BaseModel):
    media_resolution: Literal["low", "medium", "high"] = Field(
        default="low",
        description="How closely Gemini looks at a frame, in training and in service alike. low is the "
        "cheapest and allows clips of up to 20 minutes. Changing it writes every example again.",
    )
    annotate_by: Literal["online", "batch"] = Field(
        default="batch",
        description="How vertex annotates whole games: batch costs half and has no rate limit; online "
        "answers at once.",
    )
    annotate_again: Again = Field(
        default="better",
        description="When a game that nobody annotated is asked again because another model serves. better: "
        "only by one that the gate proved better than the one that was asked, for each time costs as much as "
        "the first; always: by every other; never. Ceilings hold all the same.",
    )
    match_tolerance_s: PositiveFloat = Field(
        default=TOLERANCE_S,
        description="How far apart a true and an annotated event may be and still be the same one: people "
        "mark to about a second.",
    )
    keep_versions: PositiveInt = Field(
        default=KEEP_LAST,
        description="Of how many newest versions weights and endpoints are kept, beside what a route or a "
        "rollback can reach. Ten: two months of a version a week, to look back at; more are in the way.",
    )
    trial_idle_days: PositiveFloat = Field(
        default=14.0,
        description="A canary or a shadow that has had no game to tell by for so long is ended by itself. A "
        "fortnight: a league that plays weekly has then missed two game days.",
    )
    gate_three_four_share: float = Field(
        default=_BOUNDS.three_four_share,
        ge=0,
        le=1,
        description="Of 3PT and 4PT shots, the share that a new model must tell apart. A coin tells half, "
        "and telling them is what the model is for: one that is below this for sure replaces none.",
    )
    gate_points_share: PositiveFloat = Field(
        default=_BOUNDS.points_share,
        description="By how much of a game's points a new model may be off, on the plays it is scored on. Of "
        "few plays a game little evens out; off by more than a quarter, no box score is of use.",
    )
    gate_valid_share: float = Field(
        default=_BOUNDS.valid_share,
        ge=0,
        le=1,
        description="The share of a new model's answers that must be of valid form. One in twenty may be "
        "blocked or broken: the play's other camera answers still.",
    )
    gate_calibration_points: PositiveFloat = Field(
        default=_BOUNDS.calibration_points,
        description="How far a new model may be from being right as often as it says it is sure, in points. "
        "What a person reviews and which camera wins rest on it. 100: not judged.",
    )
    gate_seconds_per_clip: PositiveFloat = Field(
        default=_BOUNDS.seconds_per_clip,
        description="How long a new model may take for a clip, several being asked at once. 6: a game of 600 "
        "clips is answered within an hour. Batches are not held to it.",
    )
    gate_unseen_points: PositiveFloat = Field(
        default=_BOUNDS.unseen_points,
        description="How many points worse a new model may be on games that it has never seen than on those "
        "it learned from. Twice the drift line's 5: halls and teams differ.",
    )

    drift_window_plays: PositiveInt = Field(
        default=_LINE.window_plays,
        description="On so many newest plays, of games that were new to it, the serving model is looked at "
        "for drift; and of so many the score that it is compared with must be. One look at 50 finds 10 "
        "points in four of five cases.",
    )
    drift_line_points: PositiveFloat = Field(
        default=_LINE.points,
        description="So many points below its score when it was promoted the drift chart has its line. The "
        "alarm is another rule, for chance alone crosses the line in nearly every season (docs/gates.md).",
    )

    @property
    def drift_line(self) -> Line:
        return Line(self.drift_window_plays, self.drift_line_points)

    gate_moment_share: float = Field(
        default=_BOUNDS.moment_share,
        ge=0,
        le=1,
        description="The share of plays whose label, side and, within 2 s, time a new model must have right. "
        "0: no bound, the gate's table only tells it.",
    )

    @property
    def gate_bounds(self) -> Bounds:
        return Bounds(
            self.gate_three_four_share,
            self.gate_points_share,
            self.gate_valid_share,
            self.gate_calibration_points,
            self.gate_seconds_per_clip,
            self.gate_unseen_points,
            self.gate_moment_share,
        )
