"""How every form looks: label, hint, field, error, and a summary whose links lead to the fields."""

from django.forms.renderers import TemplatesSetting


class DeskRenderer(TemplatesSetting):
    """Django's forms with our templates; set as FORM_RENDERER."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
