"""What cameras showed of a game's plays, and what a model said of each clip.

Clips of a play that people wrote down are the play's own; those of a machine's are of the window in which it
was looked for. Belongs here: reading both. Not here: which plays there are (`game`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.fields import number_in
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.timeline import file_to_game
from uball_assets.domain.review.items import CameraSays, CameraView, Item
from uball_assets.services.asking.annotations import Annotations

_NO_PLAY = "no play"


@dataclass(frozen=True)
class Sightings:
    """Of one game; each document is read when it is first asked for. Plays are named by their `play_key`."""

    training: ObjectStore
    game_id: str
    model: str | None
    said: Sequence[Row]
    """The model's rows."""

    def views(self, item: Item) -> list[CameraView]:
        """The clips that show it, far view first."""
        of_play = [
            CameraView(
                clip.angle,
                clip.name,
                file_to_game(clip.start_file_s, clip.sync_offset_s),
                clip.slow_motion,
                self._camera_says(item.play.play_id, clip.angle),
            )
            for clip in self._play_clips.get(item.play.play_id, ())
        ]
        views = of_play or self._window_views(item)
        return sorted(views, key=lambda view: (not view.angle.is_far, view.angle))

    def labels(self, key: str) -> tuple[str, ...]:
        """Of each camera alone; `no play` where it saw none."""
        return tuple(says.label or _NO_PLAY for _, says in self._answers(key))

    def doubted_players(self, key: str) -> tuple[str, ...]:
        """Those who cannot have played, or not under that number."""
        play = self._plays.get(key)
        return (*play.strangers, *play.off_roster) if play else ()

    @cached_property
    def _plays(self) -> dict[str, AnnotatedPlay]:
        return {play.play_key: play for play in self._told.plays} if self._told else {}

    @cached_property
    def _per_camera(self) -> dict[str, list[ClipAnswer]]:
        """By play, the clips of the question that told it, each with what it says of this play."""
        told = self._told
        by_question: dict[str, list[ClipAnswer]] = {}
        for key, answer in told.per_camera if told else ():
            by_question.setdefault(key, []).append(answer)
        of_plays = {
            play.play_key: [_about(play, clip) for clip in by_question.get(self._question(play.play_key), ())]
            for play in (told.plays if told else ())
            if play.evidence
        }
        return by_question | of_plays

    @cached_property
    def _told(self) -> Annotations | None:
        if not self.model:
            return None
        place = object_names.annotated(self.game_id, self.model)
        return documents.find(self.training, place, Annotations)

    @cached_property
    def _further(self) -> dict[str, str]:
        """Of plays that a question told beside its own: that question."""
        asked = {key for key, _ in self._told.per_camera} if self._told else set()
        plays = self._told.plays if self._told else ()
        return {
            play.play_key: play.evidence[0].question
            for play in plays
            if play.evidence and play.play_key not in asked
        }

    def _question(self, key: str) -> str:
        return self._further.get(key, key)

    @cached_property
    def _play_clips(self) -> dict[str, list[Clip]]:
        found: dict[str, list[Clip]] = {}
        for angle in Angle:
            name = object_names.camera_clips(self.game_id, angle)
            camera = documents.find(self.training, name, CameraClips)
            for clip in camera.clips if camera else ():
                found.setdefault(clip.play_id, []).append(clip)
        return found

    def _answers(self, key: str) -> list[tuple[ClipAnswer, CameraSays]]:
        return [(clip, _says(clip)) for clip in self._per_camera.get(key, ()) if clip.is_answer]

    def _camera_says(self, key: str, angle: Angle) -> CameraSays | None:
        return next((says for clip, says in self._answers(key) if clip.angle is angle), None)

    def _window_views(self, item: Item) -> list[CameraView]:
        """Of the window that the machine found it in."""
        key = self._window_key(item)
        return [
            CameraView(
                clip.angle,
                object_names.window_clip(self.game_id, self._question(key), clip.angle),
                file_to_game(clip.clip_start_file_s, clip.sync_offset_s),
                clip.slow_motion,
                _says(clip) if clip.is_answer else None,
            )
            for clip in self._per_camera.get(key, ())
        ]

    def _window_key(self, item: Item) -> str:
        """Of a play that no row says any more: the window that its moment lies in."""
        if item.said:
            return str(item.said["play_key"])
        for row in self.said:
            start_s, end_s = number_in(row["start_timestamp"]), number_in(row["end_timestamp"])
            if row["angle"] != item.play.side or start_s is None or end_s is None:
                continue
            if start_s <= item.moment_game_s <= end_s:
                return str(row["play_key"])
        return ""


def _about(play: AnnotatedPlay, clip: ClipAnswer) -> ClipAnswer:
    """Of the plays that the clip was said to show this one, if it is among them."""
    seen = {(one.angle, one.label, one.timestamp_game_s) for one in play.evidence}
    own = [each for each in clip.told if _sighted(clip, each) in seen]
    return replace(clip, answer=own[0] if own else None, more=(), saw_no_play=not own and clip.is_answer)


def _sighted(clip: ClipAnswer, answer: Answer) -> tuple[Angle, str, float | None]:
    return clip.angle, answer.classification, clip.moment_game_s(answer)


def _says(clip: ClipAnswer) -> CameraSays:
    answer = clip.answer
    if answer is None:
        return CameraSays(None, None, None, None)
    return CameraSays(answer.classification, answer.confidence, clip.timestamp_game_s, answer.player_a)
