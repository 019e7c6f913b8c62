"""Log lines as JSON too, for programs: one object a line, with component, game, camera and attempt.

Of runs: dagster.yaml names the handler, and Dagster's own log stays as it is. Of commands:
`commands.operating.log_lines`. UBALL_JSON_LOG says where lines go, and none go anywhere without it.

Belongs here: the form of a line. Not here: what is logged.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uball_assets.automation.run_records import attempt_of
from uball_assets.domain.footage.angles import Angle


class JsonLines(logging.Handler):
    """Appends each line at once: lines of several processes do not mix."""

    def __init__(self, level: int | str = logging.NOTSET, path: Path | None = None) -> None:
        super().__init__(level)
        self._path = path or _configured()

    def emit(self, record: logging.LogRecord) -> None:
        if self._path is None:
            return
        line = json.dumps(as_fields(record), ensure_ascii=False, default=str) + "\n"
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError:  # a log that cannot be written stops no run
            self.handleError(record)


def as_fields(record: logging.LogRecord) -> dict[str, Any]:
    """What Dagster, or a command, knows of a line besides its text; None where it is not of a game, a camera,
    a run."""
    told: dict[str, Any] = getattr(record, "dagster_meta", {})
    tags = told.get("job_tags") or {}
    step = told.get("step_key")
    camera = next((str(angle) for angle in Angle if step and str(step).endswith(angle)), None)
    return {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "component": step or told.get("job_name") or record.name,
        "game": tags.get("dagster/partition") or getattr(record, "game", None),
        "camera": camera or getattr(record, "camera", None),
        "attempt": attempt_of(tags) if told.get("run_id") else getattr(record, "attempt", None),
        "run": told.get("run_id"),
        "message": told.get("orig_message") or record.getMessage(),
    }


def _configured() -> Path | None:
    from uball_assets.settings import load_settings

    return load_settings().json_log
