"""The page of the policy: everybody reads it, administrators try settings out and save them."""

import pytest
from sqlalchemy import Engine

from lib.checking.settings import Settings
from lib.domain.policy import Policy
from lib.domain.rules import RULES
from lib.importing import imports
from lib.policies import saving
from lib.policies.reference import rule_entries
from lib.store import catch_up, database, policies
from tests.actors import ADMIN, editor
from tests.pages.visit import fine, opened, texts_on, visited_by, worked
from tests.store.stories import a_file, a_row
from tests.web.signing import configure

ENDS = ("2016-01-03", "2016-01-10", "2016-02-20")
CLOUD = [a_row(f"C-{end}", hosting="Cloud", maintenance_expires=end) for end in ENDS]


@pytest.fixture
def licenses(engine: Engine) -> Engine:
    """Three Cloud licenses around the line between the groups, and one on Server."""
    content = a_file(*CLOUD, a_row("S-1", editors="3", host_tier="10"))
    imports.import_file(engine, "licenses.csv", content, Settings(), editor("ann"), Policy())
    return engine


def test_a_draft_shows_its_effect_and_is_saved_with_a_reason(licenses: Engine) -> None:
    app = opened("policy")
    app.number_input(key="setting_grace_months_1_0").set_value(2).run()
    assert "1 license would change outcome" in texts_on(fine(app))
    app.selectbox(key="draft_choice_None").set_value(0).run()
    rows = fine(app).dataframe[1].value
    assert rows[["License key", "Outcome", "Would be"]].to_numpy().tolist() == [
        ["C-2016-01-10", "Cloud: legacy plan", "Cloud: expired"]
    ]
    app.button(key="save_policy").click().run()
    assert "Enter a reason" in texts_on(fine(app))
    app.text_input(key="policy_reason").set_value("Balsamiq said two months.")
    app.button(key="save_policy").click().run()
    assert "Balsamiq said two months." in texts_on(worked(app, licenses))
    assert policies.in_force(licenses) == Policy(version=2, grace_months=2)


def test_a_draft_is_in_the_link_and_counts_licenses_users_and_customers(licenses: Engine) -> None:
    app = opened("policy", draft='{"grace_months":2,"partner_domains":["agency.example"]}')
    assert app.number_input(key="setting_grace_months_1_0").value == 2
    assert "1 license would change outcome" in texts_on(app)
    numbers = [app.dataframe[0].value.iloc[0, -1]]
    for unit in ("Users", "Customers"):
        app.segmented_control(key="draft_counted").set_value(unit).run()
        numbers.append(fine(app).dataframe[0].value.iloc[0, -1])
    assert numbers == ["1", "10", "1"]
    app.button(key="discard_draft").click().run()
    assert app.number_input(key="setting_grace_months_1_1").value == 3
    assert "draft" not in app.query_params


def test_who_would_be_regrouped_is_counted_and_listed(engine: Engine) -> None:
    rows = [
        a_row(key, company="Acme", country=country, contact_email="x@agency.example")
        for key, country in (("K-1", "DE"), ("K-2", "US"))
    ]
    imports.import_file(engine, "licenses.csv", a_file(*rows), Settings(), editor("ann"), Policy())
    app = opened("policy", draft='{"partner_domains":["agency.example"]}')
    assert "2 licenses would belong to another customer." in texts_on(app)
    assert app.dataframe[0].value.to_numpy().tolist() == [["Mail domain", "2"]]
    app.selectbox(key="draft_customers_choice_None").set_value(0).run()
    listed = fine(app).dataframe[1].value[["License key", "Customer", "Would be"]]
    assert listed.to_numpy().tolist() == [
        ["K-1", "Acme · agency.example", "Acme · DE"],
        ["K-2", "Acme · agency.example", "Acme · US"],
    ]


@pytest.mark.parametrize("draft", ["[1]", '{"grace_months":-1}'])
def test_a_link_with_a_draft_that_cannot_be_shows_what_is_in_force(licenses: Engine, draft: str) -> None:
    app = opened("policy", draft=draft)
    assert app.number_input(key="setting_grace_months_1_0").value == 3
    assert "What if" not in texts_on(app)


def test_settings_that_cannot_be_say_why_and_change_nothing(licenses: Engine) -> None:
    app = opened("policy")
    app.text_input(key="setting_ladder_1_0").set_value("25, 10, Unlimited").run()
    assert "do not ascend" in texts_on(fine(app))
    assert not [button for button in app.button if button.key == "save_policy"]


def test_what_was_seen_before_another_change_is_not_saved(licenses: Engine) -> None:
    app = opened("policy")
    app.number_input(key="setting_grace_months_1_0").set_value(2).run()
    app.text_input(key="policy_reason").set_value("Agreed.").run()
    saving.save(licenses, {"round_editors_up": True}, ADMIN, "Meanwhile.")
    app.button(key="save_policy").click().run()
    assert "Policy v2 came into force since this what-if" in texts_on(fine(app))


def test_two_versions_are_compared_and_the_rules_say_what_they_decide(licenses: Engine) -> None:
    saving.save(licenses, {"round_editors_up": True, "time_zone": "Asia/Tokyo"}, ADMIN, "Agreed.")
    catch_up.catch_up(licenses)
    app = opened("policy", part="Versions")
    assert any("- Round editors up to a tier: no → **yes**" in text.value for text in app.markdown)
    assert app.dataframe[0].value["Version"].tolist() == ["v2", "v1"]
    assert all(when.endswith(" JST") for when in app.dataframe[0].value["When"])
    with database.reading(licenses) as connection:
        entries = rule_entries(connection, policies.current(connection))
    assert {entry.rule.title: entry.licenses for entry in entries if entry.licenses} == {
        "Cloud plan": 3,
        "Size matches server": 1,
    }
    assert all(entry.sentence and entry.source.startswith("domain.md") for entry in entries)
    assert len(fine(opened("policy", part="Reference")).table[0].value) == len(RULES)


def test_others_read_the_settings_without_boxes(licenses: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch)
    app = visited_by("policy", "vic@example.com")
    assert not app.number_input
    assert "Grace months  \n**3**" in [text.value for text in app.markdown]


def test_why_names_the_setting_and_the_versions_that_a_verdict_hangs_on(licenses: Engine) -> None:
    saving.save(licenses, {"round_editors_up": True}, ADMIN, "Agreed.")
    app = opened("licenses", license="S-1")
    turn = "- Upgrade needed under v1, **Eligible** under v2: Round editors up to a tier"
    assert turn in [text.value for text in app.markdown]
    assert "Depends on: Server tiers" in texts_on(app)
