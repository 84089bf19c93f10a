"""A run of a page is of one moment; what runs beside it, and the next run, look anew."""

from itertools import count

import pytest

from lib.web import run_memory


def test_a_run_looks_once_and_all_else_each_time() -> None:
    looks = count(1)

    def look() -> int:
        return run_memory.once("looks", lambda: next(looks))

    assert [look(), look()] == [1, 2]
    with run_memory.remembering():
        assert [look(), look(), run_memory.once("others", lambda: 0)] == [3, 3, 0]
    with run_memory.remembering():
        assert [look(), look()] == [4, 4]
    assert look() == 5


def test_a_run_that_fails_remembers_nothing_and_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), run_memory.remembering():
        run_memory.once("share", lambda: 1 / 0)
    with run_memory.remembering():
        assert run_memory.once("share", lambda: 0.5) == 0.5
    assert run_memory.once("share", lambda: 0.25) == 0.25
