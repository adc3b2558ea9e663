from odoo import api, fields, models, tools
from odoo.tools import format_date

CATEGORIES = [
    ("hold", "Held"),
    ("wait", "Not yet"),
    ("scope", "Not chased"),
    ("chase", "Chased"),
    ("ask", "Asks a person"),
    ("letter", "Matching"),
    ("info", "Information"),
]


class ArReason(models.Model):
    """The one registry of reason codes; other add-ons extend it by data.

    Decisions carry ``{"code": …, "params": {…}}``; the words come from here, in
    the reader's language. A parameter is text, a number, ``{"date": iso}`` or
    ``{"cents": int, "currency": "EUR"}``.
    """

    _name = "ar.reason"
    _description = "Reason code"
    _order = "category, sequence, code"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Label", required=True, translate=True)
    words = fields.Char(
        translate=True,
        required=True,
        help="Sentence shown in explanations; %(name)s takes a parameter.",
    )
    category = fields.Selection(CATEGORIES, required=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("UNIQUE(code)", "A reason code exists only once.")

    @api.model
    @tools.ormcache("self.env.lang")
    def _ar_registry(self):
        """``{code: (label, words, category)}`` in the language of the reader."""
        return {
            r.code: (r.name, r.words, r.category)
            for r in self.sudo().search([], order="id")
        }

    @api.model
    def _ar_words(self, reasons):
        """Turn reasons into sentences, in the reader's language.

        :param reasons: list of ``{"code", "params"}``
        :return: list of ``{"code", "category", "label", "words"}``
        """
        registry = self._ar_registry()
        told = []
        for reason in reasons or ():
            code = reason["code"]
            label, words, category = registry.get(code, (code, code, "info"))
            params = {
                k: self._ar_format_param(v)
                for k, v in (reason.get("params") or {}).items()
            }
            try:
                text = words % params
            except (KeyError, TypeError, ValueError):
                # A translation or a customised sentence that names a parameter
                # which this decision lacks must not hide the decision.
                text = label
            told.append(
                {"code": code, "category": category, "label": label, "words": text}
            )
        return told

    @api.model
    def _ar_format_param(self, value):
        if isinstance(value, dict) and "date" in value:
            return format_date(self.env, value["date"])
        if isinstance(value, dict) and "cents" in value:
            currency = self.env["res.currency"]._ar_of(value["currency"])
            return currency._ar_written(value["cents"])
        return value

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
