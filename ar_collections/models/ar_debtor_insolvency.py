import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.insolvency import alert, deadline, relief

_logger = logging.getLogger(__name__)

#: What the time to declare depends on.
CLOCK = {"insolvency_publication_date", "insolvency_declared_on"}
#: What is forgotten with the proceedings; the timeline keeps it.
KEPT = (
    "insolvency_date",
    "insolvency_publication_date",
    "insolvency_practitioner_id",
    "insolvency_court",
    "insolvency_by_id",
    "insolvency_declared_on",
    "insolvency_declared_amount",
    "insolvency_proof_ids",
    "insolvency_alerted",
)
NONE_YET = -1


class ArDebtorInsolvency(models.Model):
    """Insolvency of a customer: nothing is chased, the claim is declared in time."""

    _inherit = "ar.debtor"

    insolvency_publication_date = fields.Date(
        "Published on",
        tracking=True,
        help="In the BODACC: the time to declare the claim begins.",
    )
    insolvency_court = fields.Char("Court")
    insolvency_practitioner_id = fields.Many2one(
        "res.partner",
        "Practitioner",
        ondelete="set null",
        help="Court-appointed agent or liquidator who receives the declaration.",
    )
    insolvency_by_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, ondelete="set null"
    )
    insolvency_deadline = fields.Date(
        "Declare by",
        compute="_compute_insolvency_deadline",
        search="_search_insolvency_deadline",
        help="Two months from the publication in the BODACC; four for a creditor "
        "outside metropolitan France.",
    )
    insolvency_days_left = fields.Integer(
        "Days left", compute="_compute_insolvency_deadline"
    )
    insolvency_relief_date = fields.Date(
        "Relief by",
        compute="_compute_insolvency_deadline",
        help="Once the time is over, the judge may be asked to relieve the creditor "
        "within six months of the publication.",
    )
    insolvency_status = fields.Selection(
        [
            ("no_date", "Publication to look up"),
            ("to_declare", "To declare"),
            ("late", "Time over"),
            ("declared", "Declared"),
        ],
        "Declaration",
        compute="_compute_insolvency_deadline",
    )
    insolvency_amount = fields.Monetary(
        "To declare",
        compute="_compute_insolvency_amount",
        help="Open on what was invoiced before the judgment, including VAT, in the "
        "currency of the company.",
    )
    insolvency_declared_on = fields.Date("Declared on", tracking=True)
    insolvency_declared_amount = fields.Monetary("Amount declared")
    insolvency_proof_ids = fields.Many2many(
        "ir.attachment", "ar_debtor_insolvency_proof_rel", string="Proof"
    )
    insolvency_alerted = fields.Integer(
        readonly=True,
        default=NONE_YET,
        help="Days left at the last alert; -1: none was given.",
    )

    @api.depends("insolvency", "insolvency_publication_date", "insolvency_declared_on")
    def _compute_insolvency_deadline(self):
        overseas = {c: c._ar_is_overseas() for c in self.company_id.sudo()}
        today = {c: c._ar_today() for c in self.company_id}
        for debtor in self:
            company, published = debtor.company_id, debtor.insolvency_publication_date
            last = published and deadline(published, overseas[company.sudo()])
            debtor.insolvency_deadline = debtor.insolvency and last
            debtor.insolvency_relief_date = (
                debtor.insolvency and last and relief(published)
            )
            left = (last - today[company]).days if last else 0
            debtor.insolvency_days_left = 0
            if not debtor.insolvency:
                debtor.insolvency_status = False
            elif debtor.insolvency_declared_on:
                debtor.insolvency_status = "declared"
            elif not last:
                debtor.insolvency_status = "no_date"
            else:
                debtor.insolvency_days_left = left
                debtor.insolvency_status = "late" if left < 0 else "to_declare"

    def _search_insolvency_deadline(self, operator, value):
        if operator not in ("<", "<=", ">", ">=", "in"):
            return NotImplemented
        found = self.search([("insolvency", "!=", False)])
        matching = found.filtered_domain(Domain("insolvency_deadline", operator, value))
        return [("id", "in", matching.ids)]

    @api.depends("insolvency", "insolvency_date", "amount_due")
    def _compute_insolvency_amount(self):
        for debtor in self:
            judged = debtor.insolvency and debtor.insolvency_date
            items = debtor.open_item_ids if debtor.insolvency else self.env["ar.item"]
            debtor.insolvency_amount = sum(
                item.company_residual
                for item in items
                if not (judged and item.invoice_date and item.invoice_date > judged)
            )

    def write(self, vals):
        if not (CLOCK | {"insolvency"}) & vals.keys():
            return super().write(vals)
        if vals.get("insolvency"):
            vals = {"insolvency_by_id": self.env.uid, **vals}
        if CLOCK & vals.keys():
            # Another publication is another clock.
            vals = {"insolvency_alerted": NONE_YET, **vals}
        before = {debtor: debtor.insolvency_declared_on for debtor in self}
        result = super().write(vals)
        for debtor, declared in before.items():
            now = debtor.insolvency_declared_on
            if now and now != declared:
                debtor._ar_event_insolvency("insolvency_declared")
                debtor._ar_alert_done("insolvency")
        return result

    def _ar_event_insolvency(self, kind):
        payload = self._ar_insolvency_payload()
        Event = self.env["ar.event"].sudo()
        say = Event.with_context(lang=self.company_id._ar_lang())
        Event._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": self.company_id.id,
                    "debtor_id": self.id,
                    "partner_id": self.partner_id.id,
                    "res_model": self._name,
                    "res_id": self.id,
                    "actor": self.env.user.display_name,
                    "summary": say._ar_words_of(kind, payload),
                    "payload": payload,
                }
            ]
        )

    def _ar_insolvency_payload(self):
        """The proceedings as data: what was known stays on the timeline."""
        date = fields.Date.to_string
        return {
            "insolvency": self.insolvency,
            "judged": date(self.insolvency_date or None),
            "published": date(self.insolvency_publication_date or None),
            "deadline": date(self.insolvency_deadline or None)
            if not self.insolvency_declared_on
            else None,
            "declared": date(self.insolvency_declared_on or None),
            "declared_amount": self.insolvency_declared_amount,
            "court": self.insolvency_court or "",
            "practitioner": self.insolvency_practitioner_id.display_name or "",
            "by": self.insolvency_by_id.display_name or "",
            "proofs": self.insolvency_proof_ids.mapped("checksum"),
        }

    def action_end_insolvency(self):
        """The proceedings are over: chasing goes on, the timeline keeps them."""
        self.check_access("write")
        for debtor in self:
            if not debtor.insolvency:
                raise UserError(self.env._("No proceedings are recorded here."))
            debtor._ar_event_insolvency("insolvency_ended")
            debtor._ar_alert_done("insolvency")
            values = {
                name: NONE_YET if name == "insolvency_alerted" else False
                for name in KEPT
            }
            values["insolvency_proof_ids"] = [(5,)]
            debtor.sudo().write({"insolvency": False, **values})
        self.sudo()._ar_decide()

    @api.model
    def _cron_ar_insolvency(self):
        """Alert on claims that are still to be declared: 30, 15, 5 days, last day."""
        waiting = self.sudo().search(
            [
                ("insolvency", "!=", False),
                ("insolvency_publication_date", "!=", False),
                ("insolvency_declared_on", "=", False),
            ]
        )
        self._ar_safely(
            waiting,
            lambda debtors: [d._ar_alert_insolvency() for d in debtors],
            self._ar_alert_failed,
        )

    @api.model
    def _ar_alert_failed(self, debtors, error):
        """One account that cannot be alerted about does not stop the others."""
        _logger.error("No alert for account %s: %s", debtors.id, error)

    def _ar_alert_insolvency(self):
        """One alert per threshold; the one before it is no longer needed."""
        given = self.insolvency_alerted
        limit = alert(self.insolvency_days_left, None if given < 0 else given)
        if limit is None:
            return
        say = self.with_context(lang=self.company_id._ar_lang())
        day = format_date(say.env, self.insolvency_deadline)
        left = self.insolvency_days_left
        if left < 0:
            text = say.env._(
                "The time to declare the claim ended on %(date)s: relief may be asked"
                " until %(relief)s",
                date=day,
                relief=format_date(say.env, self.insolvency_relief_date),
            )
        else:
            text = say.env._(
                "Declare the claim by %(date)s (%(days)d days left)",
                date=day,
                days=left,
            )
        self._ar_alert_done("insolvency")
        self._ar_alert("insolvency", text, self.insolvency_by_id)
        self.insolvency_alerted = limit
