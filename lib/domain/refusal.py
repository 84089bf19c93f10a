"""The exceptions for something that cannot be done now."""


class RefusalError(Exception):
    """A request that cannot be met now. The text says why and what to do."""


class OutageError(RefusalError):
    """A refusal that passes by itself: the database is away or busy."""
