"""A run's lease: one process at a time holds it, renews it while it works, and works on only while it can.

A node that is cut off, frozen or lost cannot be asked whether its process still works. So the process itself
ends before anybody may take the run to be lost: the kernel's alarm ends it where it has not renewed in time,
also one that was frozen, before it does anything else. It lies in Dagster's own storage, a row of its keys
and values, so that a run's process can hold it exactly where it could write the run's events.

Belongs here: holding and losing a lease. Not here: who starts the process (`ray_launcher`), what it does
(`run_on_node`).
"""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from itertools import count
from typing import NoReturn, cast

import dagster as dg
from dagster._core.storage.runs import SqlRunStorage
from dagster._core.storage.runs.schema import KeyValueStoreTable as _Rows
from dagster._utils import send_interrupt
from sqlalchemy.exc import IntegrityError

RENEWALS = 6
"""In a lease's time: five may be lost."""
OWN_SHARE = 0.8
"""Of a lease's time: so long after the last renewal its process ends. It is taken away after all of it."""
LAST_WORDS_S = 10.0
"""A process whose run has ended, by itself or by others, has so long for what it does at its end."""
_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dataclass(frozen=True)
class Lease:
    """Of one run. Every method asks the storage, and raises what it raises."""

    instance: dg.DagsterInstance
    run_id: str

    @property
    def key(self) -> str:
        return f"uball/lease/{self.run_id}"

    def claim(self, holder: str) -> bool:
        """Whether it was nobody's until now."""
        try:
            with self._storage.connect() as connection:
                connection.execute(_Rows.insert().values(key=self.key, value=f"{holder} 0"))
        except IntegrityError:
            return False
        return True

    def renew(self, word: str) -> bool:
        """Whether it is still held: nobody has taken it away."""
        with self._storage.connect() as connection:
            row = _Rows.update().where(_Rows.c.key == self.key).values(value=word)
            return bool(connection.execute(row).rowcount)

    def word(self) -> str | None:
        """What its holder said last, another one each time; None where nobody holds it."""
        return self.instance.run_storage.get_cursor_values({self.key}).get(self.key)

    def take_away(self, word: str | None) -> bool:
        """Whether nobody holds it any more; not where its holder has said something else since."""
        with self._storage.connect() as connection:
            connection.execute(_Rows.delete().where(_Rows.c.key == self.key, _Rows.c.value == word))
        return self.word() is None

    def release(self) -> None:
        with self._storage.connect() as connection:
            connection.execute(_Rows.delete().where(_Rows.c.key == self.key))

    @property
    def _storage(self) -> SqlRunStorage:
        return cast("SqlRunStorage", self.instance.run_storage)


class Keeper(threading.Thread):
    """Renews a claimed lease of this very process, and heeds what became of the run meanwhile.

    Within a lease's time the process has ended where it could not renew; with the next renewal where the
    lease was taken away, and a little later where others have ended the run. A cancelled run is interrupted.
    """

    def __init__(self, lease: Lease, holder: str, lease_s: float) -> None:
        super().__init__(name="lease", daemon=True)
        self._lease, self._holder, self._lease_s = lease, holder, lease_s
        self._is_done = threading.Event()
        self._is_interrupted = False
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the kernel's: it ends the process, whatever that does
        self._arm(time.monotonic())

    def run(self) -> None:
        for number in count(1):
            if self._is_done.wait(self._lease_s / RENEWALS):
                return
            asked_s = time.monotonic()
            try:
                is_held = self._lease.renew(f"{self._holder} {number}")
                run = self._lease.instance.get_run_by_id(self._lease.run_id)
            except Exception:  # noqa: BLE001, S112 - the storage is away: it comes back in time, or the alarm rings
                continue
            if self._is_done.is_set():
                return
            if not is_held or run is None:
                self._end()
            self._arm(asked_s)
            if run.status in _ENDED:
                if not self._is_done.wait(LAST_WORDS_S):
                    self._end()
                return
            if run.status is dg.DagsterRunStatus.CANCELING and not self._is_interrupted:
                self._is_interrupted = True
                send_interrupt()

    def done(self) -> None:
        """The work is over: no alarm rings any more."""
        self._is_done.set()
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.join(timeout=self._lease_s)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _arm(self, renewed_s: float) -> None:
        left_s = renewed_s + self._lease_s * OWN_SHARE - time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(left_s, 0.001))

    def _end(self) -> NoReturn:
        """At once, with the ffmpegs: another attempt may be at work by now."""
        try:
            self._lease.release()
        finally:
            os.killpg(0, signal.SIGKILL)
        raise AssertionError("unreachable")
