"""Lists of codes come back from the store as they went in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.codes import Flag, Item, ReasonCode, join_codes, parse_fields, parse_flags, parse_needs


@given(st.lists(st.sampled_from(Item)))
def test_needed_items_come_back_as_items(items: list[Item]) -> None:
    assert parse_needs(join_codes(items)) == tuple(items)


@given(st.lists(st.sampled_from(Flag)))
def test_flags_come_back_as_flags(flags: list[Flag]) -> None:
    assert parse_flags(join_codes(flags)) == tuple(flags)


@pytest.mark.parametrize("text", ["", None])
def test_nothing_stored_is_an_empty_list(text: str | None) -> None:
    for parse in (parse_needs, parse_flags, parse_fields):
        assert parse(text) == ()


def test_a_flag_of_a_server_license_is_no_reason_of_a_cloud_license() -> None:
    """Both are stored as `maintenance_expired`: one refuses nothing, the other means a new subscription."""
    assert not isinstance(Flag.MAINTENANCE_EXPIRED, ReasonCode)
    assert str(Flag.MAINTENANCE_EXPIRED) == str(ReasonCode.MAINTENANCE_EXPIRED) == "maintenance_expired"
