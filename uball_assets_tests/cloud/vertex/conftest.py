"""What tests on the Vertex server start from: a bucket's store, and a tuned model that answers."""

from __future__ import annotations

import pytest

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.cloud.vertex.test_vertex_serving import served_model
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer


@pytest.fixture
def store(a_gcs_bucket: str) -> ObjectStore:
    return open_store(a_gcs_bucket)


@pytest.fixture
def model(a_vertex_server: VertexServer, a_training_file: str) -> ServedModel:
    return served_model(a_vertex_server, a_training_file)
