"""`uball dead-letters`: what sources sent and could not be used, or did not send; tried again, or dropped.

Belongs here: words in, words out. Not here: what a letter is (`domain.league.intake.letters`), trying one
again (`services.league.replaying`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.adapters.results.dead_letters import DeadLetters
    from uball_assets.domain.league.intake.letters import Letter
    from uball_assets.services.league.replaying import Replayed
    from uball_assets.settings import Settings

_LONGEST_BODY = 4000


@click.group("dead-letters")
def dead_letters() -> None:
    """What sources of results sent and could not be used, or did not send: nothing is lost unseen."""


@dead_letters.command("list")
@as_json
def list_(*, as_json: bool) -> None:
    """Every letter, the oldest first."""
    found = _letters(load()).all()
    if as_json:
        print_json([_told(letter, with_body=False) for letter in found])
        return
    click.echo(table([_row(letter) for letter in found]) if found else "No dead letter lies here.")


@dead_letters.command()
@click.argument("letter_id", metavar="ID")
@as_json
def show(*, letter_id: str, as_json: bool) -> None:
    """One letter: why it lies here, what to do, and what came."""
    letter = _letters(load()).read(letter_id)
    if as_json:
        print_json(_told(letter, with_body=True))
        return
    click.echo(
        facts(
            [
                ("source", letter.source),
                ("where", letter.where),
                ("since", f"{letter.first_seen:%Y-%m-%d %H:%M}"),
                ("why", letter.why),
                ("remedy", letter.remedy),
            ]
        )
    )
    if letter.body:
        click.echo(f"\n{letter.body[:_LONGEST_BODY]}")
    if len(letter.body) > _LONGEST_BODY:
        click.echo(f"... {len(letter.body)} characters; --json gives all", err=True)


@dead_letters.command()
@click.argument("letter_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "all_of_them", is_flag=True, help="Every letter.")
@click.option(
    "--with",
    "corrected",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A corrected document in the place of what came; of one letter.",
)
@as_json
@click.pass_context
def replay(
    context: click.Context,
    *,
    letter_ids: tuple[str, ...],
    all_of_them: bool,
    corrected: Path | None,
    as_json: bool,
) -> None:
    """Try letters again. Repeating it changes nothing; what was told since then stands.

    A letter that is used is gone; one of a source that did not answer asks it again. Exit code 1 where one
    stays.
    """
    settings = load()
    letters = _letters(settings)
    if all_of_them == bool(letter_ids) or (corrected and len(letter_ids) != 1):
        raise click.UsageError("name letters, or --all; --with corrects one letter")
    chosen = letters.all() if all_of_them else [letters.read(letter_id) for letter_id in letter_ids]
    done = _replayed(settings, chosen, corrected.read_bytes() if corrected else None)
    if as_json:
        print_json([vars(one) for one in done])
    for one in [] if as_json else done:
        games = f"; new of {', '.join(one.games)}" if one.games else ""
        click.echo(f"{one.letter_id}: {f'stays: {one.left[0]}' if one.left else f'used, and gone{games}'}")
    if any(one.left for one in done):
        context.exit(1)


@dead_letters.command()
@click.argument("letter_ids", metavar="ID...", nargs=-1, required=True)
@as_json
def drop(*, letter_ids: tuple[str, ...], as_json: bool) -> None:
    """Throw letters away: what came is not wanted."""
    letters = _letters(load())
    for letter in [letters.read(letter_id) for letter_id in letter_ids]:
        letters.drop(letter.letter_id)
    if as_json:
        print_json({"dropped": list(letter_ids)})
        return
    click.echo(f"dropped: {', '.join(letter_ids)}")


def _letters(settings: Settings) -> DeadLetters:
    from uball_assets.adapters.results.dead_letters import DeadLetters
    from uball_assets.resources import training_store

    return DeadLetters(training_store(settings))


def _replayed(settings: Settings, chosen: list[Letter], corrected: bytes | None) -> list[Replayed]:
    from uball_assets.domain.league.intake.reading import Clock
    from uball_assets.resources import results_sources, training_store, warehouse
    from uball_assets.services.league.replaying import replay as replay_one

    clock = Clock(datetime.now(UTC), settings.zone, settings.assumed_tip_off)
    sources, store, held = results_sources(settings), training_store(settings), warehouse(settings)
    return [
        replay_one(letter, sources, held, store, settings.calendar, clock, corrected=corrected)
        for letter in chosen
    ]


def _row(letter: Letter) -> dict[str, str]:
    return {
        "id": letter.letter_id,
        "since": f"{letter.first_seen:%Y-%m-%d %H:%M}",
        "what": letter.where,
        "why": letter.why,
    }


def _told(letter: Letter, *, with_body: bool) -> dict[str, Any]:
    told = {**vars(letter), "first_seen": letter.first_seen.isoformat(), "game_ids": list(letter.game_ids)}
    return json.loads(json.dumps({name: told[name] for name in told if with_body or name != "body"}))  # type: ignore[no-any-return]
