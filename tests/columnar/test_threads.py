"""Work on few rows is done at once, work on many in threads; both give the same."""

from threading import current_thread

import pytest

from lib.columnar.threads import MANY, threads_for


@pytest.mark.parametrize(("rows", "is_at_once"), [(MANY - 1, True), (MANY, False)])
def test_only_many_rows_are_worked_on_in_threads(rows: int, is_at_once: bool) -> None:
    with threads_for(rows) as workers:
        assert (workers.submit(current_thread).result() is current_thread()) is is_at_once
        assert list(workers.map(str, (1, 2))) == ["1", "2"]


@pytest.mark.parametrize("rows", [MANY - 1, MANY])
def test_an_error_reaches_whoever_asks_for_the_result(rows: int) -> None:
    with threads_for(rows) as workers:
        future = workers.submit(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            future.result()
