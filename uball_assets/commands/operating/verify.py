"""`uball verify`: the record held against the store, now.

Belongs here: words out. Not here: the proof (`automation.operating.proving`).
"""

from __future__ import annotations

import time

import click

from uball_assets.commands.answers import as_json, print_json, table

_MOST_SHOWN = 40
_TELL_EVERY_S = 5.0


@click.command()
@click.argument("games", nargs=-1, metavar="[GAME_ID]...")
@click.option("--repair", "is_repairing", is_flag=True, help="Ask on the record for what is wrong.")
@click.option("--backup", "is_of_backup", is_flag=True, help="Prove the newest backup instead: all of it.")
@click.option("--read", "gigabytes", type=click.FloatRange(0), help="Read so many GB of clips (a night's).")
@as_json
@click.pass_context
def verify(
    context: click.Context,
    *,
    games: tuple[str, ...],
    is_repairing: bool,
    is_of_backup: bool,
    gigabytes: float | None,
    as_json: bool,
) -> None:
    """What of the games (all, or those named) is missing in the store, was changed, or belongs to nobody.

    With --repair it is asked for as the nightly proof does: games_sensor has exactly that made again. With
    --backup the newest backup is put together aside and compared. Ends with 1 where something is wrong.
    """
    if is_of_backup:
        from uball_assets.commands.deployment.backup import prove

        prove(context, as_json=as_json)
        return
    from dataclasses import asdict

    from uball_assets.automation.backups.loss import refuse_lost
    from uball_assets.automation.operating.proving import prove_store, prover, summary
    from uball_assets.resources import record, training_store
    from uball_assets.settings import load_settings

    settings = load_settings()
    refuse_lost(settings, record(settings))
    if gigabytes is not None:
        settings = settings.model_copy(update={"proof_gb_a_night": gigabytes})
    training, told_s = training_store(settings), time.monotonic()

    def watch(done: int, of: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s >= _TELL_EVERY_S:
            told_s = time.monotonic()
            click.echo(f"{done} of {of} games", err=True)

    found, asked = prove_store(
        settings,
        record(settings),
        prover(settings, training),
        is_repairing=is_repairing,
        games=games,
        watch=watch,
    )
    if as_json:
        print_json(asdict(found) | {"asked_for": [proof.game_id for proof in asked]})
    else:
        click.echo(summary(found, len(asked)))
        rows = [
            {
                "game": proof.game_id,
                "wrong": proof.said,
                "objects": "\n".join([*proof.missing, *proof.changed][:3]),
            }
            for proof in found.wrong[:_MOST_SHOWN]
        ]
        if rows:
            click.echo("\n" + table(rows))
        if found.wrong and not is_repairing:
            click.echo("\nNothing was asked for: `uball verify --repair` has it made again.")
    if found.wrong or found.models_missing:
        context.exit(1)
