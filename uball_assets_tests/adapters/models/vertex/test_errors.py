from __future__ import annotations

import pytest

from uball_assets.adapters.models.vertex.clients import VertexClients, location_of
from uball_assets.adapters.models.vertex.errors import NotAccepted, plain_words, refusal
from uball_assets.domain.errors import Permanent, ServiceDown, Transient


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Base model gemini-2.5-flash is not supported.", "Base model gemini-2.5-flash is not supported."),
        ("Bad 'tuning_spec.epoch_count'; (see it)", "Bad 'tuning_spec.epoch_count'; (see it)"),
        ("Not tuned in us-central1: 1,234 examples.", "Not tuned in us-central1: 1,234 examples."),
        ("Go to https://x.example/?key=AIza123 now", "Go to … now"),
        ("token ya29.a0AfH6SMBx-_z for me@example.com", "token … for …"),
        ("a key sk-live-123 b64 QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "a key …"),
        ("Permission denied on gs://bucket/train.jsonl", "Permission denied on …"),
        (None, ""),
    ],
)  # fmt: skip
def test_of_the_services_sentence_only_plain_words_are_shown(sentence: str | None, shown: str) -> None:
    assert plain_words(sentence) == shown


def test_a_long_sentence_is_cut() -> None:
    assert len(plain_words("word " * 500)) <= 200


@pytest.mark.parametrize(
    ("status", "word", "kind", "told"),
    [
        (400, "INVALID_ARGUMENT", Permanent, "400 INVALID_ARGUMENT): the service refuses it: Bad epoch"),
        (401, "UNAUTHENTICATED", Permanent, "gcloud auth application-default login"),
        (403, "PERMISSION_DENIED", Permanent, "roles/aiplatform.user"),
        (404, "NOT_FOUND", Permanent, "check the project, the location and the name"),
        (408, "", Transient, "408"),
        (409, "ABORTED", Transient, "409 ABORTED"),
        (429, "RESOURCE_EXHAUSTED", NotAccepted, "429 RESOURCE_EXHAUSTED"),
        (503, "UNAVAILABLE", ServiceDown, "503 UNAVAILABLE"),
        (302, "", Transient, "302"),
    ],
    ids=str,
)
def test_a_status_is_of_one_kind_and_tells_what_to_do(
    status: int, word: str, kind: type[Exception], told: str
) -> None:
    error = refusal("do it", status, word, "Bad epoch")
    assert type(error) is kind
    assert str(error).startswith("cannot do it")
    assert told in str(error)


def test_a_status_word_that_is_none_is_not_repeated() -> None:
    assert "secret" not in str(refusal("do it", 503, "secret in the reason phrase"))


@pytest.mark.parametrize("status", [401, 403, 500])
def test_only_a_bad_request_or_a_missing_thing_is_explained_in_the_services_words(status: int) -> None:
    assert "Bad epoch" not in str(refusal("do it", status, "", "Bad epoch"))


@pytest.mark.parametrize("resource", ["projects/1/locations/us/endpoints/2", "projects/p/locations/us"])
def test_a_resource_says_its_location(resource: str) -> None:
    assert location_of(resource) == "us"


@pytest.mark.parametrize("resource", ["endpoints/2", "file:///m.safetensors", "", "projects/1/locations/"])
def test_what_is_no_resource_has_no_location(resource: str) -> None:
    with pytest.raises(Permanent, match="in full"):
        location_of(resource)


def test_a_project_is_needed_and_a_token_only_goes_to_an_address_of_its_own() -> None:
    with pytest.raises(Permanent, match="GCP_PROJECT_ID"):
        VertexClients("")
    with pytest.raises(Permanent, match="private endpoint only") as caught:
        VertexClients("p", token="planted-secret")  # noqa: S106
    assert "planted-secret" not in str(caught.value)
