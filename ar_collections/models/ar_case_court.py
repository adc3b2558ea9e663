from odoo import api, fields, models
from odoo.tools import format_amount

from ..engine.court import Way, propose, trades, way

#: Language of a request to a French court.
FRENCH = "fr_FR"
MINE = {
    "court_id",
    "court_trades",
    "claimant_form",
    "claimant_representative",
    "debtor_form",
    "claim_basis",
}


class ArCaseCourt(models.Model):
    """Before which court the claim of a case goes, and why."""

    _inherit = "ar.case"

    legal_way = fields.Selection(
        [
            (Way.ORDER.value, "French order to pay"),
            (Way.EUROPEAN.value, "European order for payment"),
            (Way.ABROAD.value, "Abroad: neither of them"),
            (Way.PUBLIC.value, "Administrative judge"),
        ],
        "Procedure",
        compute="_compute_legal_way",
    )
    court_trades = fields.Selection(
        [("trade", "Trader, craftsman, company"), ("civil", "Does not trade")],
        "Debtor",
        compute="_compute_court_trades",
        store=True,
        readonly=False,
        help="A trader is sued before the commercial court, the others before the "
        "judicial court.",
    )
    court_id = fields.Many2one(
        "ar.court",
        compute="_compute_court_id",
        store=True,
        readonly=False,
        ondelete="set null",
        copy=False,
    )
    court_reason = fields.Text("Why this court", compute="_compute_court_reason")
    court_warning = fields.Text("Contribution", compute="_compute_court_warning")
    court_form_number = fields.Char("Form", compute="_compute_court_reason")
    claimant_form = fields.Char(
        "Our legal form", help="SAS with a capital of 50,000 euros, for example."
    )
    claimant_representative = fields.Char(
        "Our representative", help="Name and capacity of whoever represents us by law."
    )
    debtor_form = fields.Char("Legal form of the debtor")
    claim_basis = fields.Text(
        "Basis of the claim",
        help="The contract or order, what was delivered, why the debt is due.",
    )

    @api.model
    def _ar_human(self):
        return super()._ar_human() | MINE

    @api.model_create_multi
    def create(self, vals_list):
        """Who we are for the court is the same as the last time."""
        for vals in vals_list:
            last = self.sudo().search(
                [
                    ("company_id", "=", vals.get("company_id") or self.env.company.id),
                    ("claimant_representative", "!=", False),
                ],
                order="id desc",
                limit=1,
            )
            vals.setdefault("claimant_form", last.claimant_form)
            vals.setdefault("claimant_representative", last.claimant_representative)
        return super().create(vals_list)

    @api.depends("partner_id")
    def _compute_legal_way(self):
        regimes = self.partner_id._ar_regimes()
        for case in self:
            partner = case.sudo().partner_id
            regime = regimes.get(partner.id)
            case.legal_way = way(partner.country_id.code, regime).value

    @api.depends("partner_id")
    def _compute_court_trades(self):
        regimes = self.partner_id._ar_regimes()
        for case in self:
            partner = case.sudo().partner_id
            trading = trades(regimes.get(partner.id), partner.name)
            case.court_trades = "trade" if trading else "civil"

    @api.depends("partner_id", "court_trades")
    def _compute_court_id(self):
        table = self.env["ar.court"]._ar_table()
        for case in self:
            court = case._ar_court_proposal(table).court
            case.court_id = court and court.key

    def _ar_court_proposal(self, table=None):
        """What the table says of the seat of this debtor."""
        self.ensure_one()
        partner = self.sudo().partner_id
        if self.legal_way != Way.ORDER.value:
            return propose((), None, None, False)
        return propose(
            self.env["ar.court"]._ar_table() if table is None else table,
            partner.zip,
            partner.city,
            self.court_trades == "trade",
            partner.country_id.code,
        )

    def action_propose_court(self):
        """Take the court that the table proposes for the debtor's seat of now."""
        self.check_access("write")
        for case in self:
            court = case._ar_court_proposal().court
            case.court_id = court and court.key

    @api.depends("court_id", "court_trades", "partner_id", "legal_way")
    @api.depends_context("lang")
    def _compute_court_reason(self):
        for case in self:
            trading = case.court_trades == "trade"
            case.court_form_number = "12946" if trading else "12948"
            if case.legal_way != Way.ORDER.value:
                case.court_form_number = False
                case.court_reason = "\n".join(case._ar_warn_way())
            else:
                case.court_reason = case._ar_court_words()

    def _ar_court_words(self):
        _, told = self.env._, self._ar_court_proposal()
        Court = self.env["ar.court"].sudo()
        lines = [self._ar_court_place(told)]
        if told.why == "several":
            others = Court.browse(c.key for c in (told.court, *told.others))
            others = ", ".join((others - self.court_id).mapped("name"))
            lines.append(_("Others of the department: %(courts)s.", courts=others))
        if told.court and self.court_id.id != told.court.key:
            proposed = Court.browse(told.court.key).name
            lines.append(_("Chosen by hand; proposed was %(court)s.", court=proposed))
        lines.append(self._ar_court_law())
        if self.court_id:
            lines.append(_("Source: %(law)s", law=self.court_id.source))
        return "\n".join(lines)

    def _ar_court_place(self, told):
        """What the seat of the debtor tells, and what it does not."""
        _, partner = self.env._, self.sudo().partner_id
        place = " ".join(filter(None, [partner.zip, partner.city]))
        return {
            "only": _(
                "Seat of the debtor: %(place)s. The only court of its kind in"
                " department %(department)s.",
                place=place,
                department=told.department,
            ),
            "seat": _(
                "Seat of the debtor: %(place)s, where this court sits.", place=place
            ),
            "several": _(
                "Seat of the debtor: %(place)s. Department %(department)s has several"
                " courts, and the table does not know which towns belong to which:"
                " check before you file.",
                place=place,
                department=told.department,
            ),
            "unknown": _(
                "The address of the debtor has no French postal code: no court can be"
                " proposed."
            ),
            "none": _(
                "The table has no court for department %(department)s.",
                department=told.department,
            ),
        }[told.why]

    def _ar_court_law(self):
        if self.court_trades == "trade":
            return self.env._(
                "A trader is sued before the commercial court of his seat (Code de"
                " commerce, art. L721-3; Code de procédure civile, art. 1406)."
            )
        return self.env._(
            "A debtor who does not trade is sued before the judicial court (Code de"
            " procédure civile, art. 1406)."
        )

    @api.depends("court_id", "amount_total")
    @api.depends_context("lang")
    def _compute_court_warning(self):
        for case in self:
            case.court_warning = False
            if case.court_id.kind != "economic":
                continue
            today = case.company_id._ar_today()
            term = self.env["ar.legal.term"]._ar_term("contribution", today)
            if not term or case.sudo()._ar_claimed() <= term.number:
                continue
            euro = self.env.ref("base.EUR").sudo()
            case.court_warning = self.env._(
                "This court asks for a contribution for claims above %(amount)s."
                " %(who)s (%(law)s)",
                amount=format_amount(self.env, term.number, euro),
                who=term.note or "",
                law=term.source,
            )

    def _ar_claimed(self):
        """The whole claim of today, accessories included, in the company's currency."""
        company, today = self.company_id, self.company_id._ar_today()
        return sum(
            currency._convert(
                account.total / 10**currency.decimal_places,
                company.currency_id,
                company,
                today,
            )
            for currency, account in self._ar_account(today).items()
        )

    def _ar_for_court(self):
        """This case in the language of the court, where it is installed."""
        langs = dict(self.env["res.lang"].get_installed())
        lang = FRENCH if FRENCH in langs else self.company_id._ar_lang()
        return self.with_context(lang=lang)
