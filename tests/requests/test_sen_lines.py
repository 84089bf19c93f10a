"""Every line of a list or an answer is read with its SEN or listed with the reason why not, however it comes in."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lib.requests import packs
from lib.requests.sen_lines import SenCode, SenLine, find_columns, problem_sentence, read_sen_file, read_sen_lines
from tests.requests.mails.score import has_each_line_once

MARKETPLACE_KEY = "888BKQ0OD8oPeNpVj11Lwz8U08GytI1qJ8Z2I=X02eu"
Read = tuple[int, str, str, SenCode | None]
"""Line, key, SEN and problem."""

ANSWERS: dict[str, tuple[str, list[Read]]] = {
    "a list of objects": (
        '[{"id": "LAAA", "sen": "SEN-1", "licenseKey": "X"},\n {"id": "LBBB", "sen": "SEN-L2", "licenseKey": "Y"}]',
        [(1, "LAAA", "SEN-1", None), (2, "LBBB", "SEN-L2", None)],
    ),
    "one object": ('{"id": "LAAA", "sen": "SEN-1", "licenseKey": "X"}', [(1, "LAAA", "SEN-1", None)]),
    "one object after another": (
        '{"id": "LAAA", "sen": "SEN-1"}\n\n{"id": "LBBB", "sen": "SEN-2"}\n',
        [(1, "LAAA", "SEN-1", None), (3, "LBBB", "SEN-2", None)],
    ),
    "lists by app": (
        '{"com.balsamiq.jira.plugins.mockups": [\n{"id": "LAAA", "sen": "SEN-1"}],\n'
        '"com.balsamiq.confluence.plugins.mockups": [\n{"id": "LBBB", "sen": "SEN-2"}], "other": []}',
        [(2, "LAAA", "SEN-1", None), (4, "LBBB", "SEN-2", None)],
    ),
    "lists by app with a status": (
        '{"status": "partial", "next": null, "licenses": [{"id": "LAAA", "sen": "SEN-1"}]}',
        [(1, "", "", SenCode.NO_LICENSE), (1, "LAAA", "SEN-1", None)],
    ),
    "a list in a list": ('[[{"id": "LAAA", "sen": "SEN-1"}]]', [(1, "LAAA", "SEN-1", None)]),
    "no errors": ('[{"id": "LAAA", "sen": "SEN-1", "errors": []}]', [(1, "LAAA", "SEN-1", None)]),
    "no errors, first": ('[{"errors": [], "id": "LAAA", "sen": "SEN-1"}]', [(1, "LAAA", "SEN-1", None)]),
    "errors and no SEN": (
        '[{"id": "LAAA", "errors": [{"id": "7", "message": "Email unknown"}]}, {"id": "LBBB", "sen": "SEN-2"}]',
        [(1, "LAAA", "", SenCode.NO_SEN), (1, "LBBB", "SEN-2", None)],
    ),
    "an error of all": ('{"error": "Not allowed", "licenses": []}', [(1, "", "", SenCode.NO_LICENSE)]),
    "a broken tail": (
        '[{"id": "LAAA", "sen": "SEN-1"},\n{"id": "LBBB", "sen": "SEN-',
        [(1, "LAAA", "SEN-1", None), (2, "", "", SenCode.NOT_WHOLE)],
    ),
    "a broken tail in lists by app": (
        '{"com.balsamiq.jira.plugins.mockups": [\n{"id": "LAAA", "sen": "SEN-1"},\n{"id": "LBBB", "errors": [{"a": 1}',
        [(2, "LAAA", "SEN-1", None), (3, "", "", SenCode.NOT_WHOLE)],
    ),
    "an end without brackets": (
        '[{"id": "LAAA", "sen": "SEN-1"},',
        [(1, "LAAA", "SEN-1", None), (1, "", "", SenCode.NOT_WHOLE)],
    ),
    "an end with too many brackets": (
        '{"id": "LAAA", "sen": "SEN-1"}]}',
        [(1, "LAAA", "SEN-1", None), (1, "", "", SenCode.NOT_WHOLE)],
    ),
    "words after it": (
        '[{"id": "LAAA", "sen": "SEN-1"}]\nRegards',
        [(1, "LAAA", "SEN-1", None), (2, "", "", SenCode.NOT_WHOLE)],
    ),
    "CSV with a header": (
        f"id,sen,licenseKey\nLAAA,SEN-1,{MARKETPLACE_KEY}\nLBBB,,\n,SEN-3,\n,,\n",
        [
            (1, "", "", SenCode.HEADING),
            (2, "LAAA", "SEN-1", None),
            (3, "LBBB", "", SenCode.NO_SEN),
            (4, "", "SEN-3", SenCode.NO_KEY),
            (5, "", "", SenCode.NO_LICENSE),
        ],
    ),
    "CSV with line breaks in cells": (
        'id;message;sen\nLAAA;"not\nknown";SEN-1\nLBBB;"open;SEN-2\nLCCC;;SEN-3',
        [
            (1, "", "", SenCode.HEADING),
            (2, "LAAA", "SEN-1", None),
            (4, "LBBB", "", SenCode.NO_SEN),
            (5, "LCCC", "SEN-3", None),
        ],
    ),
    "CSV below a title": (
        "Answer of Monday\nid\tsen\nLAAA\tSEN-1\n",
        [(1, "", "", SenCode.NO_SEN), (2, "", "", SenCode.HEADING), (3, "LAAA", "SEN-1", None)],
    ),
    "CSV without a header": (
        "LAAA,SEN-1\nLBBB;SEN-2\n",
        [(1, "LAAA", "SEN-1", None), (2, "LBBB", "SEN-2", None)],
    ),
    "KEY SEN-1": (
        "Key SEN\nK-1 SEN-1\nSEN-2 K-2",
        [(1, "", "", SenCode.HEADING), (2, "K-1", "SEN-1", None), (3, "K-2", "SEN-2", None)],
    ),
    "KEY: SEN-L12": ("K-1: SEN-L12\nK-2 SEN: SEN-2", [(1, "K-1", "SEN-L12", None), (2, "K-2", "SEN-2", None)]),
    "a first line with the word SEN": (
        "BMQ-SYN-0001 SEN: SEN-1234567\nBMQ-SYN-0003 SEN: SEN-1234568",
        [(1, "BMQ-SYN-0001", "SEN-1234567", None), (2, "BMQ-SYN-0003", "SEN-1234568", None)],
    ),
    "cells with the word SEN": ("KEY;SEN;SEN-1", [(1, "KEY", "SEN-1", None)]),
    "a SEN in two parts": ("KEY SEN 1234567", [(1, "KEY", "1234567", SenCode.BARE_NUMBER)]),
    "blocks": ("Key: K-1\nSEN: SEN-1\nKey: K-2\nSEN: SEN-2", [(1, "K-1", "SEN-1", None), (3, "K-2", "SEN-2", None)]),
    "blocks the other way round": (
        "SEN: SEN-1\nTier: 10\nLicense key: K-1\n\nSEN: SEN-2\nLicense key: K-2",
        [(1, "K-1", "SEN-1", None), (5, "K-2", "SEN-2", None)],
    ),
    "labels above": (
        "License key\nK-1\nSEN\nSEN-1\n\nRegards",
        [(1, "K-1", "SEN-1", None), (6, "Regards", "", SenCode.NO_SEN)],
    ),
    "keys and SENs by turns": ("K-1\nSEN-1\nK-2\nSEN-2", [(1, "K-1", "SEN-1", None), (3, "K-2", "SEN-2", None)]),
    "empty lines within licenses": (
        "Key: K-1\n\nSEN: SEN-1\nKey: K-2\n\nSEN: SEN-2",
        [(1, "K-1", "SEN-1", None), (4, "K-2", "SEN-2", None)],
    ),
    "a key in brackets": ("[K-1] SEN-1", [(1, "K-1", "SEN-1", None)]),
    "keys and SENs out of turn": (
        "SEN-1\nK-1\nK-2\nSEN-2",
        [
            (1, "", "SEN-1", SenCode.NO_KEY),
            (2, "K-1", "", SenCode.NO_SEN),
            (3, "K-2", "", SenCode.NO_SEN),
            (4, "", "SEN-2", SenCode.NO_KEY),
        ],
    ),
    "a table as Markdown, and a line below it": (
        "| License key | New SEN |\n|---|---|\n| K-1 | SEN-1 |\nK-2 SEN-2",
        [
            (1, "", "", SenCode.HEADING),
            (2, "", "", SenCode.HEADING),
            (3, "K-1", "SEN-1", None),
            (4, "K-2", "SEN-2", None),
        ],
    ),
    "the long name of a SEN": (
        "Company;Lizenzschlüssel;Support Entitlement Number (SEN)\nAcme;K-1;SEN-1",
        [(1, "", "", SenCode.HEADING), (2, "K-1", "SEN-1", None)],
    ),
    "numbers that are no SEN": (
        "K-1 AT-12345\nK-2 E-ABC-DEF-GHI-JKL\nK-3 1234567\n",
        [
            (1, "K-1", "AT-12345", SenCode.TRANSACTION_NUMBER),
            (2, "K-2", "E-ABC-DEF-GHI-JKL", SenCode.ENTITLEMENT_NUMBER),
            (3, "K-3", "1234567", SenCode.BARE_NUMBER),
        ],
    ),
    "numbers that are no SEN, as JSON": (
        '[{"id": "LAAA", "sen": "AT-1"}, {"id": "LBBB", "sen": "E-ABC-DEF-GHI-JKL"}, {"id": "LCCC", "sen": "none yet"}]',
        [
            (1, "LAAA", "AT-1", SenCode.TRANSACTION_NUMBER),
            (1, "LBBB", "E-ABC-DEF-GHI-JKL", SenCode.ENTITLEMENT_NUMBER),
            (1, "LCCC", "none yet", SenCode.NOT_A_SEN),
        ],
    ),
    "an id twice": (
        '[{"id": "LAAA", "sen": "SEN-1"},\n{"id": "LAAA", "sen": "SEN-2"}]',
        [(1, "LAAA", "SEN-1", None), (2, "LAAA", "SEN-2", None)],
    ),
    "two SENs of an id": (
        '{"id": "LAAA", "sen": "SEN-1", "sen": "SEN-2"}\n{"id": "LBBB", "sen": ["SEN-3", "SEN-4"]}',
        [(1, "LAAA", "", SenCode.TWO_SENS), (2, "LBBB", "", SenCode.TWO_SENS)],
    ),
    "two SENs on a line": ("K-1 SEN-1 SEN-2", [(1, "", "", SenCode.TWO_SENS)]),
    "spaces, small letters and characters without width": (
        'id,sen\n LAAA ,"\u200b sen-1 "\nLB\u200bBB,\u00a0Sen–2\ufeff\n',
        [(1, "", "", SenCode.HEADING), (2, "LAAA", "SEN-1", None), (3, "LBBB", "SEN-2", None)],
    ),
    "the same as JSON": (
        '[{"id": " LAAA", "sen": "\\u200b sen-1 "}, {"id": "LB\\u200bBB", "sen": "Sen–2"}]',
        [(1, "LAAA", "SEN-1", None), (1, "LBBB", "SEN-2", None)],
    ),
    "numbers for texts": (
        '[{"id": 7, "sen": "SEN-1"}, {"id": "LBBB", "sen": 1234567}, {"id": 1.5e+20, "sen": "SEN-3"}]',
        [
            (1, "7", "SEN-1", None),
            (1, "LBBB", "1234567", SenCode.BARE_NUMBER),
            (1, "1.5e+20", "SEN-3", SenCode.MANGLED_KEY),
        ],
    ),
    "a mark at the beginning": (
        '\ufeff[{"id": "LAAA", "sen": "SEN-1"}]',
        [(1, "LAAA", "SEN-1", None)],
    ),
    "a mark and the line ends of Windows": (
        "\ufeffid;sen\r\nLAAA;SEN-1\r\n\r\nLBBB;SEN-2\r\n",
        [(1, "", "", SenCode.HEADING), (2, "LAAA", "SEN-1", None), (4, "LBBB", "SEN-2", None)],
    ),
    "nulls": (
        '[{"id": "LAAA", "sen": null},\n{"id": null, "sen": "SEN-2"},\n{"id": null, "sen": null}, null]',
        [
            (1, "LAAA", "", SenCode.NO_SEN),
            (2, "", "SEN-2", SenCode.NO_KEY),
            (3, "", "", SenCode.NO_LICENSE),
            (3, "", "", SenCode.NO_LICENSE),
        ],
    ),
    "texts for objects": ('["LAAA", "SEN-1"]', [(1, "", "", SenCode.NO_LICENSE), (1, "", "", SenCode.NO_LICENSE)]),
    "only the Marketplace's key": ('[{"licenseKey": "X", "sen": "SEN-1"}]', [(1, "", "SEN-1", SenCode.NO_KEY)]),
    "a line without end": (
        f"K-1 SEN-1\n{'x' * 20_000} SEN-2",
        [(1, "K-1", "SEN-1", None), (2, "", "", SenCode.TOO_LONG)],
    ),
}


def lines_of(lines: tuple[SenLine, ...]) -> list[Read]:
    """What lines say, without what only people need."""
    return [(line.line, line.key, line.sen, line.problem) for line in lines]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_line_is_read_or_listed_with_its_problem(name: str) -> None:
    text, lines = ANSWERS[name]
    assert lines_of(read_sen_lines(text)) == lines
    assert MARKETPLACE_KEY not in repr(read_sen_lines(text))


WITHOUT_IDS = ("a table as Markdown, and a line below it", "the long name of a SEN")


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in WITHOUT_IDS])
def test_an_answer_to_a_pack_is_read_as_what_people_paste(name: str) -> None:
    text, _ = ANSWERS[name]
    assert packs.read_answer(text) == read_sen_lines(text)
    assert packs.read_answer_file(text.encode(), "answer") == read_sen_lines(text)


def test_each_text_of_a_line_may_be_its_key() -> None:
    (line,) = read_sen_lines("The SEN for BMQ-SYN-0001 is SEN-1234567")
    assert (line.sen, line.problem) == ("SEN-1234567", None)
    assert line.texts == ("BMQ-SYN-0001", "The SEN for BMQ-SYN-0001 is", "The", "SEN", "for", "BMQ-SYN-0001", "is")


def test_what_else_an_answer_says_is_its_remark_but_no_license_key() -> None:
    first, second = read_sen_lines(
        '[{"id": "LAAA", "errors": ["a", {"message": "b", "licenseKey": "X"}], "licenseKey": "Y", "code": 7}, {"error": "c"}]'
    )
    assert (first.remark, first.place) == ("a; b; 7", "License 1 of the answer")
    assert (second.remark, second.place) == ("c", "License 2 of the answer")
    _, line = read_sen_lines("id,sen,message,licenseKey\nLAAA,,Email unknown,X,more\n")
    assert (line.remark, line.place) == ("Email unknown; more", "Line 2")


def test_columns_of_a_table_tell_whether_it_has_the_ids_of_a_pack() -> None:
    by_id, by_key = (
        find_columns("Import id;SEN;License key\nLAAA;SEN-1;K-1"),
        find_columns("License key,SEN\nK-1,SEN-1"),
    )
    assert by_id
    assert by_key
    assert (by_id.has_ids, by_key.has_ids) == (True, False)
    assert find_columns("K-1 SEN-1") is None
    assert find_columns('{"id": "LAAA",\n"sen": "SEN-1"}') is None


@pytest.mark.parametrize("problem", SenCode)
def test_every_problem_has_a_sentence(problem: SenCode) -> None:
    sentence = problem_sentence(problem, "1.5E+20", "AT-1")
    assert sentence[-1] == "."
    assert len(sentence) > 20


@pytest.mark.parametrize(
    "name", [name for name, (text, _) in ANSWERS.items() if not text.lstrip("\ufeff").startswith(("[", "{"))]
)
def test_each_line_that_says_anything_is_read_or_listed_once(name: str) -> None:
    text, _ = ANSWERS[name]
    assert has_each_line_once(text, read_sen_lines(text))


@given(
    st.lists(st.sampled_from(["K-1", "SEN-1", "SEN-2", "Key: K-2", "SEN:", "Key", "id,sen", "a,b", "|--|", "", 'x,"y']))
)
def test_no_line_of_any_list_is_dropped_or_read_twice(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert has_each_line_once(text, read_sen_lines(text))


def test_a_workbook_is_read_as_its_cells() -> None:
    book, content = Workbook(), BytesIO()
    sheet = book.active
    assert sheet
    for row in (["License key", "SEN"], [], ["K-1", "SEN-1"], ["K\n2", "SEN-2"]):
        sheet.append(row)
    book.save(content)
    assert lines_of(read_sen_file(content.getvalue(), "sens.xlsx")) == [
        (1, "", "", SenCode.HEADING),
        (3, "K-1", "SEN-1", None),
        (4, "K 2", "SEN-2", None),
    ]
    mail = b"From: a@acme.example\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\nSy0xIFNFTi0x"
    assert lines_of(read_sen_file(mail, "mail.eml")) == [(1, "K-1", "SEN-1", None)]


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for line in read_sen_lines(text):
        assert line.problem or (line.sen and line.texts)
        assert 1 <= line.line <= len(text.splitlines())


CELLS = st.text('LABC123-{}[]": \\é', max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1), st.booleans(), st.integers(0, 400))
def test_json_that_is_cut_off_anywhere_is_read_up_to_there_and_reported(
    pairs: list[tuple[str, str]], by_app: bool, end: int
) -> None:
    licenses = [{"id": f"L{id}", "sen": sen, "errors": []} for id, sen in pairs]
    text = json.dumps({"app": licenses} if by_app else licenses)
    whole, cut = read_sen_lines(text), read_sen_lines(text[: max(1, min(end, len(text) - 1))])
    assert len(whole) == len(pairs)
    assert cut[-1].problem is SenCode.NOT_WHOLE
    assert cut[:-1] == whole[: len(cut) - 1]
    assert len(cut) - 1 == text[:end].count('"errors": []}') or end >= len(text)
