from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang

from ..engine.indemnity import INDEMNITY
from ..engine.interest import HalfYear

#: The month in letters: customers abroad read 10/11 the other way round.
DAY = "d MMM y"


class ArClaimWords(models.Model):
    """Every claim prints its working, in the language of the reader."""

    _inherit = "ar.claim"

    law_text = fields.Char("By which law", compute="_compute_words")
    working_html = fields.Html(
        "How it is computed", compute="_compute_words", sanitize=False
    )
    problem_text = fields.Char("To know", compute="_compute_words")

    warning_text = fields.Char("To do first", compute="_compute_warning_text")

    @api.depends("company_id", "problem")
    @api.depends_context("lang", "uid")
    def _compute_warning_text(self):
        """Credit managers are told what keeps interest from being right today."""
        told = self.env.user.has_group("ar_collections.group_manager")
        for claim in self:
            same = (claim.problem or {}).get("code") == "missing_rate"
            company = claim.company_id.sudo()
            claim.warning_text = told and not same and company._ar_claims_warning()

    @api.depends("working", "problem", "amount", "state")
    @api.depends_context("lang")
    def _compute_words(self):
        render = self.env["ir.qweb"]._render
        for claim in self:
            claim.law_text = claim._ar_law_text()
            claim.problem_text = claim._ar_problem_text()
            claim.working_html = render(
                "ar_collections.claim_working", claim._ar_working_values()
            )

    def _ar_law_text(self):
        """Which rate applies, and why: one sentence."""
        working = self.working or {}
        return self.env["ar.claim"]._ar_law_words(
            working.get("kind"), working.get("law")
        )

    @api.model
    def _ar_law_words(self, kind, law):
        """The same for a kind of claim (``interest``…) and the name of a rate."""
        _ = self.env._
        words = {
            ("interest", "private"): _(
                "Main refinancing rate of the ECB in each half-year plus 10 points "
                "(Code de commerce, art. L441-10)"
            ),
            ("interest", "contract"): _(
                "Rate of our terms of sale (Code de commerce, art. L441-10)"
            ),
            ("interest", "public"): _(
                "Main refinancing rate of the ECB in the half-year in which interest "
                "began, plus 8 points (Code de la commande publique, art. R2192-31)"
            ),
            ("indemnity", "private"): _(
                "40 euros per invoice paid late (Code de commerce, art. D441-5)"
            ),
            ("indemnity", "public"): _(
                "40 euros per invoice paid late by a public buyer"
            ),
        }
        return words.get((kind, law), "")

    def _ar_problem_text(self):
        """What stopped the computation, False when nothing did."""
        problem = self.problem or {}
        _ = self.env._
        match problem.get("code"):
            case "missing_rate":
                half = HalfYear(problem["year"], problem["half"])
                return _(
                    "The ECB rate of the %(half)s is missing: interest is computed up "
                    "to the day before. A credit manager enters it under "
                    "Configuration, Interest rates.",
                    half=self.env["ar.interest.rate"]._ar_half_text(half),
                )
            case "insolvency":
                return _(
                    "Insolvency proceedings since %(date)s: nothing is claimed from "
                    "that day on.",
                    date=format_date(self.env, problem["date"]),
                )
            case "consumer":
                return _("A consumer owes neither this interest nor the indemnity.")
            case "no_exchange_rate":
                return _(
                    "No exchange rate between euro and %(currency)s on the due date.",
                    currency=problem["currency"],
                )
            case "not_posted":
                return _("The invoice is no longer posted.")
            case "error":
                return _("It cannot be computed: %(error)s", error=problem["error"])
        return False

    def _ar_working_values(self):
        """Values of the template ``claim_working``: texts, ready to print."""
        self.ensure_one()
        working = self.working or {}
        instalments = working.get("instalments", 1)
        exchange = working.get("exchange")
        return {
            "interest": self.kind == "interest",
            "lines": [
                self._ar_line_texts(line, instalments)
                for line in working.get("lines", ())
            ],
            "law": self._ar_law_text(),
            "total": format_amount(self.env, self.amount, self.currency_id),
            "late": working.get("due")
            and format_date(self.env, working["due"], date_format=DAY),
            "exchange": exchange
            and self.env._(
                "%(euros)s × %(rate)s (exchange rate of the due date)",
                euros=format_amount(
                    self.env, float(INDEMNITY), self.env.ref("base.EUR").sudo()
                ),
                rate=exchange,
            ),
        }

    def _ar_line_texts(self, line, instalments):
        places = self.currency_id.decimal_places
        rate, base = Decimal(line["rate"]), line["base"] / 10**places
        digits = max(2, -rate.as_tuple().exponent)
        return {
            "rank": line["rank"] if instalments > 1 else False,
            "from": format_date(self.env, line["from"], date_format=DAY),
            "to": format_date(self.env, line["to"], date_format=DAY),
            "base": format_amount(self.env, base, self.currency_id),
            "rate": formatLang(self.env, float(rate), digits=digits),
            "days": line["days"],
            "amount": formatLang(self.env, float(line["amount"]), digits=places + 2),
        }

    def _ar_working_plain(self):
        """The working as lines of text, for an invoice."""
        values = self._ar_working_values()
        lines = [
            self.env._(
                "%(from)s to %(to)s: %(base)s × %(rate)s %% × %(days)s / 365 "
                "= %(amount)s",
                **line,
            )
            for line in values["lines"]
        ]
        return "\n".join(filter(None, [values["law"], values["exchange"], *lines]))
