"""Cloud: legacy plan and expired, their next steps, and the licenses near the line."""

import csv
import io

from sqlalchemy import Engine

from lib.domain.policy import Policy
from lib.importing import imports
from lib.measures.cut import Cut
from lib.store import database, license_queries
from lib.web import cached
from tests.actors import ADMIN, editor
from tests.pages.visit import HEADER, fine, kept, opened, said


def test_both_groups_are_counted_with_their_next_step(sample: Engine) -> None:
    app = opened("cloud")
    assert {metric.label: metric.value for metric in app.metric} == {"Cloud: legacy plan": "2", "Cloud: expired": "1"}
    text = said(app)
    assert "67% of 3 licenses on Cloud" in text
    assert "start a new subscription" in text


def test_the_borderline_licenses_are_counted_and_listed(sample: Engine) -> None:
    app = opened("cloud")
    with database.reading(sample) as connection:
        borderline = license_queries.licenses(connection, Cut(borderline="yes"))["license_key"].tolist()
    assert app.toggle(key="borderline_list").label == f"List {len(borderline)} borderline license"
    app.toggle(key="borderline_list").set_value(True).run()
    assert fine(app).dataframe[0].value["License key"].tolist() == borderline


def test_the_file_of_a_group_says_what_each_customer_does_next(engine: Engine) -> None:
    rows = "K1,Jira,Cloud,10,,2017-01-31\nK2,Confluence,Cloud,10,,2012-05-05\n=K3,Jira,Cloud,10,,2016-01-10\n"
    imports.commit(engine, kept(engine, HEADER + rows), editor("ann"), Policy())
    text = cached.cloud_csv("", Cut(outcome=("legacy_plan", "expired")), ADMIN).decode("utf-8-sig")
    told = {row["License key"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert told["K1"]["Plan ends"] == "2017-07-31"
    assert "until 2017-07-31; subscribe before at https://marketplace.atlassian.com" in told["K1"]["Next step"]
    assert told["K2"]["Next step"].startswith("Start a new subscription at https://marketplace.atlassian.com")
    assert told["'=K3"]["Borderline"] == "Yes"


def test_without_cloud_licenses_the_page_says_so(engine: Engine) -> None:
    imports.commit(engine, kept(engine, HEADER + "K1,Jira,Server,10,100,\n"), editor("ann"), Policy())
    assert "No Cloud license with a plan here." in said(opened("cloud"))


def test_before_the_first_import_there_is_one_way_on(engine: Engine) -> None:
    assert [element.value for element in opened("cloud").subheader] == ["No licenses yet"]
