"""`uball remove GAME_ID`: lists what there is of a game and what is kept; deletes it when told --yes.

Belongs here: asking and telling. Not here: what belongs to a game (`importing.removal`).
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from uball_assets.settings import Settings


@click.command()
@click.argument("game_id")
@click.option("--yes", "is_meant", is_flag=True, help="Delete it; without, it is only listed.")
@as_json
def remove(*, game_id: str, is_meant: bool, as_json: bool) -> None:
    """Take a game out: rows, videos, clips, examples, partition. Without --yes it only lists them.

    What models learned from it they keep, and the record keeps its entries; the next training set is without
    it. A removal that was killed is ended by doing it again.
    """
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.importing.removal import plan_removal, remove_game
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    with command_log(settings, "remove", game_id) as log, _instance(settings) as instance:
        removal = plan_removal(settings, game_id, instance)
        if not as_json:
            title = f" ({removal.title})" if removal.title else ""
            click.echo(f"Of game {game_id}{title} {'goes' if is_meant else 'would go'}:")
            click.echo(table(removal.removed()) if removal.removed() else "nothing more")
            click.echo("Kept:")
            for line in removal.kept():
                click.echo(f"  {line}")
        if is_meant:
            for each in removal.removed():
                log.tell(f"deletes {each['what']}: {each['how much']}")
            remove_game(settings, removal, instance, log.echo)
        else:
            log.tell("nothing is deleted without --yes")
    if as_json:
        print_json(removal.to_dict() | {"dry_run": not is_meant})
    elif is_meant:
        click.echo(f"\nGame {game_id} is out.")
    else:
        click.echo("\nNothing was deleted: --yes deletes it.")


def _instance(settings: Settings) -> AbstractContextManager[Any]:
    """None in place of an instance where there is no checkout, as for an installed package."""
    from uball_assets.automation.instance import open_instance

    has_one = (settings.checkout / "dagster.yaml").is_file()
    return open_instance(settings) if has_one else nullcontext()
