"""Weekly reports as they were made, once per unit and week, and who signs them; nothing of it changes."""

from django.db import migrations, models

GUARD = """
CREATE TRIGGER weekly_file_append_only BEFORE UPDATE OR DELETE ON oversight_weeklyfile
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
CREATE TRIGGER weekly_signatory_append_only BEFORE UPDATE OR DELETE ON oversight_weeklysignatory
  FOR EACH ROW EXECUTE FUNCTION vaxpass_refuse_change();
"""
UNGUARD = """
DROP TRIGGER weekly_signatory_append_only ON oversight_weeklysignatory;
DROP TRIGGER weekly_file_append_only ON oversight_weeklyfile;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0003_given'),
    ]

    operations = [
        migrations.CreateModel(
            name='WeeklyFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField()),
                ('level', models.CharField(choices=[('country', 'COUNTRY'), ('province', 'PROVINCE'), ('district', 'DISTRICT'), ('commune', 'COMMUNE'), ('class', 'CLASS'), ('office', 'OFFICE')], max_length=10)),
                ('scheme', models.CharField(choices=[('old', 'OLD'), ('new', 'NEW')], max_length=3)),
                ('code', models.CharField(blank=True, max_length=12)),
                ('made_at', models.DateTimeField()),
                ('as_of', models.DateTimeField()),
                ('standings', models.JSONField()),
                ('sheet', models.BinaryField()),
                ('sheet_digest', models.CharField(max_length=64)),
                ('pdf', models.BinaryField()),
                ('pdf_digest', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['scheme', 'level', 'code', '-week'], name='weekly_report_of_unit')],
                'constraints': [models.UniqueConstraint(fields=('week', 'level', 'code'), name='weekly_report_once'), models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='weekly_report_by_its_monday')],
            },
        ),
        migrations.CreateModel(
            name='WeeklySignatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('country', 'COUNTRY'), ('province', 'PROVINCE'), ('district', 'DISTRICT'), ('commune', 'COMMUNE'), ('class', 'CLASS'), ('office', 'OFFICE')], max_length=10)),
                ('code', models.CharField(blank=True, max_length=12)),
                ('capacity', models.CharField(choices=[('head', 'HEAD'), ('deputy', 'DEPUTY'), ('order', 'ORDER')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('since', models.DateTimeField()),
                ('officer_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['level', 'code', '-since'], name='weekly_signatory_latest')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
