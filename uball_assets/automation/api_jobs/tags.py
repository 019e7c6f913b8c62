"""Tags by which a backfill tells what it is for and who asked; Dagster hands them on to its runs.

Belongs here: the words. Not here: who writes or reads them (`launching`, `reading`, `keeping`).
"""

from __future__ import annotations

REQUEST = "uball/request"
"""Which request it came of: looked for before one is launched again."""
WHAT = "uball/what"
"""`training pipeline`, `annotation`: what a person would call it."""
BY, BECAUSE = "uball/by", "uball/because"
AGAIN_OF = "uball/again_of"
"""The backfill that failed without a run, and in whose place this one was launched."""
CANCEL = "uball/cancel"
"""Of a run: its own id, once somebody cancelled it. One that is starting cannot be ended yet and is asked
again."""
