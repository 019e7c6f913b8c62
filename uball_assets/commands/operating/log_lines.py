"""Log lines for programs of the commands that do work: as those of runs, under UBALL_JSON_LOG.

Belongs here: what a command writes there about itself. Not here: the form of a line
(`automation.json_lines`), or what people are shown.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from uball_assets.settings import Settings


class CommandLog:
    """One command's lines; it writes none where the setting names no place."""

    def __init__(self, settings: Settings, command: str, game: str | None = None) -> None:
        """`game`: which every line is about, unless it names another."""
        self._game = game
        self._logger = logging.Logger(f"uball {command}", logging.INFO)
        if settings.json_log:
            from uball_assets.automation.json_lines import JsonLines  # it brings Dagster, a second

            self._logger.addHandler(JsonLines(path=settings.json_log))

    def echo(self, line: str) -> None:
        """For a person too, on stderr."""
        click.echo(line, err=True)
        self.tell(line)

    def tell(
        self,
        message: str,
        *,
        level: int = logging.INFO,
        game: str | None = None,
        camera: str | None = None,
        attempt: int | None = None,
    ) -> None:
        if self._logger.handlers:
            told = {"game": game or self._game, "camera": camera, "attempt": attempt}
            self._logger.log(level, "%s", message.strip(), extra=told)


@contextmanager
def command_log(settings: Settings, command: str, game: str | None = None) -> Iterator[CommandLog]:
    """Lines of when the command began and how it ended, and what it tells in between."""
    log, began_s = CommandLog(settings, command, game), time.monotonic()
    log.tell("begins")
    try:
        yield log
    except Exception as error:
        log.tell(f"failed: {error}", level=logging.ERROR)
        raise
    except BaseException:
        log.tell("was interrupted", level=logging.ERROR)
        raise
    log.tell(f"done in {time.monotonic() - began_s:.1f} s")
