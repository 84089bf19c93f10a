"""The steps from a file to its receipt."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from lib.checking.check_summary import CheckSummary
from lib.checking.open_points import Step, first_step, is_settled, open_points
from lib.web import batch_state, job_progress

TITLES = {Step.FILE: "File", Step.COLUMNS: "Columns", Step.CHECK: "Check", Step.PREVIEW: "Preview"}
_KEY = "step"


def bar(summary: CheckSummary) -> Step:
    """The steps of an open batch; returns the one in the address."""
    # An address without one means the first that needs a person.
    # The URL decides on each run, so that a link, a reload and the browser's back button lead to their step.
    name = st.query_params.get(_KEY, "")
    step = Step(name) if name in list(Step) else first_step(summary)
    if name != step:
        go_to(step)
    st.session_state[_KEY] = step
    st.segmented_control(
        "Step",
        list(Step),
        format_func=lambda step: step_title(summary, step),
        key=_KEY,
        on_change=lambda: go_to(st.session_state[_KEY]),
        label_visibility="collapsed",
        required=True,
    )
    return step


def done() -> None:
    """The steps of a finished batch, all disabled."""
    titles = [f"✓ {number} {title}" for number, title in enumerate((*TITLES.values(), "Done"), start=1)]
    st.segmented_control(
        "Step", titles, default=titles[-1], key="all_steps", disabled=True, label_visibility="collapsed"
    )


@contextmanager
def actions(number: int) -> Iterator[None]:
    """The row of buttons that stays at the bottom of the window, and whether the batch is being checked."""
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="actions"):
        yield
        job_progress.show_quietly(batch_state.job(number))


def way_on(label: str, step: Step, *, primary: bool = True, disabled: bool = False) -> None:
    """A button that leads to another step."""
    st.button(
        label,
        type="primary" if primary else "secondary",
        key=f"to_{step}",
        on_click=go_to,
        args=(step,),
        disabled=disabled,
        icon=":material/arrow_forward:" if primary else None,
    )


def go_to(step: Step) -> None:
    """Name a step in the URL, for the next run to show."""
    st.query_params[_KEY] = step.value


def step_title(summary: CheckSummary, step: Step) -> str:
    """A step's number and title, with what waits there: `✓ 2 Columns`, `3 Check · 7`."""
    title = f"{list(Step).index(step) + 1} {TITLES[step]}"
    if is_settled(summary, step):
        return f"✓ {title}"
    waiting = open_points(summary).get(step, 0)
    return f"{title} · {waiting:,}" if waiting else title
