"""Alembic's entry: runs revisions on the connection that ``upgrade`` hands over.

Revisions are written by hand, with plain SQLAlchemy types rather than those of ``tables``,
so that an old one never changes; a test compares their outcome with ``tables.metadata``.
"""

from alembic import context

from core.storage.tables import metadata

# SQLite's tables can be created and rolled back like rows; Alembic only does not expect it.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
