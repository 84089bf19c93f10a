"""The steps from a file to its receipt."""

import streamlit as st

STEPS = {"file": "File", "columns": "Columns", "check": "Check", "preview": "Preview", "done": "Done"}
_OPEN = ("file", "columns", "check", "preview")
_KEY = "step"


def bar(begin: str) -> str:
    """The steps of an open batch; returns the current one."""
    step = st.query_params.get(_KEY, begin)
    # The URL decides on each run, so that a link, a reload and the browser's back button lead to their step.
    if step not in _OPEN:
        step = begin
    st.session_state[_KEY] = step
    st.segmented_control(
        "Step",
        _OPEN,
        format_func=numbered_title,
        key=_KEY,
        on_change=lambda: go_to(st.session_state[_KEY]),
        label_visibility="collapsed",
        required=True,
    )
    return str(st.session_state[_KEY])


def done() -> None:
    """The steps of a finished batch, all disabled."""
    st.segmented_control(
        "Step",
        list(STEPS),
        default="done",
        format_func=numbered_title,
        key="all_steps",
        disabled=True,
        label_visibility="collapsed",
    )


def way_on(label: str, step: str, *, primary: bool = True, disabled: bool = False) -> None:
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


def go_to(step: str) -> None:
    """Name a step in the URL, for the next run to show."""
    st.query_params[_KEY] = step


def numbered_title(step: str) -> str:
    """A step's number and title: `2 · Columns`."""
    return f"{list(STEPS).index(step) + 1} · {STEPS[step]}"
