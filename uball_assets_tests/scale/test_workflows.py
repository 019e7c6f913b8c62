""".github: workflows that are ones, pinned, with few rights; each step that can runs here in a plain folder.

Not tried: what only GitHub has (runners, registry, actions), what needs a network (terraform init, scan).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.scale
CHECKOUT = Path(__file__).parents[2]
GITHUB = CHECKOUT / ".github"
FILES = sorted((GITHUB / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
BASH = shutil.which("bash") or "bash"
DIGEST = "sha256:" + "5" * 64


def workflow(name: str) -> dict[str, Any]:
    """`on` is called True: it is YAML 1.1's."""
    read: dict[str, Any] = yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text())
    return read


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file in FILES:
        for name, job in workflow(file.stem)["jobs"].items():
            yield file.stem, name, job


STEPS = [
    pytest.param(step, id=f"{file}, {name}: {step.get('name', step.get('uses', ''))}")
    for file, name, job in jobs()
    for step in job.get("steps", [])
]


def step(file: str, job: str, name: str) -> str:
    """What it runs."""
    steps = workflow(file)["jobs"][job]["steps"]
    return str(next(each["run"] for each in steps if each.get("name") == name))


def tool(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing() -> None:
    done = tool("zizmor", "--offline", "--no-progress", GITHUB)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", FILES),
        ("custom.github-workflows-require-timeout", FILES),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_files_are_what_github_reads(schema: str, files: list[Path]) -> None:
    done = tool("check-jsonschema", "--builtin-schema", schema, *files)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_action_is_pinned_to_its_commit_and_says_which_version_that_is(file: Path) -> None:
    for line in file.read_text().splitlines():
        used = re.search(r"uses: (\S+)(.*)", line)
        if used and not used[1].startswith("./"):
            assert PINNED.fullmatch(used[1]), line
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", used[2]), line


def test_an_action_has_one_version_in_all_workflows() -> None:
    used = {
        tuple(each["uses"].split("@"))
        for _, _, job in jobs()
        for each in job.get("steps", [])
        if "uses" in each
    }
    assert len(used) == len({name for name, _ in used})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_may_nothing_and_its_jobs_what_they_need(file: Path) -> None:
    whole = workflow(file.stem)
    assert whole["permissions"] == {}
    rights = {name: job["permissions"] for name, job in whole["jobs"].items()}
    writers = {name for name, may in rights.items() if "write" in may.values()}
    assert writers <= {"push", "images"}
    assert all(set(may.values()) <= {"read", "write"} for may in rights.values())


def test_no_secret_of_the_league_is_kept_at_github() -> None:
    assert not [
        file.name
        for file in FILES
        if "secrets." in file.read_text() or "secrets: inherit" in file.read_text()
    ]


def test_whoever_pushes_runs_no_code_of_the_repository() -> None:
    used = [each.get("uses", "") for each in workflow("images")["jobs"]["push"]["steps"]]
    assert not [name for name in used if "checkout" in name]


def test_a_version_is_tested_and_scanned_before_it_is_released_and_one_at_a_time() -> None:
    deploy = workflow("deploy")
    assert deploy["jobs"]["images"]["needs"] == "test"
    assert deploy["jobs"]["release"]["needs"] == "images"
    assert deploy["jobs"]["release"]["environment"] == "production"
    assert deploy["concurrency"] == {"group": "deploy", "cancel-in-progress": False}
    names = [each.get("name", "") for each in workflow("images")["jobs"]["image"]["steps"]]
    assert names.index("Scan") > names.index("Build")
    assert workflow("images")["jobs"]["push"]["needs"] == "image"


@pytest.mark.parametrize("given", STEPS)
def test_a_step_is_one_that_bash_takes(given: dict[str, Any]) -> None:
    done = subprocess.run(
        [BASH, "-n"], input=given.get("run", ""), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "${{" not in given.get("run", ""), "what is put in there is run: pass it by env"


def test_every_target_that_is_tested_is_one_of_the_makefile() -> None:
    targets = workflow("test")["jobs"]["tests"]["strategy"]["matrix"]["target"]
    known = re.findall(r"^([\w-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets) <= set(known)


# ---- the steps, in a plain folder


class Folder:
    """A clone, programs that write down what they are asked, and what GitHub gives a step."""

    def __init__(self, path: Path, clone: Path) -> None:
        self.clone, self.programs, self.told = clone, path / "programs", path / "told"
        self.output = path / "output"
        self.output.touch()
        self.programs.mkdir()
        self.scratch = path

    def program(self, name: str, does: str = "") -> None:
        file = self.programs / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >>"$TOLD"\n{does}\n')
        file.chmod(0o755)

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "TOLD": str(self.told),
            "GITHUB_OUTPUT": str(self.output),
            "RUNNER_TEMP": str(self.scratch),
            "HOME": str(self.scratch),
            **environment,
        }
        words = [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(words, cwd=self.clone, env=given, capture_output=True, text=True, check=False)


_BUILDAH = f"""
case "$1" in
    build) for last; do :; done; cp -r "$last" "{{context}}" ;;
    push) printf %s "${{{{DIGEST_MADE:-{DIGEST}}}}}" >"$4" ;;
esac
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clone")
    words = [shutil.which("git") or "git", "clone", "-q", "--shared", str(CHECKOUT), str(made)]
    subprocess.run(words, check=True, capture_output=True)
    return made


@pytest.fixture
def folder(tmp_path: Path, clone: Path) -> Folder:
    made = Folder(tmp_path, clone)
    made.program("buildah", _BUILDAH.format(context=tmp_path / "context"))
    made.program("skopeo", "cat >/dev/null")
    made.program("docker")
    return made


def test_the_image_is_built_from_the_commit_and_its_digest_handed_on(folder: Folder) -> None:
    done = folder.run(step("images", "image", "Build"))
    assert done.returncode == 0, done.stderr
    assert folder.output.read_text() == f"digest={DIGEST}\n"
    assert (folder.scratch / "context" / "uball_assets" / "cli.py").exists()


def test_what_was_not_committed_is_not_in_the_context(folder: Folder) -> None:
    (folder.clone / ".env").write_text("SUPABASE_SERVICE_KEY=planted")
    (folder.clone / "uball_assets" / "key.txt").write_text("planted")
    assert folder.run(step("images", "image", "Build"), SUPABASE_SERVICE_KEY="planted").returncode == 0
    context = folder.scratch / "context"
    assert not [
        path for path in context.rglob("*") if path.is_file() and path.read_bytes().endswith(b"planted")
    ]
    assert "planted" not in folder.told.read_text()


@pytest.mark.parametrize("second", [DIGEST, "sha256:" + "6" * 64])
def test_a_second_build_that_gives_another_digest_fails(folder: Folder, second: str) -> None:
    done = folder.run(
        step("images", "image", "Build again from nothing, to the same digest"),
        DIGEST=DIGEST,
        BUILD_WORDS="--no-cache",
        DIGEST_MADE=second,
    )
    assert (done.returncode == 0) == (second == DIGEST), done.stderr
    assert "--no-cache" in folder.told.read_text()


def test_what_was_scanned_is_pushed_under_its_version_and_named_by_its_digest(folder: Folder) -> None:
    done = folder.run(
        step("images", "push", "Push what was scanned"),
        DIGEST=DIGEST,
        NAME="ghcr.io/League/uball_assets",
        VERSION="v1.4.0",
        REGISTRY_USER="ann",
        REGISTRY_TOKEN="planted",  # noqa: S106 - that is the point
    )
    assert done.returncode == 0, done.stderr
    login, copy = folder.told.read_text().splitlines()
    assert login == "skopeo login --username ann --password-stdin ghcr.io"
    assert copy == "skopeo copy --preserve-digests oci:image docker://ghcr.io/league/uball_assets:v1.4.0"
    assert folder.output.read_text() == f"image=ghcr.io/league/uball_assets:v1.4.0@{DIGEST}\n"


@pytest.mark.parametrize("word", ["", "--after-backup"])
def test_the_release_is_the_profile_s_own_script(folder: Folder, word: str) -> None:
    done = folder.run(
        step("deploy", "release", "Migrations, the version, its health; else the version before"),
        PROFILE="containers",
        IMAGE=f"ghcr.io/league/uball_assets@{DIGEST}",
        WORD=word,
        STATE=str(folder.scratch),
    )
    assert done.returncode == 0, done.stderr
    assert (folder.scratch / "serving").read_text() == f"ghcr.io/league/uball_assets@{DIGEST}\n"


@pytest.mark.parametrize("cloud", ["google", "aws"])
def test_terraform_takes_the_form_that_the_workflow_asks_for(cloud: str) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    words = [BASH, "-ec", step("test", "terraform", "Its form")]
    where = CHECKOUT / "deploy" / "terraform" / cloud
    done = subprocess.run(words, cwd=where, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
