"""`uball archive` and `uball retire`: a person says what became of videos, or of a game, that cannot be seen.

Belongs here: asking and telling. Not here: what a source that is away means (`domain.learning.presence`), or
deleting a game that is there (`uball remove`).
"""

from __future__ import annotations

from getpass import getuser
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uball_assets.adapters.record.registry import Entry

_GAMES = click.argument("game_ids", nargs=-1, required=True, metavar="GAME_ID...")
_BECAUSE = click.option("--because", required=True, help="The reason, kept on the record.")
_BY = click.option("--by", help="Who says so; without it, this machine's user.")


@click.command()
@_GAMES
@_BECAUSE
@_BY
@click.option("--back", "is_back", is_flag=True, help="Their videos are to be there again: undoes it.")
@as_json
def archive(*, game_ids: tuple[str, ...], because: str, by: str | None, is_back: bool, as_json: bool) -> None:
    """Say that the raw videos of games were put away on purpose.

    Their clips, examples and what was learned of them stay, and their runs do without the videos. What needs
    a new clip, an edited play, waits until the videos are back.
    """
    from uball_assets.adapters.record.archived_videos import archive as enter
    from uball_assets.resources import record
    from uball_assets.settings import load_settings

    registry = record(load_settings())
    states = registry.newest_by_subject("games")
    _refuse_unknown(game_ids, states)
    entries = [
        enter(registry, game_id, by or getuser(), because, is_archived=not is_back) for game_id in game_ids
    ]
    if as_json:
        print_json({"games": entries})
        return
    for game_id, entry in zip(game_ids, entries, strict=True):
        said = "may be away" if entry["is_archived"] else "are to be there again"
        click.echo(f"{game_id}: its videos {said}, {entry['recorded_at']}, {entry['by']}: {entry['because']}")


@click.command()
@_GAMES
@_BECAUSE
@_BY
@as_json
def retire(*, game_ids: tuple[str, ...], because: str, by: str | None, as_json: bool) -> None:
    """Say that games which no source has any more are gone for good: discovery goes on without them.

    Nothing is deleted: what was made of them stays in the store, the next training set is without it, and a
    game that comes back is taken up again. A game that a source still has is taken out by `uball remove`.
    """
    from uball_assets.assets.record.appends import append_gone
    from uball_assets.domain.errors import Permanent
    from uball_assets.resources import arrivals_store, plays_database, record, videos_store
    from uball_assets.services.sources import Look
    from uball_assets.settings import load_settings

    settings = load_settings()
    registry = record(settings)
    _refuse_unknown(game_ids, registry.newest_by_subject("games"))
    look = Look.take(videos_store(settings), plays_database(settings), arrivals_store(settings))
    if there := [game_id for game_id in game_ids if not look.seen(game_id).is_nowhere]:
        raise Permanent(f"a source still has {', '.join(there)}: `uball remove GAME_ID` takes a game out")
    for game_id in game_ids:
        append_gone(registry, game_id, "retired", f"{by or getuser()}: {because}")
    if as_json:
        print_json({"retired": list(game_ids)})
        return
    for game_id in game_ids:
        click.echo(f"{game_id}: retired; it comes back when a source has it again")


def _refuse_unknown(game_ids: tuple[str, ...], states: Mapping[str, Entry]) -> None:
    from uball_assets.domain.errors import Permanent

    unknown = [game_id for game_id in game_ids if states.get(game_id, {"removed": True}).get("removed")]
    if unknown:
        raise Permanent(
            f"the record has no game {', '.join(unknown)}: `uball status` lists those that are in"
        )
