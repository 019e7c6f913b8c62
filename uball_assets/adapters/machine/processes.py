"""Processes that this one starts, and the signals that it was started with itself.

Who starts a program in the background (`nohup`, a script's `&`, some CI) often has it ignore SIGINT. Dagster
gives SIGTERM what SIGINT does, and children inherit what is ignored: then nothing can be stopped any more.

Belongs here: heeding a request to end, and ending others with a bound. Not here: what is started.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM)


def heed_termination() -> None:
    """SIGTERM ends this process and those it starts, however it was started.

    SIGINT and SIGHUP stay ignored where they are: a terminal's Ctrl-C or end is not meant for it then.
    """
    if _is_main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def heed_all() -> None:
    """As `heed_termination`, SIGINT too: for a server, which Dagster ends by that alone."""
    for each in _ASKED_TO_END:
        signal.signal(each, signal.SIG_DFL)


@contextmanager
def signals_kept() -> Iterator[None]:
    """What Dagster does to this process's signals in a run ends with the run.

    It turns a request to end into that run's failure alone: one that came is made again once the run is over.
    """
    if not _is_main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in _ASKED_TO_END}
    heard, teller = socket.socketpair()
    with heard, teller:
        for end in (heard, teller):
            end.setblocking(False)
        wakeup = signal.set_wakeup_fd(teller.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for each, handler in before.items():
                signal.signal(each, handler)
            for number in _received(heard):
                signal.raise_signal(number)


def _received(heard: socket.socket) -> list[int]:
    """The requests to end, each once, by the numbers that Python writes for every signal."""
    try:
        numbers = set(heard.recv(4096))
    except BlockingIOError:
        return []
    return [each for each in _ASKED_TO_END if each in numbers]


def end_with_parent() -> None:
    """In a pool's worker: it ends when the process that started it does, however that ended.

    Without this it waits for ever for work: workers hold both ends of the pipe that work comes through.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None, "this is a worker's"

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def stop(process: subprocess.Popen[Any], within_s: float = 10.0) -> None:
    """Asks it to end, and ends it if it has not within so long."""
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
