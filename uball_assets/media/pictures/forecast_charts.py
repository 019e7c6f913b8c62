"""Charts of forecasts: whether chances are meant as they are said, who loses how much, what counts.

Belongs here: PNG bytes out of numbers, the same bytes for the same input. Not here: the numbers
(`domain.forecasting`), the shared look (`canvas`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from uball_assets.media.pictures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_FEATURES = 14
_COIN_NATS = float(np.log(2))


def calibration_picture(bins: Sequence[Mapping[str, Any]], says: str) -> bytes:
    """`bins`: games, expected, observed, low, high, of the home team's chance."""
    figure = canvas.figure(canvas.WIDTH_IN * 0.66, 4.6)
    canvas.headline(figure, "Chances told and games won", says)
    axes = figure.add_axes((0.11, 0.11, 0.85, 0.72))
    if not bins:
        return canvas.nothing(figure, axes, "too few games after those it learned from")
    expected, observed, low, high = (
        np.array([one[name] for one in bins], dtype=float) for name in ("expected", "observed", "low", "high")
    )
    axes.plot([0, 1], [0, 1], color=canvas.QUIET, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.vlines(expected, low, high, color=canvas.BLUE, alpha=0.45, linewidth=2.5)
    sizes = [18 + 3 * one["games"] for one in bins]
    axes.scatter(expected, observed, s=np.minimum(sizes, 220), color=canvas.BLUE, zorder=3)
    for one in bins:
        canvas.write(axes, one["expected"] + 0.02, one["observed"], f"{one['games']}", canvas.QUIET, 8)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set_xlabel("the home team's chance, as told", color=canvas.QUIET, fontsize=9)
    axes.set_ylabel("share of those games it won", color=canvas.QUIET, fontsize=9)
    _shares(axes.set_xticks)
    _shares(axes.set_yticks)
    return _finished(figure, axes, "both")


def losses_picture(
    versions: Sequence[tuple[str, float | None, float | None, float | None]],
    baselines: Mapping[str, float],
) -> bytes:
    """`versions`: label, log loss, low, high, oldest first; `baselines`: log loss by name. Nats a game."""
    figure = canvas.figure(canvas.WIDTH_IN, 4.2)
    canvas.headline(figure, "Log loss by version", "nats a game, on later games; less is better")
    axes = figure.add_axes((0.08, 0.14, 0.74, 0.68))
    known = [(place, *told[1:]) for place, told in enumerate(versions) if None not in told[1:]]
    if not known:
        return canvas.nothing(figure, axes, "no version was asked about later games yet")
    place, value, low, high = np.array(known, dtype=float).T
    axes.vlines(place, low, high, color=canvas.BLUE, alpha=0.45, linewidth=2.5)
    axes.plot(place, value, color=canvas.BLUE, marker="o", markersize=6, linewidth=1.2)
    axes.set_xlim(-0.5, len(versions) - 0.5)
    for name, loss in {"a coin": _COIN_NATS, **baselines}.items():
        axes.axhline(loss, color=canvas.QUIET, linewidth=1.1, linestyle=(0, (4, 3)))
        axes.annotate(
            f" {name}",
            (1.0, loss),
            xycoords=("axes fraction", "data"),
            color=canvas.QUIET,
            fontsize=8.5,
            va="center",
        )
    steep = len(versions) > 7
    names = [told[0] for told in versions]
    axes.set_xticks(range(len(names)), names, rotation=40 if steep else 0, ha="right" if steep else "center")
    return _finished(figure, axes, "y")


def importance_picture(importance: Mapping[str, float]) -> bytes:
    """Mean size of what each feature adds to the home team's log odds; the largest first."""
    shown = [pair for pair in importance.items() if pair[1] > 0][:_MOST_FEATURES]
    figure = canvas.figure(canvas.WIDTH_IN * 0.8, 1.0 + 0.3 * max(len(shown), 3))
    canvas.headline(figure, "What counts", "mean |SHAP|, in log odds of the home team")
    height_in = figure.get_figheight()
    axes = figure.add_axes((0.36, 0.35 / height_in, 0.6, (height_in - 1.0) / height_in))
    if not shown:
        return canvas.nothing(figure, axes, "no feature counts: it tells the home advantage alone")
    places = np.arange(len(shown))[::-1]
    axes.barh(places, [value for _, value in shown], color=canvas.BLUE, height=0.62)
    axes.set_yticks(places, [name.replace("_", " ") for name, _ in shown])
    return _finished(figure, axes, "x")


def _shares(set_ticks: Any) -> None:
    ticks = np.linspace(0, 1, 6)
    set_ticks(ticks, [f"{share:.0%}" for share in ticks])


def _finished(figure: Any, axes: Axes, grid: str) -> bytes:
    axes.grid(axis=grid, color=canvas.GRID, linewidth=1)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=canvas.INK)
    axes.spines[:].set_visible(False)
    return canvas.png(figure)
