"""Charts a person likes to look at: confusion, accuracy by version, and a game's timeline.

Belongs here: PNG bytes out of numbers, the same bytes for the same input. Not here: the numbers
(`domain.answers.metrics`), the shared look (`canvas`), the timeline's drawing (`game_timeline`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.answers.metrics import NO_ANSWER, Interval, Scores
from uball_assets.media.pictures import canvas
from uball_assets.media.pictures.game_timeline import timeline_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["accuracy_by_version", "confusion_picture", "timeline_picture"]


def confusion_picture(scores: Scores) -> bytes:
    """What each true label was taken for: counts, shaded by their share of the row."""
    rows = list(scores.confusion)
    columns = list(next(iter(scores.confusion.values()), {}))
    if not any(scores.confusion[row][NO_ANSWER] for row in rows):
        columns = [column for column in columns if column != NO_ANSWER]
    below_in = 0.5 + 0.05 * max(map(len, columns), default=0)
    height_in = 0.8 + 0.38 * max(len(rows), 2) + below_in
    figure = canvas.figure(canvas.WIDTH_IN, height_in)
    canvas.headline(
        figure,
        f"Plays right: {scores.play_accuracy}",
        f"3PT or 4PT told apart: {scores.three_four}    ·    make or miss: {scores.make_miss}",
    )
    axes = figure.add_axes((0.19, below_in / height_in, 0.77, (height_in - 0.8 - below_in) / height_in))
    if not rows:
        return canvas.nothing(figure, axes, "no plays to compare")
    counts = np.array([[scores.confusion[row][column] for column in columns] for row in rows], dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=_blues(), vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        on_diagonal = rows[row] == columns[column]
        if count or on_diagonal:
            ink = "white" if shares[row, column] > 0.62 else canvas.INK
            weight = "bold" if on_diagonal else "normal"
            canvas.write(
                axes, column, row, f"{count:.0f}", ink, 9, ha="center", va="center", fontweight=weight
            )
    axes.set_xticks(range(len(columns)), [_plain(label) for label in columns], rotation=40, ha="right")
    axes.set_yticks(range(len(rows)), [_plain(label) for label in rows])
    axes.set_xlabel("the model's answer", color=canvas.QUIET, fontsize=9)
    axes.set_ylabel("what happened", color=canvas.QUIET, fontsize=9)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0, labelsize=8.5, labelcolor=canvas.INK)
    axes.spines[:].set_visible(False)
    return canvas.png(figure)


def accuracy_by_version(rows: Sequence[tuple[str, Interval, Interval, float | None]]) -> bytes:
    """Rows of (version, play accuracy, 3PT-vs-4PT accuracy, majority-class baseline), oldest first."""
    figure = canvas.figure(canvas.WIDTH_IN, 4.2)
    canvas.headline(figure, "Accuracy by version", "share of the evaluation set's plays, with 95 % intervals")
    steep = len(rows) > 7
    bottom = 0.2 if steep else 0.1
    axes = figure.add_axes((0.08, bottom, 0.89, 0.8 - bottom))
    if not rows:
        return canvas.nothing(figure, axes, "no model has been scored yet")
    places = np.arange(len(rows))
    _versions(axes, places - 0.06, [row[1] for row in rows], canvas.BLUE, "o", "plays right")
    _versions(axes, places + 0.06, [row[2] for row in rows], canvas.ORANGE, "s", "3PT or 4PT told apart")
    baseline = np.array([np.nan if row[3] is None else row[3] for row in rows], dtype=float)
    if np.isfinite(baseline).any():
        style: dict[str, Any] = {"color": canvas.QUIET, "linestyles": (0, (4, 3)), "linewidth": 1.3}
        label = "always the commonest label"
        axes.hlines(baseline, places - 0.5, places + 0.5, label=label, **style)
    axes.set(xlim=(-0.5, len(rows) - 0.5), ylim=(0, 1.02))
    names = [row[0] for row in rows]
    axes.set_xticks(places, names, rotation=40 if steep else 0, ha="right" if steep else "center")
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
    axes.grid(axis="y", color=canvas.GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=canvas.INK)
    axes.spines[:].set_visible(False)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=3,
            frameon=False,
            fontsize=8.5,
            labelcolor=canvas.INK,
        )
    return canvas.png(figure)


def _versions(
    axes: Axes, places: NDArray[Any], shares: Sequence[Interval], color: str, marker: str, name: str
) -> None:
    known = [(x, i.value, i.low, i.high) for x, i in zip(places, shares, strict=True) if i.value is not None]
    if known:
        x, value, low, high = np.array(known, dtype=float).T
        axes.vlines(x, low, high, color=color, alpha=0.45, linewidth=2.5)
        axes.plot(x, value, color=color, marker=marker, markersize=6, linewidth=1.2, label=name)


def _plain(label: str) -> str:
    return "no answer" if label == NO_ANSWER else label.replace("_", " ")


def _blues() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("blues", ["#f4f6f8", "#a9c5d8", canvas.BLUE])
