"""The language of a customer's letters: the newest choice counts, and an empty one gives the choice back."""

import pytest
from sqlalchemy import Engine

from lib.documents import letters
from lib.domain.refusal import RefusalError
from lib.measures.cut import Cut
from lib.store import customer_languages, database
from tests.actors import editor, viewer
from tests.store.stories import a_row, imported


def languages_of_letters(engine: Engine) -> dict[str, str]:
    """The language of each customer's letter."""
    with database.reading(engine) as connection:
        return {customer: str(letter.language) for customer, _, letter in letters.letters_of(connection, Cut())}


def choose(engine: Engine, language: str) -> None:
    with database.writing(engine) as connection:
        customer_languages.choose(connection, "acme (DE)", language, editor("bo"))


def test_the_newest_choice_counts_for_one_customer_only(engine: Engine) -> None:
    imported(engine, a_row("K-1", company="Acme"), a_row("K-2", company="Bolt"))
    assert languages_of_letters(engine) == {"acme (DE)": "de", "bolt (DE)": "de"}
    choose(engine, "fr")
    choose(engine, "es")
    assert languages_of_letters(engine) == {"acme (DE)": "es", "bolt (DE)": "de"}
    choose(engine, "")
    assert languages_of_letters(engine) == {"acme (DE)": "de", "bolt (DE)": "de"}


def test_only_editors_choose_and_only_for_customers_that_are_there(sqlite: Engine) -> None:
    with database.writing(sqlite) as connection:
        with pytest.raises(RefusalError, match="No licenses belong to a customer"):
            customer_languages.choose(connection, "acme (DE)", "de", editor("bo"))
        with pytest.raises(RefusalError, match="Ask an editor"):
            customer_languages.choose(connection, "acme (DE)", "de", viewer("vi"))
