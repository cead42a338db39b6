"""Codes asked for, what is counted, visits (appended alone), confirmed e-mails, electronic identities."""

from django.db import migrations, models

GUARD = """
CREATE TRIGGER citizens_visit_append_only BEFORE UPDATE OR DELETE ON citizens_visit
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""
UNDO = "DROP TRIGGER citizens_visit_append_only ON citizens_visit;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("offices", "0002_acts")]

    operations = [
        migrations.CreateModel(
            name='EidLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_key', models.BinaryField(unique=True)),
                ('number_key', models.BinaryField()),
                ('linked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(unique=True)),
                ('purpose', models.CharField(choices=[('FIND', 'FIND'), ('REPORT', 'REPORT'), ('CONTACT', 'CONTACT')], max_length=10)),
                ('asked_key', models.BinaryField()),
                ('details_sealed', models.BinaryField()),
                ('people_sealed', models.BinaryField(default=b'')),
                ('to_sealed', models.BinaryField(default=b'')),
                ('code_hash', models.BinaryField(default=b'')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['expires_at'], name='challenge_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('begun_at'))), name='challenge_ends_after_begin'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('settled_at__isnull', False), _connector='OR'), name='challenge_used_after_settled')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
                ('email_sealed', models.BinaryField()),
                ('email_key', models.BinaryField()),
                ('confirmed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person_id', 'email_key'), name='contact_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Spent',
            fields=[
                ('digest', models.BinaryField(primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['until'], name='spent_by_end')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BinaryField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['until'], name='tally_by_end')],
                'constraints': [models.UniqueConstraint(fields=('key', 'since'), name='tally_once_per_span')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
                ('proof', models.CharField(choices=[('PHONE', 'PHONE'), ('EMAIL', 'EMAIL'), ('EID', 'EID')], max_length=5)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['person_id', 'at'], name='visit_by_person')],
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
