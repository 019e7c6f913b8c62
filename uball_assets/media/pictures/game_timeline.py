"""Game timeline: where the plays of one game are, what the model made of them, and where it was wrong.

Belongs here: that one picture. Not here: the matching (`domain.answers.metrics`) or the shared look
(`canvas`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import game_scores
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.showing.mistakes import Mistake, mistakes
from uball_assets.media.pictures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOT_COLORS = {
    "FREE_THROW": ("free throw", "#6a9a78"),
    "FG": ("2 points", "#3a7ca5"),
    "3PT": ("3 points", "#e0a030"),
    "4PT": ("4 points", "#7b4b94"),
    "": ("no shot", "#c3ccd3"),
}
_SIGNS = {Mistake.WRONG_LABEL: "x", Mistake.INVENTED: "+", Mistake.NOT_FOUND: "o"}
STRIP_S = 1200.0
"""A timeline wraps every twenty minutes: a play of eight seconds is then six pixels wide, still visible."""


def timeline_picture(
    true_plays: Sequence[Play] | None,
    predicted: Sequence[AnnotatedPlay],
    title: str,
    true_name: str = "people",
) -> bytes:
    """A game in strips of twenty minutes: on each side people's plays (if any) over the model's.

    `true_name` says whose plays `true_plays` are where no people wrote them.

    Colour is the kind of shot, pale where missed. With `true_plays` the mistakes are marked: x a wrong label,
    + a play that nobody saw, o a play that the model did not find.
    """
    shown: list[tuple[str, str, Play | AnnotatedPlay]] = [("people", p.play_id, p) for p in true_plays or ()]
    shown += [("model", play.play_key, play) for play in predicted]
    marks = _marks(true_plays, predicted)
    start_s = min((play.window.start_s for _, _, play in shown), default=0.0)
    end_s = max((play.window.end_s for _, _, play in shown), default=STRIP_S)
    first_s = math.floor(start_s / 60) * 60.0
    strip_s = min(STRIP_S, max(60.0, math.ceil((end_s - first_s) / 60) * 60.0))
    strip_count = max(1, math.ceil((end_s - first_s) / strip_s))
    lanes = [
        (side, who)
        for side in Side
        for who in (("people", "model") if true_plays is not None else ("model",))
    ]
    strip_in = 0.25 * len(lanes) + 0.5
    height_in = 1.2 + strip_in * strip_count
    figure = canvas.figure(canvas.WIDTH_IN, height_in)
    canvas.headline(figure, title, _found(true_plays, predicted))
    for strip in range(strip_count):
        bottom_in = 0.6 + strip_in * (strip_count - 1 - strip) + 0.2
        axes = figure.add_axes((0.115, bottom_in / height_in, 0.85, (strip_in - 0.4) / height_in))
        strip_start_s = first_s + strip * strip_s
        named = [f"{side.lower()}, {true_name if who == 'people' else who}" for side, who in lanes]
        _lanes(axes, named, strip_start_s, strip_s)
        for who, key, play in shown:
            if play.window.end_s > strip_start_s and play.window.start_s < strip_start_s + strip_s:
                _draw(axes, lanes.index((play.side, who)), play, marks.get((who, key)))
    _timeline_legend(figure, height_in, marks=true_plays is not None)
    return canvas.png(figure)


def _found(true_plays: Sequence[Play] | None, predicted: Sequence[AnnotatedPlay]) -> str:
    if true_plays is None:
        review_count = sum(play.needs_review for play in predicted)
        return f"{len(predicted)} plays annotated, {review_count} of them to be reviewed by a person"
    found = game_scores(true_plays, predicted)
    return (
        f"{len(found.matched)} of {found.true_count} plays found, {len(found.invented)} invented"
        f"    ·    label right: {found.label_accuracy}"
    )


def _lanes(axes: Axes, names: Sequence[str], start_s: float, strip_s: float) -> None:
    axes.set(xlim=(start_s, start_s + strip_s), ylim=(len(names) - 0.45, -0.55))
    axes.set_yticks(range(len(names)), names)
    step_s = 60.0 * max(1, round(strip_s / 600))
    ticks = np.arange(math.ceil(start_s / step_s) * step_s, start_s + strip_s + 1, step_s)
    axes.set_xticks(ticks, [f"{int(tick) // 60}:00" for tick in ticks])
    axes.grid(axis="x", color=canvas.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=7.5, labelcolor=canvas.INK)
    axes.spines[:].set_visible(False)
    for lane in range(len(names)):
        axes.axhspan(lane - 0.36, lane + 0.36, color=canvas.EMPTY, zorder=0.5, linewidth=0)


def _draw(axes: Axes, lane: int, play: Play | AnnotatedPlay, mark: str | None) -> None:
    color, pale = _shot_color(play.classification)
    axes.broken_barh(
        [(play.window.start_s, play.window.duration_s)],
        (lane - 0.36, 0.72),
        facecolor=color,
        alpha=0.4 if pale else 1,
        edgecolor="white",
        linewidth=0.4,
    )
    if mark:
        middle_s = (play.window.start_s + play.window.end_s) / 2
        style: dict[str, Any] = {"markerfacecolor": "none"} if mark == "o" else {}
        axes.plot(
            middle_s, lane, mark, color=canvas.WRONG, markersize=6, markeredgewidth=1.7, zorder=4, **style
        )


def _marks(
    true_plays: Sequence[Play] | None, predicted: Sequence[AnnotatedPlay]
) -> dict[tuple[str, str], str]:
    """(who, key) -> x for a wrong label, + for an invented play, o for a missed one."""
    of_people, of_model = mistakes(true_plays, predicted)
    marks = {("people", play_id): _SIGNS[mistake] for play_id, mistake in of_people.items()}
    return marks | {("model", key): _SIGNS[mistake] for key, mistake in of_model.items()}


def _shot_color(label: str) -> tuple[str, bool]:
    """The colour of its kind of shot, and whether it is pale: a miss."""
    shot, _, outcome = label.rpartition("_")
    _, color = SHOT_COLORS[shot if outcome in ("MAKE", "MISS") and shot in SHOT_COLORS else ""]
    return color, outcome == "MISS"


def _timeline_legend(figure: Figure, height_in: float, *, marks: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Patch(color=color, label=name) for name, color in SHOT_COLORS.values()]
    handles.append(Patch(color=SHOT_COLORS["FG"][1], alpha=0.4, linewidth=0, label="pale: missed"))
    if marks:
        for mark, name in (("x", "wrong label"), ("+", "invented"), ("o", "not found")):
            style: dict[str, Any] = {"marker": mark, "markerfacecolor": "none", "markeredgewidth": 1.7}
            handles.append(
                Line2D([], [], color=canvas.WRONG, linestyle="", markersize=6, label=name, **style)
            )
    figure.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.05 / height_in),
        ncols=9,
        frameon=False,
        fontsize=7.5,
        labelcolor=canvas.INK,
        handlelength=1.0,
        handletextpad=0.5,
        columnspacing=1.2,
    )
