"""A mail is about the licenses whose keys it holds; one without keys proposes the customer that it comes from."""

from sqlalchemy import Engine

from lib.requests.mail_licenses import MailLicenses, licenses_of_mail, licenses_to_move
from lib.requests.replies import mentions_in, read_mail, read_reply
from lib.store import customer_queries, database
from tests.store.stories import a_row, imported

FILE = (
    a_row("BMQ-1", company="Acme", contact_email="ada@acme.example"),
    a_row("BMQ-2", company="Acme", contact_email="bo@acme.example"),
    a_row("eJzz0+/x==", company="Beta", contact_email="Eva@Beta.example"),
    a_row("BMQ-4", company="Ceta", contact_email="eva@gmail.com", expert_email="eva@beta.example"),
    a_row(
        "10115", company="Delta", myatlassian_email="it@delta.example", hosting="Cloud", maintenance_end="2016-01-20"
    ),
)
LETTER = "On Monday, Balsamiq Sales wrote:\n> - BMQ-1, Wireframes for Jira: must grow\n> - BMQ-2, Wireframes for Jira\n"


def about(engine: Engine, text: str) -> MailLicenses:
    mail = read_mail(text)
    with database.reading(engine) as connection:
        return licenses_of_mail(connection, mail, read_reply(mail.text))


def senders(engine: Engine, text: str) -> list[tuple[str, str]]:
    return [(sender.name, sender.address) for sender in about(engine, text).senders]


def test_a_mail_is_about_the_licenses_that_it_names_else_about_those_that_it_quotes(engine: Engine) -> None:
    imported(engine, *FILE)
    assert about(engine, f"We agree.\n\n{LETTER}") == MailLicenses(("BMQ-1", "BMQ-2"))
    assert about(engine, f"We agree for (BMQ-2), not for bmq-1.\n\n{LETTER}") == MailLicenses(("BMQ-2",), ("BMQ-1",))
    assert about(engine, "The keys:\neJzz0+/x==;BMQ-4.\nkey=BMQ-9").named == ("eJzz0+/x==", "BMQ-4")
    assert about(engine, "License key: BMQ-9, BMQ-1") == MailLicenses(("BMQ-1",), (), ("BMQ-9",))
    # A postal code may be a key as well; only where a key is asked for it is one.
    assert about(engine, "10115 Berlin").named == ()
    assert about(engine, "License key: 10115").named == ("10115",)


def test_a_mail_without_keys_comes_from_the_customer_with_its_address(engine: Engine) -> None:
    imported(engine, *FILE)
    head = "From: Eva <EVA@beta.example>\nMIME-Version: 1.0\n\n"
    assert senders(engine, f"{head}We agree. bo@acme.example") == [("Beta", "eva@beta.example")]
    assert senders(engine, "We agree.\nBo, bo@acme.example") == [("Acme", "bo@acme.example")]
    # Somebody else of that firm; at a free mail domain, that says nothing.
    assert senders(engine, "Cy <cy@acme.example> agrees.") == [("Acme", "@acme.example")]
    assert senders(engine, "Cy <cy@gmail.com> agrees.") == []
    assert senders(engine, "We agree.\n> ada@acme.example") == []
    with database.reading(engine) as connection:
        (acme,) = customer_queries.find_customers(connection, "Acme")
        (delta,) = customer_queries.find_customers(connection, "Delta")
        assert licenses_to_move(connection, acme, 1) == ["BMQ-1"]
        assert licenses_to_move(connection, delta, 9) == ["10115"]


def test_words_are_looked_up_as_they_stand_without_marks_around_them_and_in_parts() -> None:
    mentions = mentions_in("(K-1), 80331 x <b>AB/c==</b>|K2: it@ACME.example.\n> 123456")
    assert {"K-1", "AB/c==", "K2"} <= set(mentions.words)
    assert "80331" not in mentions.words
    assert "x" not in mentions.words
    assert mentions.quoted_words == ("123456",)
    assert mentions.addresses == ("it@acme.example",)
