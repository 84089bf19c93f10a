"""A file checked: each thing that can be wrong has its code, its line and its column (the file is the test's text)."""

from typing import Any

import pytest

from lib.checking.check import CheckedFile, check
from lib.checking.column_mapping import unique_headings
from lib.checking.problem import Problem, Severity
from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.products import Hosting, Product
from lib.reading.tables import TableError, read_table
from tests import generate

POLICY = Policy()
HEADER = "License Key,Product,Hosting,Editors,Purchase Date,Email,Company,Country"
GOOD = "K-1,Mockups for JIRA,Server,10,2018-01-31,ada@acme.example,Acme,US"


def checked(*lines: str, **settings: Any) -> CheckedFile:
    content = "\n".join(lines).encode()
    return check(read_table(content, "licenses.csv"), Settings(**settings), POLICY)


def problems_of(problem: Problem) -> tuple[Any, ...]:
    return (problem.code, problem.row, problem.line, problem.column, problem.field, problem.value)


def value_of(result: CheckedFile, field: str) -> list[Any]:
    return list(result.licenses[field].take(result.rows).objects())


def test_a_good_row_is_read_and_nothing_is_wrong() -> None:
    result = checked(HEADER, GOOD)
    assert (list(result.errors), list(result.warnings), result.undecided) == ([], [], [])
    assert value_of(result, "license_key") == ["K-1"]
    assert value_of(result, "product") == [Product.JIRA]
    assert value_of(result, "country") == ["US"]
    assert result.unmapped == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Mockups for JIRA,Server,10,,,,", ("missing_required", "License Key", "license_key", "")),
        ("N/A,Mockups for JIRA,Server,10,,,,", ("missing_required", "License Key", "license_key", "N/A")),
        ("K-2,,Server,10,,,,", ("missing_required", "Product", "product", "")),
        ("K-2,null,Server,10,,,,", ("missing_required", "Product", "product", "null")),
        (
            "K-2,Mockups for JIRA,Server,10,2018-02-31,,,",
            ("invalid_date", "Purchase Date", "purchase_date", "2018-02-31"),
        ),
        ("K-2,Mockups for JIRA,Server,ten,,,,", ("invalid_size", "Editors", "editors", "ten")),
        ("K-2,Mockups for JIRA,Server,0,,,,", ("invalid_size", "Editors", "editors", "0")),
        ("K-2,Mockups for JIRA,Server,10,,ada at acme,,", ("invalid_email", "Email", "contact_email", "ada at acme")),
        ("K-2,Gliffy for JIRA,Server,10,,,,", ("unknown_product", "Product", "product", "Gliffy for JIRA")),
        ("K-2,Mockups for JIRA,the moon,10,,,,", ("unknown_hosting", "Hosting", "hosting", "the moon")),
        ("1.23E+11,Mockups for JIRA,Server,10,,,,", ("mangled_number", "License Key", "license_key", "1.23E+11")),
    ],
)
def test_a_cell_that_cannot_be_read_holds_its_row(row: str, problem: tuple[str, str, str, str]) -> None:
    code, column, field, value = problem
    result = checked(HEADER, GOOD, "", row)
    assert [problems_of(error) for error in result.errors] == [(code, 2, 4, column, field, value)]
    assert result.errors[0].message.startswith(f"Line 4, column {column}: ")
    assert result.held.tolist() == [False, True]
    assert value_of(result, "license_key") == ["K-1"]


@pytest.mark.parametrize(
    "row", ["K-2,Mockups for JIRA,Server,,,,,", "K-2,Mockups for JIRA,,,,,,", "K-2,Mockups for JIRA,-,n/a,,,,"]
)
def test_other_blanks_hold_no_row(row: str) -> None:
    result = checked(HEADER, GOOD, row)
    assert result.errors == []
    assert value_of(result, "license_key") == ["K-1", "K-2"]


def test_a_row_with_several_mistakes_tells_them_all() -> None:
    result = checked(HEADER, "K-1,Trello,the moon,ten,soon,ada,,")
    assert {error.code for error in result.errors} == {
        *("unknown_product", "unknown_hosting", "invalid_size", "invalid_date", "invalid_email")
    }


def test_a_row_of_a_wrong_width_is_held_as_it_was_found() -> None:
    result = checked(HEADER, GOOD, "K-2,Mockups for JIRA,10,Acme", f"{GOOD},left over".replace("K-1", "K-3"))
    assert [problems_of(error)[:5] for error in result.errors] == [
        ("wrong_width", 2, 3, None, None),
        ("wrong_width", 3, 4, None, None),
    ]
    assert result.errors[0].value == "K-2,Mockups for JIRA,10,Acme"
    assert "4 cells where the header has 8" in result.errors[0].message
    assert value_of(result, "license_key") == ["K-1"]


def test_an_exact_repetition_is_left_out_with_a_warning() -> None:
    result = checked(HEADER, GOOD, GOOD, GOOD)
    assert [problems_of(warning)[:4] for warning in result.warnings] == [
        ("duplicate_row", 2, 3, "License Key"),
        ("duplicate_row", 3, 4, "License Key"),
    ]
    assert "repeats line 2" in result.warnings[1].message
    assert value_of(result, "license_key") == ["K-1"]
    assert not result.held.any()


def test_rows_that_say_the_same_in_other_words_are_repetitions() -> None:
    result = checked(
        HEADER, GOOD, "K-1 ,Balsamiq Mockups for JIRA, server ,10 Editors,31 Jan 2018,ada@ACME.example,Acme,USA"
    )
    assert [warning.code for warning in result.warnings] == ["duplicate_row"]


def test_keys_that_differ_in_case_are_two_licenses() -> None:
    """domain.md §2: a license key is case-sensitive."""
    assert value_of(checked(HEADER, GOOD, GOOD.replace("K-1", "k-1")), "license_key") == ["K-1", "k-1"]


def test_rows_that_contradict_one_another_are_all_held() -> None:
    other = GOOD.replace(",10,", ",25,")
    result = checked(HEADER, GOOD, other, GOOD.replace("K-1", "K-2"), GOOD)
    assert [problems_of(error)[:4] for error in result.errors] == [
        ("conflicting_duplicate", 1, 2, "License Key"),
        ("conflicting_duplicate", 2, 3, "License Key"),
    ]
    assert "line 3 has the same license key but differs in Editors" in result.errors[0].message
    assert [warning.row for warning in result.warnings] == [4]
    assert value_of(result, "license_key") == ["K-2"]


def test_a_hosting_told_by_one_products_name_only_is_a_contradiction() -> None:
    header = "License Key,Product,Hosting"
    result = checked(header, "K-1,Mockups for JIRA,", "K-1,Mockups for JIRA Cloud,")
    assert [error.code for error in result.errors] == ["conflicting_duplicate"] * 2
    assert "differs in Hosting" in result.errors[0].message


def test_what_looks_like_a_formula_is_kept_as_text_with_a_warning() -> None:
    result = checked(HEADER, GOOD.replace("Acme", '"=HYPERLINK(""http://x"")"'))
    assert [problems_of(warning) for warning in result.warnings] == [
        ("formula_like", 1, 2, "Company", "company", '=HYPERLINK("http://x")')
    ]
    assert value_of(result, "company") == ['=HYPERLINK("http://x")']


def test_an_unknown_country_keeps_its_text_and_holds_no_row() -> None:
    result = checked(HEADER, GOOD.replace(",US", ",Atlantis"))
    assert [problems_of(warning)[0] for warning in result.warnings] == ["unknown_country"]
    assert (value_of(result, "country"), value_of(result, "country_text")) == ([""], ["Atlantis"])
    assert result.errors == []


def test_a_country_is_a_code_beside_the_words_of_the_file() -> None:
    result = checked(HEADER, GOOD.replace(",US", ",Deutschland"), GOOD.replace("K-1", "K-2").replace(",US", ",N/A"))
    assert value_of(result, "country") == ["DE", ""]
    assert value_of(result, "country_text") == ["Deutschland", ""]


def test_a_cell_may_be_left_empty_instead_of_holding_its_row() -> None:
    row = "K-2,Mockups for JIRA,the moon,ten,soon,ada,,"
    leave = (
        "editors:invalid_size",
        "purchase_date:invalid_date",
        "contact_email:invalid_email",
        "hosting:unknown_hosting",
    )
    result = checked(HEADER, GOOD, row, leave_empty=leave)
    assert result.errors == []
    assert [value_of(result, name)[1] for name in ("hosting", "editors", "purchase_date", "contact_email")] == [
        *(None, None, None, "")
    ]
    assert [error.code for error in checked(HEADER, GOOD, row, leave_empty=leave[1:]).errors] == ["invalid_size"]


def test_an_unknown_product_may_be_left_empty_but_a_key_never() -> None:
    rows = ("K-2,Trello,Server,10,,,,", "1.2E+11,Mockups for JIRA,Server,10,,,,")
    result = checked(HEADER, *rows, leave_empty=("product:unknown_product", "license_key:mangled_number"))
    assert [error.code for error in result.errors] == ["mangled_number"]
    assert value_of(result, "product") == [None]


def test_hosting_may_be_carried_by_the_products_name() -> None:
    header = "License Key,Product,Editors"
    result = checked(header, "K-1,Mockups for JIRA Server,10", "K-2,Mockups 3 for Confluence Cloud,")
    assert value_of(result, "hosting") == [Hosting.SERVER, Hosting.CLOUD]
    assert result.errors == []


def test_a_hosting_cell_outranks_the_products_name_and_a_blank_one_does_not() -> None:
    header = "License Key,Product,Hosting"
    result = checked(header, "K-1,Wireframes for Jira Server,Data Center", "K-2,Wireframes for Jira Server,")
    assert value_of(result, "hosting") == [Hosting.DATA_CENTER, Hosting.SERVER]


def test_a_file_whose_products_do_not_all_tell_the_hosting_lacks_a_column() -> None:
    with pytest.raises(TableError, match="Hosting column") as caught:
        checked("License Key,Product,Editors", "K-1,Mockups for JIRA Server,10", "K-2,Mockups for JIRA,10")
    assert caught.value.code == "missing_columns"


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("Product,Hosting,Editors", "License key"),
        ("License Key,Hosting,Editors", "Product"),
        ("Hosting,Editors,Company", "License key, Product"),
    ],
)
def test_a_file_without_keys_or_products_is_refused(header: str, missing: str) -> None:
    with pytest.raises(TableError, match=missing) as caught:
        checked(header, "a,b,c")
    assert caught.value.code == "missing_columns"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (f"{HEADER}\n".encode(), "no_rows"),
        (b"PK\x03\x04rubbish", "binary"),
        (b"%PDF-1.7 ...", "binary"),
        (b"K-1,Mockups for JIRA,Server,10\nK-2,Mockups for JIRA,Server,10\n", "no_header"),
        (b"Name,City\nAda,London\n", "missing_columns"),
    ],
)
def test_a_file_that_is_no_list_of_licenses_is_refused_with_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(TableError) as caught:
        check(read_table(content, "licenses.csv"), Settings(), POLICY)
    assert caught.value.code == code
    assert caught.value.message.endswith((".", "!", "?"))


def test_a_column_headed_academic_answers_yes_or_no() -> None:
    header = "License Key,Product,Hosting,Academic"
    rows = [f"K-{text},Mockups for JIRA,Server,{text}" for text in ("yes", "no", "", "University")]
    assert value_of(checked(header, *rows), "license_type") == ["Academic", "", "", "University"]


def test_one_column_of_users_is_the_editors() -> None:
    """domain.md §7: ambiguous Users means editors unless a second size column exists."""
    result = checked("License Key,Product,Hosting,Users", "K-1,Mockups for JIRA,Server,10")
    assert result.undecided == []
    assert value_of(result, "editors") == [10]


def test_users_beside_another_size_asks() -> None:
    """domain.md §7: … then ask."""
    rows = ("License Key,Product,Hosting,Users,Host Tier", "K-1,Mockups for JIRA,Server,10,25")
    questions = checked(*rows).undecided
    assert [(question.code, question.column, question.row) for question in questions] == [
        ("ambiguous_column", "Users", None)
    ]
    mapping = {
        "License Key": "license_key",
        "Product": "product",
        "Hosting": "hosting",
        "Users": "editors",
        "Host Tier": "host_tier",
    }
    result = checked(*rows, mapping=mapping)
    assert result.undecided == []
    assert (value_of(result, "editors"), value_of(result, "host_tier")) == ([10], [25])


def test_dates_that_may_be_read_either_way_ask_once_for_the_column() -> None:
    """domain.md §7: decided per column over all rows; if every row is ambiguous, a person must choose."""
    rows = [GOOD.replace("2018-01-31", day).replace("K-1", f"K-{day}") for day in ("03/04/2018", "05/06/2018")]
    result = checked(HEADER, *rows)
    assert [(question.code, question.column) for question in result.undecided] == [("ambiguous_date", "Purchase Date")]
    assert "2 can be read either way" in result.undecided[0].message
    days = {order: checked(HEADER, *rows, date_orders={"*": order}) for order in ("dmy", "mdy")}
    assert [str(value_of(end, "purchase_date")[0]) for end in days.values()] == ["2018-04-03", "2018-03-04"]
    assert all(not end.undecided and not end.errors for end in days.values())


def test_one_telling_date_decides_for_its_whole_column() -> None:
    rows = [GOOD.replace("2018-01-31", day).replace("K-1", f"K-{day}") for day in ("03/04/2018", "31/01/2018")]
    result = checked(HEADER, *rows)
    assert result.undecided == []
    assert [str(day) for day in value_of(result, "purchase_date")] == ["2018-04-03", "2018-01-31"]


def test_dates_that_contradict_one_another_ask() -> None:
    rows = [GOOD.replace("2018-01-31", day).replace("K-1", f"K-{day}") for day in ("13/01/2018", "01/31/2018")]
    assert [question.code for question in checked(HEADER, *rows).undecided] == ["ambiguous_date"]


def test_unknown_columns_are_listed_and_not_lost_sight_of() -> None:
    assert checked(f"{HEADER},Shoe Size", f"{GOOD},43").unmapped == ["Shoe Size"]


def test_a_mapping_says_which_column_is_which() -> None:
    mapping = {"A": "license_key", "B": "product", "C": "hosting"}
    result = checked("A,B,C,Company", "K-1,Mockups for JIRA,Server,Acme", mapping=mapping)
    assert value_of(result, "license_key") == ["K-1"]
    assert (result.mapping, result.unmapped) == (mapping, ["Company"])


@pytest.mark.parametrize(
    "mapping",
    [
        {"License Key": "license_key", "Produkt": "product"},
        {"License Key": "shoe_size"},
        {"License Key": "company", "Company": "company"},
    ],
)
def test_a_mapping_of_what_is_not_there_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(TableError) as caught:
        checked(HEADER, GOOD, mapping=mapping)
    assert caught.value.code == "unknown_mapping"


def test_headings_are_told_apart() -> None:
    assert unique_headings(["Key", "", " Key ", "Key", "Key (2)"]) == [
        "Key",
        "Column 2",
        "Key (2)",
        "Key (3)",
        "Key (2) (2)",
    ]


def test_problems_are_in_the_files_order() -> None:
    rows = [
        f"K-{number},Mockups for JIRA,Server,{'ten' if number % 3 else '10'},,{'x' if number % 2 else ''},,"
        for number in range(40)
    ]
    assert [error.row for error in checked(HEADER, *rows).errors] == sorted(
        error.row or 0 for error in checked(HEADER, *rows).errors
    )


def test_settings_survive_being_stored() -> None:
    settings = Settings(
        delimiter=";", mapping={"A": "company"}, date_orders={"*": "dmy"}, leave_empty=("editors:invalid_size",)
    )
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json({**settings.to_json(), "something": "newer"}) == settings
    assert Settings.from_json({}) == Settings()


@pytest.mark.parametrize("dialect", generate.DIALECTS)
def test_a_generated_file_is_read_whole_in_every_dialect(dialect: str) -> None:
    result = check(read_table(generate.content(1500, seed=4, dialect=dialect), "licenses.csv"), Settings(), POLICY)
    assert (len(result.table), result.unmapped, result.undecided) == (1500, [], [])
    assert {problem.severity for problem in result.errors} <= {Severity.ERROR}
    assert 0 < result.held.sum() < 20
    assert {problem.code for problem in result.warnings} <= {"duplicate_row"}


ENDING = f"{HEADER},Maintenance Expires"


@pytest.mark.parametrize(
    ("ends", "advice"),
    [
        (("2018-01-31", "2019-01-31"), "Keep one of them in the file: line 3 has the newest end of maintenance."),
        (("2018-01-31", "2018-01-31"), "Keep one of them in the file."),
        (("2018-01-31", ""), "Keep one of them in the file."),
        (("2018-01-31", "someday"), "Keep one of them in the file."),
    ],
)
def test_of_contradicting_rows_the_newest_end_of_maintenance_is_proposed(ends: tuple[str, str], advice: str) -> None:
    result = checked(ENDING, f"{GOOD},{ends[0]}", f"{GOOD.replace('Acme', 'Globex')},{ends[1]}")
    conflicts = [error.message for error in result.errors if error.code == "conflicting_duplicate"]
    assert [message.endswith(advice) for message in conflicts] == [True, True]


def test_every_line_that_was_left_out_is_listed() -> None:
    lines = ("Licenses of May", HEADER, GOOD, HEADER, GOOD.replace("K-1", "K-2"), "# checked", "Page 1 of 3")
    result = checked(*lines)
    assert {(warning.code, warning.row) for warning in result.warnings} == {("ignored_line", None)}
    assert [warning.message for warning in result.warnings] == [
        "Line 1: this line was left out as text above the header.",
        "Line 4: this line was left out as a repeated header. If it is a license, correct it in the file.",
        "Line 6: this line was left out as a comment.",
        "Line 7: this line was left out as a footer.",
    ]
    assert len(result.rows) == 2
    assert not list(checked("sep=,", HEADER, GOOD).warnings), "what the reader obeys is not left out"


def test_a_column_of_two_date_orders_is_reported_with_both() -> None:
    days = ("13/02/2018", "02/14/2018", "03/04/2018")
    result = checked(HEADER, *(GOOD.replace("2018-01-31", day).replace("K-1", f"K-{day}") for day in days))
    assert "1 can only have the day first · 1 can only have the month first" in result.undecided[0].message
    assert [error.code for error in result.errors] == ["ambiguous_date"]


def test_rows_that_differ_only_in_a_column_without_a_field_are_no_repeats() -> None:
    """That column is kept with the license: leaving one row out would lose what it says there."""
    rows = b"K-1,Jira,Server,10,blue\nK-1,Jira,Server,10,red\nK-2,Jira,Server,10,red\nK-2,Jira,Server,10, red\n"
    result = check(read_table(b"License Key,Product,Hosting,Editors,Team\n" + rows), Settings(), POLICY)
    assert [(problem.line, problem.code) for problem in result.errors] == [
        (2, "conflicting_duplicate"),
        (3, "conflicting_duplicate"),
    ]
    assert "line 3 has the same license key but differs in other columns." in result.errors[0].message
    assert [(problem.line, problem.code) for problem in result.warnings] == [(5, "duplicate_row")]


def test_a_check_after_keys_were_parted_reads_no_column_of_the_rows_before() -> None:
    table = read_table(b"License Key,Product,Hosting\nA-1 A-2,Jira,Server\nA-3,Jira,Cloud\n", "licenses.csv")
    whole = check(table, Settings(), POLICY)
    parted = check(table, Settings(parted_column="License Key"), POLICY, cache=whole.cache)
    assert value_of(parted, "license_key") == ["A-1", "A-3", "A-2"]
    assert value_of(parted, "hosting") == [Hosting.SERVER, Hosting.CLOUD, Hosting.SERVER]
