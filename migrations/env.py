"""How Alembic reaches the database: on the connection that `lib.store.database.upgrade` hands over, inside its transaction."""

from alembic import context

from lib.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
