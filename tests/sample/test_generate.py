"""Made-up exports: the same again for the same seed, and realistic enough to measure by."""

import csv
import io
from collections import Counter

import pytest

from tests import generate
from tests.generate import DIALECTS, HEADER


def table(dialect: str = "comma", count: int = 3000, changed: float = 0.0) -> list[list[str]]:
    how = DIALECTS[dialect]
    text = generate.content(count, seed=3, dialect=dialect, changed=changed).decode(how.encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_has_its_header_and_as_many_rows_as_asked_for(dialect: str) -> None:
    header, *rows = table(dialect, 500)
    assert len(rows) == 500
    assert 14 <= len(header) <= 19
    assert sum(len(row) != len(header) for row in rows) < 10


def test_the_same_seed_gives_the_same_file_and_another_gives_another() -> None:
    assert generate.content(50, seed=3) == generate.content(50, seed=3) != generate.content(50, seed=4)


def test_a_changed_file_differs_in_that_share_of_its_rows() -> None:
    before, after = table(), table(changed=0.1)
    differing = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert 200 < len(differing) < 350
    assert all(one[0] == other[0] for one, other in differing)


def test_keys_are_unique_save_for_a_few_duplicates() -> None:
    keys = Counter(row[0] for row in table()[1:])
    assert 0 < sum(times - 1 for times in keys.values()) < 15


def test_a_few_customers_have_many_licenses_and_most_have_few() -> None:
    domains = Counter(row[HEADER.index("Email")].partition("@")[2] for row in table()[1:])
    times = sorted(domains.values(), reverse=True)
    assert times[0] > 10
    assert times[len(times) // 2] <= 2
