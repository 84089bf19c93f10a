"""Where the pages are, so that one can lead to another: `menu_pages.link(page_paths.LICENSES, label=…)`."""

from pathlib import Path

# Whole paths: Streamlit resolves relative ones against the folder of its script, which is lib/web.
_PAGES = Path(__file__).resolve().parents[2] / "pages"

PROGRESS = str(_PAGES / "progress.py")
LICENSES = str(_PAGES / "licenses.py")
CUSTOMERS = str(_PAGES / "customers.py")
UPGRADES = str(_PAGES / "upgrades.py")
IMPORT = str(_PAGES / "import_batch.py")
ACTIVITY = str(_PAGES / "activity.py")
BATCHES = str(_PAGES / "batches.py")
CLOUD = str(_PAGES / "cloud.py")
RECONCILE = str(_PAGES / "reconcile.py")
PEOPLE = str(_PAGES / "people.py")
AUDIT = str(_PAGES / "audit.py")
POLICY = str(_PAGES / "policy.py")
REQUESTS = str(_PAGES / "requests.py")
