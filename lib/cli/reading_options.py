"""Options that say how a file is to be read, as settings."""

import json
import re
from pathlib import Path
from typing import Any

import click

from lib.checking.settings import Settings
from lib.cli.commands import CommandError
from lib.cli.options import choice, together
from lib.reading.numeric_dates import DateOrder

_FIELD_NAME = re.compile(r"[\w-]+")
MAPPING_HELP = (
    '--mapping must be pairs such as Key=license_key,Plugin=product, or JSON such as {"Key": "license_key"}, or a file.'
)
VALUES_HELP = (
    '--values must be such as Plugin:Wirefr=Jira, or JSON such as {"Plugin": {"Wirefr": "Jira"}}, or a file of that.'
)

sheet_option = click.option(
    "--sheet", "sheets", metavar="NAME", multiple=True, help="The sheet of a workbook; several are read as one."
)
reading_options = together(
    sheet_option,
    click.option("--header-line", type=click.IntRange(min=0), help="The line of the header; 0 if there is none."),
    click.option("--delimiter", metavar="SIGN", help="The sign between cells, such as ; or tab."),
    click.option("--encoding", metavar="NAME", help="The encoding of the file, such as cp1252."),
    click.option(
        "--date-order",
        type=choice(DateOrder),
        help="The order of day, month and year.",
    ),
    click.option("--mend-texts", is_flag=True, help="Read damaged letters (MÃ¼ller) as what they were."),
    click.option("--part-keys", "parted_column", metavar="COLUMN", help="The column of keys to split into rows."),
    click.option(
        "--values",
        metavar="VALUES",
        help="What texts mean, by column or field: Plugin:Wirefr=Jira,…, JSON of that, or a JSON file.",
    ),
    click.option(
        "--mapping",
        metavar="COLUMNS",
        help="Columns and their fields; the others stay as recognised: Key=license_key,Plugin=product, JSON of that, or a JSON file.",
    ),
)


def settings_of(
    mapping: str | None = None,
    values: str | None = None,
    date_order: str | None = None,
    delimiter: str | None = None,
    sheets: tuple[str, ...] = (),
    **settings: Any,
) -> Settings:
    """The settings of the options. Raises CommandError if one of them cannot be understood."""
    # Typing a tab is hard in a shell.
    if delimiter in ("tab", "\\t"):
        delimiter = "\t"
    return Settings(
        chosen_fields={} if mapping is None else read_mapping(mapping),
        replacements={} if values is None else read_values(values),
        date_orders={"*": date_order} if date_order else {},
        delimiter=delimiter,
        sheet=sheets[0] if len(sheets) == 1 else None,
        sheets=sheets if len(sheets) > 1 else (),
        **settings,
    )


def read_mapping(text: str) -> dict[str, str]:
    """Fields by column."""
    mapping = read_json(text, MAPPING_HELP)
    if mapping is None:
        mapping = dict(split_pair(pair, MAPPING_HELP) for pair in split_pairs(text))
    if not is_text_by_text(mapping):
        raise CommandError(MAPPING_HELP)
    return dict(mapping)


def split_pairs(text: str) -> list[str]:
    """Pairs separated by commas; a comma is a heading's own if no field ends before it (`Company, or person=company`)."""
    pairs: list[str] = []
    for part in text.split(","):
        if pairs and not ends_with_field(pairs[-1]):
            pairs[-1] = f"{pairs[-1]},{part}"
        else:
            pairs.append(part)
    return pairs


def ends_with_field(pair: str) -> bool:
    """Whether what stands after the last `=` may be the name of a field, known or not."""
    _, equals, field = pair.rpartition("=")
    return bool(equals) and _FIELD_NAME.fullmatch(field.strip()) is not None


def read_values(text: str) -> dict[str, dict[str, str]]:
    """Meanings by text, by column."""
    values = read_json(text, VALUES_HELP)
    if values is None:
        values = split_values(text)
    if not isinstance(values, dict) or not all(map(is_text_by_text, values.values())):
        raise CommandError(VALUES_HELP)
    return dict(values)


def split_values(text: str) -> dict[str, dict[str, str]]:
    """Meanings by text, by column, of pairs such as `Plugin:Wirefr=Jira`."""
    values: dict[str, dict[str, str]] = {}
    for pair in text.split(","):
        place, meaning = split_pair(pair, VALUES_HELP)
        column, colon, original = place.partition(":")
        if not colon:
            raise CommandError(VALUES_HELP)
        values.setdefault(column.strip(), {})[original] = meaning
    return values


def read_json(text: str, help: str) -> Any:
    """The value of JSON in the text itself or in the file that it names; None if it is neither."""
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
        path = Path(text)
        if not path.is_file():
            return None
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise CommandError(help) from error


def split_pair(text: str, help: str) -> tuple[str, str]:
    """Both sides of a pair. Raises CommandError if it has no `=`."""
    start, equals, end = text.rpartition("=")
    if not equals:
        raise CommandError(help)
    return start.strip(), end.strip()


def is_text_by_text(value: Any) -> bool:
    """Whether a value of JSON is an object of texts only."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
