"""docs/disasters.md as it is followed: the commands under a heading, in their order.

Belongs here: reading the page. Not here: running what it says (`league`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "disasters.md"
_HEADING = re.compile(r"^#{2,3} (.+)$")


def commands(heading: str, block: int | None = None) -> list[str]:
    """Those of every block directly below it, or of one, without what the page says about them."""
    blocks = list(_blocks(heading))
    chosen = blocks if block is None else [blocks[block]]
    found = [line for lines in chosen for line in map(_without_comment, lines) if line]
    assert found, f"{PAGE.name} has no commands below {heading!r}"
    return found


def _blocks(heading: str) -> Iterator[list[str]]:
    is_below = False
    lines: list[str] | None = None
    for line in PAGE.read_text().splitlines():
        if lines is None and (found := _HEADING.match(line)):
            is_below = found[1].startswith(heading)
        elif line == "```bash" and is_below:
            lines = []
        elif line == "```" and lines is not None:
            yield lines
            lines = None
        elif lines is not None:
            lines.append(line)


def _without_comment(line: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", line).strip()
