"""Days as the organisation counts them: by its time zone, which the policy names."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def as_utc(at: datetime) -> datetime:
    """A stored time with its zone: SQLite gives times without one, and all of ours are UTC."""
    if at.tzinfo:
        return at.astimezone(UTC)
    return at.replace(tzinfo=UTC)


def day_of(at: datetime, zone: str) -> date:
    """The day that a time is on in a zone (an IANA name)."""
    return local_time(at, zone).date()


def local_time(at: datetime, zone: str) -> datetime:
    """A stored time as clocks of a zone have it."""
    return as_utc(at).astimezone(ZoneInfo(zone))


def start_of(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The moment at which a day ends in a zone, in UTC."""
    # By the calendar, since days on which clocks are changed have 23 or 25 hours.
    return start_of(day + timedelta(days=1), zone)
