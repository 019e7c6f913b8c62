"""The wire format of Vertex AI's requests, strictly: what the fields are called and what they may hold.

Belongs here: forms of requests and the service's error. Not here: what a request then does. Source: the
fields that google-genai 3.4 sends (`to_vertex` in `tunings`, `models`, `batches`). A field is known by its
camelCase and its snake_case name, as the service's JSON reader takes both and the SDK sends a mixture;
anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Reader = Callable[[Any, str], Any]
"""Takes a value and where it stands; gives it back with camelCase names, or raises Refusal."""

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_LABEL = re.compile(r"[a-z0-9_-]{0,64}")
_DISPLAY_NAME_LENGTH = 128


class Refusal(Exception):  # noqa: N818 - the service's answer
    def __init__(self, code: int, message: str, status: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.body = {"error": {"code": code, "message": message, "status": status or _STATUS[code]}}


def text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise _invalid(at, value)
    return value


def whole(value: Any, at: str) -> int:
    """An int64, which JSON may spell as a text."""
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise _invalid(at, value)
    return int(value)


def number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(at, value)
    return float(value)


def flag(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise _invalid(at, value)
    return value


def anything(value: Any, at: str) -> Any:
    del at
    return value


def one_of(*names: str) -> Reader:
    def read(value: Any, at: str) -> str:
        if value not in names:
            raise _invalid(at, value)
        return str(value)

    return read


def each(reader: Reader) -> Reader:
    def read(value: Any, at: str) -> list[Any]:
        if not isinstance(value, list):
            raise _invalid(at, value)
        return [reader(item, f"{at}[{position}]") for position, item in enumerate(value)]

    return read


def form(**fields: Reader) -> Reader:
    """An object with these fields and no other; one that is null counts as absent."""

    def read(value: Any, at: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _invalid(at, value)
        found: dict[str, Any] = {}
        for key, inner in value.items():
            name = re.sub(r"_([a-z])", lambda match: match[1].upper(), key)
            if name not in fields:
                raise Refusal(
                    400,
                    f"Invalid JSON payload received. Unknown name \"{key}\" at '{at}': Cannot find field.",
                )
            if inner is not None:
                found[name] = fields[name](inner, f"{at}.{name}".lstrip("."))
        return found

    return read


def display_name(value: Any, at: str) -> str:
    if len(text(value, at)) > _DISPLAY_NAME_LENGTH:
        raise Refusal(400, f"{at} can be up to {_DISPLAY_NAME_LENGTH} characters long.")
    return str(value)


def labels(value: Any, at: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 64:
        raise _invalid(at, value)
    for key, said in value.items():
        if not key or not _LABEL.fullmatch(key) or not _LABEL.fullmatch(text(said, at)):
            raise Refusal(
                400,
                f"Label {key}={said} is invalid: keys and values are at most 64 lower-case letters, digits, "
                "underscores and dashes.",
            )
    return dict(value)


def gcs_uri(value: Any, at: str) -> str:
    if not re.fullmatch(r"gs://[^/]+/.+", text(value, at)):
        raise Refusal(400, f"{at} must be a Cloud Storage address gs://bucket/object, not {value!r}.")
    return str(value)


def _invalid(at: str, value: Any) -> Refusal:
    return Refusal(400, f"Invalid value at '{at}': {str(value)[:80]!r}")


MEDIA_RESOLUTION = one_of(
    "MEDIA_RESOLUTION_UNSPECIFIED", *(f"MEDIA_RESOLUTION_{level}" for level in ("LOW", "MEDIUM", "HIGH"))
)
PART = form(
    text=text,
    fileData=form(fileUri=text, mimeType=text, displayName=text),
    inlineData=form(data=text, mimeType=text, displayName=text),
    videoMetadata=form(startOffset=text, endOffset=text, fps=number),
    mediaResolution=form(level=MEDIA_RESOLUTION, numTokens=whole),
    thought=flag,
    thoughtSignature=text,
)
CONTENT = form(role=one_of("user", "model", "system"), parts=each(PART))
GENERATION_CONFIG = form(
    temperature=number,
    topP=number,
    topK=number,
    candidateCount=whole,
    maxOutputTokens=whole,
    stopSequences=each(text),
    presencePenalty=number,
    frequencyPenalty=number,
    seed=whole,
    responseMimeType=text,
    responseSchema=anything,
    responseJsonSchema=anything,
    responseModalities=each(text),
    responseLogprobs=flag,
    logprobs=whole,
    mediaResolution=MEDIA_RESOLUTION,
    audioTimestamp=flag,
    thinkingConfig=form(
        includeThoughts=flag,
        thinkingBudget=whole,
        thinkingLevel=one_of("THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH"),
    ),
)
GENERATE = form(
    contents=each(CONTENT),
    systemInstruction=CONTENT,
    generationConfig=GENERATION_CONFIG,
    safetySettings=each(anything),
    labels=labels,
)
COUNT_TOKENS = form(contents=each(CONTENT), systemInstruction=CONTENT, generationConfig=GENERATION_CONFIG)
EXAMPLE = form(contents=each(CONTENT), systemInstruction=CONTENT, generationConfig=GENERATION_CONFIG)
"""One line of a tuning's JSONL."""
BATCH_LINE = form(request=GENERATE)
TUNING_JOB = form(
    baseModel=text,
    preTunedModel=form(tunedModelName=text, checkpointId=text),
    supervisedTuningSpec=form(
        trainingDatasetUri=gcs_uri,
        validationDatasetUri=gcs_uri,
        exportLastCheckpointOnly=flag,
        tuningMode=one_of("TUNING_MODE_PEFT_ADAPTER"),
        hyperParameters=form(epochCount=whole, learningRateMultiplier=number, adapterSize=text),
    ),
    tunedModelDisplayName=display_name,
    description=text,
    labels=labels,
    encryptionSpec=form(kmsKeyName=text),
    serviceAccount=text,
)
BATCH_JOB = form(
    displayName=display_name,
    model=text,
    inputConfig=form(instancesFormat=one_of("jsonl"), gcsSource=form(uris=each(gcs_uri))),
    outputConfig=form(predictionsFormat=one_of("jsonl"), gcsDestination=form(outputUriPrefix=gcs_uri)),
    labels=labels,
)
