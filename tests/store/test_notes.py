"""Notes on customers are added to and never lost; letters are worded anew only by who saw how they are worded now."""

import pytest
from sqlalchemy import Engine

from lib.domain.refusal import RefusalError
from lib.store import database, letter_templates, notes
from tests.actors import admin, editor


def test_notes_are_kept_clean_and_told_newest_first(engine: Engine) -> None:
    with database.writing_briefly(engine) as connection:
        for text in ("First  call,\r\n\u200bno  answer\n\n", "  Second\0 ", "Third"):
            notes.add(connection, "acme", text, editor("ann"))
        notes.add(connection, "bolt", "=HYPERLINK(1)", editor("bo"))
    with database.reading(engine) as connection:
        notes_found, total = notes.page(connection, "acme")
        page, _ = notes.page(connection, "acme", start=1, count=1)
        other, _ = notes.page(connection, "bolt")
    assert [note.text for note in notes_found] == ["Third", "Second", "First call,\nno answer"]
    assert (total, page, {note.by for note in notes_found}) == (3, notes_found[1:2], {"ann"})
    assert [(note.customer, note.text) for note in other] == [("bolt", "=HYPERLINK(1)")]


def test_a_note_that_says_nothing_is_refused(engine: Engine) -> None:
    with database.writing_briefly(engine) as connection:
        for text in ("", " \n\t ", "\u200b\0"):
            with pytest.raises(RefusalError, match="note is empty"):
                notes.add(connection, "acme", text, editor("ann"))
        assert notes.page(connection, "acme") == ([], 0)


def test_a_letter_is_worded_version_by_version_in_each_language(engine: Engine) -> None:
    with database.writing(engine) as connection:
        assert letter_templates.newest(connection, "de") is None
        assert (
            letter_templates.add(connection, "de", " Ihre  Lizenz ", "Hallo,\n\n {name} \n", admin("ann"), based_on=0)
            == 1
        )
        assert letter_templates.add(connection, "de", "Ihre Lizenz", "Guten Tag,", admin("bo"), based_on=1) == 2
        assert letter_templates.add(connection, "en", "Your license", "Hello,", admin("bo"), based_on=0) == 1
    with database.reading(engine) as connection:
        newest = letter_templates.newest(connection, "de")
        wordings = letter_templates.versions(connection, "de")
    assert [(one.version, one.subject, one.body, one.by) for one in wordings] == [
        (2, "Ihre Lizenz", "Guten Tag,", "bo"),
        (1, "Ihre Lizenz", "Hallo,\n\n {name}", "ann"),
    ]
    assert newest == wordings[0]


def test_a_letter_that_was_worded_anew_meanwhile_or_says_nothing_is_refused(engine: Engine) -> None:
    with database.writing(engine) as connection:
        letter_templates.add(connection, "en", "Your license", "Hello,", admin("ann"), based_on=0)
        with pytest.raises(RefusalError, match=r"reworded meanwhile by ann on .* UTC"):
            letter_templates.add(connection, "en", "Yours", "Hi,", admin("bo"), based_on=0)
        with pytest.raises(RefusalError, match="subject is empty"):
            letter_templates.add(connection, "en", "  ", "Hi,", admin("bo"), based_on=1)
        with pytest.raises(RefusalError, match="body is empty"):
            letter_templates.add(connection, "en", "Yours", " \n", admin("bo"), based_on=1)
        assert [one.version for one in letter_templates.versions(connection, "en")] == [1]
