"""Letters as administrators word them: checked before they are kept, numbered, and used at once."""

import pytest
from sqlalchemy import Engine

from lib.documents import letters
from lib.documents.letters import Language
from lib.documents.letters.wordings import own_text
from lib.domain.refusal import RefusalError
from lib.measures.cut import Cut
from lib.store import database
from tests.actors import admin
from tests.store.stories import a_row, imported


def bodies(engine: Engine, language: Language) -> list[str]:
    with database.reading(engine) as connection:
        return [letter.body for _, _, letter in letters.letters_of(connection, Cut(), language)]


def test_a_new_wording_is_used_in_its_language_only(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"))
    english, german = (own_text(language) for language in (Language.ENGLISH, Language.GERMAN))
    assert (
        letters.reword(
            engine, Language.ENGLISH, english.replace("body]", "body]\nWritten anew."), admin("eve"), based_on=0
        )
        == 1
    )
    assert bodies(engine, Language.ENGLISH)[0].startswith("Written anew.")
    assert "Written anew." not in bodies(engine, Language.GERMAN)[0]
    with database.reading(engine) as connection:
        wording = letters.wording(connection, Language.ENGLISH)
        assert (wording.version, wording.by) == (1, "eve")
        assert letters.wording(connection, Language.GERMAN).text == german
    assert letters.reword(engine, Language.ENGLISH, english, admin("eve"), based_on=1) == 2
    assert "Written anew." not in bodies(engine, Language.ENGLISH)[0]


def test_a_wording_with_a_section_of_earlier_versions_is_still_used(engine: Engine) -> None:
    text = own_text(Language.ENGLISH) + "\n[unseen]\nShown as $mark.\n"
    assert letters.reword(engine, Language.ENGLISH, text, admin("eve"), based_on=0) == 1
    imported(engine, a_row("K-1", company="Acme"))
    assert "Shown as" not in bodies(engine, Language.ENGLISH)[0]


def test_a_wording_that_would_lose_something_is_refused(engine: Engine) -> None:
    text = own_text(Language.ENGLISH)
    for wrong in (
        text.replace("$licenses", "them"),
        text.replace("[subject]", "[topic]"),
        text.replace("$customer", "$who", 1),
    ):
        with pytest.raises(RefusalError, match="template you wrote"):
            letters.reword(engine, Language.ENGLISH, wrong, admin("eve"), based_on=0)
    with database.reading(engine) as connection:
        assert letters.wording(connection, Language.ENGLISH).version == 0


def test_two_who_word_a_letter_at_once_do_not_lose_a_version(engine: Engine) -> None:
    text = own_text(Language.FRENCH)
    letters.reword(engine, Language.FRENCH, text, admin("eve"), based_on=0)
    with pytest.raises(RefusalError, match="meanwhile by eve"):
        letters.reword(engine, Language.FRENCH, text, admin("bob"), based_on=0)
