"""Every manifest: taken by Kubernetes' own schema, safe by its strictest standard, and of one piece."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.scale.kubernetes.chart import FOLDER, read, values
from uball_assets_tests.scale.kubernetes.rules import KUBERNETES, faults

pytestmark = pytest.mark.scale

FILES = ("namespace.yaml", "settings.yaml", "network.yaml", "pages.yaml", "migrate.yaml", "backup.yaml")
DOCUMENTS = [document for name in FILES for document in read(name)]
SETTINGS = next(document["data"] for document in DOCUMENTS if document["kind"] == "ConfigMap")


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {document["metadata"]["name"]: document for document in DOCUMENTS if document["kind"] == kind}


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[f"{one['kind']}-{one['metadata']['name']}" for one in DOCUMENTS]
)
def test_kubernetes_knows_every_word_of_a_manifest(document: dict[str, Any]) -> None:
    import kubernetes_validate

    kubernetes_validate.validate(document, KUBERNETES, strict=True)


@pytest.mark.parametrize("name", FILES)
def test_a_manifest_says_what_it_is(name: str) -> None:
    assert (FOLDER / name).read_text().startswith("# ")


def test_what_stands_beside_the_chart_is_made_into_one() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl")
    made = subprocess.run([kubectl, "kustomize", str(FOLDER)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    found = list(yaml.safe_load_all(made.stdout))
    (pages,) = [one for one in found if one["kind"] == "Deployment"]
    assert list(faults(pages["spec"]["template"]["spec"])) == []
    assert {one["metadata"].get("namespace", "uball") for one in found} == {"uball"}
    images = {one["image"] for one in _containers(pages["spec"]["template"]["spec"])}
    image = values()["dagsterWebserver"]["image"]
    assert images == {f"{image['repository']}:{image['tag']}"}


def test_the_migration_runs_in_a_safe_pod_of_the_same_image_and_twice_does_no_harm() -> None:
    (job,) = of_kind("Job").values()
    spec = job["spec"]["template"]["spec"]
    assert list(faults(spec)) == []
    image = values()["dagsterWebserver"]["image"]
    assert spec["containers"][0]["image"] == f"{image['repository']}:{image['tag']}"
    assert spec["containers"][0]["command"] == [
        "python3",
        "/app/deploy/containers/migrate.py",
        "/run/secrets/plays/url",
    ]


def test_the_backup_is_made_beside_the_pages_on_their_disk_and_by_nobody_else() -> None:
    (cron,) = of_kind("CronJob").values()
    spec = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    image = {
        "image": f"uball_assets:{values()['dagsterWebserver']['image']['tag']}"
    }  # as kustomize writes it
    assert list(faults({**spec, "containers": [{**spec["containers"][0], **image}]})) == []
    (pages,) = of_kind("Deployment").values()
    homes = [
        {volume["name"]: volume for volume in pod["volumes"]}["home"]
        for pod in (spec, pages["spec"]["template"]["spec"])
    ]
    assert homes[0] == homes[1]
    (beside,) = spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert beside["labelSelector"]["matchLabels"] == pages["metadata"]["labels"]
    assert SETTINGS["UBALL_BACKUP_CRON"] == "off"


def test_the_charts_pods_are_safe_and_are_asked_how_they_are() -> None:
    given = values()
    (code,) = given["dagster-user-deployments"]["deployments"]
    for part in (given["dagsterWebserver"], given["dagsterDaemon"], code):
        container = {
            "name": "dagster",
            "image": f"{part['image']['repository']}:{part['image']['tag']}",
            **{name: part[name] for name in ("securityContext", "resources", "volumeMounts")},
        }
        spec = {
            "containers": [container],
            "volumes": part["volumes"],
            "securityContext": part["podSecurityContext"],
            "automountServiceAccountToken": False,  # the chart gives one: these start and end pods of runs
        }
        assert list(faults(spec)) == []
        assert {"livenessProbe", "startupProbe"} <= part.keys()
        assert part["envConfigMaps"] == [{"name": "uball-settings"}]
        assert part["envSecrets"] == [{"name": "uball-secrets"}]


def test_the_settings_are_a_leagues_and_each_one_that_a_pod_would_lose_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in os.environ if name.startswith("UBALL_")]:
        monkeypatch.delenv(name)
    for name, value in {**SETTINGS, **SECRETS}.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert not settings.home_is_shared
    for name in IN_THE_HOME:
        with monkeypatch.context() as without:
            without.delenv(name)
            with pytest.raises(Permanent, match=rf"UBALL_HOME_IS_SHARED=false.*{name}"):
                load_settings()


SECRETS = {
    "SUPABASE_SERVICE_KEY": "of-a-test",
    "UBALL_INSTANCE_URL": "postgresql://uball:of-a-test@postgres.example.internal:5432/uball",
}
IN_THE_HOME = (
    *("UBALL_VIDEOS_URL", "UBALL_PLAYS_URL", "UBALL_WAREHOUSE_URL", "UBALL_TRACKING_URL"),
    *("UBALL_INSTANCE_URL", "UBALL_LOGS_URL"),
)


def test_no_setting_that_holds_a_secret_stands_in_the_config_map() -> None:
    secret = {
        (field.validation_alias or f"UBALL_{name.upper()}")
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert len(secret) > 3
    assert not secret & SETTINGS.keys()


def test_nobody_is_reached_but_by_those_who_must() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    ports = {
        name: [port["port"] for rule in policy["spec"].get("ingress", ()) for port in rule["ports"]]
        for name, policy in policies.items()
    }
    (code,) = values()["dagster-user-deployments"]["deployments"]
    webserver = values()["dagsterWebserver"]["service"]["port"]
    assert {name: port for name, port in ports.items() if port} == {
        "code": [code["port"]],
        "webserver": [webserver],
        "pages": [8000],
    }
    everywhere = [
        block["ipBlock"]
        for policy in policies.values()
        for rule in policy["spec"].get("egress", ())
        for block in rule["to"]
        if block.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert [set(block["except"]) >= {"10.0.0.0/8", "169.254.0.0/16"} for block in everywhere] == [True]


def test_a_policy_is_of_pods_that_there_are() -> None:
    labels = {"dagster-webserver", "dagster-daemon", "user-deployments"}
    labels |= {one["metadata"]["labels"]["app.kubernetes.io/name"] for one in of_kind("Deployment").values()}
    named = set(
        re.findall(r"(?:component|app\.kubernetes\.io/name): ([\w-]+)", (FOLDER / "network.yaml").read_text())
    )
    assert named <= labels


def _containers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from spec.get("initContainers", ())
    yield from spec["containers"]
