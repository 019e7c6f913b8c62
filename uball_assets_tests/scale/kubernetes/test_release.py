"""deploy/kubernetes/release.sh, with a kubectl and a helm that write down what they are asked, or fail."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.scale
CHECKOUT = Path(__file__).parents[3]
DIGEST = "sha256:" + "5" * 64
OLD, NEW = (f"registry.example.org:5000/league/uball_assets:{version}@{DIGEST}" for version in ("v1", "v2"))
_PROGRAM = """#!/bin/sh
name=${0##*/}
[ "$name" = kubectl ] && shift 2
echo "$name $*" >>"$TOLD"
case "$*" in
    "get "*) printf %s "$SERVING" ;;
    apply*) cat >"$APPLIED" ;;
esac
case "$name $*" in $FAILS) exit 1 ;; esac
"""
Release = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """In a checkout of two versions, of which v1 serves; `breaks`: v2 brings a migration that takes away."""
    (tmp_path / "programs").mkdir()
    for name in ("kubectl", "helm"):
        (tmp_path / "programs" / name).write_text(_PROGRAM)
        (tmp_path / "programs" / name).chmod(0o755)
    clone = tmp_path / "clone"
    shutil.copytree(CHECKOUT / "deploy" / "kubernetes", clone / "deploy" / "kubernetes")
    shutil.copytree(CHECKOUT / "supabase", clone / "supabase")
    _git(clone, "init", "-q")
    _commit(clone, "v1")

    def of(
        *words: str, fails: str = "-", serving: str = OLD, breaks: bool = False
    ) -> subprocess.CompletedProcess[str]:
        if breaks:
            drop = clone / "supabase" / "migrations" / "2027_drop.sql"
            drop.write_text("-- Not backward compatible: the old tables go\ndrop table old;\n")
        environment = {
            "PATH": f"{tmp_path / 'programs'}:{os.environ['PATH']}",
            "TOLD": str(tmp_path / "told"),
            "APPLIED": str(tmp_path / "applied"),
            "SERVING": serving,
            "FAILS": fails,
        }
        return subprocess.run(
            [clone / "deploy" / "kubernetes" / "release.sh", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return of


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    subprocess.run([shutil.which("git") or "git", "-C", folder, *who, *words], check=True)


def _commit(folder: Path, version: str) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", version)
    _git(folder, "tag", version)


def told(folder: Path) -> list[str]:
    """Program and first word of each thing that was asked."""
    return [" ".join(line.split()[:2]) for line in (folder / "told").read_text().splitlines()]


def test_the_migrations_end_before_the_chart_is_touched(release: Release, tmp_path: Path) -> None:
    assert release(NEW).returncode == 0
    assert told(tmp_path) == [
        "kubectl get",
        "kubectl delete",
        "kubectl apply",
        "kubectl wait",
        "helm upgrade",
        "kubectl set",
        "kubectl rollout",
        "kubectl set",
    ]


def test_every_role_gets_the_image_by_its_digest(release: Release, tmp_path: Path) -> None:
    release(NEW)
    assert f"image: {NEW}\n" in (tmp_path / "applied").read_text()
    asked = (tmp_path / "told").read_text()
    for role in ("dagsterWebserver", "dagsterDaemon", "dagster-user-deployments.deployments[0]"):
        assert f"{role}.image.repository=registry.example.org:5000/league/uball_assets" in asked
        assert f"{role}.image.tag=v2@{DIGEST}" in asked
    assert f"pages={NEW} first-key={NEW}" in asked


def test_migrations_that_fail_leave_what_serves_alone(release: Release, tmp_path: Path) -> None:
    assert release(NEW, fails="kubectl wait*").returncode == 1
    assert not any("helm" in line for line in told(tmp_path))


def test_a_chart_that_does_not_get_well_is_taken_back_by_helm_and_the_pages_stay(
    release: Release, tmp_path: Path
) -> None:
    assert release(NEW, fails="helm upgrade*").returncode == 1
    assert told(tmp_path)[-1] == "helm upgrade"
    assert "--atomic" in (tmp_path / "told").read_text()


def test_pages_that_do_not_get_well_take_the_chart_back_with_them(release: Release, tmp_path: Path) -> None:
    done = release(NEW, fails="kubectl rollout status*")
    assert done.returncode == 1
    assert f"{OLD} serves again" in done.stderr
    assert told(tmp_path)[-2:] == ["kubectl rollout", "helm rollback"]


def test_a_version_that_the_old_one_cannot_live_beside_is_refused_without_a_word(
    release: Release, tmp_path: Path
) -> None:
    refused = release(NEW, breaks=True)
    assert refused.returncode == 1
    assert "2027_drop.sql is not backward compatible" in refused.stderr
    assert told(tmp_path) == ["kubectl get"]
    assert release(NEW, "--after-backup", breaks=True).returncode == 0


def test_the_first_version_finds_nothing_that_serves(release: Release) -> None:
    assert release(NEW, serving="").returncode == 0
