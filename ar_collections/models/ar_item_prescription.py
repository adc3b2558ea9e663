from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine.prescription import (
    Fact,
    Interrupts,
    prescription,
    start_day,
    warning,
)

#: Facts of the timeline in which the debtor recognises the debt.
ACKNOWLEDGED = ("plan_accepted", "acknowledgement")
CHUNK = 2000


class ArItemPrescription(models.Model):
    """Until when each item can be claimed in court."""

    _inherit = "ar.item"

    prescription_date = fields.Date(
        "Prescription",
        readonly=True,
        help="Last day on which the debt can be claimed in court.",
    )
    prescription_since = fields.Date("Counted from", readonly=True)
    prescription_by = fields.Char("Counted from what", readonly=True)
    prescription_words = fields.Text(
        "Why this day", compute="_compute_prescription_words"
    )
    prescription_warned = fields.Integer(readonly=True)

    @api.depends("prescription_date", "prescription_by")
    @api.depends_context("lang")
    def _compute_prescription_words(self):
        words = self._ar_prescription_words()
        rules, regimes = {}, self.debtor_id.partner_id._ar_regimes()
        for item in self:
            item.prescription_words = False
            if not item.prescription_date:
                continue
            company = item.debtor_id.company_id
            if company not in rules:
                Rule = self.env["ar.prescription.rule"]
                rules[company] = Rule._ar_rules(company.sudo().country_id)
            rule = rules[company].get(regimes.get(item.debtor_id.partner_id.id))
            item.prescription_words = self.env._(
                "%(day)s, counted from %(what)s on %(since)s (%(law)s).",
                day=format_date(self.env, item.prescription_date),
                what=words.get(item.prescription_by, item.prescription_by),
                since=format_date(self.env, item.prescription_since),
                law=rule[1].source if rule else "",
            )

    def _ar_prescription_words(self):
        _ = self.env._
        return {
            "delivery": _("the delivery"),
            "invoice": _("the invoice"),
            "due": _("the due date"),
            Interrupts.PAYMENT.value: _("a payment on account"),
            Interrupts.ACKNOWLEDGEMENT.value: _("an acknowledgement of the debt"),
            Interrupts.COURT.value: _("a claim in court"),
            Interrupts.ENFORCEMENT.value: _("an enforcement"),
        }

    # Set-based, every week and after an acknowledgement.

    @api.model
    def _cron_prescription(self):
        """Compute the clock of every open item and warn of those that run out."""
        Cron = self.env["ir.cron"]
        ids = self._ar_prescription_ids()
        Cron._commit_progress(remaining=len(ids))
        for start in range(0, len(ids), CHUNK):
            chunk = self.browse(ids[start : start + CHUNK])
            chunk._ar_patiently(chunk._ar_clock)
            if not Cron._commit_progress(len(chunk)):
                return

    @api.model
    def _ar_prescription_ids(self):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM ar_item WHERE is_open AND NOT is_credit"
                " AND scope_code IS NULL ORDER BY debtor_id, id"
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _ar_clock(self):
        """Write the clock of these items and tell who must act.

        :return: the items whose day changed
        """
        items = self.sudo().exists()
        told = items._ar_prescriptions()
        rows = [(item.id, p.last_day, p.since, by) for item, (p, by) in told.items()]
        changed = self._ar_bulk_update(
            rows,
            {
                "prescription_date": "date",
                "prescription_since": "date",
                "prescription_by": "varchar",
            },
        )
        items._ar_warn({item: p.last_day for item, (p, _by) in told.items()})
        items.debtor_id._ar_first_prescription()
        return self.browse(changed)

    def _ar_prescriptions(self):
        """``{item: (Prescription, code of what it counts from)}``; items of a
        country without a rule are left out."""
        facts = self._ar_prescription_facts()
        regimes = self.debtor_id.partner_id._ar_regimes()
        rules = {
            company: self.env["ar.prescription.rule"]._ar_rules(company.country_id)
            for company in self.debtor_id.company_id
        }
        moves = self.move_id
        moves.fetch(["delivery_date", "invoice_date"])
        told = {}
        for item in self:
            debtor = item.debtor_id
            rule = rules[debtor.company_id].get(regimes[debtor.partner_id.id])
            move = item.move_id
            start = start_day(move.delivery_date, move.invoice_date, item.due_date)
            if rule and start:
                found = prescription(start[0], rule[0], facts.get(item.id, ()))
                told[item] = found, found.by.value if found.by else start[1]
        return told

    def _ar_prescription_facts(self):
        """``{item id: [Fact]}``: payments on account, acknowledgements, court."""
        facts = {}
        for item_id, day in self._ar_part_payments():
            facts.setdefault(item_id, []).append(Fact(day, Interrupts.PAYMENT))
        by_move = {}
        for item in self:
            by_move.setdefault(item.move_id.id, []).append(item.id)
        links = (
            self.env["ar.event.link"]
            .sudo()
            .search([("move_id", "in", list(by_move)), ("kind", "in", ACKNOWLEDGED)])
        )
        for link in links:
            event = link.event_id
            payload = event.content_ids[:1].payload or {}
            kind = Interrupts(payload.get("interrupts") or "acknowledgement")
            day = event.company_id._ar_day(event.event_date)
            for item_id in by_move[link.move_id.id]:
                facts.setdefault(item_id, []).append(Fact(day, kind))
        return facts

    def _ar_part_payments(self):
        """``[(item id, day)]`` of payments, not of credit notes, on these items."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move"].flush_model(["move_type", "state", "date"])
        self.env.cr.execute(
            SQL(
                """
            SELECT i.id, other.date
              FROM ar_item i
              JOIN account_partial_reconcile p ON p.debit_move_id = i.move_line_id
              JOIN account_move_line ol ON ol.id = p.credit_move_id
              JOIN account_move other ON other.id = ol.move_id
             WHERE i.id = ANY(%s) AND other.state = 'posted'
               AND other.move_type = 'entry'
               AND (other.statement_line_id IS NOT NULL
                    OR other.origin_payment_id IS NOT NULL)""",
                self.ids,
            )
        )
        return self.env.cr.fetchall()

    # Warnings at 12, 6 and 3 months, each once.

    def _ar_warn(self, days):
        """Give collectors an activity when a warning of these items is due.

        :param dict days: ``{item: last day}``
        """
        warned, by_debtor = [], {}
        today = {c: c._ar_today() for c in self.debtor_id.company_id}
        for item, day in days.items():
            months = warning(day, today[item.debtor_id.company_id])
            before = item.prescription_warned or 0
            # 0 is "never"; months + 1 so that "too late" (0) can be kept too.
            level = 0 if months is None else months + 1
            if level == before:
                continue
            warned.append((item.id, level))
            if level and (not before or level < before):
                by_debtor.setdefault((item.debtor_id, months), []).append(item)
        self._ar_bulk_update(warned, {"prescription_warned": "int"})
        for (debtor, months), items in by_debtor.items():
            debtor._ar_tell_prescription(months, items)
