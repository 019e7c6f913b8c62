"""The league's database of games, plays and offsets: the Protocol.

Belongs here: rows in and rows out, paged to the end, as plain dicts with the league's own column names
(DOMAIN: 'Plays'). Not here: an implementation (`sqlite_plays_db`, `supabase_plays_db`), which of them an
address means (`opening`), or whether a row is sound (`domain.plays.plays`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from uball_assets.domain.errors import Permanent
from uball_assets.domain.plays.columns import moment_in

Row = dict[str, Any]
TITLE_COLUMNS = (
    "id",
    "date",
    "team1_display_name",
    "team2_display_name",
    "team1_color",
    "team2_color",
)
"""Of `games`: what `domain.footage.games.game_title` and `domain.footage.teams` read."""


class NoPlaysDatabase(Permanent):
    """There is none yet: a league that lives of feeds alone needs none, so pages show it without games."""


def rows_in(version: str) -> int:
    """How many plays a token of `play_versions` is of; 0 for that of a game without any."""
    return int(version.partition("-")[0] or 0)


def stamped_s(version: str) -> float | None:
    """The newest stamp in a token of `play_versions`, Unix seconds; None where no row has one."""
    try:
        return moment_in(version.partition("-")[2].rpartition("-")[0]).timestamp()
    except ValueError:
        return None


@dataclass(frozen=True)
class PlaysSeen:
    """What one look saw of all plays, within its time."""

    versions: dict[str, str]
    """`PlaysDb.play_versions`, of the games that are known so far."""
    unread_from: str | None
    """Games from this id on are not known yet, `''` for none of them; None: all are known."""


class PlaysDb(Protocol):
    """Raises `Permanent` (`NoPlaysDatabase`, missing table, bad column) or `Transient` (locked, network).

    A database whose columns have types refuses, naming the row, a value that its column cannot hold; one
    without (SQLite) keeps it for the quarantine. What a column can hold: `domain.plays.columns`.
    """

    ids_are_uuids: bool
    """Whether ids must be UUIDs."""

    def game_ids(self) -> list[str]:
        """Every game in the `games` table, sorted."""
        ...

    def games(self) -> list[Row]:
        """Every game's id, date, teams' display names and colours, by id; one read of the table."""
        ...

    def game(self, game_id: str) -> Row | None:
        """The game's row, rosters and scores decoded from JSON."""
        ...

    def plays(self, game_id: str) -> list[Row]:
        """All play rows of one game, every page, ordered by start (none last), id; `events` decoded."""
        ...

    def games_of(self, play_ids: Iterable[str]) -> dict[str, str]:
        """By each of these ids that a stored play has, however a UUID is spelled: the game that has it."""
        ...

    def play_versions(self) -> dict[str, str]:
        """Per game with plays, a token that changes when a row comes, goes or is edited. One query.

        `{rows}-{newest stamp}-{hash}` (`rows_in`, `stamped_s`).
        """
        ...

    def plays_seen(self, is_over: Callable[[], bool]) -> PlaysSeen:
        """`play_versions` as far as they can be told before `is_over`; the next call goes on from there."""
        ...

    def play_version(self, game_id: str) -> str:
        """One game's of `play_versions`; '' where it has no plays. Reads no other game's."""
        ...

    def videos(self, game_id: str) -> list[Row]:
        """The game's `video_metadata`, ordered by angle: where each camera's video stands, and its offset."""
        ...

    def videos_by_game(self) -> dict[str, list[Row]]:
        """As `videos`, of every game that has any; one read of the table."""
        ...

    def players(self, team_ids: Iterable[str]) -> list[Row]:
        """The teams' players, ordered by team, jersey number (none last), id."""
        ...

    def sync_offsets(self, game_id: str) -> dict[str, float]:
        """`video_metadata.sync_offset_seconds` by camera, whose angle may be spelled as file names are: file
        minus game time, seconds; unset: absent.

        NaN where no one number is told (`domain.footage.offsets`): that camera must be lost, not cut as if
        its offset were 0.
        """
        ...

    def add_game(
        self,
        game: Mapping[str, Any],
        plays: Iterable[Mapping[str, Any]],
        videos: Iterable[Mapping[str, Any]],
    ) -> None:
        """Upserts a game, its plays (by id) and cameras (by game and angle), in one transaction.

        Columns that a row does not have keep what they hold. `updated_at` is kept as given by SQLite;
        Supabase says there itself when a row last changed. Permanent, and nothing is written, for an unknown
        or missing column, a row of another game, or one row given twice.
        """
        ...

    def remove_plays(self, game_id: str, play_ids: Iterable[str]) -> None:
        """Deletes a game's plays by id, in one transaction; those of another game, or of none, are left."""
        ...

    def remove_game(self, game_id: str) -> None:
        """Deletes a game, its plays, its cameras, every model's annotations of it and all that was decided of
        it, in one transaction.

        Doing it again changes nothing. Players stay: they are their teams'.
        """
        ...

    def write_annotations(self, game_id: str, model: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replaces a model's annotations of a game, in one transaction; doing it again changes nothing."""
        ...

    def annotations(self, game_id: str, model: str) -> list[Row]:
        """As written, ordered by start (none last) and play key."""
        ...

    def write_model_versions(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Upserts, by name, what the league's app lists of models; one transaction, again changes nothing.

        Columns that a row does not have keep what they hold.
        """
        ...

    def model_versions(self) -> list[Row]:
        """Every model written, ordered by version (none last) and name."""
        ...

    def write_job_runs(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds runs of the platform; one that is there stays as it is.

        The views `job_statistics` and `model_statistics` add them up, for the league's own charts.
        """
        ...

    def decide(
        self, decision: Mapping[str, Any], seen: Iterable[Row], becomes: Iterable[Mapping[str, Any]]
    ) -> bool:
        """Enters a row of `review_decisions` and puts `becomes` in place of the plays `seen`, in one
        transaction. `seen`: as they were read; one that is not in `becomes` is deleted.

        False, and nothing is written, where somebody was first: the chain has gone on, a play seen is another
        now, or one to be made is there. True where a decision of that id is there already: the caller looks
        whether it is the same. SQLite dates the plays that change; Supabase does so itself. A game's review
        begins once: `open` counts for its first row alone.
        """
        ...

    def decisions(self, **equal: str) -> list[Row]:
        """Rows of `review_decisions` whose columns equal these (`game_id`, `play_id`, `decision_id`, `kind`),
        by chain and number."""
        ...

    def games_in_review(self) -> list[str]:
        """Games that had no plays but those that reviewers decided, and whose review is not closed."""
        ...


def games_if_any(plays_db: PlaysDb) -> list[Row]:
    """`PlaysDb.games`, none where there is no database. Raises as it does otherwise."""
    try:
        return plays_db.games()
    except NoPlaysDatabase:
        return []
