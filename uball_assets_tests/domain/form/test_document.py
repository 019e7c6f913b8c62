"""docs/features.md says of every column what the list says."""

from __future__ import annotations

from pathlib import Path

from uball_assets.domain.form.document import features_markdown


def test_the_page_ends_with_the_tables_made_from_the_columns() -> None:
    """After a change: write what `features_markdown()` returns at the page's end."""
    page = Path(__file__).parents[3] / "docs" / "features.md"
    assert page.read_text(encoding="utf-8").endswith("\n" + features_markdown())
