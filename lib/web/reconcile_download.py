"""Files of the page Reconcile."""

from functools import partial

from lib.documents.exports.file_formats import CSV
from lib.web import download_button


def button(label: str, name: str, build: partial[bytes]) -> None:
    """A button for a file that is built on click."""
    download_button.show(
        label,
        build,
        file_name=CSV.file_name(name),
        mime=CSV.mime_type,
        key=f"download_{name}",
        icon=":material/download:",
        on_click="ignore",
    )
