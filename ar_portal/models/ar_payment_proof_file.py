from odoo import fields, models

from ..engine.upload_kinds import Kind


class ArPaymentProofFile(models.Model):
    """One file of a proof, as it was checked and kept."""

    _name = "ar.payment.proof.file"
    _description = "File of a payment proof"
    _order = "proof_id desc, sequence"

    proof_id = fields.Many2one(
        "ar.payment.proof", required=True, readonly=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Name given by the customer", readonly=True)
    kind = fields.Selection(
        [
            (Kind.PDF.value, "PDF"),
            (Kind.PNG.value, "PNG"),
            (Kind.JPEG.value, "JPEG"),
            (Kind.WEBP.value, "WebP"),
        ],
        required=True,
        readonly=True,
    )
    size = fields.Integer("Size (bytes)", readonly=True)
    digest = fields.Char(
        "SHA-256", readonly=True, index=True, help="Of the file as it was sent."
    )
    scanned = fields.Boolean(
        "Scanned for viruses",
        readonly=True,
        help="An antivirus looked at it and found nothing.",
    )
    attachment_id = fields.Many2one(
        "ir.attachment", required=True, readonly=True, ondelete="cascade", index=True
    )

    def unlink(self):
        attachments = self.attachment_id
        result = super().unlink()
        attachments.sudo().unlink()
        return result
