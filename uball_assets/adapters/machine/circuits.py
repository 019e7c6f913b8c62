"""The circuits of this machine's league: one small file for each source that fails, none for the others.

Every run is a process of its own, so the state lies in the home, where all of them see it. A healthy source
costs one look for a file that is not there. Whatever is wrong with the files is no reason not to ask.

Belongs here: keeping the state, counting answers. Not here: when to ask (`domain.circuits`), trying again
within one question (each adapter, its library).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from uball_assets.adapters.machine.file_lock import file_lock
from uball_assets.domain.circuits import CLOSED, Circuit, Rule, State, failed, left_s, state, tried
from uball_assets.domain.errors import ServiceDown

_ENDING = ".json"
_LOCK = ".lock"
_LONGEST_WHY = 300


class CircuitOpen(ServiceDown):
    """The source was not asked. Certainly nothing was begun."""

    is_counted = True


@dataclass(frozen=True)
class SourceState:
    """What a person is shown of a source whose last answers failed."""

    source: str
    state: State
    failures: int
    """In a row."""
    next_in_s: float
    """Until it is asked again."""
    why: str


class Breaker(Protocol):
    """What an adapter is given."""

    def asking(self) -> AbstractContextManager[None]: ...


class Circuits:
    """All circuits in one folder. `of` a source is cheap: nothing is read."""

    def __init__(self, folder: Path, rule: Rule) -> None:
        self._folder, self._rule = folder, rule

    def of(self, source: str) -> SourceCircuit:
        """`source`: `gs://bucket`, `supabase`, `vertex us`; its name is all that tells it from others."""
        return SourceCircuit(self._folder / f"{quote(source, safe='')}{_ENDING}", source, self._rule)

    def troubled(self) -> Sequence[SourceState]:
        """Every source whose last answer failed, by name."""
        now_s = time.time()
        found = []
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            if circuit := _read(path):
                found.append(
                    SourceState(
                        unquote(path.name.removesuffix(_ENDING)),
                        state(circuit, self._rule, now_s),
                        circuit.failures,
                        round(left_s(circuit, self._rule, now_s), 1),
                        circuit.why,
                    )
                )
        return found

    def forget(self) -> None:
        """All are closed: a person wants every source asked now."""
        for path in self._folder.glob(f"*{_ENDING}"):
            path.unlink(missing_ok=True)


class SourceCircuit:
    def __init__(self, path: Path, source: str, rule: Rule) -> None:
        self._path, self._source, self._rule = path, source, rule

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around one question and its repeats, errors translated. Raises CircuitOpen instead of asking."""
        if self._path.exists():
            self._enter()
        try:
            yield
        except ServiceDown as error:
            if not error.is_counted:
                error.is_counted = True
                self._failed(str(error))
            raise
        except Exception:  # a refusal, or a name that is taken: it answers
            self._answered()
            raise
        else:
            self._answered()

    def _enter(self) -> None:
        with self._locked():
            now_s, circuit = time.time(), _read(self._path)
            if circuit is None:
                return
            wait_s = left_s(circuit, self._rule, now_s)
            if not wait_s:
                if state(circuit, self._rule, now_s) is State.HALF_OPEN:
                    _write(self._path, tried(circuit, now_s))
                return
        raise CircuitOpen(
            f"{self._source} was not asked: it failed {circuit.failures} times in a row, the last time: "
            f"{circuit.why}; it is asked again in {wait_s:.0f} s (`uball status`, `uball doctor`)"
        )

    def _failed(self, why: str) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            circuit = _read(self._path) or CLOSED
            _write(self._path, failed(circuit, self._rule, time.time(), why[:_LONGEST_WHY]))

    def _answered(self) -> None:
        if self._path.exists():
            with self._locked(), suppress(OSError):
                self._path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time; a folder that cannot be written to keeps no state, and everything is asked."""
        with ExitStack() as stack:
            with suppress(OSError):
                stack.enter_context(file_lock(self._path.parent / _LOCK))
            yield


class _AlwaysAsked:
    @contextmanager
    def asking(self) -> Iterator[None]:
        yield


ALWAYS_ASKED = _AlwaysAsked()
"""For a source outside a league: one video by its address."""


def _read(path: Path) -> Circuit | None:
    """None for a file that is gone, or that no circuit can be read from."""
    try:
        told = json.loads(path.read_text())
        times = (told["opened_at_s"], told["tried_at_s"])
        opened_at_s, tried_at_s = (None if at is None else float(at) for at in times)
        return Circuit(int(told["failures"]), opened_at_s, tried_at_s, str(told["why"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, circuit: Circuit) -> None:
    """Whole or not at all; called under the lock."""
    beside = path.with_suffix(".new")
    with suppress(OSError):
        beside.write_text(json.dumps(asdict(circuit)))
        beside.replace(path)
