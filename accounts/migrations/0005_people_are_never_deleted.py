"""PostgreSQL refuses to delete a person, so that no login name is ever given twice.

SQLite serves the demonstration alone; there the model refuses.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION accounts_user_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'people are never deleted: close the account instead'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER accounts_user_never_deleted BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_user_refuse_delete();
"""
ALLOW = """
DROP TRIGGER accounts_user_never_deleted ON accounts_user;
DROP FUNCTION accounts_user_refuse_delete();
"""


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sign_in")]

    operations = [migrations.RunPython(refuse, allow)]
