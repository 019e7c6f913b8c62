"""A model card as a page: one HTML file that fetches nothing, light or dark as its reader has it.

Belongs here: markup. Not here: what is on the card (`domain.serving.model_card`), its drawings
(`card_drawings`), its picture (`card_picture`).
"""

from __future__ import annotations

from uball_assets.domain.answers.calibration import Calibration
from uball_assets.domain.answers.metrics import NO_ANSWER, Scores
from uball_assets.domain.serving.model_card import ModelCard, standing_counts
from uball_assets.media.pictures.card_drawings import losses_drawing, reliability_drawing, versions_drawing

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #22303c; --quiet: #5d6c78; --line: #dfe5ea;
  --card: #f7f9fa; --blue: #2f6690; --orange: #b8690f; --good: #1e7a46; --bad: #b23121; }
@media (prefers-color-scheme: dark) { :root { --paper: #12181d; --ink: #e6ecf0; --quiet: #9fb0bc;
  --line: #2b363f; --card: #19222a; --blue: #7fb4da; --orange: #eba556; --good: #63c48c;
  --bad: #f08a7c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 48px; max-width: 1080px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 28px; } h2 { margin: 34px 0 10px; font-size: 17px; }
p { margin: 6px 0; } .quiet, figcaption, th { color: var(--quiet); }
.badge { display: inline-block; margin-left: 10px; padding: 2px 10px; border: 1px solid currentColor;
  border-radius: 12px; font-size: 13px; font-weight: 600; vertical-align: 5px; }
.holds, .serving { color: var(--good); }
.fails, .refused { color: var(--bad); } .open { color: var(--quiet); }
table { width: 100%; border-collapse: collapse; font-size: 14px; } th { font-weight: 500; text-align: left; }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.scroll { overflow-x: auto; } .figures { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fit, minmax(310px, 1fr)); }
figure { margin: 0; padding: 12px 14px 6px; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; } figcaption { font-size: 13px; } figure b { display: block; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--quiet); font-size: 11px; }
.axis { stroke: var(--line); } .mark { fill: var(--blue); stroke: none; } .mark2 { fill: var(--orange); }
.curve { fill: none; stroke: var(--blue); stroke-width: 2; } .range { stroke: var(--blue); opacity: .45;
  stroke-width: 2.5; } .range2 { stroke: var(--orange); opacity: .55; stroke-width: 2.5; }
.even { stroke: var(--quiet); stroke-dasharray: 4 3; }
.confusion td, .confusion th { border: 2px solid var(--paper); padding: 4px 6px; text-align: center;
  font-size: 12px; white-space: nowrap; } .confusion th { text-align: right; }
.confusion thead th { writing-mode: vertical-rl; text-align: left; vertical-align: bottom; }
.right { outline: 1px solid var(--blue); outline-offset: -3px; font-weight: 700; }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ card.label }}: model card</title><style>{{ style | safe }}</style></head><body>
<h1>{{ card.label }}<span class="badge {{ card.status }}">{{ card.status }}</span></h1>
<p class="quiet">{{ card.name }}</p>
<p>{{ card.verdict }}</p>
{% if card.status_reason and card.status_reason != card.verdict %}
<p class="quiet">{{ card.status_reason }}</p>{% endif %}

<h2>The gate: {{ standings }}</h2>
<div class="scroll"><table><thead><tr><th>line<th>value<th>bound<th>verdict<th>because</tr></thead><tbody>
{% for line in card.lines %}<tr><td>{{ line.name }}<td>{{ line.value }}<td>{{ line.bound }}
<td class="{{ line.standing if line.standing in ('holds', 'fails') else 'open' }}">{{ line.standing }}
<td>{{ line.sentence }}</tr>
{% else %}<tr><td colspan="5">It has no score yet.</tr>
{% endfor %}</tbody></table></div>

<h2>What it learned, and from what</h2>
<table><tbody>{% for name, value in card.facts %}<tr><th>{{ name }}<td>{{ value }}</tr>
{% endfor %}</tbody></table>
{% if card.traces %}<h2>Edited and withdrawn games</h2>
<table><tbody>{% for trace in card.traces %}
<tr><th>{{ trace.game_id }}<td>{{ trace.what }}<td>{{ trace.effect }}</tr>
{% endfor %}</tbody></table>{% endif %}

<h2>How it does</h2>
<div class="figures">
{% for title, caption, drawing in figures %}
<figure><b>{{ title }}</b>{{ drawing | safe }}<figcaption>{{ caption }}</figcaption></figure>
{% endfor %}</div>
{% if card.scores %}<h2>What each label was taken for</h2>
<div class="scroll"><table class="confusion"><thead><tr><th>
{% for column in columns %}<th>{{ plain(column) }}{% endfor %}
</tr></thead><tbody>
{% for row, cells in card.scores.confusion.items() %}<tr><th>{{ plain(row) }}
{% for column in columns %}{% set count = cells[column] %}
<td{% if row == column %} class="right"{% endif %} style="background: color-mix(in srgb, var(--blue)
 {{ (55 * count / total(cells)) | round | int }}%, var(--card))">{{ count or '' }}{% endfor %}</tr>
{% endfor %}</tbody></table></div>
<h2>By label</h2>
<table><thead><tr><th>label<th>plays<th>precision<th>recall<th>F1</tr></thead><tbody>
{% for label, score in card.scores.labels.items() if score.support %}
<tr><td>{{ plain(label) }}<td>{{ score.support }}
<td>{{ share(score.precision) }}<td>{{ share(score.recall) }}<td>{{ share(score.f1) }}</tr>
{% endfor %}</tbody></table>{% endif %}
{% if card.measured %}<h2>Moments, players and box scores</h2>
<table><tbody>{% for what, value in card.measured.items() %}<tr><th>{{ what }}<td>{{ value }}</tr>
{% endfor %}</tbody></table>{% endif %}
<h2>Games</h2>
<details><summary>{{ card.game_ids | length }} in its set</summary>
<p class="quiet">{{ card.game_ids | join(', ') }}</p></details>
</body></html>
"""


def card_page(card: ModelCard) -> str:
    """The record's texts are escaped; what is marked safe is drawn here."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(_PAGE)
    figures = [
        ("Accuracy by version", f"on {card.evaluation_set or 'no set yet'}", versions_drawing(card.versions)),
        ("Reliability", _reliability_caption(card.calibration), reliability_drawing(card.calibration)),
        (
            "Loss by epoch",
            "how far answers are from the right ones; less is better",
            losses_drawing(card.losses),
        ),
    ]
    return template.render(
        card=card,
        style=_STYLE,
        standings=standing_counts(card.lines),
        figures=figures,
        columns=shown_columns(card.scores) if card.scores else [],
        plain=plain_label,
        share=lambda value: "-" if value is None else f"{value:.0%}",
        total=lambda cells: max(1, sum(cells.values())),
    )


def card_figures(card: ModelCard) -> list[tuple[str, str, str]]:
    """Title, caption and drawing of each."""
    loss = "how far answers are from the right ones; less is better"
    return [
        ("Accuracy by version", f"on {card.evaluation_set or 'no set yet'}", versions_drawing(card.versions)),
        ("Reliability", _reliability_caption(card.calibration), reliability_drawing(card.calibration)),
        ("Loss by epoch", loss, losses_drawing(card.losses)),
    ]


def shown_columns(scores: Scores) -> list[str]:
    """Answers that were given; 'no answer' only where there was none."""
    columns = list(next(iter(scores.confusion.values()), {}))
    silent = any(cells[NO_ANSWER] for cells in scores.confusion.values())
    return [column for column in columns if silent or column != NO_ANSWER]


def plain_label(label: str) -> str:
    return "no answer" if label == NO_ANSWER else label.replace("_", " ")


def _reliability_caption(found: Calibration) -> str:
    if not found.play_count:
        return "it does not say how sure it is"
    off = f"{found.error_points:.1f} points off on {found.play_count} plays"
    return f"{off}; on the dashed line: as sure as right"
