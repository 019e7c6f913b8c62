"""The drift chart: how the champion does on games that were new to it, game by game.

Belongs here: PNG bytes out of `domain.serving.drift`, the same for the same games. Not here: the rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from uball_assets.domain.serving.drift import ALARM_AT, Drift
from uball_assets.media.pictures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DASHED = (0, (4, 3))


def drift_picture(drift: Drift, model: str) -> bytes:
    """Above each game's accuracy and the last plays', below the evidence."""
    from matplotlib.ticker import MaxNLocator

    figure = canvas.figure(canvas.WIDTH_IN, 4.8)
    canvas.headline(figure, f"{model} on games that were new to it", str(drift))
    above = figure.add_axes((0.08, 0.42, 0.89, 0.39))
    if not drift.points:
        return canvas.nothing(figure, above, "no game that was new to it has been annotated by people yet")
    below = figure.add_axes((0.08, 0.1, 0.89, 0.22), sharex=above)
    places = [point.games for point in drift.points]
    _accuracy(above, places, drift)
    evidence = [max(point.evidence, 0.1) for point in drift.points]
    below.plot(places, evidence, color=canvas.BLUE, marker="o", markersize=3, linewidth=1.3)
    below.axhline(ALARM_AT, color=canvas.WRONG, linestyle=_DASHED, linewidth=1.2)
    below.set_yscale("log")
    below.set_ylim(0.1, max(3 * ALARM_AT, 2 * max(evidence)))
    below.set_ylabel("evidence", fontsize=8.5, color=canvas.QUIET)
    below.set_xlabel("games that were new to it, in order", fontsize=8.5, color=canvas.QUIET)
    for axes in (above, below):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(places[0] - 0.5, max(places[0] + 9, places[-1]) + 0.5)
        axes.tick_params(length=0, which="both", labelsize=8, labelcolor=canvas.INK)
        axes.grid(axis="y", color=canvas.GRID, linewidth=1)
        axes.set_axisbelow(True)
        axes.spines[:].set_visible(False)
    return canvas.png(figure)


def _accuracy(axes: Axes, places: list[int], drift: Drift) -> None:
    counts = [point.game.play_count for point in drift.points]
    shares = [
        point.game.right / count if count else np.nan
        for point, count in zip(drift.points, counts, strict=True)
    ]
    axes.scatter(
        places, shares, s=[8 + count for count in counts], color=canvas.BLUE, alpha=0.35, label="a game"
    )
    recent = [np.nan if p.recent_accuracy is None else p.recent_accuracy for p in drift.points]
    axes.plot(
        places, recent, color=canvas.BLUE, linewidth=1.8, label=f"the last {drift.line.window_plays} plays"
    )
    if drift.baseline:
        share, points = drift.baseline.share, drift.line.points
        axes.axhline(share, color=canvas.QUIET, linewidth=1.2, label="baseline")
        axes.axhline(
            share - points / 100,
            color=canvas.ORANGE,
            linestyle=_DASHED,
            linewidth=1.2,
            label=f"{points:g} points below",
        )
    axes.set_ylim(0, 1.04)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=4,
        frameon=False,
        fontsize=8,
        labelcolor=canvas.INK,
    )
