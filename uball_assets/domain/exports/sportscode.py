"""Sportscode's XML: the form in which video analysts hand timelines around.

    file / ALL_INSTANCES / instance: ID, start, end, code, label*: group?, text
    file / ROWS / row: code, R, G, B (0 to 65535)

Hudl Sportscode, Nacsport, LongoMatch, Catapult and kloppy read it. Start and end are seconds of the video
that it is laid over. Belongs here: that one form. Not here: whose clock the times are in (`told_game`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from uball_assets.domain.exports.told_game import ToldGame, ToldPlay
from uball_assets.domain.footage.teams import team_color

ROW_COLORS = {
    "FREE_THROW": (27242, 39578, 30840),
    "FG": (14906, 31868, 42405),
    "3PT": (57568, 41120, 12336),
    "4PT": (31611, 19275, 38036),
}
"""As the game's picture has them; of a shot that was missed too."""
_OTHER = (38550, 41120, 43690)
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""


def sportscode_xml(game: ToldGame) -> str:
    file = ElementTree.Element("file")
    instances = ElementTree.SubElement(file, "ALL_INSTANCES")
    for number, play in enumerate(game.plays, start=1):
        instance = ElementTree.SubElement(instances, "instance")
        _texts(
            instance,
            ID=str(number),
            start=f"{play.window.start_s:.3f}",
            end=f"{play.window.end_s:.3f}",
            code=play.label,
        )
        for group, text in _labels(play):
            _texts(ElementTree.SubElement(instance, "label"), group=group, text=text)
    rows = ElementTree.SubElement(file, "ROWS")
    for code in dict.fromkeys(play.label for play in game.plays):
        red, green, blue = ROW_COLORS.get(code.rpartition("_")[0], _OTHER)
        _texts(ElementTree.SubElement(rows, "row"), code=code, R=str(red), G=str(green), B=str(blue))
    ElementTree.indent(file)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(file, encoding="unicode") + "\n"


def _labels(play: ToldPlay) -> Iterator[tuple[str, str]]:
    """(group, text) of what is known; a group may come more than once."""
    if team := team_color(play.player_a):
        yield "Team", team
    if play.player_a:
        yield "Player", play.player_a
    if play.player_b:
        yield "Player B", play.player_b
    yield "Side", play.side.value
    if play.points:
        yield "Points", str(play.points)
    for event in play.events:
        yield "Event", f"{event.label} {event.player_a}" if event.player_a else event.label
    if play.note:
        yield "Note", play.note
    yield "Told by", play.told_by
    if play.confidence is not None:
        yield "Confidence", f"{play.confidence:.2f}"
    if play.needs_review:
        yield "Review", "needed"


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
