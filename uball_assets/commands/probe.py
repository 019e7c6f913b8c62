"""`uball probe`: what one video is, and whether it can be trusted. Needs no settings and no platform.

Belongs here: words in, words out. Not here: judging (`media.probing.probe`), or where a video's bytes come
from (`adapters.videos.video_address`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, bytes_text, facts, print_json, printable
from uball_assets.commands.clock import clock_text

if TYPE_CHECKING:
    from uball_assets.media.probing.probe import Probe


@click.command()
@click.argument("source")
@as_json
def probe(*, source: str, as_json: bool) -> None:
    """Look at a video: what it is, and whether it is sound. Exit code 0 says that it is.

    SOURCE is a path, file://, http(s)://, gs://bucket/name or s3://bucket/name; of a video far away only its
    index and some frames are read.
    """
    from uball_assets.adapters.videos.video_address import open_address
    from uball_assets.commands.reading import reading
    from uball_assets.domain.errors import Permanent
    from uball_assets.media.probing.probe import Soundness
    from uball_assets.media.probing.probe import probe as judged

    with open_address(source) as video, reading(video) as read:
        found, name = judged(read), printable(video.name)
    if as_json:
        print_json({"source": name, **asdict(found)})
    else:
        click.echo(facts(_lines(found, name)))
    if found.verdict is not Soundness.SOUND:
        raise Permanent(f"{name} is {found.verdict}: {'; '.join(found.reasons)}")


def _lines(found: Probe, name: str) -> list[tuple[str, str]]:
    return [
        ("file", f"{name} ({bytes_text(found.size_bytes)})"),
        ("verdict", str(found.verdict)),
        *[("because", reason) for reason in found.reasons],
        *(_facts(found) if found.codec else []),
        *[("note", note) for note in found.notes],
        *[("looked at", found.looked_at)] * bool(found.looked_at),
    ]


def _facts(found: Probe) -> list[tuple[str, str]]:
    """What is known of a video that is one."""
    runs = f"{clock_text(found.first_frame_s)} to {clock_text(found.end_s)}"
    whole = f"whole pictures end at {clock_text(found.last_usable_s)}"
    sides, bits = f"{found.width_px} x {found.height_px}", f"{found.bits_per_s / 1000:,.0f} kbit/s"
    rate = f"{found.frame_rate:.2f} frames a second, {'variable' if found.is_variable_rate else 'constant'}"
    gop = f"{found.keyframe_count}, every {found.gop_s:.2f} s, at most {found.longest_gop_s:.2f} s apart"
    index = f"at the {'end' if found.index_at_end else 'front'}, {bytes_text(found.index_bytes)}"
    return [
        ("duration", f"{clock_text(found.duration_s)}, shown from {runs}"),
        *[("", whole)] * (found.last_usable_s < found.end_s),
        ("picture", f"{sides}, {found.codec}, {bits}"),
        ("rate", f"{rate}, {found.frame_count} frames"),
        ("keyframes", gop if found.keyframe_count else "none"),
        ("sound", found.audio_codec if found.has_audio else "none"),
        ("rotation", f"{found.rotation_deg} degrees" if found.rotation_deg else "none"),
        ("chapters", "yes" if found.has_chapters else "none"),
        ("index", index if found.index_bytes else "none that clips are cut by"),
        *[("recorded", found.created)] * bool(found.created),
    ]
