"""Django's cache in PostgreSQL: counts of attempts and used one-time codes, shared by all web processes."""

from django.db import migrations

CACHE = """
CREATE UNLOGGED TABLE vaxpass_cache (
  cache_key varchar(255) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX cache_by_expiry ON vaxpass_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_acts")]
    operations = [migrations.RunSQL(CACHE, "DROP TABLE vaxpass_cache;")]
