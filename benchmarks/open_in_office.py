"""Whether a spreadsheet program of another make reads our files as they are meant: no formula, nothing changed.

`python -m benchmarks.open_in_office` writes a workbook and a CSV file whose texts would run as formulas, lets LibreOffice turn
each into CSV without a window, and compares cell by cell. It needs LibreOffice (Debian: `apt-get install libreoffice-calc`).
"""

import csv
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook

from lib.checking.settings import Settings
from lib.documents import upgrade_files
from lib.documents.upgrade_files import TABLE, WORKBOOK
from lib.domain.policy import Policy
from lib.domain.roles import Actor, Role
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import database

HEADER = ("License Key", "Company", "Product", "Hosting", "Editors", "Host tier", "Purchase Date")
NAMES = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    '=HYPERLINK("http://x.example")',
    "00123",
    "1e5",
    "Größe 東京",
    "3-4",
)


def file_of(folder: Path) -> tuple[Path, Path]:
    """A workbook and a CSV file of licenses with such names."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADER)
    lines.writerows((f"0012{place}", name, "Jira", "Server", 10, 100, "2015-03-04") for place, name in enumerate(NAMES))
    engine = database.connect(f"sqlite:///{folder / 'licenses.sqlite'}")
    database.upgrade(engine)
    imports.import_file(engine, "names.csv", text.getvalue().encode(), Settings(), Actor("ann", Role.ADMIN), Policy())
    paths = folder / "list.xlsx", folder / "list.csv"
    with database.reading(engine) as connection:
        for path, upgrade_format in zip(paths, (WORKBOOK, TABLE), strict=True):
            path.write_bytes(
                upgrade_files.file(
                    connection, upgrade_format, Cut(), actor=Actor("ann", Role.ADMIN), policy=Policy()
                ).content
            )
    engine.dispose()
    return paths


def opened(office: str, path: Path, folder: Path) -> list[list[str]]:
    """The cells of a file as LibreOffice shows them: of a workbook its first sheet."""
    out = folder / f"from_{path.suffix[1:]}"
    filter_options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    command = [
        office,
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--infilter=CSV:44,34,76,1" if path.suffix == ".csv" else "--norestore",
        "--convert-to",
        filter_options,
        "--outdir",
        str(out),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return list(csv.reader(io.StringIO(next(out.iterdir()).read_text("utf-8"))))


def same(ours: str, theirs: str, *, typed: bool) -> bool:
    """Whether a cell is what was written. CSV has no types: there, what reads as a number is shown as that number."""
    if ours == theirs or typed:
        return ours == theirs
    try:
        return float(ours) == float(theirs)
    except ValueError:
        return False


def main() -> int:
    """Compare; 0 if all is as it was written, 2 if LibreOffice is missing."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        print("LibreOffice is not installed here: apt-get install libreoffice-calc, then run this again.")
        return 2
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        workbook, listed = file_of(folder)
        sheet = load_workbook(workbook).worksheets[0]
        cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        files = {"workbook": (cells, opened(office, workbook, folder))}
        rows = list(csv.reader(io.StringIO(listed.read_text("utf-8-sig"))))
        files["CSV"] = (rows, opened(office, listed, folder))
    failed = 0
    for name, (ours, theirs) in files.items():
        changed = [
            (one, other)
            for row, their_row in zip(ours, theirs, strict=True)
            for one, other in zip(row[:2], their_row[:2], strict=True)
            if not same(one, other, typed=name == "workbook")
        ]
        failed += bool(changed)
        print(f"{name}: {len(theirs):,} rows; {len(changed):,} names and keys changed, none may", *changed[:5])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
