import base64
import io
import json
import zipfile
from collections import Counter

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.personal import request_digest
from .download import download_action


class ArPersonWizard(models.TransientModel):
    """Answer the request of one person: a copy of his data, or their erasure."""

    _name = "ar.person.wizard"
    _description = "Data of one person"

    partner_id = fields.Many2one("res.partner", "Contact", ondelete="cascade")
    email = fields.Char("E-mail", help="Of the person, when he is no contact.")
    received_on = fields.Date(
        "Request of", default=fields.Date.context_today, required=True
    )
    reason = fields.Char(
        "The request",
        help="“Letter of 2 March”, “mail to dpo@…”. Only its digest is kept.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        default=lambda self: self.env.companies,
        readonly=True,
    )
    state = fields.Selection(
        [("ask", "Who"), ("found", "What is known"), ("done", "Answered")],
        default="ask",
        readonly=True,
    )
    line_ids = fields.One2many("ar.person.wizard.line", "wizard_id", readonly=True)
    gone_count = fields.Integer("Can be erased", readonly=True)
    kept_count = fields.Integer("Must be kept", readonly=True)
    request_id = fields.Many2one("ar.person.request", "Answer", readonly=True)
    document = fields.Binary(readonly=True, attachment=True)
    document_name = fields.Char(readonly=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner":
            values["partner_id"] = self.env.context.get("active_id")
        return values

    def _ar_check(self):
        self.ensure_one()
        if not self.env.user.has_group("ar_collections.group_manager"):
            raise AccessError(
                self.env._("A credit manager answers the requests of persons.")
            )
        if self.company_ids - self.env.companies:
            raise AccessError(self.env._("This is data of another company."))
        if not self.partner_id and not (self.email or "").strip():
            raise UserError(self.env._("Say who: a contact or an e-mail address."))

    def _ar_person(self):
        Person = self.env["ar.person"].sudo()
        return Person._ar_person(self.partner_id, self.email, self.company_ids)

    def _ar_parts(self):
        Person = self.env["ar.person"].sudo()
        return Person._ar_parts(self._ar_person(), self.company_ids)

    def action_find(self):
        """Show what is known, what can be erased, and what must stay and why."""
        self._ar_check()
        self._ar_show(self._ar_parts())
        self.state = "found"
        return self._ar_reopen()

    def _ar_show(self, parts):
        labels = self.env["ar.privacy"]._ar_keep_labels()
        kept = [part for part in parts if part["keep"]]
        self.write(
            {
                "gone_count": len(parts) - len(kept),
                "kept_count": len(kept),
                "line_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "date": part["date"][:10] or False,
                            "what": part["what"],
                            "account": part["account"],
                            "text": (part["text"] or "")[:200],
                            "keep": labels[part["keep"]] if part["keep"] else False,
                        }
                    )
                    for part in parts
                ],
            }
        )

    def _ar_digest(self):
        return request_digest(
            self.email or self.partner_id.email,
            self.partner_id.name,
            self.received_on,
            self.reason,
        )

    def _ar_request(self, kind):
        return self.env["ar.person.request"]._ar_open(
            kind, self.received_on, self._ar_digest(), self.company_ids
        )

    def action_export(self):
        """One ZIP with everything: data to read by machine, and a page to read."""
        self._ar_check()
        parts = self._ar_parts()
        if not parts:
            raise UserError(self.env._("Nothing is known of this person."))
        request = self._ar_request("export")
        request.sudo().told_count = len(parts)
        request._ar_tell("data_exported", count=len(parts))
        self.write(
            {
                "document": base64.b64encode(self._ar_zip(parts, request)),
                "document_name": f"{request.name.replace('/', '-')}.zip",
                "request_id": request.id,
                "state": "done",
            }
        )
        self._ar_show(parts)
        return self._ar_reopen()

    def _ar_zip(self, parts, request):
        labels = self.env["ar.privacy"]._ar_keep_labels()
        told = [
            {**part, "keep": labels[part["keep"]] if part["keep"] else ""}
            for part in parts
        ]
        data = {
            "request": request.name,
            "made_at": fields.Datetime.to_string(request.done_at),
            "companies": self.company_ids.mapped("name"),
            "pieces": told,
        }
        page = self.env["ir.qweb"]._render(
            "ar_collections.person_export",
            {"data": data, "parts": told, "answer": request},
        )
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps(data, ensure_ascii=False, indent=1, default=str)
            archive.writestr("data.json", text)
            archive.writestr("data.html", f"<!DOCTYPE html>\n{page}")
        return stream.getvalue()

    def action_erase(self):
        """Erase what may be; the rest is told with its reason."""
        self._ar_check()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say which request this answers."))
        person, request = self._ar_person(), self._ar_request("erase")
        digest = request.digest
        basis = self.env._("request %(name)s of a person", name=request.name)
        gone, kept = self.env["ar.person"]._ar_erase_person(
            person, self.company_ids, basis, digest
        )
        counts = Counter(part["keep"].value for part in kept)
        request.sudo().write(
            {
                "erased_count": len(gone),
                "kept_count": len(kept),
                "kept": dict(counts),
            }
        )
        records = [part["res_id"] for part in gone if part["model"] != "ar.event"]
        request._ar_tell("data_erased", basis=basis, records=records, kept=dict(counts))
        # The dialog itself forgets whom it was about.
        self.write({"request_id": request.id, "state": "done", "email": False})
        self._ar_show(kept)
        self.write({"partner_id": False, "reason": False, "gone_count": len(gone)})
        return self._ar_reopen()

    def _ar_reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Data of one person"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_download(self):
        """Hand the copy to the browser."""
        return download_action(self)
