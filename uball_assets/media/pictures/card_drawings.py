"""A model card's drawings as SVG, coloured by the classes of whatever page they stand in.

Belongs here: versions side by side, reliability, loss by epoch. Classes: `axis`, `mark` and `range` (with a 2
for the second series), `curve`, `even`. Not here: the page (`card_page`), the picture (`card_picture`).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from uball_assets.domain.answers.calibration import Calibration
from uball_assets.domain.serving.model_card import VersionScore

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 360, 220, 40, 28, 14


def versions_drawing(versions: Sequence[VersionScore]) -> str:
    """Dots with their intervals, plays right and 3PT or 4PT side by side."""
    if not versions:
        return _svg(_words("no score yet"), "no score yet")
    parts = _grid()
    for place, version in enumerate(versions):
        x = _x((place + 0.5) / len(versions))
        for shift, share, css in ((-5, version.plays_right, ""), (5, version.three_four, "2")):
            if share.value is None:
                continue
            parts.append(_stroke(f"range{css}", x + shift, _y(share.low), x + shift, _y(share.high)))
            parts.append(f'<circle class="mark{css}" cx="{x + shift:.1f}" cy="{_y(share.value):.1f}" r="4"/>')
        if len(versions) <= 6:
            parts.append(_text(x, _HEIGHT - 8, escape(version.label), "middle"))
    legend = '<circle class="mark" cx="210" cy="8" r="4"/>' + _text(218, 12, "plays right")
    legend += '<circle class="mark2" cx="284" cy="8" r="4"/>' + _text(292, 12, "3PT or 4PT")
    return _svg("".join(parts) + legend, f"accuracy of {len(versions)} versions")


def reliability_drawing(found: Calibration) -> str:
    if not found.bins:
        return _svg(_words("no confidence to show"), "no confidence to show")
    parts = [*_grid(), _stroke("even", _x(0), _y(0), _x(1), _y(1))]
    most = max(each.play_count for each in found.bins)
    for each in found.bins:
        left, right, top = _x(each.low) + 2, _x(each.high) - 2, _y(each.right_share)
        weight = 0.35 + 0.6 * each.play_count / most
        parts.append(
            f'<rect class="mark" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{_y(0) - top:.1f}" opacity="{weight:.2f}"/>'
        )
        parts.append(_text((left + right) / 2, top - 3, str(each.play_count), "middle"))
    parts += [_text(_x(share), _HEIGHT - 8, f"{share:.0%}", "middle") for share in (0, 0.5, 1)]
    return _svg("".join(parts), "how often it is right, by how sure it is")


def losses_drawing(losses: Sequence[tuple[int, float]]) -> str:
    if not losses:
        return _svg(_words("the trainer told no loss"), "no loss told")
    most = max(loss for _, loss in losses) or 1.0
    last = max(1, losses[-1][0])
    points = [(_x(epoch / last), _y(loss / most)) for epoch, loss in losses]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts = [_stroke("axis", _x(0), _y(share), _x(1), _y(share)) for share in (0, 0.5, 1)]
    parts += [_text(_LEFT - 6, _y(share) + 4, f"{most * share:.2g}", "end") for share in (0, 0.5, 1)]
    parts.append(f'<polyline class="curve" points="{line}"/>')
    parts += [f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    parts += [_text(_x(epoch / last), _HEIGHT - 8, str(epoch), "middle") for epoch in {0, last}]
    return _svg("".join(parts), "loss by epoch")


def _grid() -> list[str]:
    shares = (0, 0.25, 0.5, 0.75, 1)
    return [_stroke("axis", _x(0), _y(share), _x(1), _y(share)) for share in shares] + [
        _text(_LEFT - 6, _y(share) + 4, f"{share:.0%}", "end") for share in shares
    ]


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - 10)


def _y(share: float) -> float:
    return _TOP + 8 + (1 - share) * (_HEIGHT - _TOP - 8 - _BOTTOM)


def _svg(inside: str, name: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}">{inside}</svg>'


def _stroke(css: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _words(text: str) -> str:
    return _text(_WIDTH / 2, _HEIGHT / 2, text, "middle")
