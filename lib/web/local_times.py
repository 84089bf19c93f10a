"""Times as the clocks of the organisation have them: by the time zone that the policy names."""

from datetime import datetime

from lib.domain.text import format_time
from lib.web import cached


def zone() -> str:
    """The time zone of the policy in force."""
    return cached.policy().time_zone


def time_text(at: datetime) -> str:
    """A stored time in that zone; where there are many, `format_time` with one `zone`."""
    return format_time(at, zone())
