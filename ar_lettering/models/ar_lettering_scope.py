from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: A row may have been written by a transaction that began this long before the mark.
MARGIN = timedelta(minutes=10)
#: At least this often, all open receipts are looked at again.
WHOLE_EVERY = timedelta(hours=20)
#: Rounds of taking in the receipts that compete for the same customers.
ROUNDS = 4


class ArLetteringRun(models.AbstractModel):
    """Which open receipts a run looks at: what is new, and what its customers touch.

    A receipt that was left stays left until something changes for its customer. One
    whose payer is unknown may cite any new document, so it is looked at when any
    document changed.
    """

    _inherit = "ar.lettering.run"

    @api.model
    def _ar_scope(self, company, lines=None):
        """The receipts to decide on.

        :param lines: these and nothing else, when somebody asks for them
        :return: the receipts, and whether they are all that are open
        :rtype: tuple[models.BaseModel, bool]
        """
        receipts = self.env["account.bank.statement.line"]._ar_open(company)
        if lines is not None:
            return receipts & lines, False
        mark = self._ar_mark(company)
        if mark is None:
            return receipts, True
        new = receipts.filtered(lambda line: line.ar_lettering_state == "new")
        changed = self._ar_changed_customers(company, mark - MARGIN)
        waiting = receipts - new
        if changed:
            unknown = waiting.filtered(
                lambda line: not (line.ar_payer_id or line.partner_id)
            )
            new |= unknown | self._ar_of_customers(waiting - unknown, changed)
        return new, False

    @api.model
    def _ar_mark(self, company):
        """When everything was last looked at and nothing since was missed."""
        Log = self.env["ar.lettering.log"].sudo()
        mine = [("company_id", "=", company.id), ("done", "=", True)]
        last = Log.search(mine, order="id desc", limit=1)
        whole = Log.search([*mine, ("whole", "=", True)], order="id desc", limit=1)
        now = fields.Datetime.now()
        if not whole or now - whole.started_at > WHOLE_EVERY:
            return None
        return last.started_at

    @api.model
    def _ar_changed_customers(self, company, mark):
        """Customers for whom something changed that the matching looks at."""
        self.env.flush_all()
        companies = company._ar_with_branches()
        self.env.cr.execute(
            SQL(
                """
            SELECT p.commercial_partner_id
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner p ON p.id = l.partner_id
             WHERE l.company_id = ANY(%(companies)s) AND l.write_date >= %(mark)s
               AND a.account_type = 'asset_receivable'
             UNION
            SELECT d.partner_id
              FROM ar_payment_notice n JOIN ar_debtor d ON d.id = n.debtor_id
             WHERE n.write_date >= %(mark)s
             UNION
            SELECT p.commercial_partner_id
              FROM ar_dispute d JOIN account_move m ON m.id = d.move_id
              JOIN res_partner p ON p.id = m.partner_id
             WHERE d.write_date >= %(mark)s
             UNION
            SELECT p.commercial_partner_id
              FROM res_partner_bank b JOIN res_partner p ON p.id = b.partner_id
             WHERE b.write_date >= %(mark)s
             UNION
            SELECT commercial_partner_id FROM res_partner
             WHERE write_date >= %(mark)s""",
                companies=companies.ids,
                mark=mark,
            )
        )
        return {ident for (ident,) in self.env.cr.fetchall() if ident}

    @api.model
    def _ar_of_customers(self, receipts, customers):
        """Those of the receipts that are, or seem to be, from these customers."""

        def theirs(line):
            partners = {
                line.ar_payer_id.id,
                line.partner_id.commercial_partner_id.id,
                *line.ar_proposal_ids.line_ids.partner_id.ids,
            }
            return not customers.isdisjoint(partners)

        return receipts.filtered(theirs)

    @api.model
    def _ar_decide(self, company, receipts, whole):
        """Match receipts together with all that compete with them.

        :return: outcomes by line id, and the namer
        """
        everyone = together = receipts
        if not whole:
            everyone = self.env["account.bank.statement.line"]._ar_open(company)
            # Who pays is not known yet of the new ones: they may want the same.
            together = receipts | everyone.filtered(
                lambda line: (
                    line.ar_lettering_state == "new"
                    or not (line.ar_payer_id or line.partner_id)
                )
            )
        decide, name = self.env["ar.lettering.matcher"]._ar_decider(
            company, everyone | receipts
        )
        for _round in range(ROUNDS):
            outcomes = decide(together)
            rest = everyone - together
            if not rest:
                break
            customers = self._ar_customers(outcomes)
            rivals = self._ar_of_customers(rest, customers)
            if not rivals:
                break
            together |= rivals
        else:
            outcomes = decide(everyone)
        return outcomes, name

    @api.model
    def _ar_customers(self, outcomes):
        """Customers whose items are wanted, or who seem to have paid."""
        found = {o.partner for o in outcomes.values() if o.partner}
        wanted = {
            allocation.item
            for outcome in outcomes.values()
            for each in (outcome, *outcome.alternatives)
            for allocation in each.allocations
        }
        items = self.env["account.move.line"].browse(sorted(wanted))
        return found | set(items.partner_id.commercial_partner_id.ids)
