from odoo import api, fields, models


class ArPersonRequest(models.Model):
    """That a person asked for his data, and what was done; not what the data were.

    The request itself is kept elsewhere; its digest shows which one was answered.
    """

    _name = "ar.person.request"
    _description = "Request of a person"
    _order = "id desc"

    name = fields.Char("Reference", required=True, readonly=True, default="/")
    kind = fields.Selection(
        [("export", "Copy of the data"), ("erase", "Erasure")],
        required=True,
        readonly=True,
    )
    received_on = fields.Date("Request of", required=True, readonly=True)
    digest = fields.Char("sha256 of the request", required=True, readonly=True)
    company_ids = fields.Many2many("res.company", readonly=True)
    done_by_id = fields.Many2one(
        "res.users", "Answered by", readonly=True, ondelete="restrict"
    )
    done_at = fields.Datetime("Answered on", required=True, readonly=True)
    erased_count = fields.Integer("Pieces erased", readonly=True)
    told_count = fields.Integer("Pieces handed over", readonly=True)
    kept_count = fields.Integer("Pieces kept", readonly=True)
    kept = fields.Json(readonly=True, help="How many pieces stay, by reason.")
    kept_text = fields.Text("Why kept", compute="_compute_kept_text")

    @api.depends("kept")
    @api.depends_context("lang")
    def _compute_kept_text(self):
        labels = {
            k.value: v for k, v in self.env["ar.privacy"]._ar_keep_labels().items()
        }
        for request in self:
            request.kept_text = "\n".join(
                f"{count} · {labels.get(code, code)}"
                for code, count in (request.kept or {}).items()
            )

    @api.model
    def _ar_open(self, kind, received_on, digest, companies):
        """A request that is being answered now."""
        sequence = self.env["ir.sequence"].sudo()
        return self.sudo().create(
            {
                "name": sequence.next_by_code("ar.person.request") or "/",
                "kind": kind,
                "received_on": received_on,
                "digest": digest,
                "company_ids": [(6, 0, companies.ids)],
                "done_by_id": self.env.uid,
                "done_at": fields.Datetime.now(),
            }
        )

    def _ar_tell(self, event_kind, **payload):
        """One fact per company about this request, without the data."""
        data = {"request": self.name, "digest": self.digest, **payload}
        for company in self.company_ids:
            self.env["ar.event"]._ar_record_words(company, event_kind, data)
