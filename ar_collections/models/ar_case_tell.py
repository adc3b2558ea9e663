from markupsafe import Markup

from odoo import models

from ..engine.case_states import CaseState

#: Facts of which the colleague who asked is told.
TOLD = ("case_accepted", "case_stage", "case_closed", "case_reopened", "case_payment")


class ArCaseTell(models.Model):
    """Who asked for a case hears of it; who decides about it has it on his list."""

    _inherit = "ar.case"

    def _ar_record(self, kind, payload=None, body=None, actor=None, lines=None):
        events = super()._ar_record(kind, payload, body, actor, lines)
        if kind in TOLD:
            self._ar_tell_requester(kind, payload or {})
        if kind == "case_requested":
            for case in self:
                say = case._ar_told()
                who = case.requester_id.name or case.requester_email or ""
                words = say.env._(
                    "%(case)s: recovery requested by %(name)s", case=case.name, name=who
                )
                case._ar_alert("requested", words)
        elif kind in ("case_accepted", "case_closed"):
            self._ar_alert_done("requested")
        return events

    def _ar_tell_requester(self, kind, payload):
        """Notify the colleague, by mail or in his inbox as he has chosen.

        What customers pay and who answers is told in words that need no access to
        the account; a note of the case is not.
        """
        for case in self.sudo().filtered("requester_id"):
            requester = case.requester_id
            if not requester.active or requester == self.env.user:
                continue
            said = case.with_context(lang=requester.lang or self.env.lang)
            label = said.env["ar.event"]._ar_kinds()[kind]
            words = [said.partner_id.name or said.request_customer or ""]
            if case.state == CaseState.CLOSED.value:
                labels = said._fields["outcome"]._description_selection(said.env)
                words.append(dict(labels).get(case.outcome) or "")
            else:
                words.append(said.stage_id.name or "")
            answer = case.request_answer or payload.get("why") or ""
            said.message_notify(
                partner_ids=requester.partner_id.ids,
                subject=f"{case.name}: {label}",
                body=Markup("<p>%s</p><p>%s</p><p>%s</p>")
                % (label, " · ".join(filter(None, words)), answer),
                email_layout_xmlid="mail.mail_notification_light",
                force_record_name=case.name,
            )
