"""The settings as a `.env` file: every one with its reason, those that are default as comments.

`.env.example` is this file of a checkout where nothing is set. Belongs here: the form. Not here: reading such
a file (`all_settings`).
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from uball_assets.settings.all_settings import Settings
from uball_assets.settings.libraries import AWS_LOGIN, OTHERS
from uball_assets.settings.names import shown, variable
from uball_assets.settings.older_names import TAKEN, UNUSABLE

_WIDTH = 110
_HEAD = """\
Settings of uball_assets. Copy this to .env beside workspace.yaml, and take the # away from what you set; the
environment wins over the file. Relative paths count from the checkout. `uball settings --env` prints this
with your values, secrets left out."""
_LIBRARIES = "The clouds' own logins and addresses, told to their libraries as they stand here."
_OLDER = "Names of the league's first systems: understood, and said so."


def env_file(settings: Settings) -> str:
    """Text that gives the same settings again, once the secrets are filled in.

    Prose begins with `# `, what is not set with `#` alone.
    """
    groups = [
        group for group in reversed(Settings.__bases__) if group.__module__.startswith(__package__ or "")
    ]
    parts = [_comment(_HEAD)]
    for group in groups:
        assert issubclass(group, BaseModel)
        parts.append(_headed((sys.modules[group.__module__].__doc__ or "").splitlines()[0]))
        parts += [_setting(settings, name, field) for name, field in group.model_fields.items()]
    parts += [_headed(_LIBRARIES), "\n".join(f"#{name}=" for name in (*AWS_LOGIN, *OTHERS))]
    parts += [_headed(_OLDER), "\n".join(_older_names())]
    return "\n\n".join(parts) + "\n"


def _setting(settings: Settings, name: str, field: FieldInfo) -> str:
    is_set = name in settings.model_fields_set
    line = f"{variable(Settings.model_fields, name)}={_value(settings, name, field)}"
    return f"{_comment(field.description or '')}\n{line if is_set else f'#{line}'}"


def _value(settings: Settings, name: str, field: FieldInfo) -> str:
    value = getattr(settings, name)
    is_of_this_machine = field.default_factory is not None and not field.default_factory_takes_validated_data
    if isinstance(value, SecretStr) or (is_of_this_machine and name not in settings.model_fields_set):
        return ""
    text = shown(value).replace(f"{settings.checkout}/", "")
    return f"'{text}'" if "#" in text or '"' in text else text


def _older_names() -> Iterator[str]:
    for older in TAKEN:
        said = " or ".join(older.words) if older.words else ""
        yield f"# {older.name}: {variable(Settings.model_fields, older.field)}" + (
            f" ({said})" if said else ""
        )
    for name, why in UNUSABLE.items():
        yield f"# {name}: not used; {why}"


def _headed(text: str) -> str:
    return f"# ---- {text}"


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
