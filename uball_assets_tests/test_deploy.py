"""deploy/terraform and docs/cloud.md: the files are well-formed, safe, and the page says what they do.

What needs Google's and Amazon's providers (`terraform validate`) is in docs/cloud.md: it needs a network.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import hcl2
import pytest

from uball_assets.adapters.copying.source import ARCHIVES
from uball_assets.domain.spending.base_models import BASE_MODELS
from uball_assets.settings import Settings, load_settings
from uball_assets.settings.names import variable

CHECKOUT = Path(__file__).parents[1]
TERRAFORM = CHECKOUT / "deploy" / "terraform"
FILES = sorted(TERRAFORM.rglob("*.tf"))
PAGE = (CHECKOUT / "docs" / "cloud.md").read_text()

GRANTS = re.compile(r"google_\w+_iam_member")
PLACES = {"google_project_iam_member": "project", "google_secret_manager_secret_iam_member": "secrets"}


class Grant(NamedTuple):
    who: str
    may: str
    on: str


class Block(NamedTuple):
    kind: str
    name: str
    body: dict[str, Any]


def unquoted(value: Any) -> Any:
    """As the file says it: this parser keeps the quotes of keys and strings."""
    if isinstance(value, dict):
        return {unquoted(key): unquoted(held) for key, held in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [unquoted(held) for held in value]
    return value.removeprefix('"').removesuffix('"') if isinstance(value, str) else value


@cache
def parsed(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = unquoted(hcl2.loads(path.read_text()))
    return found


def blocks(folder: str, section: str = "resource") -> Iterator[Block]:
    for path in FILES:
        if path.parent.name == folder:
            for entry in parsed(path).get(section, []):
                for kind, named in entry.items():
                    yield from (Block(kind, name, body) for name, body in named.items())


def grants_of_google() -> set[Grant]:
    return {
        Grant(_who(block.body), _role(block.body["role"]), _where(block))
        for block in blocks("google")
        if GRANTS.fullmatch(block.kind)
    }


def _who(body: dict[str, Any]) -> str:
    member, each = body["member"], re.search(r"var\.(\w+)", body.get("for_each", ""))
    if each and "each.value" in member:
        return each[1]
    if "google_storage_transfer_project_service_account" in member:
        return "transfer_agent"
    account = re.search(r"google_service_account\.(\w+)\.member", member)
    assert account, f"nobody this page knows: {member}"
    return account[1]


def _role(role: str) -> str:
    custom = re.search(r"google_project_iam_custom_role\.(\w+)\.name", role)
    if not custom:
        return role
    roles = {block.name: block.body["role_id"] for block in blocks("google") if "custom_role" in block.kind}
    return str(roles[custom[1]])


def _where(block: Block) -> str:
    if block.kind in PLACES:
        return PLACES[block.kind]
    if block.kind == "google_service_account_iam_member":
        return f"{_named(block.body['service_account_id'])} account"
    bucket = f"{_named(block.body['bucket'])} bucket"
    return f"{bucket}, {_named(block.body['managed_folder'])}/" if "managed_folder" in block.body else bucket


def _named(reference: str) -> str:
    """`videos` of `${google_storage_bucket.videos.name}`."""
    return reference.split(".")[1].partition("[")[0]


def grants_of_aws() -> set[Grant]:
    policies = {block.name: block.body for block in blocks("aws", "data") if "policy_document" in block.kind}
    actions = sorted(action for part in policies["read_source"]["statement"] for action in part["actions"])
    attached = [block for block in blocks("aws") if block.kind.endswith("_policy_attachment")]
    return {
        Grant(f"aws {_named(block.body.get('user') or block.body['role'])}", ", ".join(actions), "S3 source")
        for block in attached
    }


def table(heading: str) -> list[list[str]]:
    """Rows of the first table under a heading of the page, without its head."""
    lines = PAGE.partition(f"\n## {heading}\n")[2].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[begin + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_page_lists_exactly_the_rights_that_terraform_gives() -> None:
    said = [Grant(*row[:3]) for row in table("3. Who may do what")]
    assert len(set(said)) == len(said)
    assert set(said) == grants_of_google() | grants_of_aws()


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(TERRAFORM).as_posix() for path in FILES])
def test_a_file_is_well_formed_and_says_what_it_is(path: Path) -> None:
    assert parsed(path)
    assert path.read_text().startswith("# ")


def test_terraform_likes_the_form() -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    done = subprocess.run(
        [terraform, "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["videos", "training"])
def test_a_bucket_is_private_and_is_never_deleted(name: str) -> None:
    bucket = next(block.body for block in blocks("google") if block[:2] == ("google_storage_bucket", name))
    assert bucket["uniform_bucket_level_access"] is True
    assert bucket["public_access_prevention"] == "enforced"
    assert bucket["force_destroy"] is False
    assert bucket["lifecycle"] == [{"prevent_destroy": True}]
    rules = [(rule["action"][0]["type"], rule["condition"][0]) for rule in bucket["lifecycle_rule"]]
    assert ("AbortIncompleteMultipartUpload", {"age": 7}) in rules


def test_only_batches_and_the_doctor_s_objects_are_deleted_while_they_are_alive() -> None:
    for block in blocks("google"):
        for rule in block.body.get("lifecycle_rule", []):
            condition = rule["condition"][0]
            if rule["action"][0]["type"] == "Delete" and "days_since_noncurrent_time" not in condition:
                assert set(condition["matches_prefix"]) <= {"batches/", "doctor/"}, block.name


def moved_to_colder_classes(name: str) -> list[tuple[str, int, list[str]]]:
    """Class, age in days and folders, of the rules that hold without being asked for."""
    bucket = next(block.body for block in blocks("google") if block[:2] == ("google_storage_bucket", name))
    return [
        (rule["action"][0]["storage_class"], condition["age"], condition["matches_prefix"])
        for rule in bucket["lifecycle_rule"]
        if rule["action"][0]["type"] == "SetStorageClass" and (condition := rule["condition"][0])
    ]


def test_videos_get_cheaper_to_keep_with_age_and_can_always_be_read_at_once() -> None:
    assert moved_to_colder_classes("videos") == [
        ("NEARLINE", 90, ["Games/"]),
        ("COLDLINE", 365, ["Games/"]),
    ]


def test_clips_get_cold_only_where_that_is_asked_for() -> None:
    assert moved_to_colder_classes("training") == []
    training = next(
        block.body for block in blocks("google") if block[:2] == ("google_storage_bucket", "training")
    )
    asked = training["dynamic"][0]["lifecycle_rule"]
    assert asked["for_each"] == '${var.training_to_coldline ? ["games/"] : []}'
    (rule,) = asked["content"]
    assert rule["action"] == [{"type": "SetStorageClass", "storage_class": "COLDLINE"}]
    assert rule["condition"][0]["age"] == 365
    declared = parsed(TERRAFORM / "google" / "variables.tf")["variable"]
    (asking,) = (each["training_to_coldline"] for each in declared if "training_to_coldline" in each)
    assert asking["default"] is False


def test_s3_moves_a_year_old_video_where_it_can_still_be_read_at_once() -> None:
    (rules,) = (
        block.body["rule"] for block in blocks("aws") if block.kind == "aws_s3_bucket_lifecycle_configuration"
    )
    moved = [each for rule in rules for each in rule.get("transition", [])]
    assert moved == [{"days": 365, "storage_class": "GLACIER_IR"}]
    assert "GLACIER_IR" not in ARCHIVES  # what `uball migrate` refuses until it is restored


def test_nobody_owns_or_administers_anything() -> None:
    for grant in grants_of_google() | grants_of_aws():
        assert not re.search(r"admin|owner|editor|\*", grant.may, re.IGNORECASE), grant
    for block in blocks("google"):
        assert not any("*" in permission for permission in block.body.get("permissions", []))


def test_no_secret_and_no_key_passes_through_terraform() -> None:
    kinds = {block.kind for folder in ("google", "aws") for block in blocks(folder)}
    assert not kinds & {
        "google_secret_manager_secret_version",
        "google_service_account_key",
        "google_storage_hmac_key",
        "aws_iam_access_key",
    }


def test_every_variable_that_is_declared_is_used_and_the_other_way_round() -> None:
    for folder in ("google", "aws"):
        texts = [path.read_text() for path in FILES if path.parent.name == folder]
        declared = set(re.findall(r'^variable "(\w+)"', "\n".join(texts), re.MULTILINE))
        assert set(re.findall(r"\bvar\.(\w+)", "\n".join(texts))) == declared


def test_providers_are_pinned_to_a_range() -> None:
    for folder in ("google", "aws"):
        versions = parsed(TERRAFORM / folder / "versions.tf")["terraform"][0]
        for provider in versions["required_providers"][0].values():
            assert re.fullmatch(r">= \d+\.\d+, < \d+\.0", provider["version"])


def test_terraform_prints_settings_that_the_platform_has() -> None:
    known = {variable(Settings.model_fields, name) for name in Settings.model_fields}
    outputs = "".join((TERRAFORM / folder / "outputs.tf").read_text() for folder in ("google", "aws"))
    printed = set(re.findall(r"\b(?:UBALL|GCP|SUPABASE)_[A-Z_]+\b", outputs))
    assert len(printed) > 5
    assert printed <= known


def test_the_profile_on_the_page_is_one_that_the_platform_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = re.search(r"```dotenv\n(.*?)```", PAGE, re.DOTALL)
    assert profile
    (tmp_path / ".env").write_text(profile[1])
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    taken = load_settings()
    assert (taken.trainer, taken.plays_url, taken.videos_url) == ("vertex", "supabase", "gs://LEAGUE-videos")


def test_the_page_names_only_settings_that_exist() -> None:
    known = {variable(Settings.model_fields, name) for name in Settings.model_fields}
    assert set(re.findall(r"\bUBALL_[A-Z_]+\b", PAGE)) <= known


def test_the_page_s_base_models_retire_when_the_platform_believes_so() -> None:
    for name, places, until in table("8. Vertex AI"):
        base = BASE_MODELS[re.search(r"`(.+?)`", name)[1]]  # type: ignore[index]
        assert str(base.retires_on) == until
        assert set(places.split(", ")) == set(base.tuning_locations)


PERMISSIONS = {
    "tunings.tune": "aiplatform.tuningJobs.create",
    "tunings.get": "aiplatform.tuningJobs.get",
    "tunings.list": "aiplatform.tuningJobs.list",
    "tunings.cancel": "aiplatform.tuningJobs.cancel",
    "batches.create": "aiplatform.batchPredictionJobs.create",
    "batches.get": "aiplatform.batchPredictionJobs.get",
    "batches.list": "aiplatform.batchPredictionJobs.list",
    "batches.cancel": "aiplatform.batchPredictionJobs.cancel",
    "models.generate_content": "aiplatform.endpoints.predict",
    "models.count_tokens": "aiplatform.endpoints.predict",
    "models.get": "aiplatform.models.get",
    "models.list": "aiplatform.models.list",
}
"""What the REST reference asks for each call of google-genai."""


def test_every_call_of_vertex_is_permitted() -> None:
    package = CHECKOUT / "uball_assets"
    folders = (package / "adapters" / "models" / "vertex", package / "services" / "doctor")
    code = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    calls = set(re.findall(r"\.((?:tunings|batches|models|files|caches|operations)\.\w+)\(", code))
    assert "tunings.tune" in calls
    role = next(block.body for block in blocks("google") if block.kind == "google_project_iam_custom_role")
    assert {PERMISSIONS.get(call, f"unknown for {call}") for call in calls} <= set(role["permissions"])
