from odoo import api, fields, models
from odoo.exceptions import UserError

#: What the program makes anew for each file; an older one makes room.
MADE = ("statement", "claim_working")


class ArCaseDocuments(models.Model):
    """The documents of a case, those that are made here and those that come."""

    _inherit = "ar.case"

    document_ids = fields.One2many("ar.case.document", "case_id", "Documents")

    @api.model
    def _ar_human(self):
        # Documents have rules of their own.
        return super()._ar_human() | {"document_ids"}

    def _ar_keep(self, kind, name, raw, /, **values):
        """Keep a PDF that was made here as a document of this case.

        :param str kind: one of ``DOCUMENT_KINDS``
        :param str name: name of the file, and of the document without another one
        :param bytes raw: the PDF
        :return: the ``ar.case.document``
        """
        self.ensure_one()
        case = self.sudo()
        if kind in MADE:
            case.document_ids.filtered(lambda d: d.made and d.kind == kind).unlink()
        attachment = case.env["ir.attachment"].create(
            {
                "name": name if name.lower().endswith(".pdf") else f"{name}.pdf",
                "raw": raw,
                "mimetype": "application/pdf",
                "res_model": "ar.case",
                "res_id": case.id,
            }
        )
        return case.env["ar.case.document"].create(
            {
                "case_id": case.id,
                "kind": kind,
                "name": name.removesuffix(".pdf"),
                "date": case.company_id._ar_today(),
                "attachment_id": attachment.id,
                "made": True,
                **values,
            }
        )

    def _ar_dialog(self, name, model):
        """Open a dialog about this open case.

        :param str name: title
        :param str model: transient model with a ``case_id``
        :raise UserError: when the case is not open
        """
        self.ensure_one()
        self.check_access("write")
        if not self._ar_is_open():
            raise UserError(self.env._("%(case)s is not open.", case=self.name))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }
