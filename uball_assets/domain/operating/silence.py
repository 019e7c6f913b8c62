"""How long somebody who should say something every few seconds has said nothing, as far as anybody listened.

Whoever listens may itself be stopped, or cut off, for a while: what it did not hear then proves nothing.

Belongs here: the counting, on any one clock. Not here: what is said and where (`automation.nodes`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_UNHEARD_S = 20.0
"""Of the time between two looks, at most so much counts as silence."""
FORGOTTEN_S = 3600.0
"""Nobody has asked about it any more for so long: it is over."""


@dataclass
class Silences:
    """Of all that are listened to, by name."""

    heard: dict[str, _Heard] = field(default_factory=dict)

    def silent_s(self, name: str, said: str | None, now_s: float) -> float:
        """Seconds that `name` has said nothing new; 0 where this differs from the last, or is the first."""
        before = self.heard.get(name)
        if before is None or before.said != said:
            self.heard[name] = _Heard(said, now_s)
        else:
            before.silent_s += min(now_s - before.looked_s, MOST_UNHEARD_S)
            before.looked_s = now_s
        self._forget(now_s)
        return self.heard[name].silent_s

    def _forget(self, now_s: float) -> None:
        for name in [name for name, one in self.heard.items() if now_s - one.looked_s > FORGOTTEN_S]:
            del self.heard[name]


@dataclass
class _Heard:
    said: str | None
    looked_s: float
    silent_s: float = 0.0
