"""A table's bytes as text: which encoding it is in, and what is no text at all.

Belongs here: bytes to characters. Not here: what the characters say (`cells`, `objects`).
"""

from __future__ import annotations

import codecs

_SIGNATURES = {
    b"PK\x03\x04": "a spreadsheet or another zip archive, not text: name it .xlsx, or save it as 'CSV UTF-8'",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls) or one with a password: save it as .xlsx or 'CSV UTF-8'",
    b"\x1f\x8b": "compressed: unpack it first",
    b"%PDF": "a PDF: save the table as 'CSV UTF-8'",
}
"""First bytes of what people mistake for a table; from the formats' specifications."""

_MARKS = {  # UTF-32 first: its mark begins as that of UTF-16 does
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MANY_NULS = 0.4
"""Of every second byte: UTF-16 of Latin letters has nearly only NULs there, text in UTF-8 has none."""


def decoded(data: bytes, fallback: str = "") -> tuple[str, bool]:
    """The text, and whether `fallback` was needed: the encoding of what is neither UTF-8 nor UTF-16.

    ValueError for what is no text, or for bytes that the encoding does not have. Halves of a character pair
    stay as they are, joined where both are there.
    """
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise ValueError(f"it is {what}")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None) or _unmarked(data)
    try:
        return _text(data, encoding), False
    except UnicodeDecodeError as error:
        if not fallback or encoding != "utf-8":
            raise ValueError(_refusal(error)) from error
    try:
        return data.decode(fallback), True
    except UnicodeDecodeError as error:
        raise ValueError(
            f"it is neither UTF-8 nor {fallback}, as UBALL_PLAYS_ENCODING says: byte "
            f"0x{error.object[error.start]:02x} in line {_line(error)}"
        ) from error


def _unmarked(data: bytes) -> str:
    """UTF-8, unless every second byte is NUL. ValueError where nearly all are."""
    even, odd = (data[first::2].count(0) > _MANY_NULS * len(data) / 2 for first in (0, 1))
    if even and odd:
        raise ValueError("it is no text, but binary data: save the table as 'CSV UTF-8'")
    return "utf-16-be" if even else "utf-16-le" if odd else "utf-8"


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # Some programs write each half of a pair on its own.
        halves = data.decode(encoding, "surrogatepass")
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _refusal(error: UnicodeDecodeError) -> str:
    data = error.object
    if error.encoding != "utf-8":
        return f"it is {error.encoding} text that is damaged or cut off at byte {error.start}: save it again"
    around = data[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
    return (
        f"it is not UTF-8: byte 0x{data[error.start]:02x} in line {_line(error)}. Save it as 'CSV UTF-8', "
        f"or name its encoding: UBALL_PLAYS_ENCODING=cp1252 (Windows, western Europe) makes it {around!r}"
    )


def _line(error: UnicodeDecodeError) -> int:
    return error.object.count(b"\n", 0, error.start) + 1
