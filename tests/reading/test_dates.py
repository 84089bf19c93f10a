"""Dates as people and programs write them, and the order that a column shows."""

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.text import Misread
from lib.reading.date_order import DateEvidence, date_evidence
from lib.reading.dates import PLACEHOLDER_DATES, read_date
from lib.reading.numeric_dates import PIVOT, YEARS, DateOrder

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
DAYS = st.dates(min_value=date(YEARS[0], 1, 1), max_value=date(YEARS[-1], 12, 31)).filter(
    lambda day: day not in PLACEHOLDER_DATES
)
RECENT = st.dates(min_value=date(1900 + PIVOT, 1, 1), max_value=date(2000 + PIVOT - 1, 12, 31)).filter(
    lambda day: day not in PLACEHOLDER_DATES
)
MONTHS = {
    "English": "January February March April May June July August September October November December",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "short English": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "longer English": "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.",
    "short German": "Jän Feb. Mrz Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
    "short French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "short Spanish": "ene feb mar abr may jun jul ago sept oct nov dic",
    "short Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
    "short Dutch": "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
}

SECOND_OF_MARCH = (
    "2018-03-02|2018-3-2|2018/03/02|2018/3/2|2018.03.02|2018. 03. 02.|20180302|2018-03-02T09:12:00Z|2018-03-02 09:12:00+02:00"
    "|2018-03-02T23:59:59.999-11:00|2018-03-02 00:00:00.000 UTC|2018-03-02+01:00|2018-03-02T23:30:00+01:00[Europe/Berlin]"
    "|20180302T091200Z|2018-03-02 9:12 PM|2018/03/02 9:12|2 Mar 2018|02-Mar-18|02-MAR-2018|2/Mar/2018|02MAR2018|2018-Mar-02|2018 March 2"
    "|Mar 2, 2018|Mar-02-2018|March 2nd, 2018|2nd of March 2018|2 Mar '18|Friday, March 2, 2018 3:04 PM|Fri, 02 Mar 2018 10:00:00 GMT"
    "|Fri Mar 02 2018 00:00:00 GMT+0100 (CET)|Fri Mar  2 00:00:00 2018|Fri Mar 02 00:00:00 UTC 2018|2. März 2018|Fr., 2. März 2018, 10:30 Uhr"
    "|2 mars 2018 à 10:30|le vendredi 2 mars 2018|2 mars 2018 10h30|2 de marzo de 2018|viernes, 2 de marzo de 2018|2 marzo 2018|vr 2 maart 2018"
    "|2018年3月2日|2018年03月02日(金)|２０１８/０３/０２|2018년 3월 2일|43161|43161.5|43161,75| 2018-03-02\u00a0|\u200e2018-03-02"
)
NO_DATES = (
    "2018-02-30|2018-13-01|31/02/2018|31 Feb 2018|29/02/2017|00/01/2018|13/13/2018|Mar 2018|2018|3/2018|2 jui 2018|tomorrow|2018-03-02 25:00"
    "|2018-03-02 extra|2 Mar 2018 and more|02/03-2018|1/2/3/2018|1/2/345|平成30年3月2日|1543622400|12345|60001|2018-W09-5|2018-061|Q1 2018"
    "|2 Mar Apr|2 2 Mar 2018|03/04/2018 Uhr|~2 Mar 2018|-2018-03-02|2018-03-02 2018-03-02|43161x|٢٠١٨-٠٣-٠٢"
)


@pytest.mark.parametrize("text", SECOND_OF_MARCH.split("|"))
def test_a_plain_date_is_read_in_every_form_and_any_column(text: str) -> None:
    for order in (None, DMY, MDY):
        assert read_date(text, order) == date(2018, 3, 2)


def test_a_weekday_before_a_spanish_month_of_the_same_letters_is_dropped() -> None:
    assert read_date("mar. 6 mar. 2018", None) == date(2018, 3, 6)


@pytest.mark.parametrize("text", NO_DATES.split("|"))
def test_what_is_no_date_is_refused(text: str) -> None:
    for order in (None, *DateOrder):
        value = read_date(text, order)
        assert isinstance(value, Misread)
        assert value.code == "invalid_date"


@pytest.mark.parametrize("text", ["1/" * 50_000, "2 Mar " * 50_000, "2018-03-02 (" * 20_000, "9" * 100_000])
def test_a_text_too_long_for_a_date_is_refused_at_once(text: str) -> None:
    start = perf_counter()
    assert isinstance(read_date(text, None), Misread)
    assert date_evidence([(text, 1)]) == DateEvidence()
    assert perf_counter() - start < 4


@pytest.mark.parametrize(
    "text",
    [
        *("Never", "lifetime", "Perpetual", "unbefristet", "jamais", "does not expire"),
        *("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0", "1/0/1900"),
        *("1970-01-01", "01/01/1970", "1 Jan 1970", "1970-01-01T00:00:00Z", "1900-01-01", "1.1.1900", "1899-12-30"),
        *("9999-12-31", "31/12/9999", "31.12.9999 23:59:59", "0001-01-01", "12:30", "00:00:00"),
    ],
)
def test_what_programs_write_for_no_date_is_no_day(text: str) -> None:
    value = read_date(text, DMY)
    assert isinstance(value, Misread)
    assert value.code == "no_date"


@pytest.mark.parametrize("text", ["1970-01-02", "1900-01-02", "31/12/2199"])
def test_the_days_beside_a_placeholder_are_days(text: str) -> None:
    assert isinstance(read_date(text, DMY), date)


@pytest.mark.parametrize("text", ["'2018-03-02", '="2018-03-02"', "'02.03.2018", '="2 Mar 2018"'])
def test_a_date_is_read_without_the_marks_of_programs(text: str) -> None:
    assert read_date(text, DMY) == date(2018, 3, 2)


@pytest.mark.parametrize("text", ["2543-12-31", "01.01.0002", "31 Dec 2543"])
def test_a_year_that_no_license_has_is_refused_for_its_year(text: str) -> None:
    value = read_date(text, DMY)
    assert isinstance(value, Misread)
    assert "its year" in value.message


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("3/4/2018", DMY, date(2018, 4, 3)),
        ("3/4/2018", MDY, date(2018, 3, 4)),
        ("03.04.18", DMY, date(2018, 4, 3)),
        ("03-04-18", YMD, date(2003, 4, 18)),
        ("18/03/04", YMD, date(2018, 3, 4)),
        ("3 4 2018", DMY, date(2018, 4, 3)),
        ("3. 4. 2018", DMY, date(2018, 4, 3)),
        ("3 / 4 / 2018", MDY, date(2018, 3, 4)),
        ("3/4/2018 12:00:00 AM", MDY, date(2018, 3, 4)),
        ("03.04.2018 10:15 Uhr", DMY, date(2018, 4, 3)),
        ("Tue 3/4/2018", DMY, date(2018, 4, 3)),
        ("01/02/69", DMY, date(2069, 2, 1)),
        ("01/02/70", DMY, date(1970, 2, 1)),
        ("29/02/2016", DMY, date(2016, 2, 29)),
    ],
)
def test_bare_numbers_are_read_in_the_order_of_their_column(text: str, order: DateOrder, day: date) -> None:
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("3/4/2018", None),
        ("3/4/2018", YMD),
        ("3/4/2018 10:00", None),
        ("03-04-2018", YMD),
        ("03.04.18", None),
        ("25-12-17", None),
    ],
)
def test_numbers_with_two_readings_are_ambiguous_without_an_order(text: str, order: DateOrder | None) -> None:
    value = read_date(text, order)
    assert isinstance(value, Misread)
    assert value.code == "ambiguous_date"


def test_an_ambiguous_date_names_its_readings() -> None:
    value = read_date("3/4/2018", None)
    assert isinstance(value, Misread)
    assert '"3/4/2018" can be 4 March 2018 or 3 April 2018.' in value.message


@pytest.mark.parametrize("text", ["13/02/2018", "13.2.18", "03/03/2018", "29/02/2016"])
def test_numbers_with_one_reading_need_no_order(text: str) -> None:
    assert isinstance(read_date(text, None), date)


def test_a_date_of_another_order_than_its_column_says_so() -> None:
    value = read_date("13/02/2018", MDY)
    assert isinstance(value, Misread)
    assert value.code == "invalid_date"
    assert "another order" in value.message


@given(DAYS, st.sampled_from([None, *DateOrder]), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_a_date_with_its_year_first_reads_back(day: date, order: DateOrder | None, form: str) -> None:
    assert read_date(day.strftime(form), order) == day


@given(DAYS, st.sampled_from("/.-"), st.sampled_from(["", " 09:12", " 9:12:30 PM", "T23:59:59Z"]))
def test_a_date_of_numbers_reads_back_in_its_own_order(day: date, sign: str, time: str) -> None:
    assert read_date(f"{day.day}{sign}{day.month}{sign}{day.year}{time}", DMY) == day
    assert read_date(f"{day.month:02}{sign}{day.day:02}{sign}{day.year}{time}", MDY) == day


@given(RECENT, st.sampled_from("/.-"))
def test_a_date_with_a_short_year_reads_back_in_its_own_order(day: date, sign: str) -> None:
    for order, form in ((DMY, "%d{0}%m{0}%y"), (MDY, "%m{0}%d{0}%y"), (YMD, "%y{0}%m{0}%d")):
        assert read_date(day.strftime(form.format(sign)), order) == day


@given(
    DAYS,
    st.sampled_from(sorted(MONTHS)),
    st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "{d}. {m} {y}", "{d}-{m}-{y}"]),
)
def test_a_month_in_letters_reads_back_in_each_language(day: date, language: str, form: str) -> None:
    name = MONTHS[language].split()[day.month - 1]
    assert read_date(form.format(d=day.day, m=name, y=day.year), None) == day
    assert read_date(form.format(d=day.day, m=name.upper(), y=day.year), MDY) == day


@given(st.integers(min_value=20000, max_value=60000))
def test_a_serial_number_counts_days_as_excel_does(serial: int) -> None:
    assert read_date(str(serial), None) == date(2018, 3, 2) + timedelta(days=serial - 43161)


@pytest.mark.parametrize(
    ("texts", "evidence", "order"),
    [
        ([("13/02/2018", 3), ("3/4/2018", 2)], DateEvidence(day_first=3, ambiguous=2), DMY),
        ([("02/13/2018", 1), ("3/4/2018", 2)], DateEvidence(month_first=1, ambiguous=2), MDY),
        ([("31/02/2018", 1)], DateEvidence(day_first=1), DMY),
        ([("3/4/2018", 5)], DateEvidence(ambiguous=5), None),
        ([("03/03/2018", 5), ("2018-01-02", 4), ("2 Mar 2018", 1), ("", 9), ("soon", 1)], DateEvidence(), None),
        ([("99/12/31", 2)], DateEvidence(year_first=2), YMD),
        ([("18-03-02", 1), ("17-11-20", 1)], DateEvidence(year_first=1, ambiguous=1), YMD),
        ([("31-12-18", 1), ("05-06-18", 1)], DateEvidence(day_first=1, ambiguous=1), DMY),
        ([("13/02/2018 10:00", 3)], DateEvidence(day_first=3), DMY),
        ([("13/02/2018", 3), ("02/13/2018", 1)], DateEvidence(day_first=3, month_first=1), None),
    ],
)
def test_a_column_shows_its_order(
    texts: list[tuple[str, int]], evidence: DateEvidence, order: DateOrder | None
) -> None:
    assert date_evidence(texts) == evidence
    assert date_evidence(reversed(texts)) == evidence
    assert evidence.order() is order


def test_a_person_is_asked_only_about_doubt() -> None:
    assert date_evidence([("3/4/2018", 1)]).must_ask
    assert date_evidence([("13/2/2018", 1), ("2/13/2018", 1)]).must_ask
    assert not date_evidence([("13/2/2018", 1), ("3/4/2018", 1)]).must_ask
    assert not date_evidence([("2018-03-04", 1), ("3/3/2018", 1)]).must_ask


def test_contradicting_cells_make_a_column_mixed() -> None:
    assert date_evidence([("13/2/2018", 9), ("2/13/2018", 1)]).mixed
    assert not date_evidence([("13/2/2018", 9), ("2/3/2018", 1)]).mixed


@given(st.lists(DAYS, min_size=1), st.sampled_from([(DMY, "%d/%m/%Y"), (MDY, "%m/%d/%Y")]))
def test_a_column_of_one_order_never_shows_the_other(days: list[date], day_and_order: tuple[DateOrder, str]) -> None:
    order, form = day_and_order
    evidence = date_evidence((day.strftime(form), 1) for day in days)
    assert evidence.order() in (order, None)
    assert not evidence.mixed
    for day in days:
        assert read_date(day.strftime(form), order) == day


@given(st.text())
def test_any_text_can_stand_in_a_column_of_dates(text: str) -> None:
    assert date_evidence([(text, 1)]).ambiguous in (0, 1)
