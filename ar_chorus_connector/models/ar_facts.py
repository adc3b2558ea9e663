from odoo import api, models

from ..engine.dates import local_day
from .ar_platform_apply import _later

PAUSE = "platform_pause"


class ArFacts(models.AbstractModel):
    """What the buyers' platforms had told by a past day."""

    _inherit = "ar.facts"

    @api.model
    def _ar_history(self, debtors, first, last):
        history = super()._ar_history(debtors, first, last)
        lines = history.ledgers[True].lines
        dues = {line["move_id"]: line["due_date"] for line in lines}
        links = self.env["ar.platform.invoice"].sudo()
        links = links.search([("move_id", "in", list(dues))])
        debtors_of = links._debtors()
        for move, told in links._outcomes(history).items():
            debtor = debtors_of[move]
            history.words[move.id] = move.ar_item_ids[:1].buyer_status
            history.statuses[move.id] = [
                (
                    day,
                    outcome.canonical and outcome.canonical.value,
                    outcome.moment and local_day(outcome.moment),
                    _later(links._due_told(outcome, debtor), dues[move.id]),
                )
                for day, outcome in told
            ]
            history.pauses[move.id] = [
                (
                    day,
                    outcome.pause
                    and (local_day(outcome.pause.since), outcome.pause.until),
                )
                for day, outcome in told
            ]
        return history

    def _ar_extra(self, debtors, as_of, history=None):
        extra = super()._ar_extra(debtors, as_of, history)
        if history is None:
            return extra
        by_partner = {debtor.partner_id.id: debtor.id for debtor in debtors}
        owners = {
            line["move_id"]: by_partner.get(line["partner_id"])
            for line in history.ledgers[True].lines
        }
        kept = {
            debtor_id: [b for b in told if b["code"] != PAUSE]
            for debtor_id, told in extra.items()
        }
        for move_id, told in history.pauses.items():
            pause = next((p for day, p in reversed(told) if day <= as_of), None)
            if pause and pause[0] <= as_of < pause[1]:
                blocker = _blocker(move_id, pause[1], history.words.get(move_id))
                kept.setdefault(owners[move_id], []).append(blocker)
        return kept


def _blocker(move_id, until, words):
    """An invoice that its buyer is processing; see ``ar.debtor``."""
    return {
        "code": PAUSE,
        "params": {"status": words or "", "date": {"date": until.isoformat()}},
        "until": until,
        "move_id": move_id,
    }
