"""What a person types to say how a file is to be read, as Settings."""

import json
from pathlib import Path
from typing import Any, NoReturn

from lib.checking.settings import Settings
from lib.cli.commands import CommandError

_MAPPING = (
    '--mapping must be pairs such as Key=license_key,Plugin=product, or JSON such as {"Key": "license_key"}, or a file.'
)
_VALUES = (
    '--values must be such as Plugin:Wirefr=Jira, or JSON such as {"Plugin": {"Wirefr": "Jira"}}, or a file of that.'
)


def settings_of(
    mapping: str | None = None,
    values: str | None = None,
    date_order: str | None = None,
    delimiter: str | None = None,
    **reading: Any,
) -> Settings:
    """The settings that the options say. Raises CommandError if one of them cannot be understood."""
    return Settings(
        mapping=None if mapping is None else _mapping(mapping),
        replacements={} if values is None else _values(values),
        date_orders={"*": date_order} if date_order else {},
        delimiter="\t" if delimiter in ("tab", "\\t") else delimiter,  # a shell makes typing a tab hard
        **reading,
    )


def _mapping(text: str) -> dict[str, str]:
    told = _json(text, _MAPPING)
    if told is None:
        told = dict(_pair(pair, _MAPPING) for pair in text.split(","))
    if not _is_of_texts(told):
        _refuse(_MAPPING)
    return dict(told)


def _values(text: str) -> dict[str, dict[str, str]]:
    told = _json(text, _VALUES)
    if told is None:
        told = {}
        for pair in text.split(","):
            place, meaning = _pair(pair, _VALUES)
            column, colon, original = place.partition(":")
            if not colon:
                _refuse(_VALUES)
            told.setdefault(column.strip(), {})[original] = meaning
    if not isinstance(told, dict) or not all(map(_is_of_texts, told.values())):
        _refuse(_VALUES)
    return dict(told)


def _json(text: str, help: str) -> Any:
    """What JSON says, in the text itself or in the file it names; None if it is neither."""
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
        path = Path(text)
        return json.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else None
    except (ValueError, OSError) as error:
        _refuse(help, error)


def _pair(text: str, help: str) -> tuple[str, str]:
    left, equals, right = text.rpartition("=")
    if not equals:
        _refuse(help)
    return left.strip(), right.strip()


def _is_of_texts(told: Any) -> bool:
    return isinstance(told, dict) and all(isinstance(value, str) for value in told.values())


def _refuse(help: str, cause: Exception | None = None) -> NoReturn:
    raise CommandError(help) from cause
