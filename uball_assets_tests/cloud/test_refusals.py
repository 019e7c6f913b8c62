"""What S3 and GCS may answer, and what becomes of it: a retry, or one clear line without a secret.

The answers come from a server of this test, in the order given; the clients are the real ones.
"""

from __future__ import annotations

import gc
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
import urllib3

from uball_assets.adapters.stores.buckets import CONNECTIONS, BucketAddress
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.domain.errors import Permanent, Transient, UballError

pytestmark = [
    pytest.mark.services,
    # Google's client leaves the connection of a refused download to the garbage collector.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
SECRET = "planted-secret"  # noqa: S105


class Answer(NamedTuple):
    status: int
    body: bytes
    sent_bytes: int | None = None
    """Less than the body: the connection is cut before the end."""


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers, the last one again and again; its address, and what it was asked.

    GCS's client looks at the bucket once, beside what it is asked for and whatever the answer: not counted.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith("/storage/v1/b/bucket?"):
                answer = Answer(404, b"{}")
            else:
                answer = answers[min(len(asked), len(answers) - 1)]
                asked.append(f"{self.command} {self.path}")
            begin = re.match(r"bytes=(\d+)", self.headers.get("Range", "")) if answer.status == 206 else None
            body = answer.body[int(begin[1]) if begin else 0 :]
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"5d41402abc4b2a76b9719d911017c592"')
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: answer.sent_bytes])

        do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with serving(Handler) as address:
        yield address, asked


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Service(NamedTuple):
    open: Callable[[str], ObjectStore]
    """The store whose service stands at an address."""
    refuse: Callable[[int, str], Answer]
    """With a status and the service's word for it, and a secret in its sentence."""


def _s3_refusal(status: int, word: str) -> Answer:
    return Answer(status, f"<Error><Code>{word}</Code><Message>key {SECRET}</Message></Error>".encode())


def _gcs_refusal(status: int, word: str) -> Answer:
    error = {"code": status, "message": f"{word} {SECRET}", "errors": [{"reason": word}]}
    return Answer(status, json.dumps({"error": error}).encode())


@pytest.fixture(params=["s3", "gcs"])
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    def s3(address: str) -> ObjectStore:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        return S3Store(BucketAddress("s3", "bucket"), "us-east-1", attempts=3, waits_s=(0.01,))

    def gcs(address: str) -> ObjectStore:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        return GcsStore(BucketAddress("gs", "bucket"), "project", patience_s=3.0)

    yield Service(s3, _s3_refusal) if request.param == "s3" else Service(gcs, _gcs_refusal)
    gc.collect()


ACTS: dict[str, Callable[[ObjectStore], object]] = {
    "list": lambda store: store.list("clips/"),
    "read": lambda store: store.read("clips/a.mp4"),
    "read a range": lambda store: store.read_range("clips/a.mp4", 0, 5),
    "write": lambda store: store.write("clips/a.mp4", b"hello"),
    "create": lambda store: store.create("clips/a.mp4", b"hello"),
    "delete": lambda store: store.delete("clips/a.mp4"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    ("status", "word", "message"),
    [
        (401, "authError", "credentials.*; .*(aws sso|gcloud auth)"),
        (403, "AccessDenied", "not permitted to; grant it access"),
        (400, "invalid", "answers 400( invalid)?; check"),
    ],
)
def test_a_refusal_is_one_line_with_a_remedy_and_no_secret(
    service: Service, act: Callable[[ObjectStore], object], status: int, word: str, message: str
) -> None:
    with answering(service.refuse(status, word)) as (address, asked):
        with pytest.raises(Permanent, match=rf"cannot \w+ (s3|gs)://bucket/clips/.*: .*{message}") as raised:
            act(service.open(address))
        assert len(asked) == 1
    assert_clean(raised.value)


def test_credentials_that_expired_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, SECRET)
    with answering(_s3_refusal(400, "ExpiredToken")) as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        with pytest.raises(Permanent, match="the credentials have expired; log in") as raised:
            open_store("s3://bucket").read("a")
    assert_clean(raised.value)


def test_a_storm_that_passes_is_waited_out(service: Service) -> None:
    storm = [service.refuse(503, "SlowDown"), service.refuse(429, "rateLimitExceeded")]
    with answering(*storm, Answer(206, b"hello")) as (address, asked):
        assert service.open(address).read_range("video.mp4", 0, 5) == b"hello"
        assert len(asked) == 3


def test_a_storm_that_does_not_pass_may_be_tried_later(service: Service) -> None:
    with answering(service.refuse(503, "SlowDown")) as (address, asked):
        with pytest.raises(Transient, match=r"cannot read .*video\.mp4: .*try later") as raised:
            service.open(address).read("video.mp4")
        assert len(asked) > 1
    assert_clean(raised.value)


def test_a_body_that_breaks_off_is_asked_for_again(service: Service) -> None:
    with answering(Answer(206, b"hello", sent_bytes=2), Answer(206, b"hello")) as (address, _):
        assert service.open(address).read_range("video.mp4", 0, 5) == b"hello"


def test_nobody_listening_may_be_tried_later(service: Service) -> None:
    with answering(service.refuse(503, "")) as (address, _):
        pass
    with pytest.raises(Transient, match="no whole answer came"):
        service.open(address).write("a", b"x")


def test_bytes_that_are_not_the_object_s_are_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old upload to S3, without a checksum: its ETag is the MD5 of `hello`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with answering(Answer(200, b"hullo"), Answer(200, b"hello")) as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        assert S3Store(BucketAddress("s3", "bucket"), waits_s=(0.01,)).read("a") == b"hello"
    with answering(Answer(200, b"hullo")) as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        with pytest.raises(Transient, match="arrives damaged"):
            S3Store(BucketAddress("s3", "bucket"), waits_s=(0.01,)).read("a")


def test_no_credentials_at_all_say_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(Permanent, match=r"cannot read s3://bucket/a: there are no usable cred.*AWS_PROFILE"):
        open_store("s3://bucket", aws_region="us-east-1").read("a")


def test_no_google_credentials_say_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/key.json")
    with pytest.raises(Permanent, match=r"cannot read gs://bucket/a: .*no usable cred.*gcloud auth"):
        open_store("gs://bucket", gcp_project_id="p").read("a")


@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_a_missing_bucket_is_named(request: pytest.FixtureRequest, bucket: str) -> None:
    url = str(request.getfixturevalue(bucket)) + "-missing"
    missing = r"there is no bucket (s3|gcs)-\w+-missing; create it"
    for act in ("list", "read", "write"):
        with pytest.raises(Permanent, match=missing):
            ACTS[act](open_store(url))


@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_a_folder_in_a_bucket_is_a_store_of_its_own(request: pytest.FixtureRequest, bucket: str) -> None:
    whole = open_store(str(request.getfixturevalue(bucket)))
    part = open_store(f"{request.getfixturevalue(bucket)}/league/videos/")
    part.write("Games/g1/FAR_LEFT.mp4", b"video", {"key": "k"})
    whole.write("league/videos-old/a", b"other")
    assert [info.name for info in part.list("")] == ["Games/g1/FAR_LEFT.mp4"]
    assert whole.read("league/videos/Games/g1/FAR_LEFT.mp4") == b"video"
    assert part.name_of(whole.uri("league/videos/Games/g1/FAR_LEFT.mp4")) == "Games/g1/FAR_LEFT.mp4"


@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_an_object_that_was_replaced_since_its_listing_shows_no_other_s_metadata(
    request: pytest.FixtureRequest, bucket: str
) -> None:
    store = open_store(str(request.getfixturevalue(bucket)))
    store.write("a", b"1", {"key": "old"})
    (before,) = store.list("a")
    store.write("a", b"2", {"key": "new"})
    try:
        kept = dict(before.metadata)
    except Transient as error:
        kept = {"key": "old"} if "list again" in str(error) else {}
    assert kept == {"key": "old"}


@contextmanager
def losing_the_first_answer(service: str) -> Iterator[str]:
    """An address that hands on to a real server, and says 503 once the server has done the first write."""
    lost: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = urllib3.request(self.command, service + self.path, headers=dict(self.headers), body=body)
            lose = self.command in ("PUT", "POST") and not lost
            if lose:
                lost.append(self.path)
            self.send_response(503 if lose else answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.data)

        do_PUT = do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with serving(Handler) as address:
        yield address
    assert lost


@pytest.mark.parametrize(
    ("bucket", "variable"),
    [("an_s3_bucket", "AWS_ENDPOINT_URL_S3"), ("a_gcs_bucket", "STORAGE_EMULATOR_HOST")],
    ids=["s3", "gcs"],
)
def test_a_create_whose_answer_was_lost_is_no_second_one(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, bucket: str, variable: str
) -> None:
    url = str(request.getfixturevalue(bucket))
    with losing_the_first_answer(os.environ[variable]) as address:
        monkeypatch.setenv(variable, address)
        store = open_store(url)
        store.create("record/1", b"mine", {"by": "me"})
        with pytest.raises(AlreadyExists):
            store.create("record/1", b"second")
        assert [(store.read(info.name), dict(info.metadata)) for info in store.list("")] == [
            (b"mine", {"by": "me"})
        ]


def assert_clean(error: UballError) -> None:
    assert SECRET not in str(error)
    assert "\n" not in str(error)
    assert error.__suppress_context__


@pytest.mark.parametrize("pays", [True, False])
def test_a_reader_who_pays_says_so_with_every_request(monkeypatch: pytest.MonkeyPatch, *, pays: bool) -> None:
    """And one who is refused is told that the bucket may ask it: S3 itself says only `AccessDenied`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, SECRET)
    payers: list[Any] = []

    def look(request: Any, **_: Any) -> None:
        payers.append(request.headers.get("x-amz-request-payer"))

    with answering(_s3_refusal(403, "AccessDenied")) as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        store = open_store("s3://bucket", pays_for_reading=pays)
        assert isinstance(store, S3Store)
        for _ in range(CONNECTIONS):
            store._client().meta.events.register("before-send.s3", look)
        for act in (lambda: store.list("a/"), lambda: store.read("a")):
            with pytest.raises(Permanent, match=r"not permitted.*UBALL_SOURCE_REQUESTER_PAYS=true"):
                act()
    assert set(payers) == {b"requester" if pays else None}
