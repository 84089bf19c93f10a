"""A customer's mail is read: the items that it answers are found in four languages, and nothing of it is dropped."""

import base64
import re
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.documents.letters.templates import Language, template
from lib.domain.licenses import COLUMNS
from lib.domain.refusal import RefusalError
from lib.domain.requests import ITEM_TITLES
from lib.domain.text import Misread
from lib.reading.column_readers import reader_for
from lib.requests.replies import (
    ITEMS,
    Answer,
    Difference,
    MailText,
    Reply,
    differences,
    read_mail,
    read_reply,
    refusals,
    saved_mail,
    texts_by_license,
)
from lib.requests.replies.html_text import html_text
from lib.requests.replies.lines import plain_text
from lib.requests.replies.questions import Question, split_question
from tests.requests.replies import ALL, CASES, Case

ASKED: dict[str, str] = {**{item: item for item in ITEM_TITLES}, "expert": "expert_email"}
LABELS = {
    "server_confirmed": "Confirm you are using your license on your Server",
    "match_agreed": "Stimmen Sie der Angleichung zu",
    "license_key": "Clave de licencia",
    "myatlassian_email": "L'adresse e-mail de votre compte myAtlassian",
    "holder_first_name": "Vorname",
    "holder_last_name": "Nom de famille",
    "company": "The organization (company) name for the License",
    "address": "Dirección completa con el país",
    "expert_email": "Experten-E-Mail",
}
WRITTEN = {
    **{name: "yes" if value is True else value for name, value in ALL.items()},
    "license_key": "BMQ-1",
    "address": "Hauptstr. 1, 80331 München, Germany",
}


def answers_by_field(reply: Reply) -> dict[str, Any]:
    """The values by field; keys as a tuple, what is said differently as a list."""
    values: dict[str, list[Any]] = {}
    for one in reply.newest:
        for name, value in one.values.items():
            values.setdefault(name, []).append(value)
    single: dict[str, Any] = {
        name: values[0] if len(set(values)) == 1 else values for name, values in values.items() if name != "license_key"
    }
    return single | ({"license_key": reply.keys} if reply.keys else {})


def assert_nothing_is_dropped(text: str, reply: Reply) -> None:
    """Each line that says something is a question, stands in an answer, or is told as unread."""
    there = {place for place, line in enumerate(plain_text(text).split("\n"), 1) if line.lstrip("> ").strip()}
    places = [
        *reply.questions,
        *(place for one in reply.unrecognised for place in (one.line, *one.more_lines)),
        *(line for one in reply.answers for line in one.lines),
    ]
    assert there == set(places)


def assert_read_as_the_readers_do(answer: Answer) -> None:
    """Each value is what reading its text as a file's cell gives."""
    assert set(answer.texts) == set(answer.values) <= set(ITEMS[answer.item])
    for name, text in answer.texts.items():
        value = reader_for(COLUMNS[name])(text)
        assert not isinstance(value, Misread)
        assert value == answer.values[name]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mail_says_what_people_read_in_it(case: Case) -> None:
    reply = read_reply(case.text)
    assert answers_by_field(reply) == case.says
    assert {one.item for one in reply.answers if one.problem} == set(case.unclear)
    assert tuple(one.text for one in reply.unrecognised if not one.quoted) == case.unread
    assert reply.unanswered == case.unanswered
    assert reply.contradictions == case.contradicting
    assert_nothing_is_dropped(case.text, reply)
    for one in reply.answers:
        assert_read_as_the_readers_do(one)


def test_there_are_mails_enough_in_four_languages() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("section", ASKED)
def test_what_our_letters_ask_is_known_again(language: Language, section: str) -> None:
    text = template(language).sections[section]
    question = split_question(text)
    assert question is not None
    assert (question.item, question.rest) == (ASKED[section], "")
    assert split_question(f"{text} ABC") == Question(ASKED[section], question.label, "ABC")


def test_each_answer_tells_its_line_its_text_and_how_it_was_known() -> None:
    first, second = read_reply("\n\n1.  License key: BMQ-1 \n\n> Company:  Acme\u00a0 GmbH").answers
    assert (first.line, first.text, first.quoted, first.by_number) == (3, "BMQ-1", False, False)
    assert (second.line, second.text, second.quoted) == (5, "Acme  GmbH", True)
    assert second.texts == {"company": "Acme GmbH"}
    assert all(one.by_number for one in read_reply(CASES["eight numbers and nothing else"].text).answers)


def test_what_is_taken_over_leaves_contradictions_and_answers_about_others_out() -> None:
    reply = read_reply(CASES["an answer twice and differently"].text)
    assert reply.texts == {"myatlassian_email": "it@acme.example"}
    reply = read_reply(CASES["an answer about one license of two"].text)
    assert reply.answers[1].licenses == ("BMQ-1",)
    assert reply.texts_for("BMQ-2") == reply.texts_for("BMQ-1", "BMQ-2") == {"myatlassian_email": "it@acme.example"}
    assert reply.texts_for("BMQ-1") == {**reply.texts_for("BMQ-2"), "company": "Acme GmbH"}


def test_a_comparison_has_only_what_differs_and_says_for_which_licenses() -> None:
    reply = read_reply("Company: [for K1, K3]\nAcme\nmyAtlassian email: it@acme.example\nCountry: Germany")
    first = {"license_key": "K1", "company": "Acme", "myatlassian_email": None, "country": "DE"}
    second = {"license_key": "K2", "company": "Other", "myatlassian_email": None, "country": "DE"}
    third = {"license_key": "K3", "company": "", "myatlassian_email": "ada@acme.example", "country": None}
    compared = differences(reply, [first, second, third])
    assert compared == (
        Difference("myatlassian_email", "", "it@acme.example", ("K1", "K2")),
        Difference("myatlassian_email", "ada@acme.example", "it@acme.example", ("K3",)),
        Difference("company", "", "Acme", ("K3",)),
        Difference("country", "", "Germany", ("K3",)),
    )
    assert texts_by_license(compared[1:3]) == {"K3": {"myatlassian_email": "it@acme.example", "company": "Acme"}}


def test_a_refusal_is_proposed_and_never_taken_over_with_the_rest() -> None:
    reply = read_reply("Do you agree to match? [for K1]\nNo\nCompany: Acme")
    records = [{"license_key": "K1", "match_agreed": None}, {"license_key": "K2", "match_agreed": None}]
    assert reply.texts_for("K1") == {"company": "Acme"}
    ((answer, keys),) = refusals(reply, records)
    assert (answer.text, answer.question, keys) == ("No", "Do you agree to match", ("K1",))
    assert list(refusals(reply, [{"license_key": "K1", "match_agreed": False}])) == []
    assert not read_reply("Do you agree to match?\nNo\n\nDo you agree to match?\nYes").refusals


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Yes", True),
        ("Yes, we do.", True),
        ("ja", True),
        ("Oui, tout à fait", True),
        ("Sí", True),
        ("si", True),
        ("Confirmamos que sí", True),
        ("I confirm", True),
        ("Confirmed: on our server and not on Cloud", True),
        ("bestätigt, nicht in der Cloud", True),
        ("oui, et pas dans le cloud", True),
        ("✓", True),
        ("No", False),
        ("nein, leider nicht", False),
        ("We do not agree", False),
        ("Nous ne sommes pas d'accord", False),
        ("No, no estamos de acuerdo", False),
        ("No, sorry", False),
        ("We don't want to match", False),
        ("Wir stimmen nicht zu", False),
        ("Nous n'acceptons pas que la licence corresponde au serveur", False),
        ("maybe", None),
        ("Yes, but not before May", None),
        ("No problem, we agree", None),
        ("kein Problem, ja", None),
        ("si le prix reste le même, oui", None),
        ("oui, si le prix reste le même", None),
        ("nur wenn es nichts kostet", None),
    ],
)
def test_yes_and_no_are_known_in_four_languages_and_never_guessed(answer: str, expected: bool | None) -> None:
    (reading,) = read_reply(f"> Server confirmed?\n{answer}").answers
    assert reading.values.get("server_confirmed") is expected
    assert (reading.problem is None) == (expected is not None)


@pytest.mark.parametrize(
    "answer",
    [
        "No problem!",
        "No problem at all",
        "no objections",
        "No worries",
        "We do not object",
        "That should not be a problem",
        "Kein Problem",
        "pas de problème",
        "no hay problema",
        "Not sure yet",
        "Not yet",
        "I don't know",
        "Why not?",
        "We don't mind",
        "never mind, yes",
        "We don't use Atlassian Cloud",
        "No, not on Cloud",
        "can't say yet",
        "Probably",
        "Yes, no problem",
        "We don't mind, agreed",
        "no objections, agreed",
    ],
)
@pytest.mark.parametrize("question", ["Server confirmed?", "Do you agree to match?"])
def test_what_is_no_plain_refusal_is_read_by_a_person(question: str, answer: str) -> None:
    (reading,) = read_reply(f"> {question}\n{answer}").answers
    assert (reading.values, (reading.problem or "").endswith("Read it, and enter what is meant.")) == ({}, True)


@pytest.mark.parametrize(
    "answer", ["see below", "same as above", "unchanged", "siehe oben", "?", "No idea", "same as before"]
)
@pytest.mark.parametrize("question", ["Company", "First and last name", "Full address", "myAtlassian email"])
def test_an_answer_that_refers_elsewhere_fills_nothing(question: str, answer: str) -> None:
    (reading,) = read_reply(f"{question}:\n{answer}").answers
    assert reading.values == {}
    assert reading.problem


def test_a_department_is_no_holder() -> None:
    (reading,) = read_reply("First and last name: IT department").answers
    assert reading.problem == '"IT department" is not a first and a last name.'


@pytest.mark.parametrize(
    ("answer", "first", "last"),
    [
        ("Ada Example", "Ada", "Example"),
        ("Dr. Ada Example", None, None),
        ("Mme Ada Example", "Ada", "Example"),
        ("Example, Ada Maria", "Ada Maria", "Example"),
        ("Ana María GARCÍA LÓPEZ", "Ana María", "GARCÍA LÓPEZ"),
        ("GARCÍA LÓPEZ Ana María", "Ana María", "GARCÍA LÓPEZ"),
        ("Ludwig van der Rohe", "Ludwig", "van der Rohe"),
        ("ADA EXAMPLE", "ADA", "EXAMPLE"),
        ("EXAMPLE SMITH, Ada", "Ada", "EXAMPLE SMITH"),
        ("Ada Example, IT", None, None),
        ("Example, IT", None, None),
        ("Ana María García López", None, None),
        ("Ada", None, None),
        ("it@acme.example", None, None),
    ],
)
def test_names_are_parted_where_that_is_plain(answer: str, first: str | None, last: str | None) -> None:
    (reading,) = read_reply(f"First and last name: {answer}").answers
    assert (reading.values.get("holder_first_name"), reading.values.get("holder_last_name")) == (first, last)
    assert (reading.problem is None) == (first is not None)


@pytest.mark.parametrize(
    ("answer", "address", "country"),
    [
        ("1 Main St, Springfield, IL 62701, USA", "1 Main St, Springfield, IL 62701", "US"),
        ("1 Main St, Springfield, United States.", "1 Main St, Springfield", "US"),
        ("1 High Street - London - UK", "1 High Street - London", "GB"),
        ("1 Peachtree St, Atlanta, Georgia", "1 Peachtree St, Atlanta, Georgia", None),
        ("1 Main St, San Francisco, CA", "1 Main St, San Francisco, CA", None),
        ("12 Rue de France", "12 Rue de France", None),
        ("1 Main St, Santa Fe, New Mexico", "1 Main St, Santa Fe, New Mexico", None),
        ("Germany", None, "DE"),
    ],
)
def test_a_country_is_taken_from_an_address_only_where_it_is_plain(
    answer: str, address: str | None, country: str | None
) -> None:
    (reading,) = read_reply(f"Full address: {answer}").answers
    assert (reading.values.get("address"), reading.values.get("country")) == (address, country)
    assert (reading.problem is None) == (address is not None and country is not None)


@given(
    st.permutations(list(LABELS)),
    st.sampled_from(["", "> ", ">> ", "  ", "* ", "- "]),
    st.sampled_from([": ", ":", " : ", ":\u00a0", ":\n", ":\n\n", "\t"]),
    st.sampled_from(["\n", "\r\n", "\n\n", "\n \u00a0\n"]),
    st.booleans(),
)
def test_items_are_found_in_any_order_quoted_and_spaced_in_any_way(
    order: list[str], mark: str, between: str, end: str, is_numbered: bool
) -> None:
    places = {name: place for place, name in enumerate(order, 1)}
    items = (f"{f'{places[name]}. ' * is_numbered}{LABELS[name]}{between}{WRITTEN[name]}" for name in order)
    text = end.join(re.sub("(?m)^(?=.)", mark, item) for item in items)
    reply = read_reply(text)
    assert (answers_by_field(reply), reply.unrecognised, reply.unanswered) == (ALL, (), ())
    assert [one.problem for one in reply.answers if one.problem] == []
    assert_nothing_is_dropped(text, reply)


LINES = st.sampled_from([line for case in CASES.values() for line in case.text.split("\n")])


@given(st.lists(LINES | st.text(max_size=30), max_size=12), st.sampled_from(["\n", "\r\n", "\n> "]))
def test_no_line_of_any_mail_is_dropped_and_no_text_breaks_the_reading(lines: list[str], end: str) -> None:
    text = end.join(lines)
    reply = read_reply(text)
    assert_nothing_is_dropped(text, reply)
    for one in reply.answers:
        assert_read_as_the_readers_do(one)
        assert one.values or one.problem
        assert one.problem is None or one.problem.endswith(".")


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_a_saved_mail_is_decoded_as_its_head_says(encoding: str, charset: str) -> None:
    message = EmailMessage()
    message["From"] = "Jürgen Groß <it@acme.example>"
    text = "License key: BMQ-1\nOrganization: Müller & Söhne\n" + "A long line that is broken in two. " * 5 + "\n"
    message.set_content(text, charset=charset, cte=encoding)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="order.pdf")
    saved = saved_mail(message.as_bytes())
    assert saved == MailText(text, "it@acme.example")
    assert answers_by_field(read_reply(saved.text)) == {"license_key": ("BMQ-1",), "company": "Müller & Söhne"}


def saved_as(content: str, kind: str = "plain") -> bytes:
    return f"From: Ada <it@acme.example>\nContent-Type: text/{kind}; charset=utf-8\n\n{content}".encode()


def test_the_source_of_a_mail_is_decoded_when_it_is_pasted() -> None:
    head = "From: Di Park <di@umbrella.example>\nContent-Type: text/plain; charset=iso-8859-1\n"
    source = f"{head}Content-Transfer-Encoding: quoted-printable\n\nOrganization: M=FCller =\n& S=F6hne\n"
    for pasted in (source, source.replace("\n", "\r\n"), f"From - Mon May 2 10:00:00 2016\n{source}"):
        assert read_mail(pasted) == MailText("Organization: Müller & Söhne\n", "di@umbrella.example")
    # Of what a person copies, the letters are right already, whatever its head says.
    assert read_mail(f"{head}\nOrganization: Müller").text == "Organization: Müller"
    part = "--b1\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nQ29tcGFueTogQWNtZQ==\n--b1--\n"
    assert read_mail(part).text == "Company: Acme"
    assert read_mail("Organization: M=C3=BCller =\n& S=C3=B6hne").text == "Organization: Müller & Söhne"
    assert read_mail(base64.encodebytes(("Organization: Müller & Söhne\n" * 5).encode()).decode()).text.count("ü") == 5


@pytest.mark.parametrize("text", ["License key: eJzz0+/x==", "a=b\nc=d", "Key = AB\nCompany = Acme", "K" * 70])
def test_what_only_looks_encoded_stays_as_it_is(text: str) -> None:
    assert read_mail(text) == MailText(text)


def test_of_a_mail_with_several_parts_the_plain_one_is_read_and_no_attachment() -> None:
    message = EmailMessage()
    message["From"] = "Ada <it@acme.example>"
    message.set_content("Company: Acme\n")
    message.add_alternative("<p>Company: Other</p>", subtype="html")
    message.add_attachment("Company: Third", filename="note.txt")
    assert saved_mail(message.as_bytes()) == MailText("Company: Acme\n", "it@acme.example")
    outer = EmailMessage()
    outer["From"] = "Sam <sam@balsamiq.example>"
    outer.set_content(" ")
    outer.add_attachment(message)
    assert saved_mail(outer.as_bytes()) == MailText("Company: Acme\n", "sam@balsamiq.example")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<style>p {}</style><p>License\nkey:&nbsp;K-1</p>", "License key:\u00a0K-1"),
        ("a<br>b<div>c</div><div><br></div>d", "a\nb\nc\n\nd"),
        ("<blockquote><p>Company:</p><blockquote>x</blockquote></blockquote>Acme", "> Company:\n> > x\nAcme"),
        ("<ol start=3><li>yes<li>no</ol><ul><li>x</ul>", "3. yes\n4. no\n- x"),
        ("<table><tr><td>Company<td><p>Acme</p><p>GmbH</p></tr></table>", "Company\tAcme, GmbH"),
        (
            "<blockquote><table><tr><th>Company<td>Acme</table></blockquote>x<table><tr><td><blockquote>y</table>",
            "> Company\tAcme\nx\n> y",
        ),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>c", "a\nb\nc"),
        ("<s>No</s> Yes &lt;it@acme.example> <it@acme.example>", "Yes <it@acme.example> <it@acme.example>"),
        ("<!-- no --><p>Müller &amp; S&ouml;hne", "Müller & Söhne"),
    ],
)
def test_html_is_read_as_people_see_it(source: str, text: str) -> None:
    assert html_text(source) == text
    saved = saved_mail(saved_as(source, "html"))
    assert saved
    assert saved.text == text


@pytest.mark.parametrize("text", ["License key: BMQ-1", "From: Ada\nSent: Monday\n\nLicense key: BMQ-1", ""])
def test_a_copied_text_is_no_saved_mail(text: str) -> None:
    assert saved_mail(text.encode()) is None


@pytest.mark.parametrize("head", ["text/plain; charset=nonsense", "application/pdf", "multipart/mixed; boundary=x"])
def test_a_saved_mail_without_text_is_refused_with_a_sentence(head: str) -> None:
    with pytest.raises(RefusalError, match="copy its text into a file"):
        saved_mail(f"From: ada@acme.example\nContent-Type: {head}\n\n \n".encode())


@given(
    st.lists(
        st.sampled_from("<p> </p> <td> </td> <tr> </tr> <table> </table> <blockquote> </blockquote> <s> <li> a".split())
    )
)
def test_no_html_breaks_the_reading_and_no_word_is_dropped(parts: list[str]) -> None:
    text = html_text("".join(part for part in parts if part != "<s>"))
    assert text.count("a") == parts.count("a")
    html_text("".join(parts))


@given(st.binary(max_size=200))
def test_no_content_breaks_the_reading_of_a_saved_mail(content: bytes) -> None:
    head = b"From: ada@acme.example\nContent-Type: text/plain\nContent-Transfer-Encoding: "
    for saved in (content, head + content):
        with suppress(RefusalError):
            saved_mail(saved)
