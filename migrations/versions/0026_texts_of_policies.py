"""Texts of policies may be redacted, since they may name a person who asks to be forgotten; all else of them still stays."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_REFUSAL = "Versions of the policy can only be added."
# Written out, so that another word of the code later does not matter here.
_ERASED = "(erased)"
_SAME = 'NEW.number = OLD.number AND NEW."by" = OLD."by" AND NEW.at = OLD.at AND NEW.change = OLD.change'
_REASON = f"(NEW.reason = OLD.reason OR NEW.reason LIKE '%{_ERASED}%')"
_SETTINGS = "(NEW.settings = OLD.settings OR CAST(NEW.settings AS TEXT) LIKE '%" + _ERASED + "%')"
_IS_OTHERWISE = f"NOT ({_SAME} AND {_REASON} AND {_SETTINGS})"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        refuse_on_postgresql()
    else:
        refuse_on_sqlite()


def refuse_on_sqlite() -> None:
    op.execute("DROP TRIGGER policies_no_update")
    op.execute(
        f"CREATE TRIGGER policies_no_update BEFORE UPDATE ON policies WHEN {_IS_OTHERWISE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def refuse_on_postgresql() -> None:
    for deed, condition in (("update", f"WHEN ({_IS_OTHERWISE})"), ("delete", "")):
        op.execute(f"DROP TRIGGER IF EXISTS policies_no_{deed} ON policies")
        op.execute(
            f"CREATE TRIGGER policies_no_{deed} BEFORE {deed} ON policies "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION refuse_change_of_policies()"
        )
