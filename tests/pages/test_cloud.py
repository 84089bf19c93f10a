"""Cloud: legacy plan and expired, their next steps, and the licenses near the line."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import database, license_queries
from lib.web import cached, cloud_lists
from tests.actors import ADMIN, editor
from tests.pages.visit import HEADER, add_file, fine, of_all, opened, texts_on


def test_both_groups_are_counted_with_their_next_step(sample: Engine) -> None:
    app = opened("cloud")
    assert {metric.label: metric.value for metric in app.metric} == {
        "Legacy plan: running": "0",
        "Legacy plan: ending within 90 days": "0",
        "Legacy plan: ended": "2",
        "Expired": "1",
    }
    text = texts_on(app)
    assert "The free legacy plan has ended. Next: subscribe" in text
    assert "start a new subscription" in text
    assert "3 licenses hosted on Cloud." in text


def test_all_that_are_hosted_on_cloud_are_accounted_for(engine: Engine) -> None:
    rows = "K1,Jira,Cloud,10,,2017-01-31\nK2,Jira,Cloud,10,,\nK3,XWiki,Cloud,10,,2017-01-31\n"
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    sentence = "3 licenses hosted on Cloud, among them 1 cannot be placed, 1 not eligible."
    assert sentence in texts_on(opened("cloud"))
    assert sentence in texts_on(opened("progress"))
    assert of_all(opened("licenses", hosting="cloud")) == "3 of 3 licenses"


@pytest.mark.parametrize(
    ("days", "group", "step"),
    [
        (-1, "ended", "The free legacy plan ended on {}: subscribe now at https://marketplace.atlassian.com"),
        (0, "ending", "The free legacy plan runs until {}: subscribe before then at https://"),
        (90, "ending", "The free legacy plan runs until {}: subscribe before then at https://"),
        (91, "running", "The free legacy plan runs until {}: subscribe before then at https://"),
    ],
)
def test_a_plan_is_told_by_tense_on_the_screen_and_in_its_file(
    engine: Engine, days: int, group: str, step: str
) -> None:
    policy = Policy(legacy_extra_months=0)  # plans end with maintenance
    end = datetime.now(UTC).date() + timedelta(days=days)
    imports.commit(engine, add_file(engine, HEADER + f"K1,Jira,Cloud,10,,{end}\n"), editor("ann"), policy)
    app = opened("cloud")
    assert [metric.label for metric in app.metric if metric.value == "1"] == [cloud_lists.TITLES[group]]
    cut = Cut(outcome=("legacy_plan",), plan=(group,))
    text = cached.cloud_csv("", cut, ADMIN).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["Next step"].startswith(step.format(end))


def test_the_borderline_licenses_are_counted_and_listed(sample: Engine) -> None:
    app = opened("cloud")
    with database.reading(sample) as connection:
        borderline = license_queries.licenses(connection, Cut(borderline="yes"))["license_key"].tolist()
    assert app.toggle(key="borderline_list").label == f"List {len(borderline)} borderline license"
    app.toggle(key="borderline_list").set_value(True).run()
    assert fine(app).dataframe[0].value["License key"].tolist() == borderline


def test_the_file_of_a_group_says_what_each_customer_does_next(engine: Engine) -> None:
    rows = "K1,Jira,Cloud,10,,2017-01-31\nK2,Confluence,Cloud,10,,2012-05-05\n=K3,Jira,Cloud,10,,2016-01-10\n"
    imports.commit(engine, add_file(engine, HEADER + rows), editor("ann"), Policy())
    text = cached.cloud_csv("", Cut(outcome=("legacy_plan", "expired")), ADMIN).decode("utf-8-sig")
    by_key = {row["License key"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert by_key["K1"]["Plan ends"] == "2017-07-31"
    assert "ended on 2017-07-31: subscribe now at https://marketplace.atlassian.com" in by_key["K1"]["Next step"]
    assert by_key["K2"]["Next step"].startswith("Start a new subscription at https://marketplace.atlassian.com")
    assert by_key["'=K3"]["Borderline"] == "Yes"
    assert "No legacy plan of Jira ends from now on." in texts_on(opened("cloud"))


def test_without_cloud_licenses_the_page_says_so(engine: Engine) -> None:
    imports.commit(engine, add_file(engine, HEADER + "K1,Jira,Server,10,100,\n"), editor("ann"), Policy())
    assert "No Cloud license here." in texts_on(opened("cloud"))


def test_before_the_first_import_there_is_one_way_on(engine: Engine) -> None:
    assert [element.value for element in opened("cloud").header] == ["No licenses yet"]
