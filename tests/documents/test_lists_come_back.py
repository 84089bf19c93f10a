"""Our own lists are imported again without a change, also completed in a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.documents.exports import UPGRADE_FIELDS, cloud_csv, csv_parts, fields, licenses_csv, lines
from lib.domain.import_counts import RowCounts
from lib.domain.policy import Policy
from lib.importing import imports
from lib.measures.cut import Cut
from lib.reading.own_lists import worked_out_columns
from lib.store import database, file_rows, license_queries
from tests.actors import ADMIN, editor

POLICY = Policy()
LICENSES = """\
License Key,Product,Hosting,Editors,Atlassian Users,Maintenance Expires,Company,Email,Country,First Name,Last Name,Agrees to Match,Address
-AbC123,Mockups for JIRA,Server,10,25,2018-03-02,@Leisure GmbH,at@leisure.example,Germany,Ada,Lane,,"Ring 5
Berlin"
+Zz9,Mockups for JIRA,Server,10,Unlimited,Never,Acme Corp.,a@acme.example,Deutschland,,,yes,
'quoted',Mockups for JIRA,Server,10,25,2018-03-02,'t Hart BV,h@hart.example,Netherlands,,,,
K-1,Mockups for Confluence,Server,10,87,2018-03-02,=Sum Ltd,s@sum.example,Atlantis,,,,
K-2,Mockups for JIRA,Cloud,10,25,2016-03-02,ACME,a@acme.example,DE,,,,
K-3,Mockups for JIRA,Data Center,10,25,2016-03-02,Müller,m@example.de,AT,,,no,"=1,2"
"""


def imported(engine: Engine, content: bytes, name: str = "list.csv", **settings: str) -> RowCounts:
    settings_of_file = Settings(**settings)  # type: ignore[arg-type]
    return imports.import_file(engine, name, content, settings_of_file, editor("ada"), POLICY).counts


def lists(engine: Engine) -> dict[str, bytes]:
    """Each list of CSV that the store can give."""
    with database.reading(engine) as connection:
        frame = license_queries.licenses(connection, Cut())
        return {
            "licenses": licenses_csv(frame, ADMIN),
            "upgrades": b"".join(
                csv_parts(UPGRADE_FIELDS, file_rows.slices(connection, Cut(outcome=("upgrade_needed",))))
            ),
            "cloud": cloud_csv(license_queries.licenses(connection, Cut(hosting=("cloud",))), ADMIN, date(2026, 5, 14)),
        }


def test_our_own_lists_come_back_without_a_change(sqlite: Engine) -> None:
    assert imported(sqlite, LICENSES.encode()).new == 6
    for name, content in lists(sqlite).items():
        rows = len(list(csv.reader(io.StringIO(content.decode())))) - 1
        counts = imported(sqlite, content, f"{name}.csv")
        assert rows > 0
        assert (counts.unchanged, counts.changed, counts.new, counts.held) == (rows, 0, 0, 0), name


def test_what_somebody_completes_in_our_list_is_all_that_changes(sqlite: Engine) -> None:
    imported(sqlite, LICENSES.encode())
    header, *rows = csv.reader(io.StringIO(lists(sqlite)["upgrades"].decode("utf-8-sig")))
    rows[0][header.index("myAtlassian email")] = "it@acme.example"
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    counts = imported(sqlite, text.getvalue().encode())
    assert (counts.changed, counts.unchanged, counts.new) == (1, len(rows) - 1, 0)


def test_every_column_of_a_list_is_a_field_or_known_to_be_worked_out() -> None:
    titles = set(fields.NEED_TITLES.values())
    for columns in (fields.LICENSE_FIELDS, fields.CLOUD_FIELDS, *(sheet.fields for sheet in lines.SHEETS)):
        header = [field.title for field in columns]
        assert set(header) - titles == worked_out_columns(header)
        assert "Hosting" in header


@pytest.mark.parametrize(
    "header", [["License key", "Customer", "Contact", "From"], ["Customer", "Contact", "To", "Request"]]
)
def test_another_programs_list_is_not_taken_for_ours(header: list[str]) -> None:
    assert worked_out_columns(header) == frozenset()
