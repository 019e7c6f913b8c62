"""A model card as one picture: the verdict, the gate's lines, four drawings.

Belongs here: PNG bytes of a card, the same for the same card. Not here: what is on it
(`domain.serving.model_card`), the page that has everything (`card_page`).
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from uball_assets.domain.serving.gate_table import Standing
from uball_assets.domain.serving.model_card import ModelCard
from uball_assets.media.pictures import canvas
from uball_assets.media.pictures.card_page import plain_label, shown_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH_IN, _HEIGHT_IN = 11.0, 12.4
_GOOD = "#1e7a46"
_COLOURS = {Standing.HOLDS: _GOOD, Standing.FAILS: canvas.WRONG}
"""Others are quiet."""
_LINE_IN = 0.24


def card_picture(card: ModelCard) -> bytes:
    figure = canvas.figure(_WIDTH_IN, _HEIGHT_IN)
    canvas.headline(figure, f"{card.label}: {card.status}", card.name)
    below_in = _texts(figure, card)
    height_in = (_HEIGHT_IN - below_in - 0.5) / 2
    places = [
        (0.07, 1 - (below_in + height_in - 0.55) / _HEIGHT_IN),
        (0.57, 1 - (below_in + height_in - 0.55) / _HEIGHT_IN),
        (0.07, 0.055),
    ]
    draws = (_versions, _reliability, _losses)
    for (left, bottom), draw in zip(places, draws, strict=True):
        axes = figure.add_axes((left, bottom, 0.4, (height_in - 1.05) / _HEIGHT_IN))
        draw(axes, card)
        axes.tick_params(length=0, labelsize=8, labelcolor=canvas.INK)
        axes.spines[:].set_visible(False)
    axes = figure.add_axes((0.66, 0.055 + 0.7 / _HEIGHT_IN, 0.31, (height_in - 1.75) / _HEIGHT_IN))
    _confusion(axes, card)
    return canvas.png(figure)


def _texts(figure: Figure, card: ModelCard) -> float:
    """The verdict, the gate and the facts; returns where they end, inches from the top."""
    down_in = 0.75

    def line(x: float, text: str, color: str = canvas.INK, **style: str) -> None:
        y = 1 - down_in / _HEIGHT_IN
        figure.text(x, y, text, color=color, fontsize=9, va="top", parse_math=False, **style)  # type: ignore[arg-type]

    for text in textwrap.wrap(card.verdict, 135)[:3]:
        line(0.02, text)
        down_in += _LINE_IN
    down_in += 0.12
    for each in card.lines:
        line(0.02, each.name, fontweight="bold")
        line(0.19, each.standing.value, _COLOURS.get(each.standing, canvas.QUIET), fontweight="bold")
        line(0.30, textwrap.shorten(f"{each.value}; {each.bound}", 62, placeholder=" …"))
        line(0.66, textwrap.shorten(each.sentence, 58, placeholder=" …"), canvas.QUIET)
        down_in += _LINE_IN
    down_in += 0.12
    for name, value in card.facts:
        line(0.02, name, canvas.QUIET)
        line(0.19, textwrap.shorten(value, 128, placeholder=" …"))
        down_in += _LINE_IN
    return down_in + 0.25


def _versions(axes: Axes, card: ModelCard) -> None:
    axes.set_title("Accuracy by version", loc="left", fontsize=10, color=canvas.INK)
    axes.set(ylim=(0, 1.02), xlim=(-0.5, max(1, len(card.versions)) - 0.5))
    for place, version in enumerate(card.versions):
        for shift, share, color in (
            (-0.08, version.plays_right, canvas.BLUE),
            (0.08, version.three_four, canvas.ORANGE),
        ):
            if share.value is not None:
                axes.vlines(place + shift, share.low, share.high, color=color, alpha=0.45, linewidth=2.5)
                axes.plot(place + shift, share.value, color=color, marker="o", markersize=6)
    names = [version.label for version in card.versions]
    steep = len(names) > 4
    axes.set_xticks(range(len(names)), names, rotation=30 if steep else 0, ha="right" if steep else "center")
    _percent(axes)
    axes.set_xlabel("blue: plays right, orange: 3PT or 4PT told apart", color=canvas.QUIET, fontsize=8)


def _reliability(axes: Axes, card: ModelCard) -> None:
    found = card.calibration
    off = f", {found.error_points:.1f} points off" if found.play_count else ": it does not say how sure it is"
    axes.set_title(f"Reliability{off}", loc="left", fontsize=10, color=canvas.INK)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.plot([0, 1], [0, 1], color=canvas.QUIET, linestyle=(0, (4, 3)), linewidth=1.2)
    for each in found.bins:
        middle = (each.low + each.high) / 2
        axes.bar(middle, each.right_share, each.high - each.low - 0.015, color=canvas.BLUE, alpha=0.75)
        canvas.write(
            axes, middle, each.right_share + 0.015, str(each.play_count), canvas.QUIET, 7.5, ha="center"
        )
    _percent(axes)
    axes.set_xlabel("how sure it was; above the bar: plays", color=canvas.QUIET, fontsize=8)


def _losses(axes: Axes, card: ModelCard) -> None:
    axes.set_title("Loss by epoch", loc="left", fontsize=10, color=canvas.INK)
    if card.losses:
        epochs, losses = np.array(card.losses, dtype=float).T
        axes.plot(epochs, losses, color=canvas.BLUE, marker="o", markersize=3.5, linewidth=1.4)
        axes.set_ylim(bottom=0)
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="y", color=canvas.GRID, linewidth=1)
    else:
        canvas.write(axes, 0.5, 0.5, "the trainer told no loss", canvas.QUIET, 9, ha="center")
        axes.set(xticks=[], yticks=[])


def _confusion(axes: Axes, card: ModelCard) -> None:
    axes.set_title("What each label was taken for", loc="left", fontsize=10, color=canvas.INK)
    axes.tick_params(length=0, labelsize=6.5, labelcolor=canvas.INK)
    axes.spines[:].set_visible(False)
    scores = card.scores
    if scores is None or not scores.confusion:
        axes.set(xticks=[], yticks=[])
        canvas.write(axes, 0.5, 0.5, "no plays to compare", canvas.QUIET, 9, ha="center")
        return
    rows, columns = list(scores.confusion), shown_columns(scores)
    counts = np.array([[scores.confusion[row][column] for column in columns] for row in rows], dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            canvas.write(axes, column, row, f"{count:.0f}", canvas.INK, 7, ha="center", va="center")
    axes.set_xticks(range(len(columns)), [plain_label(one) for one in columns], rotation=60, ha="right")
    axes.set_yticks(range(len(rows)), [plain_label(one) for one in rows])


def _percent(axes: Axes) -> None:
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share:.0%}" for share in np.linspace(0, 1, 6)])
    axes.grid(axis="y", color=canvas.GRID, linewidth=1)
    axes.set_axisbelow(True)
