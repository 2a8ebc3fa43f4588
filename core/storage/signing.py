"""What the server signs with: made once, and the same for all processes that share the database."""

from secrets import token_bytes

from sqlalchemy import select, text

from core.storage.database import Database
from core.storage.tables import secrets

NAME = "signing"
BYTES = 32
# Both databases spell it alike. Of several processes that come first together, one writes and all read what it wrote.
MAKE = text("INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


def signing_secret(database: Database) -> bytes:
    """32 random bytes, made at the first call ever; may raise StorageError."""
    query = select(secrets.c.value).where(secrets.c.name == NAME)
    with database.read() as connection:
        known = connection.execute(query).scalar()
    if known is None:
        with database.write() as connection:
            connection.execute(MAKE, {"name": NAME, "value": token_bytes(BYTES)})
            known = connection.execute(query).scalar_one()
    return bytes(known)
