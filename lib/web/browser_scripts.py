"""What runs in the browser itself: the scripts of the folder `scripts`, each a component of Streamlit, maybe with a style."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

ADDRESS = "/_stcore/bidi-components/"
"""Where the server has them, from which pages may load scripts; a script inside a page they may not run."""

_PACKAGE = "migration"
_FOLDER = "scripts"
_ROOT = Path(__file__).parent


def component(script: str) -> ComponentRenderer:
    """The component of a script, by its name without ending."""
    name = f"{_PACKAGE}.{script}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is None:
        manifest = ComponentManifest(_PACKAGE, "1", [ComponentConfig(script, _FOLDER)])
        manager.register_from_manifest(manifest, _ROOT)
    style = f"{script}.css" if (_ROOT / _FOLDER / f"{script}.css").exists() else None
    return st.components.v2.component(name, js=f"{script}.js", css=style)


def copy_button(label: str, text: str, key: str) -> None:
    """A button that copies a text, and says so."""
    component("copy_text")(key=key, data={"label": label, "text": text, "message": "Copied"}, width="content")
