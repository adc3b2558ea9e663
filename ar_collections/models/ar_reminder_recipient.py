from odoo import api, fields, models
from odoo.tools import email_normalize, formataddr

#: Reason told when the wanted contact cannot be written to, by role.
FALLBACKS = {
    "chosen": "fallback_chosen",
    "escalated": "fallback_escalated",
    "approver": "fallback_approver",
    "collections": "fallback_collections",
    "office": "fallback_centre",
}


class ArReminderRecipient(models.Model):
    """Who is written to, who gets a copy, and what did not go as the step says."""

    _inherit = "ar.reminder"

    recipient_choice_id = fields.Many2one(
        "res.partner",
        "To another contact",
        copy=False,
        ondelete="set null",
        help="Chosen by hand; empty: as the step says.",
    )
    copy_partner_ids = fields.Many2many(
        "res.partner",
        "ar_reminder_copy_rel",
        "reminder_id",
        "partner_id",
        string="Copies by hand",
        copy=False,
    )
    email_cc = fields.Char("Copies", readonly=True, copy=False)
    remarks = fields.Json(
        "Remarks as codes",
        readonly=True,
        copy=False,
        help="What did not go as the step says: codes of the registry of reasons.",
    )
    remark_text = fields.Text("Remarks", compute="_compute_remark_text")

    @api.depends("remarks", "state", "recipient_choice_id", "copy_partner_ids")
    @api.depends_context("lang")
    def _compute_remark_text(self):
        Reason = self.env["ar.reason"]
        for reminder in self:
            told = reminder.remarks
            if reminder.state in ("planned", "approved") and not told:
                told = reminder.sudo()._ar_expected_remarks()
            reminder.remark_text = "\n".join(
                reason["words"] for reason in Reason._ar_words(told)
            )

    def _ar_expected_remarks(self):
        """Remarks that this reminder would have if it left now."""
        if self.channel != "email":
            return []
        partner, remarks = self._ar_find_recipient()
        return remarks + self._ar_find_copies(partner)[1]

    def _ar_remark(self, remarks):
        """Add remarks to this reminder.

        :param remarks: list of ``{"code", "params"}``
        """
        if remarks:
            self.remarks = [*(self.remarks or ()), *remarks]

    # The recipient.

    def _ar_recipient(self):
        """The ``res.partner`` who is written to; may lack an address."""
        return self._ar_find_recipient()[0]

    def _ar_find_recipient(self):
        """Who is written to, and what had to be done instead of what the step says.

        :return: (``res.partner``, remarks)
        """
        self.ensure_one()
        chain = self._ar_recipient_chain()
        wanted = chain[0][0]
        for role, partner in chain:
            if not _usable(partner):
                continue
            remarks = []
            if role != wanted and wanted in FALLBACKS:
                params = {"name": partner.display_name}
                remarks = [{"code": FALLBACKS[wanted], "params": params}]
            return partner, remarks
        named = [partner for _role, partner in chain if partner]
        return named[-1], []

    def _ar_recipient_chain(self):
        """``[(role, partner)]`` in the order in which they are tried.

        The first is the one wanted. A paying centre stands for its customers: their
        own contacts come after it, unless the step asks for one of them.
        """
        debtor = self.debtor_id.sudo()
        centre, customer = debtor.paying_centre_id, debtor.partner_id
        contact = debtor.contact_id
        if centre and contact.commercial_partner_id != centre.commercial_partner_id:
            contact = contact.browse()
        role = self.step_id.recipient or "collections"
        chain = [("chosen", self.recipient_choice_id)] * bool(self.recipient_choice_id)
        if role == "escalated":
            chain.append((role, debtor.escalation_contact_id))
        if role == "approver":
            chain.append((role, debtor.approver_contact_id))
        if role != "billing" and contact:
            chain.append(("collections", contact))
        chain += self._ar_offices(centre or customer)
        if centre:
            chain += [
                ("customer", partner) for _role, partner in self._ar_offices(customer)
            ]
        return chain

    def _ar_offices(self, office):
        """The billing contact of an office, then the office itself."""
        billing = office.browse(office.address_get(["invoice"])["invoice"])
        centre = self.debtor_id.sudo().paying_centre_id
        role = "office" if office == centre else "billing"
        return [(role, billing), (role, office)]

    # The copies.

    def _ar_find_copies(self, recipient):
        """Who gets a copy.

        :param recipient: ``res.partner`` who is written to
        :return: (``[(name, e-mail)]``, remarks)
        """
        self.ensure_one()
        step, company = self.step_id.sudo(), self.company_id.sudo()
        sender = self._ar_sender()
        wanted, remarks = [], []
        if step.copy_manager:
            manager = company._ar_manager_of(sender)
            wanted.append((manager.partner_id, "copy_no_manager"))
        if step.copy_salesperson:
            customer = self.debtor_id.sudo().partner_id
            seller = customer.user_id or customer.parent_id.user_id
            wanted.append((seller.partner_id, "copy_no_salesperson"))
        named = step.copy_partner_ids | self.sudo().copy_partner_ids
        wanted += [(partner, "copy_no_address") for partner in named]
        emails = {email_normalize(p.email) for p, _code in wanted if _usable(p)}
        refused = self._ar_blacklisted({e for e in emails if e})
        seen = {email_normalize(recipient.email or ""), email_normalize(sender.email)}
        copies = []
        for partner, code in wanted:
            email = _usable(partner)
            if not email or email in refused:
                name = partner.display_name or ""
                remarks.append({"code": code, "params": {"name": name}})
            elif email not in seen:
                seen.add(email)
                copies.append((partner.name or "", email))
        return copies, remarks

    @api.model
    def _ar_copies_text(self, copies):
        return ", ".join(formataddr(copy) for copy in copies)


def _usable(partner):
    """The address of a contact that is in use, False when there is none."""
    return bool(partner) and partner.active and email_normalize(partner.email)
