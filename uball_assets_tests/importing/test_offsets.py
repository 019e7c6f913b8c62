"""Tables of offsets: every form that plays may have, and no offset lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from uball_assets.domain.errors import Permanent
from uball_assets.importing.offsets import read_offsets
from uball_assets.importing.options import offsets_in

PAIRS = [("FAR_LEFT", 1.25), ("NR", -2.0)]


def written(folder: Path, text: str | bytes, name: str = "offsets.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("offsets.csv", "camera,offset\nFAR_LEFT,1.25\nNR,-2\n"),
        ("offsets.csv", "FAR_LEFT,1.25\nNR,-2\n"),
        ("offsets.csv", "FAR_LEFT;1,25\r\nNR;-2,0\r\n\r\n"),
        ("offsets.csv", "\ufeffsep=;\r\nAngle;Offset (s)\r\nFAR_LEFT;1,25\r\nNR;-2\r\n"),
        ("offsets.csv", "\ufeffFAR_LEFT\t1,25\nNR\t-2\n".encode("utf-16-le")),
        ("offsets.csv", "game,angle,filename,sync_offset_seconds\nx,FAR_LEFT,a.mp4,1.25\nx,NR,b.mp4,-2\n"),
        ("offsets.json", '{"FAR_LEFT": 1.25, "NR": "-2"}'),
        ("offsets.json", '{"data": [{"angle": "FAR_LEFT", "offset": 1.25}, {"angle": "NR", "offset": -2}]}'),
    ],
)
def test_offsets_come_in_every_form_of_a_table(tmp_path: Path, name: str, text: str | bytes) -> None:
    assert read_offsets(written(tmp_path, text, name)) == PAIRS


def test_offsets_come_from_a_sheet(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("FAR_LEFT", 1.25), ("NR", -2)):
        book.worksheets[0].append(row)
    path = tmp_path / "offsets.xlsx"
    book.save(path)
    assert read_offsets(path) == PAIRS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("offsets.csv", ""),
        ("offsets.csv", "FAR_LEFT\n"),
        ("offsets.csv", "FAR_LEFT,1,25\nNR,-2\n"),
        ("offsets.csv", "FAR_LEFT,about one\nNR,-2\n"),
        ("offsets.json", "[1]"),
    ],
    ids=["empty", "one column", "decimal comma as separator", "first line no number", "no object"],
)
def test_a_file_that_gives_not_every_offset_is_refused_with_what_to_write(
    tmp_path: Path, name: str, text: str
) -> None:
    with pytest.raises(Permanent, match="write camera,seconds on each line"):
        read_offsets(written(tmp_path, text, name))


def test_an_offset_that_may_be_two_numbers_is_refused_with_both(tmp_path: Path) -> None:
    """With its camera, also where a file has no header."""
    pairs = read_offsets(written(tmp_path, "FAR_LEFT;1,311\n"))
    with pytest.raises(Permanent, match=r"offset of FAR_LEFT is '1,311'.* write 1\.311 or 1311"):
        offsets_in(pairs)


def test_a_value_that_is_no_number_stays_for_its_message(tmp_path: Path) -> None:
    assert read_offsets(written(tmp_path, "camera,offset\nFAR_LEFT,soon\n")) == [("FAR_LEFT", "soon")]
