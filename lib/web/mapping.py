"""Which field each column of a file is: what was found, the questions that only a person can answer, and changes."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from lib.check import Checked, Settings
from lib.dates import DateOrder, evidence_in_words
from lib.licenses import COLUMNS, REQUIRED
from lib.questions import FIELD_TITLES, ORDER_TITLES, Question, answered, mapped, questions_of
from lib.store.batches import Batch
from lib.web import drafts, widgets
from lib.web.drafts import Reading
from lib.words import counted

HOW_TITLES = {
    "exact": "Same name",
    "alias": "Known spelling",
    "guessed": "Guessed",
    "ambiguous": "Please decide",
    "taken": "Another column has it",
    "unknown": "Not recognised",
}
"""How a column's field was found, by a proposal's `how`."""

_PAGE = 40
_WIDTHS = (3, 5, 2, 4, 3)


def questions(batch: Batch, checked: Checked) -> None:
    """The open questions about a file as one form; nothing if there are none."""
    asked = questions_of(checked)
    if not asked:
        return
    with st.form("questions", border=True):
        st.subheader("Please decide", anchor=False)
        keys = {question.column: _question(batch, place, question) for place, question in enumerate(asked)}
        st.form_submit_button(
            "Use these answers", type="primary", key="use_answers", on_click=_answer, args=(batch.id, keys)
        )


def panel(batch: Batch, reading: Reading) -> None:
    """Every column with samples, how much is filled, its field as a choice, and how it was found."""
    settings = Settings.of(batch.settings)
    mapping = reading.mapping(settings)
    _missing(mapping)
    _what_is_not_imported(reading, mapping)
    locked = settings.mapping is None and any(proposal.how == "ambiguous" for proposal in reading.proposals)
    if locked:
        st.caption("Answer the question above first; then each column can be changed here.")
    pages = -(-len(reading.headings) // _PAGE)
    page = st.pagination(pages, key="mapping_page") if pages > 1 else 1
    with st.container(gap="xsmall", key="mapping"):
        for column, title in zip(
            st.columns(_WIDTHS), ("Column", "Samples", "Filled", "Field", "How it was found"), strict=True
        ):
            column.caption(title)
        for place in range((page - 1) * _PAGE, min(page * _PAGE, len(reading.headings))):
            _row(batch, reading, place, mapping, locked)
    if settings.mapping is not None:
        st.button("Use the proposed fields again", key="propose_again", on_click=_choose, args=(batch.id, None))


def orders(batch: Batch, checked: Checked) -> None:
    """The order of day and month in each column of dates that leaves a doubt: the evidence, and a way to decide otherwise."""
    said = Settings.of(batch.settings).date_orders
    doubtful = {name: evidence for name, evidence in checked.evidence.items() if evidence_in_words(evidence)}
    for name, evidence in doubtful.items():
        found = evidence.order()
        chosen = said.get(name)
        key = f"order_{batch.id}_{name}_{chosen}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                FIELD_TITLES[name],
                [None, *DateOrder],
                index=[None, *DateOrder].index(DateOrder(chosen) if chosen else None),
                format_func=partial(_order_title, found),
                key=key,
                on_change=_order,
                args=(batch.id, name, key),
                width=220,
            )
            st.caption(f"Of these dates, {evidence_in_words(evidence)}.")


def _order_title(found: DateOrder | None, order: DateOrder | None) -> str:
    return ORDER_TITLES[order] if order else f"Automatic: {ORDER_TITLES[found].lower()}" if found else "Automatic"


def _order(number: int, field: str, key: str) -> None:
    settings = Settings.of(drafts.batch(number).settings)
    said = {name: order for name, order in settings.date_orders.items() if name != field}
    order = st.session_state[key]
    drafts.choose(number, replace(settings, date_orders={**said, field: order.value} if order else said))


def _question(batch: Batch, place: int, question: Question) -> str:
    """Draw one question; gives its widget's key."""
    key = f"answer_{batch.id}_{place}_{question.code}"
    titles = {value: title for value, (title, _) in question.choices.items()}
    st.radio(
        widgets.escape(question.text),
        list(question.choices),
        index=None,
        format_func=lambda value: titles[value],
        captions=[widgets.escape(example) for _, example in question.choices.values()],
        horizontal=True,
        key=key,
    )
    return key


def _answer(number: int, keys: Mapping[str, str]) -> None:
    said = {column: st.session_state.get(key) for column, key in keys.items()}
    answers = {column: answer for column, answer in said.items() if answer is not None}
    settings = Settings.of(drafts.batch(number).settings)
    drafts.choose(number, answered(drafts.checked(number), settings, answers))


def _missing(mapping: Mapping[str, str]) -> None:
    missing = [FIELD_TITLES[name] for name in REQUIRED if name not in mapping.values()]
    if missing:
        st.caption(f":material/warning: No column yet for: {', '.join(missing)}")


def _what_is_not_imported(reading: Reading, mapping: Mapping[str, str]) -> None:
    left_out = [heading for heading in reading.headings if heading not in mapping]
    if left_out:
        names = widgets.escape(", ".join(left_out))
        st.caption(f"{counted(len(left_out), 'column')} not imported: {names}")


def _row(batch: Batch, reading: Reading, place: int, mapping: Mapping[str, str], locked: bool) -> None:
    heading, sample = reading.headings[place], reading.samples[place]
    name, texts, filled, field, how = st.columns(_WIDTHS, vertical_alignment="center")
    name.text(heading)
    texts.caption(widgets.escape(" · ".join(sample.texts)))
    filled.caption(f"{sample.filled:.0%}")
    chosen = mapping.get(heading, "")
    key = f"field_{batch.id}_{place}_{chosen}"
    field.selectbox(
        heading,
        ["", *COLUMNS],
        index=["", *COLUMNS].index(chosen),
        format_func=lambda value: FIELD_TITLES.get(value, "Not imported"),
        label_visibility="collapsed",
        key=key,
        disabled=locked,
        on_change=_map,
        args=(batch.id, heading, key),
    )
    how.caption(
        HOW_TITLES[reading.proposals[place].how] if chosen == (reading.proposals[place].field or "") else "By hand"
    )


def _map(number: int, heading: str, key: str) -> None:
    batch = drafts.batch(number)
    mapping = drafts.reading(batch).mapping(Settings.of(batch.settings))
    _choose(number, mapped(mapping, heading, st.session_state[key] or None))


def _choose(number: int, mapping: dict[str, str] | None) -> None:
    settings = Settings.of(drafts.batch(number).settings)
    drafts.choose(number, replace(settings, mapping=mapping))
