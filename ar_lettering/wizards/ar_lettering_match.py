from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.ar_lettering_plan import BookingPlan, Gap

#: Items shown at most; the search narrows them.
SHOWN = 200
WRITTEN_OFF = ("cents", "fee", "discount")


class ArLetteringMatch(models.TransientModel):
    """A person says what a receipt pays: items ticked, the gap named.

    The journal items that it will book are shown before. What is validated here is
    kept in the history and taught, like a proposal.
    """

    _name = "ar.lettering.match"
    _description = "Matching by hand"

    st_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Receipt",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="st_line_id.company_id")
    currency_id = fields.Many2one(related="st_line_id.currency_id")
    amount = fields.Monetary("Received", related="st_line_id.amount")
    label = fields.Char(related="st_line_id.payment_ref", string="Label")
    payer = fields.Char(related="st_line_id.ar_payer_name", string="Payer")
    partner_id = fields.Many2one(
        "res.partner", "Customer", domain=[("parent_id", "=", False)]
    )
    search_text = fields.Char(
        "Number or amount", help="Finds invoices of all customers when none is chosen."
    )
    line_ids = fields.One2many("ar.lettering.match.line", "match_id", "Open items")
    gap_kind = fields.Selection(
        [
            ("none", "Stays open, or on account"),
            ("cents", "Rounding: written off"),
            ("fee", "Bank fee: written off"),
            ("discount", "Early-payment discount: granted"),
            ("retention", "Retention"),
            ("deduction", "Deduction: open a dispute"),
        ],
        "What the difference is",
        default="none",
        required=True,
    )
    chosen = fields.Monetary("Ticked", compute="_compute_chosen")
    difference = fields.Monetary(
        compute="_compute_chosen",
        help="Received less what is ticked: negative when the receipt is short.",
    )
    preview = fields.Html("Journal items", compute="_compute_preview", sanitize=False)

    @api.model
    def default_get(self, names):
        vals = super().default_get(names)
        line = self.env["account.bank.statement.line"].browse(
            self.env.context.get("default_st_line_id")
        )
        if line:
            first = line._ar_proposed()[:1]
            partner = first.partner_id or line.ar_payer_id or line.partner_id
            vals["partner_id"] = partner.commercial_partner_id.id
            if first.gap_kind in dict(self._fields["gap_kind"].selection):
                vals["gap_kind"] = first.gap_kind
            told = {part.move_line_id.id: part.amount for part in first.line_ids}
            items = self._ar_items(line, partner.commercial_partner_id, "", told)
            vals["line_ids"] = self._ar_lines(items, told)
        return vals

    # Items -------------------------------------------------------------------------

    @api.model
    def _ar_items(self, line, partner, text, chosen=()):
        """Open items of a customer, or of all when a number is searched."""
        companies = line.company_id._ar_with_branches()
        domain = Domain(
            [
                ("company_id", "in", companies.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("move_id", "!=", line.move_id.id),
            ]
        )
        if partner:
            domain &= Domain("partner_id", "child_of", partner.id)
        if text:
            domain &= self._ar_text_domain(text)
        Item = self.env["account.move.line"]
        if not partner and not text:
            return Item.browse(chosen)
        found = Item.search(domain, order="date_maturity, id", limit=SHOWN)
        return Item.browse(chosen) | found

    @api.model
    def _ar_text_domain(self, text):
        found = Domain("move_name", "ilike", text) | Domain("ref", "ilike", text)
        try:
            amount = float(text.replace(" ", "").replace(",", "."))
        except ValueError:
            return found
        return found | Domain("amount_residual_currency", "=", amount)

    @api.model
    def _ar_lines(self, items, chosen):
        return [Command.clear()] + [
            Command.create(
                {
                    "move_line_id": item.id,
                    "selected": item.id in chosen,
                    "amount": chosen.get(item.id, 0.0),
                }
            )
            for item in items
        ]

    @api.onchange("partner_id", "search_text")
    def _onchange_items(self):
        if not self.st_line_id:
            return
        chosen = {
            line.move_line_id.id: line.amount
            for line in self.line_ids
            if line.selected and line.move_line_id
        }
        items = self._ar_items(
            self.st_line_id, self.partner_id, (self.search_text or "").strip(), chosen
        )
        self.line_ids = self._ar_lines(items, chosen)

    @api.onchange("line_ids")
    def _onchange_ticks(self):
        """What is ticked is paid in full; what is not ticked, not at all."""
        ticked = self.line_ids.filtered("selected")
        for line in ticked.filtered(lambda line: not line.amount):
            # Short of a little: the difference is asked for, not left by itself.
            line.amount = line.open_amount
        (self.line_ids - ticked).amount = 0.0

    @api.depends("line_ids.selected", "line_ids.amount")
    def _compute_chosen(self):
        for match in self:
            ticked = match.line_ids.filtered("selected")
            match.chosen = sum(ticked.mapped("amount"))
            match.difference = match.amount - match.chosen

    # What will be booked -----------------------------------------------------------

    def _ar_plan(self):
        """The plan of what is ticked.

        When the receipt is short and the difference is written off or retained, the
        items are closed in full; when it stays open, the item due last gets less.

        :raise UserError: when nothing is ticked
        """
        self.ensure_one()
        ticked = self.line_ids.filtered("selected").sorted(
            lambda line: (line.open_amount > 0, line.due_date, line.move_line_id.id)
        )
        if not ticked:
            raise UserError(self.env._("Tick what this receipt pays."))
        parts = [(line.move_line_id._origin, line.amount) for line in ticked]
        gaps = []
        short = -self.currency_id.round(self.difference)
        last = next((p for p in reversed(range(len(parts))) if parts[p][1] > 0), None)
        if self.gap_kind in WRITTEN_OFF and short and last is not None:
            gaps = self._ar_gaps(parts, short, last)
        elif short > 0 and last is not None:
            item, amount = parts[last]
            parts[last] = (item, self.currency_id.round(amount - short))
        plan = BookingPlan(
            self.st_line_id,
            parts,
            self._ar_customer(parts),
            gaps=gaps,
            currency=parts[0][0].currency_id,
        )
        if self.gap_kind == "retention":
            self.env["ar.lettering.booking"]._ar_move_retention(plan)
        return plan

    def _ar_gaps(self, parts, short, last):
        if self.gap_kind != "discount":
            return [Gap(self.gap_kind, short, parts[last][0])]
        gaps = []
        for item, amount in parts:
            taken = item.amount_residual_currency - item.discount_amount_currency
            if amount > 0 and item.discount_amount_currency and taken:
                gaps.append(Gap("discount", taken, item))
        return gaps or [Gap("discount", short, parts[last][0])]

    def _ar_customer(self, parts):
        chosen = self.partner_id.commercial_partner_id
        partners = [item.partner_id.commercial_partner_id for item, _a in parts]
        return chosen if chosen in partners else partners[0]

    @api.depends("line_ids.selected", "line_ids.amount", "gap_kind", "partner_id")
    def _compute_preview(self):
        for match in self:
            match.preview = match._ar_preview()

    def _ar_preview(self):
        if not self.line_ids.filtered("selected"):
            return False
        return self.env["ar.lettering.booking"]._ar_preview_html(self._ar_plan())

    # Validate ----------------------------------------------------------------------

    def action_validate(self):
        """Book what is ticked, keep it in the history, and teach it."""
        self.ensure_one()
        plan = self._ar_plan()
        proposal = self.env["ar.lettering.proposal"].create(self._ar_vals(plan))
        others = self.st_line_id._ar_proposed() - proposal
        same = others.filtered(lambda p: p._ar_signature() == proposal._ar_signature())
        wrong = others[:1] - same
        proposal.action_validate()
        if wrong.exists():
            wrong._ar_teach(good=False)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _ar_vals(self, plan):
        Part = self.env["ar.lettering.proposal.line"]
        parts = [
            Part._ar_vals(item, amount, plan.written_off(item))
            for item, amount in plan.parts
        ]
        allocated = sum(part["amount"] for part in parts)
        written_off = sum(gap.amount for gap in plan.gaps)
        left = plan.received + written_off - allocated
        still_open = sum(part["open_amount"] - part["amount"] for part in parts)
        reasons = [{"code": "letter_by_hand", "params": {}}]
        line = self.st_line_id
        return {
            "st_line_id": line.id,
            "company_id": line.company_id.id,
            "currency_id": line.currency_id.id,
            "allocation_currency_id": plan.currency.id,
            "partner_id": plan.partner.id,
            "amount": line.amount,
            "allocated": allocated,
            "gap": max(left, 0.0),
            "short": max(still_open, 0.0),
            "gap_kind": self.gap_kind,
            "written_off": written_off,
            "rule": "by_hand",
            "explanation": {"rule": "by_hand", "decision": "auto", "evidence": reasons},
            "partner_was_set": bool(line.partner_id),
            "line_ids": [Command.create(part) for part in parts],
        }


class ArLetteringMatchLine(models.TransientModel):
    """An open item that may be ticked."""

    _name = "ar.lettering.match.line"
    _description = "Item to match by hand"

    match_id = fields.Many2one("ar.lettering.match", required=True, ondelete="cascade")
    selected = fields.Boolean("Pay")
    move_line_id = fields.Many2one(
        "account.move.line", required=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    issued = fields.Date(related="move_line_id.date", string="Date")
    due_date = fields.Date(related="move_line_id.date_maturity", string="Due")
    open_amount = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Open"
    )
    discount = fields.Monetary(
        related="move_line_id.discount_amount_currency", string="With discount"
    )
    amount = fields.Monetary("Paid")
