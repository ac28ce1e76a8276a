"""The search index beside core_searchdocument: FTS5 with triggers on SQLite, a tsvector with GIN on PostgreSQL."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE core_search USING fts5(title_tokens, body_tokens, content='core_searchdocument', "
    "content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER core_search_added AFTER INSERT ON core_searchdocument BEGIN "
    "INSERT INTO core_search(rowid, title_tokens, body_tokens) VALUES (new.id, new.title_tokens, new.body_tokens); END",
    "CREATE TRIGGER core_search_removed AFTER DELETE ON core_searchdocument BEGIN "
    "INSERT INTO core_search(core_search, rowid, title_tokens, body_tokens) "
    "VALUES ('delete', old.id, old.title_tokens, old.body_tokens); END",
    "CREATE TRIGGER core_search_changed AFTER UPDATE ON core_searchdocument BEGIN "
    "INSERT INTO core_search(core_search, rowid, title_tokens, body_tokens) "
    "VALUES ('delete', old.id, old.title_tokens, old.body_tokens); "
    "INSERT INTO core_search(rowid, title_tokens, body_tokens) VALUES (new.id, new.title_tokens, new.body_tokens); END",
]
SQLITE_BACK = [
    "DROP TRIGGER core_search_changed",
    "DROP TRIGGER core_search_removed",
    "DROP TRIGGER core_search_added",
    "DROP TABLE core_search",
]
POSTGRESQL = [
    "ALTER TABLE core_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple'::regconfig, title_tokens), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, body_tokens), 'B')) STORED",
    "CREATE INDEX core_searchdocument_vector ON core_searchdocument USING gin (vector)",
]
POSTGRESQL_BACK = ["ALTER TABLE core_searchdocument DROP COLUMN vector"]


def run(sqlite, postgresql):
    def change(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
            schema_editor.execute(statement)

    return change


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first")]
    operations = [migrations.RunPython(run(SQLITE, POSTGRESQL), run(SQLITE_BACK, POSTGRESQL_BACK))]
