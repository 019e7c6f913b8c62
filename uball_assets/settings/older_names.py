"""Names of the league's environment before this platform: what each says here, and which say nothing.

Belongs here: the names of the first systems, each with its fate, so that none is passed over in silence. Not
here: names that every program has (LOG_LEVEL, PORT), and those of the clouds' libraries (`libraries`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.base_models import BASE_MODELS
from uball_assets.settings.names import PREFIX, Fields, variable

Given = Mapping[str, str | None]


@dataclass(frozen=True)
class Older:
    name: str
    field: str
    """Of the settings."""
    form: str = "{}"
    """What its value becomes; a bucket that is written as an address already stays one."""
    words: Mapping[str, str] | None = None
    """For a name with a few values only: what each is called now."""
    is_secret: bool = False


TAKEN = (
    Older("TRAINING_MODE", "trainer", words={"local": "local", "hybrid": "vertex"}),
    Older("AWS_S3_BUCKET", "source_url", "s3://{}"),
    Older("GCS_VIDEO_BUCKET", "videos_url", "gs://{}"),
    Older("GCS_BUCKET", "videos_url", "gs://{}"),
    Older("GCS_TRAINING_BUCKET", "training_url", "gs://{}"),
    Older("AWS_S3_REGION", "aws_region"),
    Older("SUPABASE_SERVICE_ROLE_KEY", "supabase_service_key", is_secret=True),
    Older("VERTEX_AI_BASE_MODEL", "base_model"),
    Older("VERTEX_AI_LOCATION", "tuning_location"),
    Older("GCP_LOCATION", "tuning_location"),
)
"""Of two names for one setting the first that is given is taken."""

UNUSABLE = {
    "MODEL_VERSION": "models are numbered by the record; `uball status` lists them",
    "VERTEX_AI_FINETUNED_ENDPOINT": "which model answers is a route on the record; `uball status` shows it",
    "VERTEX_AI_TRAINING_PIPELINE": "a training is a job of the run that started it",
    "TRAINING_WORKFLOW_NAME": "Dagster's jobs and sensors take the workflow's place",
    "TRAINING_WORKFLOW_LOCATION": "Dagster's jobs and sensors take the workflow's place",
    "GCS_MODEL_BUCKET": "models are kept by Vertex AI, or under models/ in UBALL_TRAINING_URL",
    "SUPABASE_ANON_KEY": "row level security hides the rows from it; SUPABASE_SERVICE_KEY is the one",
    "SUPABASE_KEY": "it does not say whether it is the secret one; SUPABASE_SERVICE_KEY is",
    "ENABLE_AUTO_RETRAINING": "UBALL_AUTOMATION_ON=true switches the sensors on",
    "ENABLE_PLAYER_MATCHING": "players are always held against the two teams",
    "MAX_CONCURRENT_ANNOTATIONS": "a game is annotated in one batch (UBALL_ANNOTATE_BY)",
    "CLIP_EXTRACTION_PADDING_SECONDS": "which seconds show a play is a rule (domain/clipping/clips.py)",
    "DEFAULT_CLIP_DURATION_SECONDS": "which seconds show a play is a rule (domain/clipping/clips.py)",
    "VIDEO_PROCESSING_TIMEOUT_SECONDS": "dagster.yaml says how long a run may take",
}
"""Names that nothing can be made of, and why."""


def from_older_names(fields: Fields, given: Given) -> tuple[dict[str, Any], list[str]]:
    """What the older names say where the new name is not given, and a sentence on each; a secret is not told.

    `given` has names in capitals. Permanent for a value that says nothing.
    """
    values: dict[str, Any] = {}
    takers: dict[str, str] = {}
    notices = []
    for older in TAKEN:
        told = given.get(older.name)
        if not told:
            continue
        field = _field(older, given, fields)
        newer = variable(fields, field)
        if newer in given or field in takers:
            notices.append(f"{older.name} is not used: {takers.get(field, newer)} is set")
        elif why := _why_not(older, told, given):
            notices.append(f"{older.name} is not used: {why}")
        else:
            values[field], takers[field] = _value(older, told, newer), older.name
            shown = "" if older.is_secret else f"={values[field]}"
            notices.append(f"{older.name} is an older name: taken as {newer}{shown}")
    notices += _follow(values, takers, given)
    notices += [f"{name} is not used: {why}" for name, why in UNUSABLE.items() if given.get(name)]
    return values, notices


def _field(older: Older, given: Given, fields: Fields) -> str:
    """Videos stay where they arrive, where only S3 is named."""
    elsewhere = ("GCS_VIDEO_BUCKET", "GCS_BUCKET", variable(fields, "videos_url"))
    is_only = older.name == "AWS_S3_BUCKET" and not any(given.get(name) for name in elsewhere)
    return "videos_url" if is_only else older.field


def _why_not(older: Older, told: str, given: Given) -> str:
    """Why a value means nothing here; '' if it does."""
    if older.field != "base_model":
        return ""
    if (given.get(f"{PREFIX}TRAINER") or given.get("TRAINING_MODE", "")) not in ("vertex", "hybrid"):
        return "models are trained on this machine, from a base of its own"
    base = BASE_MODELS.get(told)
    if base is None or base.is_local:
        return f"{told} cannot be tuned any more; UBALL_BASE_MODEL names one that can"
    return ""


def _value(older: Older, told: str, newer: str) -> str:
    if older.words is None:
        return told if "://" in told and "://" in older.form else older.form.format(told)
    if told.lower() not in older.words:
        raise Permanent(f"{older.name} is {told!r}: use {' or '.join(older.words)}, or better {newer}")
    return older.words[told.lower()]


def _follow(values: dict[str, Any], takers: Mapping[str, str], given: Given) -> Iterator[str]:
    """What the first systems took for granted: plays in Supabase, one bucket for all where one was named."""
    plays, training = f"{PREFIX}PLAYS_URL", f"{PREFIX}TRAINING_URL"
    if given.get("SUPABASE_URL") and plays not in given:
        if "supabase_service_key" in takers:
            values["plays_url"] = "supabase"
            yield f"SUPABASE_URL with {takers['supabase_service_key']}: taken as {plays}=supabase"
        else:
            yield f"SUPABASE_URL is not used: plays are in a file here; set {plays}=supabase"
    is_one_bucket = takers.get("videos_url") == "GCS_BUCKET" and "training_url" not in takers
    if is_one_bucket and values.get("trainer") == "vertex" and training not in given:
        values["training_url"] = values["videos_url"]
        yield f"GCS_BUCKET is the only bucket: taken as {training} too; a bucket of its own is safer"
