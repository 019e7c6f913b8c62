"""The form of an answer as a schema that Gemini can be held to.

Belongs here: the fields of `domain.answers.examples.answer_text` in the words of Vertex AI's Schema (a part
of OpenAPI). Not here: when it is sent (`serving`), or what may be believed of an answer
(`domain.answers.examples`). An empty array stays possible: a model that is made to tell a play invents one.
"""

from __future__ import annotations

from typing import Any

from uball_assets.domain.plays.labels import LABELS

_LABEL = {"type": "STRING", "format": "enum", "enum": list(LABELS)}
_TEXT = {"type": "STRING"}
_TEXT_OR_NULL = {"type": "STRING", "nullable": True}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """Every field is there, in the order in which training wrote them."""
    names = list(properties)
    return {"type": "OBJECT", "properties": properties, "required": names, "propertyOrdering": names}


_EVENT = _object({"label": _LABEL, "playerA": _TEXT_OR_NULL, "playerB": _TEXT_OR_NULL})
ANSWER_SCHEMA: dict[str, Any] = {
    "type": "ARRAY",
    "items": _object(
        {
            "timestamp_seconds": {"type": "NUMBER", "minimum": 0, "nullable": True},
            "classification": _LABEL,
            "note": _TEXT,
            "player_a": _TEXT_OR_NULL,
            "player_b": _TEXT_OR_NULL,
            "events": {"type": "ARRAY", "items": _EVENT},
        }
    ),
}
