from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.statuses import Canonical


class ArPlatformWords(models.Model):
    """What the platform told and what followed from it, as sentences."""

    _inherit = "ar.platform.invoice"

    effect_text = fields.Char("What it does", compute="_compute_effect_text")
    story_text = fields.Char("In short", compute="_compute_effect_text")
    age_text = fields.Char("Age of the status", compute="_compute_age_text")
    law_text = fields.Text("Legal payment delay", compute="_compute_law_text")

    @api.depends("dispute_id.state", "notice_id.state", "pause_until", "canonical")
    @api.depends_context("lang")
    def _compute_effect_text(self):
        for link in self:
            effect = link._effect_words()
            link.effect_text = effect
            link.story_text = link._story_words(effect)

    def _effect_words(self):
        """What the status does to the chasing, as one sentence."""
        self.ensure_one()
        _ = self.env._
        link = self.sudo()
        if not link.move_id:
            return _("No invoice of ours: nothing happens.")
        if link.dispute_id.state == "open":
            if link.dispute_id.amount and link._in_part():
                return _(
                    "Dispute %(name)s on a part of it: the rest is chased.",
                    name=link.dispute_id.name,
                )
            return _(
                "Dispute %(name)s is open: chasing stopped.", name=link.dispute_id.name
            )
        if link.notice_id.state in ("active", "to_review"):
            return _(
                "Payment expected on %(date)s (%(name)s): not chased meanwhile.",
                date=format_date(self.env, link.notice_id.expected_date),
                name=link.notice_id.name,
            )
        today = link.company_id._ar_today() if link.company_id else False
        if link.pause_until and link.pause_until > today:
            return _(
                "Chasing paused until %(date)s.",
                date=format_date(self.env, link.pause_until),
            )
        if link.canonical == Canonical.UNKNOWN.value:
            return _("Unknown status: nothing changes until someone decides.")
        return _("Chasing goes its normal way.")

    def _in_part(self):
        """Whether its dispute leaves something to be chased."""
        residual = self.move_id._ar_residual()
        currency = self.dispute_id.currency_id
        return currency.compare_amounts(self.dispute_id.amount, residual) < 0

    def _story_words(self, effect):
        """Status, day, author, reason and effect: the whole in one line."""
        self.ensure_one()
        link = self.sudo()
        if not link.status_date:
            return effect
        day = link.company_id._ar_day(link.status_date)
        told = {
            "status": link.status_label,
            "date": format_date(self.env, day, date_format="d MMMM y"),
            "author": link.status_author,
            "why": link._why_words(),
            "effect": effect,
        }
        _ = self.env._
        if told["author"] and told["why"]:
            return _(
                "%(status)s on %(date)s by %(author)s: %(why)s → %(effect)s", **told
            )
        if told["author"]:
            return _("%(status)s on %(date)s by %(author)s → %(effect)s", **told)
        if told["why"]:
            return _("%(status)s on %(date)s: %(why)s → %(effect)s", **told)
        return _("%(status)s on %(date)s → %(effect)s", **told)

    def _why_words(self):
        """Reason of its dispute, in the reader's words; None without one."""
        if self.dispute_id.state == "open":
            return self.dispute_id.reason_id.name
        return None

    @api.depends("status_date", "read_at")
    @api.depends_context("lang")
    def _compute_age_text(self):
        now = fields.Datetime.now()
        for link in self:
            told = link.status_date or link.seen_date
            link.age_text = told and link._age_words((now - told).days)

    def _age_words(self, days):
        if days < 1:
            return self.env._("less than a day")
        if days == 1:
            return self.env._("1 day")
        return self.env._("%(days)d days", days=days)

    @api.depends("legal_start", "legal_due", "legal_interrupted", "unlawful")
    @api.depends_context("lang")
    def _compute_law_text(self):
        for link in self:
            link.law_text = "\n".join(link._law_words()) or False

    def _law_words(self):
        """Where the legal delay stands, with the articles it follows from."""
        _, told = self.env._, []
        if not self.legal_start:
            return told
        told.append(
            _(
                "Runs from %(date)s, the day the invoice was made available (code de "
                "la commande publique, R2192-12 and R2192-15).",
                date=format_date(self.env, self.legal_start),
            )
        )
        if self.legal_interrupted:
            told.append(
                _(
                    "Interrupted by a suspension, once and before the order to pay "
                    "(R2192-27); a new delay opens when the file is complete "
                    "(R2192-29)."
                )
            )
        if self.unlawful:
            told.append(
                _(
                    "Suspension of %(days)s: the delay was interrupted before, or the "
                    "payment ordered; it does not interrupt again (R2192-27).",
                    days=self.unlawful,
                )
            )
        if self.legal_due:
            told.append(
                _(
                    "To be paid by %(date)s; late interest runs from the day after.",
                    date=format_date(self.env, self.legal_due),
                )
            )
        return told
