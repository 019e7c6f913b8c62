"""Training examples: the prompt, the answer a model should give, and reading a line of both back.

Belongs here: one JSONL line (DOMAIN: 'One training example'). Not here: which side a play is on (`splits`),
or what may be believed of a model's answer (`answers`). All times are
seconds of the clip's own clock, as a model sees it: a clip in slow motion counts its stretched seconds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.object_names import name_in
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.labels import LABELS
from uball_assets.domain.plays.plays import Play, event_as_row

MEDIA_RESOLUTIONS = {
    resolution: f"MEDIA_RESOLUTION_{resolution.upper()}" for resolution in ("low", "medium", "high")
}
"""How closely a model looks at a frame: the same on every line of a training, and at inference."""

_SHOWS = {
    True: "the wide view of the {side} half of the court: formation and distances",
    False: "the close-up of the {side} half of the court: ball, hands and jersey numbers",
}
_TEAMS = (
    "Two teams play: {teams.names[0]} ({teams.colors[0]}) and {teams.names[1]} ({teams.colors[1]}); "
    "every player is of one of them, and written with its colour."
)
_ASKED = {
    True: ("a stretch", "[] if it shows no play, else an object for each play"),
    False: ("one play", "holding one object"),
}
_COLORS = re.compile(r"^Two teams play: [^()\n]* \(([^()\n]+)\) and [^()\n]* \(([^()\n]+)\); ", re.MULTILINE)


_CAMERA = re.compile(rf"_({'|'.join(Angle)})\.\w+$")


@dataclass(frozen=True)
class Example:
    """One JSONL line, read."""

    clip_uri: str
    prompt: str
    answer: str


def prompt(angle: Angle, teams: Teams | None = None, *, may_be_empty: bool = True) -> str:
    """What the model is asked about a clip from this camera, of a game of these teams, where they are known;
    the same in training and in service. `may_be_empty`: False as before clips without a play were shown."""
    shows = _SHOWS[angle.is_far].format(side=angle.play_side.value.lower())
    what, wanted = _ASKED[may_be_empty]
    return "\n".join(
        (
            f"This is {what} of a UBALL basketball game, filmed by camera {angle.value}, {shows}.",
            *([_TEAMS.format(teams=teams)] if teams else []),
            "UBALL has a 4-POINT LINE beyond the 3-point line: the shooter's feet tell 4PT from 3PT.",
            f"Labels: {', '.join(LABELS)}.",
            f"Answer with a JSON array only, {wanted} with these fields:",
            "timestamp_seconds: the moment of the main event, in seconds from the START OF THE CLIP;",
            "classification: the label of the main event;",
            "note: one sentence on the play;",
            'player_a, player_b: who did it and who else took part, like "Player #7 (Gray)", or null;',
            "events: everything that happened, in order, each as {label, playerA, playerB}.",
        )
    )


def colors_in(prompt: str) -> tuple[str, str] | None:
    """The two teams' colours that a prompt names; None where it names no teams."""
    found = _COLORS.search(prompt)
    return (found[1], found[2]) if found else None


_ANY_TEAMS = Teams(("{name}", "{name}"), ("{color}", "{color}"))
PROMPT_HASH, EARLIER_PROMPT_HASH = (
    content_hash(
        [prompt(angle, teams, may_be_empty=may_be_empty) for angle in Angle for teams in (None, _ANY_TEAMS)]
    )
    for may_be_empty in (True, False)
)
"""Stored with each model: a model is asked what it was trained to answer. It is the template's: which teams
play is part of a question, as its clip is. The earlier one: of before clips without a play were shown."""


def trained_prompt(prompt_hash: str, angle: Angle, teams: Teams | None = None) -> str:
    """The prompt that a model of this hash was trained to answer; of one that is neither of the two, that of
    before prompts named teams."""
    if prompt_hash not in (PROMPT_HASH, EARLIER_PROMPT_HASH):
        return prompt(angle, may_be_empty=False)
    return prompt(angle, teams, may_be_empty=prompt_hash == PROMPT_HASH)


NO_PLAY = "[]"
"""The answer to a clip that shows no play."""


def answer_text(play: Play, timestamp_clip_s: float | None) -> str:
    """The answer that a perfect model gives; `timestamp_clip_s` counts from the clip's start."""
    fields = {
        "timestamp_seconds": timestamp_clip_s,
        "classification": play.classification,
        "note": play.note,
        "player_a": play.player_a,
        "player_b": play.player_b,
        "events": [event_as_row(event) for event in play.events],
    }
    return json.dumps([fields], ensure_ascii=False)


def example_line(
    play: Play | None,
    angle: Angle,
    clip_uri: str,
    timestamp_clip_s: float | None,
    media_resolution: str = "low",
    teams: Teams | None = None,
) -> str:
    """One line of JSONL without its line end; the same bytes for the same play, always. `play`: None where
    the clip shows none."""
    answer = answer_text(play, timestamp_clip_s) if play else NO_PLAY
    video = {"fileData": {"fileUri": clip_uri, "mimeType": "video/mp4"}}
    line = {
        "contents": [
            {"role": "user", "parts": [video, {"text": prompt(angle, teams)}]},
            {"role": "model", "parts": [{"text": answer}]},
        ],
        "generationConfig": {"mediaResolution": MEDIA_RESOLUTIONS[media_resolution]},
    }
    return json.dumps(line)


def read_example(line: str) -> Example:
    """The parts of a line that `example_line` wrote. Raises Permanent naming the part that is wrong."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Permanent(f"example line is not JSON ({error}); write the game's examples again") from error
    if _at(data, "generationConfig", "mediaResolution") not in MEDIA_RESOLUTIONS.values():
        known = ", ".join(MEDIA_RESOLUTIONS.values())
        raise Permanent(
            f"example line: generationConfig.mediaResolution is not one of {known}; "
            "write the game's examples again"
        )
    _expect(data, "user", "contents", 0, "role")
    _expect(data, "model", "contents", 1, "role")
    _expect(data, "video/mp4", "contents", 0, "parts", 0, "fileData", "mimeType")
    return Example(
        clip_uri=_text_at(data, "contents", 0, "parts", 0, "fileData", "fileUri"),
        prompt=_text_at(data, "contents", 0, "parts", 1, "text"),
        answer=_text_at(data, "contents", 1, "parts", 0, "text"),
    )


def play_of(clip_uri: str) -> str:
    """The play's own part of its clips' address, the same for both cameras."""
    return _CAMERA.sub("", clip_uri)


def play_named(clip_uri: str) -> str:
    """As `play_of`, wherever the store stands: the same play in a home that was copied elsewhere."""
    return play_of(name_in(clip_uri) or clip_uri)


def _at(data: Any, *path: str | int) -> Any:
    """The value at a path of keys and positions; None where it leads nowhere."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _expect(data: Any, value: str, *path: str | int) -> None:
    if _at(data, *path) != value:
        raise Permanent(f"example line: {_spelled(path)} is not {value!r}; write the game's examples again")


def _text_at(data: Any, *path: str | int) -> str:
    text = _at(data, *path)
    if not isinstance(text, str) or not text:
        raise Permanent(f"example line: {_spelled(path)} is not a text; write the game's examples again")
    return text


def _spelled(path: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in path)
