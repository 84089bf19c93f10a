"""How long, and how much memory, files take that are small and would fill it: `python -m benchmarks.bombs`.

Each is read in a process of its own, as a list of licenses and as an answer with SENs. Printed are its bytes, the seconds of a
processor, the memory beyond what the process had before, and how it ended; the command ends with 1 if one took more than `MOST_SECONDS` or
`MOST_MEGABYTES`.
"""

import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from lib.domain.refusal import RefusalError
from lib.reading.tables import TableError, read_table
from lib.requests.sens import read_sen_file
from tests.reading.test_workbook_limits import cell, excel, rows_of_table, shared_texts
from tests.workbooks import open_document

MOST_SECONDS, MOST_MEGABYTES = 10.0, 300.0
_REPEATED = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
    'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
)
_READERS: dict[str, Callable[[bytes, str], object]] = {"licenses": read_table, "answer": read_sen_file}


def zipped(megabytes: int) -> bytes:
    """A workbook with another part that unpacks to so many megabytes."""
    content = io.BytesIO(excel(rows_of_table(3)))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.xml", "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1 << 20))
    return content.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "workbook of three rows": lambda: excel(rows_of_table(3)),
    "workbook by dimension": lambda: excel(rows_of_table(3), dimension="A1:XFD1048576"),
    "workbook by reference": lambda: excel(cell("B1", "Key") + cell("XFD1048576", "x")),
    "workbook by shared strings": lambda: shared_texts(250_000, 10_000),
    "OpenDocument by repeats": lambda: open_document(_REPEATED),
    "zip: another part of 2 GB": lambda: zipped(2_000),
    "zip: a sheet of 100 MB": lambda: excel(rows_of_table(3) + " " * (100 << 20)),
}
"""The files by name; the first is no bomb."""


def read(path: Path, reader: Callable[[bytes, str], object]) -> None:
    """Read a file, and print the seconds and megabytes that took, and how it ended."""
    content = path.read_bytes()
    before = peak_megabytes()
    start = process_time()
    end = "read"
    try:
        reader(content, path.name)
    except (TableError, RefusalError) as error:
        end = f"refused: {error}"
    seconds = process_time() - start
    print(f"{seconds:.3f}\t{peak_megabytes() - before:.0f}\t{end}")


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    # Not `ru_maxrss`, which begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s*(\d+)", status)[0]) / 1024


def measured(path: Path, kind: str) -> tuple[float, float, str]:
    """The seconds, the megabytes and the end of reading a file in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bombs", str(path), kind]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, megabytes, end = output.strip().split("\t", 2)
    return float(seconds), float(megabytes), end


def main() -> None:
    """Measure all files, or read one."""
    if sys.argv[1:]:
        read(Path(sys.argv[1]), _READERS[sys.argv[2]])
        return
    is_bounded = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xlsx"
        for title, content_of in FILES.items():
            path.write_bytes(content_of())
            for kind in _READERS:
                seconds, megabytes, end = measured(path, kind)
                is_bounded &= seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES
                print(
                    f"{title:28}{path.stat().st_size:>11,} bytes  {kind:9}{seconds:>7.2f} s{megabytes:>6,.0f} MB  {end[:90]}"
                )
    sys.exit(0 if is_bounded else 1)


if __name__ == "__main__":
    main()
