"""Filming the league in the background, so that the first games are processed while the last are still being
filmed.

Belongs here: waiting for a game's files, and bringing them where videos arrive. Not here: making them
(`render`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.demo.league import Batch, DemoGame
from uball_assets.demo.mess import Broken
from uball_assets.demo.render import render_all
from uball_assets.domain.footage import object_names

_POLL_S = 0.2


class Filming:
    """Videos what is not there yet. As a context: leaving it waits for the last file, or hands on what went
    wrong."""

    def __init__(
        self, batches: Sequence[Batch], folder: Path, workers: int, say: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self.missing_count = sum(
            not path.exists() for batch in batches for game in batch.games for path in self._files(game)
        )
        self._done_count = 0
        self._say = say
        self._started_s = time.monotonic()
        self._thread = ThreadPoolExecutor(1)
        self._filming: Future[None] = self._thread.submit(render_all, batches, folder, workers, self._on_done)

    def __enter__(self) -> Filming:
        if self.missing_count:
            self._say(f"Filming the league in the background: {self.missing_count} camera files.")
        else:
            self._say("The league's videos are there already.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=error is not None)
        if error is None:
            self._filming.result()

    def wait_for(self, game: DemoGame) -> None:
        """Until all of the game's files are there; raises what stopped the filming."""
        while not all(path.exists() for path in self._files(game)):
            if self._filming.done():
                self._filming.result()
            time.sleep(_POLL_S)

    def bring(self, game: DemoGame, video_store: ObjectStore, arrivals: ObjectStore | None) -> None:
        """Waits for the game's files, and uploads them to where raw videos arrive, unless they lie there."""
        self.wait_for(game)
        store, column = (arrivals, "s3_key") if arrivals else (video_store, "filename")
        folder = "" if arrivals else object_names.videos(game.game_id)
        for video, path in zip(self._kept(game), self._files(game), strict=True):
            name = f"{folder}{video[column]}"
            if store.local_path(name) != path.absolute() and not store.list(name):
                store.upload(name, path)

    def _files(self, game: DemoGame) -> list[Path]:
        folder = self._folder / "Games" / game.game_id
        return [folder / video["filename"] for video in self._kept(game)]

    def _kept(self, game: DemoGame) -> list[Row]:
        return [video for video in game.videos if game.broken.get(video["angle"]) is not Broken.MISSING]

    def _on_done(self, _: str) -> None:
        self._done_count += 1
        if self._done_count == self.missing_count:
            self._say(f"  the last camera file is filmed, after {time.monotonic() - self._started_s:.0f} s")
