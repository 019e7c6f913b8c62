"""Keys and logins of the Supabase project that the tests make: signed as Supabase signs them, worth nothing.

Belongs here: making and reading them. Not here: what a role may do (the migrations).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

_SIGNED_WITH = b"a test project's secret, at least 32 characters"


def signed(**claims: Any) -> str:
    """A JWT with these claims, HS256."""
    content = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{content}.{_signature(content)}"


def claims_of(token: str) -> dict[str, Any] | None:
    """None for what this project did not sign."""
    content, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature, _signature(content)):
        return None
    middle = content.partition(".")[2]
    return dict(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))))


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def _signature(content: str) -> str:
    return _text(hmac.digest(_SIGNED_WITH, content.encode(), hashlib.sha256))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


SERVICE_KEY = signed(role="service_role", iss="supabase")
ANON_KEY = signed(role="anon", iss="supabase")
SECRET_KEY = "sb_secret_planted-secret"  # noqa: S105 - opens nothing
PUBLISHABLE_KEY = "sb_publishable_test"
ROLES = {
    SERVICE_KEY: "service_role",
    SECRET_KEY: "service_role",
    ANON_KEY: "anon",
    PUBLISHABLE_KEY: "anon",
}
"""What the project's gateway makes of each key."""
PERSON = signed(role="authenticated", sub="6f1c0000-0000-0000-0000-0000000000aa")
"""Somebody who is logged in, and nothing more."""
REVIEWER = signed(
    role="authenticated",
    sub="6f1c0000-0000-0000-0000-0000000000bb",
    app_metadata={"uball_role": "reviewer"},
)
