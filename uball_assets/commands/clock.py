"""Times of a video as a person writes and reads them: `12:31.5`, in the file's clock as a player shows it.

Belongs here: one time, in and out. Not here: which frames lie between two (`media.videos.span`).
"""

from __future__ import annotations

from uball_assets.domain.errors import Permanent


def file_s_in(text: str, option: str) -> float:
    """Seconds from the video's start. Permanent, naming the option, for what is no time or negative."""
    from uball_assets.importing.tables import seconds_in

    time_file_s = seconds_in(text)
    if not isinstance(time_file_s, float):
        raise Permanent(f"{option} {text!r} is no time: write seconds (751.5) or [h:]mm:ss (12:31.5)")
    if time_file_s < 0:
        raise Permanent(f"{option} {text} is negative: a video begins at 0")
    return time_file_s


def window_in(from_text: str, to_text: str) -> tuple[float, float]:
    """Start and end in seconds. Raises Permanent where either is no time, or nothing lies between."""
    start_file_s, end_file_s = file_s_in(from_text, "--from"), file_s_in(to_text, "--to")
    if start_file_s >= end_file_s:
        raise Permanent(f"--from {from_text} is not before --to {to_text}: a clip needs a stretch of time")
    return start_file_s, end_file_s


def clock_text(time_s: float) -> str:
    """`0:00.033`, `12:31`, `1:02:03.5`: to the millisecond, without zeros at its end."""
    minutes, ms = divmod(round(time_s * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{ms / 1000:06.3f}".rstrip("0").rstrip(".")
    return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"


def name_text(time_s: float) -> str:
    """The same for a file's name: `12m31s`, `1h02m03.5s`."""
    parts = clock_text(time_s).split(":")
    return "".join(part + unit for part, unit in zip(parts, "hms"[-len(parts) :], strict=True))
