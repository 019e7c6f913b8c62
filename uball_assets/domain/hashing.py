"""Content hashes: the one way anything here is hashed.

Belongs here: turning a value into a short, stable name for its content. Not here: what is worth hashing
(each module decides that for its own things).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """The same text for the same value, whatever order its keys came in; ids and dates as their text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def content_hash(value: Any) -> str:
    """32 hex digits (half of a sha256) of a JSON-like value."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:32]


def bytes_hash(data: bytes) -> str:
    """32 hex digits (half of a sha256) of the bytes themselves."""
    return hashlib.sha256(data).hexdigest()[:32]
