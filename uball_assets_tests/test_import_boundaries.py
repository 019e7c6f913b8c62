"""Imports point one way, never in a circle; heavy ones stand where needed; only settings read what is set.

The source is parsed, not run: a forbidden import is found wherever it stands, inside a function too.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "uball_assets"

LAYERS = (
    "domain",
    "media",
    "settings",
    "adapters",
    "services",
    "resources",
    "assets",
    "checks",
    "automation",
    "definitions",
    "importing",
    "status",
    "demo",
    "app",
    "commands",
    "cli",
)
"""Each may import those before it."""

FOLDERS = {
    "domain": (
        *("tabular", "footage", "plays", "moments", "clipping", "answers", "learning", "serving", "spending"),
        *("review", "league", "form", "forecasting", "operating", "exports", "showing", "backup", "planning"),
    ),
    "media": ("bytes", "mp4", "videos", "sound", "cutting", "probing", "vision", "pictures"),
    "adapters": (
        *("machine", "stores", "videos", "plays", "warehouse", "tracking", "record", "models"),
        *("copying", "messages", "access", "results"),
    ),
}
"""The same within a layer; a layer's own files (`domain/errors.py`) come before its folders."""

MOST_FILES_IN_A_FOLDER = 16

HEAVY = {"dagster", "av", "sklearn", "scipy", "matplotlib", "pandas", "safetensors", "PIL", "imageio_ffmpeg"}
HEAVY |= {"duckdb", "optuna", "lightgbm", "mlflow"}
CLOUD = {"google", "boto3", "botocore", "supabase", "dagster_gcp", "dagster_aws"}
DAGSTER_LAYERS = ("assets", "checks", "automation", "definitions", "demo")

FILES = sorted(PACKAGE.rglob("*.py"))
IDS = [path.relative_to(PACKAGE).as_posix() for path in FILES]


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, at_the_top: bool = False) -> Iterator[str]:
    """Full names of what a file imports; those for type checkers alone are left out."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if at_the_top else list(walk_what_runs(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def walk_what_runs(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from walk_what_runs(child)


def module_of(path: Path) -> str:
    """Its full name; a package is named without `__init__`."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in FILES}


def modules_imported(path: Path) -> set[str]:
    """Our own modules that a file imports, whole or a name of them."""
    reached = set()
    for name in imports(path):
        reached |= {name, name.rpartition(".")[0]} & set(MODULES)
    return {name for name in reached if MODULES[name].name != "__init__.py"} - {module_of(path)}


def folder_rank(module: str) -> int:
    """Where a module stands within its layer: 0 for the layer's own files, then its folders in order."""
    layer, *below = module.split(".")[1:]
    return FOLDERS[layer].index(below[0]) + 1 if len(below) > 1 else 0


def test_every_folder_and_file_has_its_layer() -> None:
    found = {layer_of(path) for path in FILES} - {"__init__"}
    assert found <= set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_point_one_way(path: Path) -> None:
    if path.parent == PACKAGE and path.name == "__init__.py":
        assert not list(imports(path))
        return
    own = LAYERS.index(layer_of(path))
    reached = {name.split(".")[1] for name in imports(path) if name.startswith("uball_assets.")}
    assert {layer for layer in reached if LAYERS.index(layer) > own} == set()


@pytest.mark.parametrize("layer", FOLDERS)
def test_folders_of_a_layer_import_only_those_before_them(layer: str) -> None:
    folders = {path.name for path in (PACKAGE / layer).iterdir() if (path / "__init__.py").exists()}
    assert folders == set(FOLDERS[layer])
    for module, path in MODULES.items():
        if layer_of(path) == layer and path.name != "__init__.py":
            inside = {name for name in modules_imported(path) if name.split(".")[1] == layer}
            assert {name for name in inside if folder_rank(name) > folder_rank(module)} == set(), module


def test_no_imports_run_in_a_circle() -> None:
    left = {module: modules_imported(path) for module, path in MODULES.items()}
    while free := {module for module, reached in left.items() if not reached & left.keys()}:
        left = {module: reached for module, reached in left.items() if module not in free}
    assert left == {}, "each of these waits for another of them"


@pytest.mark.parametrize("top", [PACKAGE, Path(__file__).parent], ids=lambda top: top.name)
def test_a_folder_can_be_taken_in_at_a_glance(top: Path) -> None:
    count = Counter(path.parent for path in top.rglob("*.py") if path.name != "__init__.py")
    assert {folder: files for folder, files in count.items() if files > MOST_FILES_IN_A_FOLDER} == {}


@pytest.mark.parametrize("layer", ["media", "adapters", "services"])
def test_what_needs_no_settings_is_given_its_values(layer: str) -> None:
    for path in FILES:
        if layer_of(path) == layer:
            assert not [name for name in imports(path) if name.startswith("uball_assets.settings")], path


def test_the_domain_is_the_standard_library_numpy_scipy_and_a_mender_of_json() -> None:
    """Each from values to values, without a file, a network or a clock."""
    allowed = {*sys.stdlib_module_names, "numpy", "scipy", "json_repair", "uball_assets"}
    for path in FILES:
        if layer_of(path) == "domain":
            assert {name.split(".")[0] for name in imports(path)} <= allowed, path


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_heavy_imports_stand_where_they_are_needed(path: Path) -> None:
    layer, top = layer_of(path), {name.split(".")[0] for name in imports(path, at_the_top=True)}
    assert not top & CLOUD, "cloud libraries are imported where they are used"
    assert not top & {"pandas", "matplotlib"}, "imported where a table or picture is made"
    if layer not in DAGSTER_LAYERS:
        assert "dagster" not in {name.split(".")[0] for name in imports(path)}
    if layer in ("domain", "settings", "status", "commands", "cli"):
        assert not top & HEAVY


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if layer_of(path) == "settings":
        return
    tree = ast.parse(path.read_text())
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not touched & {"environ", "environb", "getenv", "putenv"}
    named = {name.rpartition(".")[2] for name in imports(path)}
    assert not named & {"environ", "environb", "getenv", "putenv", "dotenv_values", "load_dotenv"}


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("uball_assets.cli", HEAVY | CLOUD | {"numpy", "pydantic"}),
        ("uball_assets.settings", HEAVY | CLOUD),
        ("uball_assets.status", HEAVY | CLOUD),
        ("uball_assets.automation.retraining.explaining", HEAVY | CLOUD),
        ("uball_assets.definitions", CLOUD | {"matplotlib", "sklearn"}),
    ],
)
def test_importing_a_module_loads_nothing_heavy(module: str, forbidden: set[str]) -> None:
    """In a process of its own, so that nothing is there already."""
    asked = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & forbidden == set()
