"""How the tests ask the fake Vertex AI: with the real google-genai, in few words.

Belongs here: clients and calls, and waiting for what they started. Not here: what is expected of them.
"""

from __future__ import annotations

import atexit
import time
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer


@cache
def client_of(
    vertex: VertexServer, location: str = "us-central1", bearer: str = "fake", timeout_ms: int = 20_000
) -> Any:
    """Kept: a client that nobody holds closes its connections, also those of a call that is under way."""
    import google.oauth2.credentials as oauth2
    from google import genai
    from google.genai import types

    options = types.HttpOptions(base_url=vertex.url, api_version="v1beta1", timeout=timeout_ms)
    credentials = oauth2.Credentials(token=bearer)
    client = genai.Client(
        enterprise=True, project="p", location=location, credentials=credentials, http_options=options
    )
    atexit.register(client.close)
    return client


def tune(client: Any, train_uri: str, base_model: str = "gemini-3.5-flash", **config: Any) -> Any:
    from google.genai import types

    if not base_model.startswith("projects/"):
        config.setdefault("tuned_model_display_name", "plays")
    config = {"epoch_count": 1, "export_last_checkpoint_only": True, **config}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The SDK's tuning implementation is experimental")
        return client.tunings.tune(
            base_model=base_model,
            training_dataset=types.TuningDataset(gcs_uri=train_uri),
            config=types.CreateTuningJobConfig(**config),
        )


def tuned(vertex: VertexServer, train_uri: str, ends: str = "JOB_STATE_SUCCEEDED", **config: Any) -> Any:
    client = client_of(vertex)
    job = ended(client, tune(client, train_uri, **config))
    assert job.state.name == ends, job.error
    return job


def ended(client: Any, job: Any) -> Any:
    until(lambda: client.tunings.get(name=job.name).has_ended)
    return client.tunings.get(name=job.name)


def batch(
    vertex: VertexServer, model: str, source: str, output: str, ends: str = "JOB_STATE_SUCCEEDED"
) -> Any:
    """Waits for the state: the library's own `done` does not know JOB_STATE_PARTIALLY_SUCCEEDED as an end."""
    client = client_of(vertex, "us")
    job = client.batches.create(model=model, src=source, config={"dest": output, "display_name": "game"})
    until(lambda: name_of(client.batches.get(name=job.name).state) == ends)
    assert [each.name for each in client.batches.list()] == [job.name]
    return client.batches.get(name=job.name)


def until(holds: Callable[[], bool], within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def generate(vertex: VertexServer, endpoint: str, train_uri: str, clip: str = "", **config: Any) -> Any:
    return client_of(vertex, "us").models.generate_content(
        model=endpoint, contents=contents(train_uri, clip), config=config_of(**config)
    )


def answers(vertex: VertexServer, endpoint: str, train_uri: str) -> list[str]:
    return [str(generate(vertex, endpoint, train_uri, clip).text) for clip in clips_of(train_uri)]


def clips_of(train_uri: str) -> list[str]:
    store = open_store(train_uri.rpartition("/games/")[0])
    return [store.uri(info.name) for info in store.list("games/g1/clips/")]


def question(clip: str) -> dict[str, Any]:
    video = {"fileData": {"fileUri": clip, "mimeType": "video/mp4"}}
    parts = [video, {"text": prompt(Angle.FAR_LEFT)}]
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": {"temperature": 0}}


def contents(train_uri: str, clip: str = "") -> Any:
    from google.genai import types

    video = types.Part.from_uri(file_uri=clip or clips_of(train_uri)[0], mime_type="video/mp4")
    return [types.Content(role="user", parts=[video, types.Part(text=prompt(Angle.FAR_LEFT))])]


def config_of(**config: Any) -> Any:
    from google.genai import types

    return types.GenerateContentConfig(**{"temperature": 0.0, **config})


def written(store: ObjectStore, name: str, lines: Sequence[str]) -> str:
    store.write(name, "".join(f"{line}\n" for line in lines).encode())
    return store.uri(name)


def name_of(state: Any) -> str:
    return state.name if state else ""
