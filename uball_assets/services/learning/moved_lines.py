"""Lines of JSONL whose store has moved: they name their clips by address, as outside readers need it.

Where a home was copied, or a folder moved into a bucket, a game's stored lines name clips where they stood
before. That is no other content: the game does not count as changed, and what is trained on is written with
the addresses of now.

Belongs here: telling such lines, and rewriting them. Not here: a line's form (`domain.answers.examples`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import address_at
from uball_assets.domain.answers.examples import read_example
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names

_PLAIN = re.compile(r"[\w-][\w.-]*", re.ASCII)
"""A file's name that every address spells as it is."""


def lines_here(training: ObjectStore, game_id: str, text: str) -> str:
    """A game's lines with the addresses that its clips have now; the same text where they have them."""
    folder = training.uri(f"{object_names.clips(game_id)}x").removesuffix("x")
    lines = text.splitlines(keepends=True)
    if all(f'"{folder}' in line for line in lines):
        return text
    moved: dict[str, str] = {}
    return "".join(_here(training, line, moved) for line in lines)


def unmoved(training: ObjectStore, game_id: str, texts: Mapping[str, str]) -> Mapping[str, str]:
    """What is stored of a game's lines, by split, if it says the same but for where its clips stand; else,
    and where nothing is stored that can be read, `texts`."""
    names = {"train": object_names.training_data, "validation": object_names.validation_data}
    try:
        stored = {split: training.read(names[split](game_id)).decode() for split in texts}
        same = all(lines_here(training, game_id, stored[split]) == text for split, text in texts.items())
    except (Permanent, UnicodeDecodeError):
        return texts
    return stored if same else texts


def _here(training: ObjectStore, line: str, moved: dict[str, str]) -> str:
    """`moved`: folders, before and now, as far as they are known; a game's clips are all in one."""
    written = read_example(line).clip_uri
    before, _, file = written.rpartition("/")
    if not _PLAIN.fullmatch(file):
        return line.replace(f'"{written}"', f'"{address_at(training, written)}"')
    if before not in moved:
        moved[before] = address_at(training, written).rpartition("/")[0]
    return line.replace(f'"{written}"', f'"{moved[before]}/{file}"')
