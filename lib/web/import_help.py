"""What a file of licenses should hold: the columns that matter, a template and an example."""

import pandas as pd
import streamlit as st

from lib.documents.exports.file_formats import CSV
from lib.documents.import_examples import MATTERING, example_csv, spellings, template_workbook
from lib.domain.licenses import COLUMNS
from lib.web import download_button

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads() -> None:
    """The template and the example, built on click."""
    with st.container(horizontal=True, vertical_alignment="center"):
        download_button.show(
            "Template (XLSX)",
            template_workbook,
            file_name="license_template.xlsx",
            mime=_WORKBOOK,
            key="template",
            is_for_import=True,
            type="tertiary",
            on_click="ignore",
            icon=":material/download:",
        )
        download_button.show(
            "Example file",
            example_csv,
            file_name="license_example.csv",
            mime=CSV.mime_type,
            key="example",
            is_for_import=True,
            type="tertiary",
            on_click="ignore",
            icon=":material/download:",
        )


def columns_that_matter() -> None:
    """The columns that outcomes and lists need, what for, and other headings that are recognised."""
    with st.expander("The columns that matter", icon=":material/view_column:", expanded=True):
        rows = [(COLUMNS[name].title, meaning, spellings(name)) for name, meaning in MATTERING.items()]
        frame = pd.DataFrame(rows, columns=["Column", "Needed for", "Headings recognised, for example"], dtype=object)
        with st.container(key="columns_that_matter"):
            st.table(frame.set_index("Column"))
        st.caption("Other columns are read too, and those that mean nothing to us are kept with each license.")
