from odoo import api, models
from odoo.tools import format_date

from .ar_event_timeline import looks_of

PLAN = "plan"
LOOKS = {
    "plan_proposed": ("fa-calendar", "info"),
    "plan_approved": ("fa-check-square-o", "secondary"),
    "plan_withdrawn": ("fa-undo", "secondary"),
    "plan_accepted": ("fa-handshake-o", "success"),
    "plan_started": ("fa-play", "success"),
    "plan_kept": ("fa-check", "success"),
    "plan_failed": ("fa-chain-broken", "danger"),
    "plan_reopened": ("fa-undo", "warning"),
    "plan_resumed": ("fa-play", "warning"),
    "plan_cancelled": ("fa-ban", "secondary"),
}
INSOLVENCY_LOOKS = {
    "insolvency_declared": ("fa-check", "success"),
    "insolvency_ended": ("fa-play", "success"),
}


class ArEventPlan(models.Model):
    """Instalment plans and insolvency proceedings on the timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "plan_proposed": _("Plan proposed"),
            "plan_approved": _("Plan approved"),
            "plan_withdrawn": _("Plan taken back"),
            "plan_accepted": _("Plan accepted: debt acknowledged"),
            "plan_started": _("First payment of the plan received"),
            "plan_kept": _("Plan kept"),
            "plan_failed": _("Plan failed"),
            "plan_reopened": _("Plan running again: a payment was undone"),
            "plan_resumed": _("Plan resumed"),
            "plan_cancelled": _("Plan cancelled"),
            "insolvency_declared": _("Claim declared"),
            "insolvency_ended": _("Insolvency proceedings ended"),
        }

    @api.model
    def _ar_family_labels(self):
        return {**super()._ar_family_labels(), PLAN: self.env._("Instalment plans")}

    @api.model
    def _ar_own_looks(self):
        return {
            **super()._ar_own_looks(),
            **looks_of(PLAN, LOOKS),
            **looks_of("decision", INSOLVENCY_LOOKS),
        }

    def _ar_say(self, payload):
        if self.kind in LOOKS and payload.get("plan"):
            return self._ar_plan_words(payload)
        if self.kind in INSOLVENCY_LOOKS and payload.get("insolvency"):
            return self._ar_insolvency_words(payload)
        return super()._ar_say(payload)

    @api.model
    def _ar_plan_words(self, payload):
        """“PLAN/1: €300.00 in 3 instalments from 1 March to 1 May”."""
        currency = self.env["res.currency"]._ar_of(payload["currency"])
        told = payload["instalments"]
        words = self.env._(
            "%(plan)s: %(amount)s, %(count)d instalments from %(first)s to %(last)s",
            plan=payload["plan"],
            amount=currency._ar_written(payload["cents"]),
            count=len(told),
            first=format_date(self.env, told[0]["due"]) if told else "",
            last=format_date(self.env, told[-1]["due"]) if told else "",
        )
        if payload.get("by") and self.kind == "plan_accepted":
            words = self.env._(
                "%(plan)s, accepted by %(name)s", plan=words, name=payload["by"]
            )
        return f"{words} · {payload['reason']}" if payload.get("reason") else words

    @api.model
    def _ar_insolvency_words(self, payload):
        """“Receivership since 3 March, declaration by 10 May”."""
        _, kinds = self.env._, self.env["ar.debtor"]._fields["insolvency"]
        labels = {
            "judged": _("judgment of %(date)s"),
            "published": _("published on %(date)s"),
            "deadline": _("claim to declare by %(date)s"),
            "declared": _("claim declared on %(date)s"),
        }
        told = [dict(kinds._description_selection(self.env))[payload["insolvency"]]]
        told += [
            label % {"date": format_date(self.env, payload[key])}
            for key, label in labels.items()
            if payload.get(key)
        ]
        if payload.get("practitioner"):
            told.append(payload["practitioner"])
        return " · ".join(told)
