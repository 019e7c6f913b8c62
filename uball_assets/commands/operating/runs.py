"""`uball runs`: what is going now, how far each is, and how the last ones went.

Belongs here: words out. Not here: measuring (`automation.run_records`), the words of progress (`domain`).
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, printable, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uball_assets.domain.operating.broken import OpenRun
    from uball_assets.domain.operating.usual import Usual
    from uball_assets.domain.run_figures import RunFigures
    from uball_assets.settings import Settings

_MOST_GOING = 30
_BEFORE_ITS_END = 0.99
"""A run that takes longer than usual is not at its end for that."""


@click.command()
@click.option("--last", type=click.IntRange(0, 200), default=5, show_default=True, help="Ended ones, too.")
@click.option("--watch", "every_s", type=click.FloatRange(1, 3600), help="Again every so many seconds.")
@as_json
def runs(*, last: int, every_s: float | None, as_json: bool) -> None:
    """The runs that go or wait, each with a bar, its rate and the time left; then the last that ended."""
    from uball_assets.settings import load_settings

    settings = load_settings()
    while True:
        going, ended, usual = _read(settings, last)
        if as_json:
            print_json(
                {
                    "going": [asdict(run) | {"share": share(run, usual, time.time())} for run in going],
                    "ended": [run.to_dict() for run in ended],
                    "usual": {job: asdict(one) for job, one in usual.items()},
                }
            )
            return
        page = lines(going, ended, usual, time.time())
        if not every_s:
            click.echo("\n".join(page))
            return
        click.clear()
        click.echo("\n".join(page))
        time.sleep(every_s)


def _read(settings: Settings, last: int) -> tuple[list[OpenRun], list[RunFigures], Mapping[str, Usual]]:
    from uball_assets.automation.operating.facts import usual
    from uball_assets.automation.operating.live_tables import open_runs
    from uball_assets.domain.run_figures import RUNS, RunFigures
    from uball_assets.resources import record

    registry = record(settings)
    newest = registry.since(RUNS, max(0, registry.count(RUNS) - last)) if last else []
    return open_runs(settings), [RunFigures.from_dict(entry) for entry in reversed(newest)], usual(registry)


def share(run: OpenRun, usual: Mapping[str, Usual], now_s: float) -> float | None:
    """As its step says; else by how long such runs usually take; None for one that waits, or nobody knows."""
    from uball_assets.domain.operating.progress import share_told

    told = share_told(run.progress)
    if told is not None or run.started_at_s is None or run.job not in usual:
        return told
    return min(_BEFORE_ITS_END, (now_s - run.started_at_s) / max(1.0, usual[run.job].half_s))


def lines(
    going: list[OpenRun], ended: list[RunFigures], usual: Mapping[str, Usual], now_s: float
) -> list[str]:
    shown = [] if going else ["Nothing goes and nothing waits."]
    for run in going[:_MOST_GOING]:
        shown += _going(run, usual, now_s)
    if len(going) > _MOST_GOING:
        shown.append(f"and {len(going) - _MOST_GOING} more")
    if ended:
        shown += ["", table([_ended(run) for run in ended])]
    told = [f"{job} usually takes {one.text}" for job, one in sorted(usual.items())]
    return [*shown, *(["", *told] if told else [])]


def _going(run: OpenRun, usual: Mapping[str, Usual], now_s: float) -> list[str]:
    from uball_assets.domain.operating.findings import span_text
    from uball_assets.domain.operating.progress import bar

    of = f"{run.job} {run.game_id}".strip()
    if run.started_at_s is None:
        return [
            printable(f"{of}  {run.status.lower().replace('_', ' ')} for {span_text(now_s - run.asked_at_s)}")
        ]
    how_far, goes = share(run, usual, now_s), f"for {span_text(now_s - run.started_at_s)}"
    by = (
        run.progress or "by how long such runs usually take" if how_far is not None else "how far is not told"
    )
    return [printable(f"{of}  {bar(how_far)}  {goes}"), printable(f"    {by}")]


def _ended(run: RunFigures) -> dict[str, Any]:
    from uball_assets.domain.operating.findings import span_text

    longest = sorted(run.steps_s.items(), key=lambda one: -one[1])[:2]
    return {
        "run": run.run_id[:8],
        "job": run.job,
        "game": run.game_id or "-",
        "ended": str(run.outcome),
        "took": span_text(run.duration_s),
        "longest steps": ", ".join(f"{step} {span_text(took_s)}" for step, took_s in longest) or "-",
    }
