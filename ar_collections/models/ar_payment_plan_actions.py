from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from ..engine.plan_states import PLAN_IN_FORCE, PlanState

#: Days for which an answer to a proposal is waited for.
ANSWER_DAYS = 8
MANAGER = "ar_collections.group_manager"


class ArPaymentPlanActions(models.Model):
    """What people do with a plan; each act is a fact of the timeline."""

    _inherit = "ar.payment.plan"

    def action_approve(self):
        """A credit manager approves a plan above the company's amount.

        :raise AccessError: for anybody else
        """
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A credit manager approves such a plan."))
        self._ar_change_terms()
        self.sudo().write({"approved_by_id": self.env.uid})
        self._ar_event("plan_approved")

    def _ar_check_approved(self):
        for plan in self:
            if plan.needs_approval and not self.env.user.has_group(MANAGER):
                limit = plan.company_id.sudo().ar_plan_approval_amount
                raise UserError(
                    self.env._(
                        "Above %(amount)s a credit manager approves the plan first.",
                        amount=format_amount(
                            self.env, limit, plan.company_id.currency_id
                        ),
                    )
                )

    def action_propose(self):
        """Send the plan to the customer for his acceptance.

        :raise UserError: when it does not hold, or is not approved
        """
        self.check_access("write")
        for plan in self:
            plan._ar_set_proposed()
            plan._ar_send_proposal()
        return True

    def action_mark_proposed(self):
        """The plan was proposed by other means: on the phone, by hand."""
        self.check_access("write")
        for plan in self:
            plan._ar_set_proposed()
        return True

    def _ar_set_proposed(self):
        self._ar_check_terms()
        self._ar_check_approved()
        values = {}
        if self.needs_approval:
            values["approved_by_id"] = self.env.uid
        today = self.company_id._ar_today()
        if not self.answer_by or self.answer_by < today:
            values["answer_by"] = today + timedelta(days=ANSWER_DAYS)
        self.sudo()._update_state(PlanState.SENT, values, strict=True)
        self._ar_event("plan_proposed")
        self.debtor_id.sudo()._ar_decide()

    def _ar_send_proposal(self):
        """Approve one e-mail that proposes this plan; it leaves within moments."""
        debtor, key = self.debtor_id, f"plan:{self.id}"
        Reminder = self.env["ar.reminder"].sudo()
        waiting = Reminder.search(
            [("unit_key", "=", key), ("state", "in", ("planned", "approved"))]
        )
        reminder = waiting or Reminder.create(
            {
                "debtor_id": debtor.id,
                "company_id": debtor.company_id.id,
                "unit_key": key,
                "plan_id": self.id,
                "purpose": "plan",
                "strategy_id": debtor.strategy_id.id,
                "channel": "email",
                "mode": "manual",
                "planned_date": debtor.company_id._ar_today(),
                "reasons": [{"code": "plan_proposal", "params": {}}],
                "user_id": self.env.uid,
            }
        )
        reminder.with_env(self.env)._ar_approve()
        return reminder

    def action_draft(self):
        """Take a proposal back, to change it."""
        self.check_access("write")
        moved = self.sudo()._update_state(PlanState.DRAFT, strict=True)
        moved.with_env(self.env)._ar_event("plan_withdrawn")
        moved.debtor_id._ar_decide()

    def action_cancel(self):
        """Give the plan up; what it covered returns to its own due dates."""
        self.check_access("write")
        for plan in self:
            plan._ar_end(PlanState.CANCELLED, "plan_cancelled", strict=True)
        self.debtor_id.sudo()._ar_decide()

    def action_resume(self):
        """Let a plan that failed run again: a person's decision.

        It fails again by its rule unless what was missed is paid, so its grace
        begins anew by a new date of the instalments that are late.

        :raise UserError: when it has not failed
        """
        self.check_access("write")
        for plan in self:
            if plan.state != PlanState.FAILED.value:
                raise UserError(self.env._("Only a plan that failed is resumed."))
            plan._ar_check_alone()
            today = plan.company_id._ar_today()
            late = plan.line_ids.filtered(
                lambda ln, today=today: ln.due_date < today and ln.status != "paid"
            )
            late.sudo().write({"due_date": today})
            plan.sudo()._update_state(
                PlanState.RUNNING, {"ended_on": False, "end_reason": False}, strict=True
            )
            plan._ar_event("plan_resumed")
        self.debtor_id.sudo()._ar_decide()

    def action_accept(self):
        """Ask for the proof of the acceptance."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the acceptance"),
            "res_model": "ar.payment.plan.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _ar_accept(self, by, evidence=None):
        """The customer accepts this plan, and thereby acknowledges the debt.

        Told twice, it is one acceptance. The document is printed in the customer's
        language and kept with the plan.

        :param str by: who accepted, as he is called
        :param dict evidence: any of ``kind`` (``signed``, ``reply``, ``portal``),
            ``note``, ``attachment_ids``, ``accepted_on`` (date, today by default),
            ``actor`` (who records it), ``payload`` (JSON-able, kept with the fact)
        :return: whether the plan was accepted by this call
        :raise UserError: when it is not open to acceptance, or does not hold
        """
        self.ensure_one()
        if self.state in {state.value for state in PLAN_IN_FORCE}:
            return False
        evidence = evidence or {}
        if self.state == PlanState.DRAFT.value:
            self._ar_check_terms()
            self._ar_check_approved()
        plan = self.sudo()
        plan._ar_check_not_missed()
        values = {
            "accepted_by": by,
            "accepted_on": evidence.get("accepted_on") or plan.company_id._ar_today(),
            "evidence_kind": evidence.get("kind") or "reply",
            "evidence_note": evidence.get("note") or False,
            "attachment_ids": [
                Command.link(i) for i in evidence.get("attachment_ids") or ()
            ],
        }
        plan._update_state(PlanState.ACCEPTED, values, strict=True)
        plan._ar_keep_acknowledgement()
        plan._ar_event(
            "plan_accepted",
            evidence.get("actor") or self.env.user.display_name,
            payload=evidence.get("payload"),
        )
        if not plan.deposit_first:
            plan._update_state(PlanState.RUNNING)
        plan.debtor_id._ar_refresh(plan.partner_id.ids)
        return True

    def _ar_check_not_missed(self):
        """Refuse an acceptance that comes too late for the dates proposed.

        :raise UserError: when an instalment is missed, and nothing was received
        """
        residual = sum(self.part_ids.item_id.mapped("residual"))
        untouched = self.currency_id.compare_amounts(residual, self.amount_total) >= 0
        first = min(self.line_ids.mapped("due_date"))
        last = first + timedelta(days=self.grace_days)
        if untouched and last < self.company_id._ar_today():
            raise UserError(
                self.env._(
                    "The first instalment of %(plan)s is missed already: take it back "
                    "to draft and choose other dates.",
                    plan=self.name,
                )
            )

    def _ar_end(self, state, kind, reason=None, strict=False, actor=None):
        """End this plan, with its trace."""
        values = {
            "ended_on": self.company_id._ar_today(),
            "end_reason": reason or False,
        }
        moved = self.sudo()._update_state(state, values, strict=strict)
        moved.with_env(self.env)._ar_event(kind, actor)
        return moved

    # The timeline.

    def _ar_event(self, kind, actor=None, payload=None):
        """One fact per plan on the timeline of its account and of its invoices."""
        actor = actor or self.env.user.display_name
        accepted = kind == "plan_accepted"
        vals_list = []
        for plan in self.sudo():
            terms = plan._ar_payload()
            Event = plan._ar_told().env["ar.event"]
            vals_list.append(
                {
                    "kind": kind,
                    "company_id": plan.company_id.id,
                    "debtor_id": plan.debtor_id.id,
                    "partner_id": plan.partner_id.id,
                    "move_ids": plan.part_ids.move_id.ids,
                    "actor": actor,
                    "res_model": plan._name,
                    "res_id": plan.id,
                    "summary": Event._ar_words_of(kind, terms),
                    "body": plan._ar_acknowledgement_html() if accepted else False,
                    "payload": terms | (payload or {}),
                }
            )
        self.env["ar.event"].sudo()._ar_record(vals_list)

    def _ar_payload(self):
        """The terms of this plan as data: what was agreed stays readable."""
        unit = 10**self.currency_id.decimal_places
        return {
            "plan": self.name,
            "currency": self.currency_id.name,
            "cents": round(self.amount_total * unit),
            "instalments": [
                {"due": ln.due_date.isoformat(), "cents": round(ln.amount * unit)}
                for ln in self._ar_instalments()
            ],
            "invoices": [
                {"number": part.move_id.name, "cents": round(part.amount * unit)}
                for part in self.part_ids
            ],
            "by": self.accepted_by or "",
            "on": fields.Date.to_string(self.accepted_on or None) or "",
            "reason": self.end_reason or "",
        }

    def _ar_told(self):
        """This plan in the language in which its company keeps its records."""
        return self.with_context(lang=self.company_id._ar_lang())

    def _ar_day(self, day):
        return format_date(self.env, day, date_format="d MMMM y") if day else ""
