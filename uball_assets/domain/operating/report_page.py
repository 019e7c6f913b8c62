"""A report as text and as a page of its own: no picture, style or script is fetched from anywhere.

Belongs here: forms. Not here: what is said (`period_report`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from uball_assets.domain.operating.period_report import Report, Section

_WIDEST = 60
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1d2733; background: #f4f6f8; margin: 0; }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
section { background: #fff; border: 1px solid #dde3ea; border-radius: 8px; padding: 1rem 1.2rem;
  margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; margin-top: .6rem; font-size: 13.5px; }
th { text-align: left; color: #5b6b7c; font-weight: 600; border-bottom: 2px solid #dde3ea;
  padding: .3rem .6rem .3rem 0; }
td { border-bottom: 1px solid #edf0f3; padding: .35rem .6rem .35rem 0; vertical-align: top;
  overflow-wrap: break-word; }
.broken, .MISSED { color: #b42318; font-weight: 600; white-space: nowrap; }
.warning { color: #a15c07; font-weight: 600; white-space: nowrap; }
.met { color: #18794e; } .more { color: #5b6b7c; }
""".strip()
_MARKED = frozenset({"broken", "warning", "met", "MISSED"})
"""Cells that have a colour."""


def as_text(report: Report) -> str:
    parts = [report.title, "=" * len(report.title)]
    for section in report.sections:
        parts += ["", section.title, "-" * len(section.title), section.says]
        if section.rows:
            parts += ["", *_lines(section.rows)]
        if section.more:
            parts.append(f"and {section.more} more")
    return "\n".join(parts) + "\n"


def as_html(report: Report) -> str:
    sections = "\n".join(map(_section, report.sections))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(report.title)}</title>\n"
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{escape(report.title)}</h1>\n{sections}\n</main></body></html>\n"
    )


def _section(section: Section) -> str:
    more = f'<p class="more">and {section.more} more</p>' if section.more else ""
    return (
        f"<section><h2>{escape(section.title)}</h2><p>{escape(section.says)}</p>"
        f"{_table(section.rows) if section.rows else ''}{more}</section>"
    )


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    marked = f' class="{text}"' if text in _MARKED else ""
    return f"<td{marked}>{escape(text)}</td>"


def _lines(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """A narrow table as one; a wide one, whose lines an e-mail would break, as a block for each row."""
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    if sum(widths.values()) <= 2 * _WIDEST:
        head = "  ".join(f"{name:<{width}}" for name, width in widths.items()).rstrip()
        return [
            head,
            *("  ".join(f"{row[name]:<{width}}" for name, width in widths.items()).rstrip() for row in rows),
        ]
    (first, second, *others) = rows[0]
    return [
        line
        for row in rows
        for line in (
            f"* {row[first]}: {row[second]}",
            *(f"    {name}: {row[name]}" for name in others if row[name]),
        )
    ]
