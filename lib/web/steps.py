"""The steps from a file to its receipt: where a person is, and the way to the others."""

import streamlit as st

STEPS = {"file": "File", "columns": "Columns", "check": "Check", "preview": "Preview", "done": "Done"}
_OPEN = ("file", "columns", "check", "preview")
_KEY = "step"


def bar(begin: str) -> str:
    """The steps of an open batch, to choose from; returns the current one, which the URL names."""
    step = st.query_params.get(_KEY, begin)
    # The URL decides on each run, so that a link, a reload and the browser's back button lead to their step.
    st.session_state[_KEY] = step if step in _OPEN else begin
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
    """Name a step in the URL, from a callback: the run that follows shows it."""
    st.query_params[_KEY] = step


def numbered_title(step: str) -> str:
    """A step's number and title: `2 · Columns`."""
    return f"{list(STEPS).index(step) + 1} · {STEPS[step]}"
