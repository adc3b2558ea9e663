from odoo import fields, models


class ArCaseEvent(models.Model):
    """The facts of a case, on the timelines of its account and its invoices."""

    _inherit = "ar.case"

    def _ar_record(self, kind, payload=None, body=None, actor=None, lines=None):
        """Record one fact about each of these cases.

        :param str kind: see :meth:`ar.event._ar_kinds`
        :param dict payload: more data of the fact, JSON-able
        :param body: HTML of what was written or printed, kept as evidence
        :param str actor: who, when it is not the user
        :param lines: only those ``ar.case.line`` it is about
        :return: the events
        """
        vals_list = []
        for case in self.sudo():
            data = {**case._ar_payload(), **(payload or {})}
            Event = case._ar_told().env["ar.event"]
            moves = (case.line_ids if lines is None else lines).sudo().move_id
            vals_list.append(
                {
                    "kind": kind,
                    "company_id": case.company_id.id,
                    "debtor_id": case.debtor_id.id,
                    "partner_id": case.partner_id.id,
                    "move_ids": (moves or case.request_move_ids).ids,
                    "actor": actor or self.env.user.display_name,
                    "res_model": case._name,
                    "res_id": case.id,
                    "summary": Event._ar_words_of(kind, data),
                    "body": body or False,
                    "payload": data,
                }
            )
        return self.env["ar.event"].sudo()._ar_record(vals_list)

    def _ar_own_events(self, moves):
        """Facts about these invoices, and about this case itself."""
        self.ensure_one()
        links = self.env["ar.event.link"].search([("move_id", "in", moves.ids)])
        own = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return links.event_id | self.env["ar.event"].search(own)

    def _ar_payload(self):
        """What a fact keeps of its case; amounts in minor units."""
        self.ensure_one()
        unit = 10**self.currency_id.decimal_places
        told = self._ar_told()
        return {
            "case": self.name,
            "stage": told.stage_id.name or "",
            "state": self.state,
            "outcome": self.outcome or "",
            "currency": self.currency_id.name,
            "cents": round(self.amount_total * unit),
            "deadline": fields.Date.to_string(self.deadline or None) or "",
            "owner": self.user_id.name or "",
            "requester": self.requester_id.name or self.requester_email or "",
            "invoices": [
                {
                    "number": line.number,
                    "currency": line.currency_id.name,
                    "cents": round(
                        line.amount_open * 10**line.currency_id.decimal_places
                    ),
                }
                for line in self.line_ids
            ],
        }
