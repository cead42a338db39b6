"""Revocation orders, and what no statement may undo of them: who made them, what was marked, each item once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION passports_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.criterion, NEW.subject_sealed, NEW.subject_id, NEW.people, NEW.first, NEW.last, NEW.reason,
      NEW.supposed, NEW.made_by_id, NEW.made_office_id, NEW.made_at)
     IS DISTINCT FROM (OLD.criterion, OLD.subject_sealed, OLD.subject_id, OLD.people, OLD.first, OLD.last, OLD.reason,
      OLD.supposed, OLD.made_by_id, OLD.made_office_id, OLD.made_at)
     OR OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id THEN
    RAISE EXCEPTION 'what an order says stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('COLLECTING', 'DRAFT'), ('DRAFT', 'PROPOSED'),
      ('DRAFT', 'DISCARDED'), ('PROPOSED', 'APPROVED'), ('PROPOSED', 'REFUSED'), ('APPROVED', 'DONE')) THEN
    RAISE EXCEPTION 'an order moves one way' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_guard BEFORE UPDATE OR DELETE ON passports_revocationorder
  FOR EACH ROW EXECUTE FUNCTION passports_guard_order();

CREATE FUNCTION passports_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing varchar;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an item of an order stays' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT state INTO standing FROM passports_revocationorder WHERE id = NEW.order_id;
  IF TG_OP = 'INSERT' THEN
    IF standing <> 'COLLECTING' THEN
      RAISE EXCEPTION 'an order lists its items once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.order_id, NEW.person_id, NEW.passport_id, NEW.version_id, NEW.version_ids)
     IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.person_id, OLD.passport_id, OLD.version_id, OLD.version_ids)
     OR NEW.holder <> OLD.holder AND standing <> 'DRAFT'
     OR (NEW.outcome, NEW.code, NEW.done_at) IS DISTINCT FROM (OLD.outcome, OLD.code, OLD.done_at)
        AND (standing <> 'APPROVED' OR OLD.outcome <> '') THEN
    RAISE EXCEPTION 'an item is marked before it is proposed and carried out once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_item_guard BEFORE INSERT OR UPDATE OR DELETE ON passports_revocationitem
  FOR EACH ROW EXECUTE FUNCTION passports_guard_item();

CREATE FUNCTION passports_guard_run_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM passports_revocationorder o
    WHERE o.id = NEW.order_id AND o.state = 'APPROVED' AND o.made_by_id = NEW.prepared_by_id
      AND (NEW.decided_by_id IS NULL OR NEW.decided_by_id = o.decided_by_id)
  ) THEN
    RAISE EXCEPTION 'a run of an order has its two officers' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER run_of_order_begins BEFORE INSERT ON ministry_signing_run FOR EACH ROW
  WHEN (NEW.order_id IS NOT NULL) EXECUTE FUNCTION passports_guard_run_of_order();
CREATE TRIGGER run_of_order_decided BEFORE UPDATE OF decided_by_id ON ministry_signing_run FOR EACH ROW
  WHEN (NEW.order_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id)
  EXECUTE FUNCTION passports_guard_run_of_order();
"""

UNGUARDED = """
DROP TRIGGER run_of_order_decided ON ministry_signing_run; DROP TRIGGER run_of_order_begins ON ministry_signing_run;
DROP FUNCTION passports_guard_run_of_order();
DROP TRIGGER order_item_guard ON passports_revocationitem; DROP FUNCTION passports_guard_item();
DROP TRIGGER order_guard ON passports_revocationorder; DROP FUNCTION passports_guard_order();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('passports', '0007_the_old_one_stays'), ('ministry_signing', '0003_named_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='RevocationOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(default='COLLECTING', max_length=10)),
                ('criterion', models.CharField(choices=[('PERSON', 'PERSON'), ('UVCI', 'UVCI'), ('FACILITY', 'FACILITY'), ('ENTERED_BY', 'ENTERED_BY'), ('ATTESTED_BY', 'ATTESTED_BY'), ('BATCH', 'BATCH')], max_length=12)),
                ('subject_sealed', models.BinaryField()),
                ('subject_id', models.BigIntegerField(null=True)),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('first', models.DateField(null=True)),
                ('last', models.DateField(null=True)),
                ('reason', models.CharField(max_length=40)),
                ('supposed', models.CharField(choices=[('FALSE', 'FALSE'), ('HONEST', 'HONEST')], max_length=6)),
                ('made_by_id', models.BigIntegerField()),
                ('made_office_id', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('decided_office_id', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=40)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='order_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by_id__isnull', True), models.Q(('decided_by_id', models.F('made_by_id')), _negated=True), _connector='OR'), name='order_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['APPROVED', 'DONE', 'REFUSED']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by_id__isnull', False)), _connector='OR'), name='order_decided_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='RevocationItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
                ('passport_id', models.BigIntegerField(null=True)),
                ('version_id', models.BigIntegerField()),
                ('version_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('holder', models.CharField(choices=[('FALSE', 'FALSE'), ('HONEST', 'HONEST')], max_length=6)),
                ('outcome', models.CharField(blank=True, choices=[('', ''), ('REVOKED', 'REVOKED'), ('REISSUED', 'REISSUED'), ('ENDED_BEFORE', 'ENDED_BEFORE'), ('REFUSED', 'REFUSED'), ('STANDS', 'STANDS')], max_length=12)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('done_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='passports.revocationorder')),
            ],
            options={
                'indexes': [models.Index(fields=['order', 'person_id'], name='order_item_by_person'), models.Index(condition=models.Q(('outcome', '')), fields=['order', 'holder', 'id'], name='order_item_waits')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('passport_id__isnull', False)), fields=('order', 'passport_id'), name='passport_once_per_order'), models.UniqueConstraint(condition=models.Q(('passport_id__isnull', True)), fields=('order', 'person_id'), name='person_without_passport_once')],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
