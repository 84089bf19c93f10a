"""Which stores hold invented data, so that every file made from one can say so."""

from sqlalchemy import Connection

SAMPLE = "Sample data: every license and customer here is invented."
"""What files of such a store say."""

_MARK = 0x53414D50  # "SAMP", in the header of the database's file


def mark(connection: Connection) -> None:
    """Say of a store in SQLite that its data is invented."""
    connection.exec_driver_sql(f"PRAGMA application_id = {_MARK}")


def is_sample(connection: Connection) -> bool:
    """Whether a store's data is invented."""
    if connection.dialect.name != "sqlite":
        return False
    return bool(connection.exec_driver_sql("PRAGMA application_id").scalar_one() == _MARK)
