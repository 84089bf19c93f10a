"""A license of an answer by the names of its fields, from a table's row or a JSON object."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lib.domain.licenses import field_for_heading
from lib.domain.text import BLANKS, bare_words, clean
from lib.requests.sen_lines.line import SenCode, SenLine, check_line, only

Fields = Sequence[tuple[str, Any]]
"""Names and values of a JSON object or of a table's row, with repeated names."""

_MARKETPLACE_KEY = "licenseKey"
"""What Atlassian calls the Marketplace's key, which is none of ours."""

_SEN_NAMES = frozenset(("sen", "entitlement"))
_SEN_WORDS = _SEN_NAMES | frozenset("support number no nr new nummer numero neue nouveau nueva nuevo atlassian".split())
"""Words of headings of SENs."""

IDS = ("id", "import id")


def read_fields(fields: Fields, line: int, entry: int = 0) -> SenLine:
    """The key and the SEN among the fields of a license."""
    names = [name for name, _ in fields]
    keys = distinct_texts(fields[place][1] for place in key_places(names))
    sens = distinct_texts(value for name, value in fields if is_sen(name))
    remark = remark_of(fields)
    if len(sens) > 1:
        return SenLine(line, only(keys), problem=SenCode.TWO_SENS, entry=entry, remark=remark)
    candidates = tuple(keys) if len(keys) > 1 else ()
    return check_line(SenLine(line, only(keys), "".join(sens), None, candidates, entry, remark))


def key_places(names: Sequence[str]) -> list[int]:
    """Where licenses are named: by their ids in packs, else by license keys."""
    ids = [place for place, name in enumerate(names) if bare_words(name) in IDS]
    keys = [place for place, name in enumerate(names) if name != _MARKETPLACE_KEY and is_license_key(name)]
    return ids or keys


def is_sen(name: str) -> bool:
    """Whether a field is the SEN, such as `SEN`, `New SEN` or `Support Entitlement Number`."""
    words = bare_words(name).split()
    return words == ["sen"] or (bool(words) and _SEN_WORDS.issuperset(words) and not _SEN_NAMES.isdisjoint(words))


def is_license_key(name: str) -> bool:
    """Whether a field is a license key, ours or the Marketplace's."""
    return field_for_heading(name) == "license_key"


def is_own(name: str) -> bool:
    """Whether a field is an id, a SEN or a license key, and so nothing that an answer remarks."""
    return bare_words(name) in (*IDS, "license key") or is_sen(name) or is_license_key(name)


def remark_of(fields: Fields) -> str:
    """All that a license's fields say beside its key and its SEN, without the Marketplace's key."""
    remarks = [value for name, value in fields if not is_own(name)]
    return "; ".join(filter(clean, texts_in(remarks)))


def distinct_texts(values: Iterable[Any]) -> list[str]:
    """The texts in values, each once, blanks only if alone."""
    texts = list(texts_in(list(values)))
    filled = [text for text in texts if clean(text) not in BLANKS]
    return list(dict.fromkeys(filled or texts[:1]))


def texts_in(value: Any) -> Iterator[str]:
    """The texts in a value, however deep, without keys, ids and SENs of objects inside it."""
    if isinstance(value, tuple):
        for name, inner in value:
            if not is_own(name):
                yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif value is not None:
        yield str(value)


def is_license(fields: Fields) -> bool:
    """Whether an object is a license itself, rather than something that holds licenses."""
    plain_names = [name for name, value in fields if not isinstance(value, tuple | list)]
    if any(map(is_sen, plain_names)):
        return True
    inner_objects = list(objects_in([value for _, value in fields]))
    # With a SEN deeper down, this object holds licenses, whatever key it has itself.
    if any(map(has_sen, inner_objects)):
        return False
    return bool(key_places(plain_names)) or not fields or bool(plain_names and not inner_objects)


def has_sen(fields: Fields) -> bool:
    """Whether a SEN is among the fields of an object."""
    return any(is_sen(name) for name, _ in fields)


def objects_in(value: Any) -> Iterator[Fields]:
    """All objects in a value, however deep."""
    if isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)
    elif isinstance(value, tuple):
        yield value
        for _, inner in value:
            yield from objects_in(inner)
