"""`uball status`: what is broken, every filmed game, every video model.

Belongs here: words out. Not here: what is so (`status`), or what counts as broken (`operating.broken_now`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.adapters.machine.circuits import SourceState
    from uball_assets.status import GameStatus, ModelStatus, Status


_STRANGERS_SHOWN = 10


@click.command()
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Only what is broken; exit code 0: nothing, 3: to look at, 4: broken.",
)
@click.option(
    "--watch",
    "every_s",
    type=click.FloatRange(1, 3600),
    help="Only what is broken, again every so many seconds.",
)
@as_json
@click.pass_context
def status(context: click.Context, *, is_check: bool, every_s: float | None, as_json: bool) -> None:
    """What is broken now; every filmed game (grade, clips, examples, in which model), every video model
    (accuracy, does it serve?), alerts. Models of forecasts: `uball routes --family outcome`.
    """
    from uball_assets.commands.operating import broken_now
    from uball_assets.domain.errors import Permanent
    from uball_assets.status import read_status, troubled

    loaded = load()
    if every_s:
        broken_now.watch(loaded, every_s)
    if is_check:
        context.exit(broken_now.check(loaded, as_json=as_json))
    if not as_json:
        _show_troubled(troubled(loaded))
    now = read_status(loaded)
    if as_json:
        print_json(now.to_dict())
    else:
        if now.games or now.findings or now.has_results:
            click.echo("\n".join(broken_now.lines(now.findings, time.time())) + "\n")
        _show_status(now)
        if now.usual_game:
            click.echo(f"\nA game usually takes {now.usual_game}.")
        for alert in now.alerts:
            click.echo(f"\nALERT {alert}")
        _show_strangers(now.strangers)
    if now.damaged:
        raise Permanent("; ".join(now.damaged))


def _show_status(now: Status) -> None:
    if not now.games:
        of_league = "No game was filmed yet; of the league's others tell `uball results` and /forecasts."
        nothing = "No games yet: run `uball demo`, or bring in yours with `uball import`."
        click.echo(of_league if now.has_results else nothing)
        return
    is_all_there = all(game.videos in ("there", "none") for game in now.games)
    games = [
        {
            "game": game.title,
            "id": game.game_id,
            "grade": game.verdict,
            **({} if is_all_there else {"videos": game.videos}),
            **_counts(game),
            "learned by": game.first_model or "-",
            "annotated by": game.annotated_by or "-",
        }
        for game in now.games
    ]
    click.echo(table(games))
    for game in now.games:
        if game.grade in ("C", "F"):
            click.echo(f"\ngrade {game.grade}, {game.title} ({game.game_id}):")
            click.echo("\n".join(f"  {reason}" for reason in game.reasons))
    models = [
        {
            "model": model.label,
            "games": model.games,
            "examples": model.train_examples,
            "plays right": _share(model.play_accuracy),
            "3PT or 4PT": _share(model.three_four),
            "on": _which_set(model),
            "serves": _serves(model),
        }
        for model in now.models
    ]
    click.echo("\n" + (table(models) if models else "No video model yet; `uball why` says what is missing."))


def _serves(model: ModelStatus) -> str:
    if model.weight_percent:
        return f"{model.weight_percent:g} %"
    return "in shadow" if model.is_shadow else "-"


def _which_set(model: ModelStatus) -> str:
    """Scores of two sets cannot be compared."""
    if model.scored_on is None:
        return "-"
    return "newest set" if model.is_on_newest_set else f"earlier set {model.scored_on[:8]}"


def _counts(game: GameStatus) -> dict[str, str]:
    """What came out of the game; of one that waits nothing is known yet."""
    summary = {
        "cameras": str(len(game.cameras)),
        "plays": f"{game.plays} of {game.rows}",
        "clips": f"{game.clips_accepted} of {game.clips_wanted}",
        "examples": f"{game.train_examples} + {game.validation_examples}",
        "left out": str(game.quarantined),
    }
    return summary if game.is_processed else dict.fromkeys(summary, "-")


def _show_troubled(sources: list[SourceState]) -> None:
    """First of all, for the rest may not be readable without them."""
    for source in sources:
        again = f"in {source.next_in_s:.0f} s" if source.next_in_s else "by the next who needs it"
        failed = f"{source.state}, {source.failures} failures in a row, asked again {again}"
        click.echo(f"{source.source} is down ({failed}): {source.why}")


def _show_strangers(addresses: list[str]) -> None:
    if addresses:
        more = len(addresses) - _STRANGERS_SHOWN
        shown = [*addresses[:_STRANGERS_SHOWN], *([f"and {more} more, in --json"] if more > 0 else [])]
        click.echo("\nPassed over, neither video nor entry of the record:\n  " + "\n  ".join(shown))


def _share(interval: dict[str, Any] | None) -> str:
    if interval is None or interval.get("value") is None:
        return "-"
    return f"{interval['value']:.1%} ({interval['low']:.1%} to {interval['high']:.1%})"
