from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import ormcache

from odoo.addons.base.models.res_partner import _tz_get

#: Add-ons that remind customers too: Odoo Enterprise's and OCA's.
RIVALS = (
    "account_followup",
    "account_credit_control",
    "account_credit_control_queue_job",
    "account_invoice_overdue_reminder",
)
#: Days of grace after the announced date, by source of the payment notice.
GRACE_FIELDS = {
    "promise": "ar_grace_promise",
    "proof": "ar_grace_proof",
    "platform": "ar_grace_platform",
    "remittance": "ar_grace_remittance",
    "instalment": "ar_grace_instalment",
    "payment": "ar_grace_payment",
}

#: Settings that change the decisions about every account of the company.
DECIDING = {
    "ar_net_credit_notes",
    "ar_net_payments",
    "ar_net_entries",
    "ar_excluded_account_ids",
    "ar_include_opening",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_collecting = fields.Boolean(
        "Collects its own receivables",
        help="A branch that is ticked has accounts of its own; otherwise its "
        "receivables are collected by the nearest company above it that is.",
    )
    ar_automation = fields.Boolean(
        "Automatic sending",
        help="Approved and automatic reminders leave by themselves.",
    )
    ar_activation_uuid = fields.Char(
        groups="base.group_system",
        help="Database in which the automation was switched on: a copy stays silent.",
    )
    ar_tz = fields.Selection(
        _tz_get,
        "Calendar time zone",
        default=lambda self: self.env.user.tz or "Europe/Paris",
        help="The day of this company begins and ends in this time zone.",
    )
    ar_net_credit_notes = fields.Boolean("Net credit notes", default=True)
    ar_net_payments = fields.Boolean("Net unapplied payments", default=True)
    ar_net_entries = fields.Boolean("Net other credits", default=True)
    ar_excluded_account_ids = fields.Many2many(
        "account.account",
        "ar_company_excluded_account_rel",
        string="Accounts not chased",
        help="Receivable accounts that are collected otherwise: bills of exchange, "
        "retention money…",
    )
    ar_include_opening = fields.Boolean(
        "Chase opening and miscellaneous entries",
        help="Otherwise only entries of sales journals are chased.",
    )
    ar_stale_bank_days = fields.Integer(
        "Working days without a statement",
        default=5,
        help="Nobody is contacted while a bank journal in use is older than that.",
    )
    ar_unmatched_receipts = fields.Boolean(
        "Wait for unmatched receipts",
        default=True,
        help="A customer whose receipt is not matched yet is not contacted.",
    )
    ar_reply_pause_days = fields.Integer("Days of pause after a reply", default=5)
    ar_grace_promise = fields.Integer("Grace after a promise", default=3)
    ar_grace_proof = fields.Integer("Grace after a payment proof", default=7)
    ar_grace_platform = fields.Integer("Grace after a platform's notice", default=7)
    ar_grace_remittance = fields.Integer("Grace after a remittance advice", default=7)
    ar_grace_instalment = fields.Integer("Grace after an instalment", default=3)
    ar_grace_payment = fields.Integer("Grace after a payment under way", default=7)
    ar_collector_id = fields.Many2one("res.users", "Default collector")

    def write(self, vals):
        if vals.get("ar_automation"):
            self._ar_check_rivals()
            uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            vals = {**vals, "ar_activation_uuid": uuid}
        result = super().write(vals)
        if {"parent_id", "ar_collecting"} & vals.keys():
            self.env.registry.clear_cache()
        if DECIDING & vals.keys():
            debtors = self.env["ar.debtor"].sudo().with_context(active_test=False)
            found = debtors.search([("company_id", "child_of", self.ids)])
            self.env["ar.dirty"]._ar_mark(found.partner_id.ids, "settings")
        return result

    def _ar_check_rivals(self):
        """Refuse to write to customers beside another add-on that does.

        :raise UserError: names the scheduled actions to switch off first
        """
        data = self.env["ir.model.data"].sudo()
        found = data.search([("model", "=", "ir.cron"), ("module", "in", RIVALS)])
        crons = self.env["ir.cron"].sudo().browse(found.mapped("res_id")).exists()
        running = crons.filtered("active")
        if running:
            raise UserError(
                self.env._(
                    "Customers would be reminded twice. Switch these scheduled actions "
                    "off first: %(names)s.",
                    names=", ".join(running.mapped("name")),
                )
            )

    def _ar_automation_on(self):
        """Whether automatic sending is on, here and not in a copied database."""
        self.ensure_one()
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        company = self.sudo()
        return company.ar_automation and company.ar_activation_uuid == uuid

    def _ar_today(self):
        """Today in the company's own calendar."""
        self.ensure_one()
        return self._ar_day(fields.Datetime.now())

    def _ar_day(self, moment):
        """Day of a moment (naive UTC) in the company's own calendar."""
        self.ensure_one()
        local = self.with_context(tz=self.ar_tz or "Europe/Paris")
        return fields.Datetime.context_timestamp(local, moment).date()

    def _ar_lang(self):
        """Language in which this company keeps its records; else the reader's."""
        self.ensure_one()
        return self.sudo().partner_id.lang or self.env.lang

    def _ar_collecting_company(self):
        """Who collects for this company: nearest ticked ancestor, else the root."""
        self.ensure_one()
        ancestors = self.sudo().parent_ids[::-1]
        return (ancestors.filtered("ar_collecting") or ancestors[-1:])[:1]

    @api.model
    @ormcache()
    def _ar_collecting_map(self):
        """``{company id: id of the company that collects for it}`` for all.

        Kept until a company is created, ticked or deleted: not to be changed.
        """
        self.env["res.company"].flush_model(["parent_id", "ar_collecting"])
        self.env.cr.execute("SELECT id, parent_path, ar_collecting FROM res_company")
        rows = self.env.cr.fetchall()
        ticked = {company_id for company_id, _path, collects in rows if collects}
        collecting = {}
        for company_id, path, _collects in rows:
            ancestors = [int(i) for i in path.strip("/").split("/")]
            near = [i for i in reversed(ancestors) if i in ticked]
            collecting[company_id] = near[0] if near else ancestors[0]
        return collecting

    def _ar_grace(self, source):
        """Days of grace for a payment notice of this source."""
        self.ensure_one()
        return self[GRACE_FIELDS[source]]

    def ar_verify_events(self):
        """Check the sealed chain of this company's events.

        :return: ``{"seals", "events", "faults"}``; see ``ar.event.seal``
        :raise AccessError: for who may not read the company's events
        """
        self.ensure_one()
        self.check_access("read")
        self.env["ar.event"].check_access("read")
        if not self.env.su and self not in self.env.companies:
            raise AccessError(
                self.env._("%(name)s is not one of your companies.", name=self.name)
            )
        return self.env["ar.event.seal"]._ar_verify(self)
