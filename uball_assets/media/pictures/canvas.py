"""Canvas: the look that every picture shares, and how a figure becomes PNG bytes.

Belongs here: size, palette, headline. Not here: what a picture shows (`charts`). Matplotlib is imported when
a figure is made, and never its pyplot, which keeps figures in a global.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN = 9.0
DPI = 140
INK, QUIET, GRID, EMPTY = "#22303c", "#6b7a87", "#e3e8ec", "#eef1f3"
BLUE, ORANGE, WRONG = "#2f6690", "#d98324", "#c0392b"


def figure(width_in: float, height_in: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure) -> bytes:
    """Without the library's version and the date, so that equal pictures are equal bytes."""
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
    return target.getvalue()


def headline(figure: Figure, title: str, subtitle: str) -> None:
    height_in = figure.get_figheight()
    style: dict[str, Any] = {"va": "top", "parse_math": False}
    figure.text(0.02, 1 - 0.12 / height_in, title, color=INK, fontsize=12, fontweight="bold", **style)
    figure.text(0.02, 1 - 0.38 / height_in, subtitle, color=QUIET, fontsize=9, **style)


def nothing(figure: Figure, axes: Axes, why: str) -> bytes:
    axes.set_axis_off()
    axes.text(0.5, 0.5, why, color=QUIET, fontsize=11, ha="center", va="center", transform=axes.transAxes)
    return png(figure)


def write(axes: Axes, x: float, y: float, text: str, color: str, size: float, **style: Any) -> None:
    axes.text(x, y, text, color=color, fontsize=size, parse_math=False, **style)
