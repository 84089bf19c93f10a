"""The steps from a file to its receipt: where a person is, and the way to the others."""

import streamlit as st

STEPS = {"file": "File", "columns": "Columns", "check": "Check", "preview": "Preview", "done": "Done"}
_OPEN = ("file", "columns", "check", "preview")
_KEY = "step"


def bar(begin: str) -> str:
    """The steps of an open batch, to go to any of them; gives the one a person is at, which the URL tells."""
    asked = st.query_params.get(_KEY, begin)
    st.session_state[_KEY] = asked if asked in _OPEN else begin
    st.segmented_control(
        "Step",
        _OPEN,
        format_func=_title,
        key=_KEY,
        on_change=lambda: _go(st.session_state[_KEY]),
        label_visibility="collapsed",
        required=True,
    )
    return str(st.session_state[_KEY])


def done() -> None:
    """The steps of a batch that has come to its end."""
    st.segmented_control(
        "Step",
        list(STEPS),
        default="done",
        format_func=_title,
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
        on_click=_go,
        args=(step,),
        disabled=disabled,
        icon=":material/arrow_forward:" if primary else None,
    )


def _go(step: str) -> None:
    st.query_params[_KEY] = step


def _title(step: str) -> str:
    return f"{list(STEPS).index(step) + 1} · {STEPS[step]}"
