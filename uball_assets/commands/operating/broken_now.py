"""What is broken now, as `uball status` shows it first, as a watched page, and as an exit code for scripts.

Belongs here: words out. Not here: what is broken (`domain.operating`), reading it (`status`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import print_json, printable

if TYPE_CHECKING:
    from uball_assets.settings import Settings

NOTHING, WARNING, BROKEN = 0, 3, 4
"""Exit codes of `uball status --check`: 1, 2 and 75 mean of every command that it could not tell."""
_CODES = {"broken": BROKEN, "warning": WARNING, "note": NOTHING}
_MOST_SHOWN = {"broken": 20, "warning": 10, "note": 5}

Told = Mapping[str, Any]
"""A finding as a dictionary (`domain.operating.findings`), and who has acknowledged it."""


def exit_code(findings: Sequence[Told]) -> int:
    """Of the worst that nobody has acknowledged."""
    return max((_CODES[one["level"]] for one in findings if not one.get("acknowledged")), default=NOTHING)


def lines(findings: Sequence[Told], now_s: float) -> list[str]:
    """Worst first, each with its id, where, since when, why and what to do; notes in one line each."""
    counts = {
        level: sum(one["level"] == level for one in findings) for level in ("broken", "warning", "note")
    }
    if not findings:
        return ["Nothing is broken."]
    words = {"broken": "broken", "warning": "to look at", "note": "to know"}
    told = [f"{counts[level]} {words[level]}" for level in words if counts[level]]
    shown = [f"Now: {', '.join(told)}"]
    for level in words:
        of_level = [one for one in findings if one["level"] == level]
        for one in of_level[: _MOST_SHOWN[level]]:
            shown += _note(one) if level == "note" else _block(one, now_s)
        more = len(of_level) - _MOST_SHOWN[level]
        if more > 0:
            shown.append(f"  and {more} more {words[level]}, in --json")
    return shown


def _block(one: Told, now_s: float) -> list[str]:
    since = f", since {_moment(one['since_s'], now_s)}" if one["since_s"] else ""
    acknowledged = one.get("acknowledged")
    seen = [f"          known to {acknowledged['by']}: {acknowledged['because']}"] if acknowledged else []
    return [
        printable(line)
        for line in (
            f"  {one['level'].upper():7} {one['what']}: {one['where']}{since}  [{one['id']}]",
            f"          why: {one['why']}",
            f"          do:  {one['remedy']}",
            *seen,
        )
    ]


def _note(one: Told) -> list[str]:
    return [printable(f"  note    {one['what']}: {one['where']}: {one['why']}")]


def _moment(at_s: float, now_s: float) -> str:
    from uball_assets.domain.operating.findings import span_text

    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC ({span_text(max(0.0, now_s - at_s))})"


def told_now(settings: Settings) -> list[dict[str, Any]]:
    from uball_assets.status import read_now

    return read_now(settings).told()


def check(settings: Settings, *, as_json: bool) -> int:
    """Prints what is broken, and nothing where nothing is; the exit code."""
    found = told_now(settings)
    code = exit_code(found)
    if as_json:
        print_json({"exit_code": code, "findings": found})
    elif code:
        for line in lines([one for one in found if one["level"] != "note"], time.time()):
            click.echo(line)
    return code


def watch(settings: Settings, every_s: float) -> None:
    """The page again and again, until Ctrl-C."""
    while True:
        began_s = time.time()
        page = lines(told_now(settings), began_s)
        click.clear()
        click.echo(f"{settings.league}, {datetime.fromtimestamp(began_s, UTC):%Y-%m-%d %H:%M:%S} UTC\n")
        click.echo("\n".join(page))
        time.sleep(max(0.5, every_s - (time.time() - began_s)))
