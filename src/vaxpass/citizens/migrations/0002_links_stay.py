"""Which number an account of the electronic identity named first stays: no statement may lead it to another person."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER citizens_eidlink_append_only BEFORE UPDATE OR DELETE ON citizens_eidlink
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""
UNDO = "DROP TRIGGER citizens_eidlink_append_only ON citizens_eidlink;"


class Migration(migrations.Migration):
    dependencies = [("citizens", "0001_challenges_and_visits"), ("offices", "0002_acts")]
    operations = [migrations.RunSQL(APPEND_ONLY, UNDO)]
