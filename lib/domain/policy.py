"""The settings that rules read, numbered, so that every result can name the version behind it (domain.md §3, §4)."""

from dataclasses import dataclass, fields
from datetime import date

from lib.domain.mail_domains import MailDomains
from lib.domain.products import NoMoveDayError, Product
from lib.domain.settings import Notice, Setting
from lib.domain.settings_of_marketplace import MatchSettings, PackSettings
from lib.domain.settings_of_rules import CloudSettings, SizeSettings
from lib.domain.settings_of_work import CustomerSettings, DataSettings, GoalSettings, NoticeSettings


# Without slots, since Python joins no two classes that have them.
@dataclass(frozen=True, kw_only=True)
class Policy(
    SizeSettings,
    CloudSettings,
    PackSettings,
    MatchSettings,
    CustomerSettings,
    GoalSettings,
    NoticeSettings,
    DataSettings,
):
    """One version of the rules' settings; the defaults are those in domain.md §3, §4."""

    version: int = 1

    def reference(self, product: Product) -> date:
        """The day Balsamiq moved that plugin's Cloud licenses (domain.md §4).

        Raises NoMoveDayError for a product whose Cloud licenses were never moved.
        """
        days = {Product.CONFLUENCE: self.confluence_moved, Product.JIRA: self.jira_moved}
        if product not in days:
            raise NoMoveDayError(product)
        return days[product]

    @property
    def mail_domains(self) -> MailDomains:
        """The domains that are no customer's own."""
        return MailDomains(frozenset(self.free_mail_domains), frozenset(self.partner_domains))

    def notices_on(self, day: date) -> list[Notice]:
        """The notices in force on a day, oldest first."""
        return [notice for notice in self.notices if notice.since <= day]


SETTINGS: dict[str, Setting] = {
    part.name: Setting(name=part.name, default=part.default, **part.metadata)
    for group in Policy.__bases__
    for part in fields(group)
    if part.metadata
}
"""Every setting that people can change, by name, in the order of the screen."""
