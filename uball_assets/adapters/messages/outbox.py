"""Messages that wait to be sent: a file for each channel and message in the home, gone once it was taken.

A channel that is down keeps its own messages and is tried again, later each time; the others know nothing of
it. A process that is killed between sending and noting sends once more: better twice than never.

Belongs here: keeping, order, trying again. Not here: how a channel sends (`channels`), what is sent
(`domain`).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from uball_assets.adapters.machine.file_lock import file_lock
from uball_assets.adapters.messages.channels import Channel
from uball_assets.domain.errors import UballError
from uball_assets.domain.operating.messages import Message

_log = logging.getLogger(__name__)
_STATE, _SENT = "state.json", "sent"
FIRST_WAIT_S, LONGEST_WAIT_S = 60.0, 3600.0
"""After the first failure; twice as long after each further one."""
MOST_WAITING = 200
"""Of one channel; the oldest goes, and the log says so."""
KEPT_SENT = 500
"""Ids of what was sent: none is sent again."""


@dataclass(frozen=True)
class ChannelState:
    """Of a channel whose last try failed."""

    failures: int
    since_s: float
    next_s: float
    why: str
    waiting: int = 0


class Outbox:
    """In one folder. Safe to share between processes: a channel sends for one of them at a time."""

    def __init__(self, folder: Path, channels: Mapping[str, Channel]) -> None:
        self._folder, self._channels = folder, dict(channels)

    def put(self, message: Message) -> None:
        """For every channel; one that has it, or has sent it, is left as it is."""
        for name in self._channels:
            place = self._folder / name
            place.mkdir(parents=True, exist_ok=True)
            if message.id in _sent(place) or list(place.glob(f"*-{message.id}.json")):
                continue
            path = place / f"{time.time_ns():020d}-{message.id}.json"
            scratch = path.with_suffix(".new")
            scratch.write_text(json.dumps(message.to_dict(), ensure_ascii=False))
            scratch.replace(path)
            for old in _waiting(place)[:-MOST_WAITING]:
                _log.error("a message to %s was given up: %d newer ones wait", name, MOST_WAITING)
                old.unlink(missing_ok=True)

    def deliver(self, within_s: float, now_s: float | None = None) -> None:
        """What is due, all channels side by side; returns after `within_s` whatever still goes on."""
        until_s = time.monotonic() + within_s
        at_s = time.time() if now_s is None else now_s
        threads = [
            threading.Thread(target=self._deliver, args=(name, channel, at_s, until_s), daemon=True)
            for name, channel in self._channels.items()
            if (self._folder / name).exists()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until_s - time.monotonic()))

    def down(self) -> dict[str, ChannelState]:
        """Channels whose last try failed, by name."""
        found = {name: _state(self._folder / name) for name in self._channels}
        return {name: state for name, state in found.items() if state}

    def _deliver(self, name: str, channel: Channel, now_s: float, until_s: float) -> None:
        place = self._folder / name
        with file_lock(place / "lock"):
            state = _state(place)
            if state and now_s < state.next_s:
                return
            for path in _waiting(place):
                if time.monotonic() > until_s:
                    return
                try:
                    message = Message(**json.loads(path.read_text()))
                    channel.send(message)
                except (OSError, ValueError, TypeError) as error:
                    _log.error("a message to %s cannot be read, and is left out: %s", name, error)
                    path.unlink(missing_ok=True)
                except UballError as error:
                    _note(place, _failed(state, now_s, str(error), len(_waiting(place))))
                    return
                else:
                    _add_sent(place, message.id)
                    path.unlink(missing_ok=True)
            _note(place, None)


def _failed(state: ChannelState | None, now_s: float, why: str, waiting: int) -> ChannelState:
    failures = state.failures + 1 if state else 1
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - 1, 10))
    return ChannelState(failures, state.since_s if state else now_s, now_s + wait_s, why, waiting)


def _waiting(place: Path) -> list[Path]:
    """The oldest first."""
    return sorted(place.glob("*-*.json"))


def _sent(place: Path) -> list[str]:
    try:
        return (place / _SENT).read_text().split()
    except OSError:
        return []


def _add_sent(place: Path, message_id: str) -> None:
    kept = [*_sent(place), message_id][-KEPT_SENT:]
    scratch = place / f"{_SENT}.new"
    scratch.write_text("\n".join(kept))
    scratch.replace(place / _SENT)


def _state(place: Path) -> ChannelState | None:
    try:
        return ChannelState(**json.loads((place / _STATE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _note(place: Path, state: ChannelState | None) -> None:
    with suppress(OSError):
        if state is None:
            (place / _STATE).unlink(missing_ok=True)
            return
        scratch = place / f"{_STATE}.new"
        scratch.write_text(json.dumps(asdict(state)))
        scratch.replace(place / _STATE)
