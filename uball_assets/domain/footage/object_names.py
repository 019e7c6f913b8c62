"""Where things stand in the stores: the name of every object.

The names under `games/` are a contract with outside readers (the league's app, Vertex AI; DOMAIN: 'Target
layout'). A clip's own name is in `clips`. Not here: what the objects hold.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from uball_assets.domain.footage.angles import Angle

VIDEOS = "Games/"
"""In the video store: `Games/{game_id}/…`, one file a camera."""


def videos(game_id: str) -> str:
    return f"{VIDEOS}{game_id}/"


UNFINISHED = "unfinished/"
"""In the video store: what was begun with a game and has not ended."""


def unfinished(what: str, game_id: str) -> str:
    """There while an `import` or a `removal` of the game goes on, or after one that was killed."""
    return f"{UNFINISHED}{what}/{game_id}"


def game(game_id: str) -> str:
    """In the training store: all that is made of one game."""
    return f"games/{game_id}/"


def rig(game_id: str) -> str:
    return f"games/{game_id}/videos.json"


def sync(game_id: str) -> str:
    """What the cameras' sound says of their stored offsets."""
    return f"games/{game_id}/sync.json"


def plays(game_id: str) -> str:
    return f"games/{game_id}/plays.json"


def plays_report(game_id: str) -> str:
    return f"games/{game_id}/plays_report.json"


def clips(game_id: str) -> str:
    return f"games/{game_id}/clips/"


def camera_clips(game_id: str, angle: Angle) -> str:
    return f"games/{game_id}/clips_{angle}.json"


def training_data(game_id: str) -> str:
    return f"games/{game_id}/training_data.jsonl"


def validation_data(game_id: str) -> str:
    return f"games/{game_id}/validation_data.jsonl"


def examples(game_id: str) -> str:
    return f"games/{game_id}/examples.json"


def quarantine(game_id: str) -> str:
    return f"games/{game_id}/quarantine.json"


def window_clips(game_id: str) -> str:
    """Clips of windows that the platform proposed itself, in a game nobody annotated."""
    return f"games/{game_id}/annotations/clips/"


def window_clip(game_id: str, key: str, angle: Angle) -> str:
    return f"{window_clips(game_id)}{key}_{angle}.mp4"


def motion(game_id: str, angle: Angle) -> str:
    """What moves in a camera's film, as moments of plays are told by it."""
    return f"games/{game_id}/motion/{angle}.npz"


def moments(game_id: str) -> str:
    """The moments that a model was asked about in a game nobody annotated, by name."""
    return f"games/{game_id}/annotations/moments.json"


def annotated(game_id: str, model: str) -> str:
    return f"games/{game_id}/annotations/{model}.json"


def shadowed(game_id: str, model: str) -> str:
    """What a model said beside the one that the game was annotated by; never used as an annotation."""
    return f"games/{game_id}/shadow/{model}.json"


def label_audit(game_id: str) -> str:
    """What speaks against labels that people wrote."""
    return f"games/{game_id}/label_audit.json"


def official_score(game_id: str) -> str:
    """The schedule's, of a game of whose score the games table tells nothing."""
    return f"games/{game_id}/official_score.json"


def answers(game_id: str, model: str) -> str:
    """What a paid model has said of the game's clips, word for word."""
    return f"games/{game_id}/annotations/answers/{model}/"


_PLACED = re.compile(
    r"/(games/[^/]+/(?:annotations/)?clips/[^/]+|models/[^/]+/[^/]+|training_sets/[^/]+/[^/]+)$"
)
"""What addresses were written of before the record told names: clips, models, training sets."""


def name_in(address: str) -> str | None:
    """What an address of a training store names in it, wherever that store stood; None for another's."""
    found = _PLACED.search(unquote(address))
    return found[1] if found else None


def game_of(clip_name: str) -> str:
    """The game that a clip of `clips` or `window_clips` belongs to."""
    return clip_name.split("/")[1]


def training_set(manifest_hash: str) -> str:
    return f"training_sets/{manifest_hash}/"


def lessons(manifest_hash: str, lessons_hash: str) -> str:
    """What of a training set a training was shown, where that was not all of it."""
    return f"training_sets/{manifest_hash}/lessons/{lessons_hash}/"


def model(name: str) -> str:
    return f"models/{name}/"


def moment_model(fingerprint: str) -> str:
    """Weights that tell where plays may be."""
    return f"moment_models/{fingerprint}.json"


def model_card(name: str) -> str:
    """A page for people, made anew whenever something is known of the model."""
    return f"models/{name}/card.html"


def model_lessons(name: str) -> str:
    """What the model was taught, and what it still has of games that were edited or withdrawn."""
    return f"models/{name}/lessons.json"


def scores(model_name: str, yardstick_hash: str) -> str:
    return f"evaluations/{model_name}/{yardstick_hash}.json"


def batch(batch_hash: str) -> str:
    """Questions that a service answers in one go, and under `answers/` what it wrote."""
    return f"batches/{batch_hash}/"


def picture(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/pictures/{name}.png"
