from odoo import fields, models

from ..engine.claim_states import ClaimState


class ArReminderClaims(models.Model):
    """Interest and indemnity in a reminder: apart from the principal, when told to.

    They are computed at the moment of writing, on what is not contested, and kept
    with the content like the items: amounts in minor units.
    """

    _inherit = "ar.reminder"

    with_claims = fields.Boolean(
        "Show interest and indemnity",
        help="Also when the step does not: principal, interest and indemnity stand "
        "apart.",
    )

    def _ar_make_content(self, fact):
        content = super()._ar_make_content(fact)
        wanted = self.with_claims or self.step_id.sudo().claims_shown
        if wanted and self.purpose != "thanks" and content["lines"]:
            rows = self._ar_claim_rows(content["lines"])
            if rows:
                content["claims"] = {
                    "as_of": fields.Date.to_string(self.company_id._ar_today()),
                    "rows": rows,
                }
        return content

    def _ar_claim_rows(self, lines):
        """What is claimed beside these lines, as JSON, one row per invoice.

        A contact about the whole account also claims what is left on invoices that
        were paid late.
        """
        Claim = self.env["ar.claim"].sudo()
        principal = {}
        for line in lines:
            if line["move_id"]:
                known = principal.setdefault(line["move_id"], 0)
                principal[line["move_id"]] = known + line["cents"]
        paid = self._ar_claims_of_paid() if self.unit_key == "account" else ()
        move_ids = list(dict.fromkeys([*principal, *paid]))
        computed = Claim._ar_compute(move_ids, undisputed=True)
        known = Claim._ar_known(move_ids)
        rows = {}
        for (move_id, kind), made in computed.items():
            row = known.get((move_id, kind), {"state": None, "settled": 0})
            settled = round(row["settled"] * 10 ** made["places"])
            left = made["cents"] - settled
            if left <= 0 or row["state"] == ClaimState.WAIVED.value:
                continue
            move = self.env["account.move"].sudo().browse(move_id)
            told = rows.setdefault(
                move_id,
                {
                    "move_id": move_id,
                    "number": move.name or "",
                    "currency_id": made["currency_id"],
                    "principal": principal.get(move_id, 0),
                    "interest": 0,
                    "indemnity": 0,
                    "laws": {},
                },
            )
            told[kind] = left
            told["laws"][kind] = made["working"]["law"]
        return [rows[move_id] for move_id in move_ids if move_id in rows]

    def _ar_claims_of_paid(self):
        """Ids of settled invoices of this account on which something is claimed."""
        claims = (
            self.env["ar.claim"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", self.debtor_id.id),
                    ("state", "!=", ClaimState.WAIVED.value),
                    ("amount_open", ">", 0),
                ],
                order="move_id",
            )
        )
        open_moves = self.debtor_id.sudo().open_item_ids.move_id
        return [move.id for move in claims.move_id - open_moves]

    # In words.

    def _ar_letter_values(self, content):
        values = super()._ar_letter_values(content)
        contents = [
            content if reminder == self else reminder.content
            for reminder in self._ar_together()
        ]
        return {**values, "claims": self._ar_claim_texts(contents)}

    def _ar_paper_values(self, content):
        values = super()._ar_paper_values(content)
        return {**values, "claims": self._ar_claim_texts([content])}

    def _ar_claim_texts(self, contents):
        """The table of claims as texts, False when nothing is claimed.

        :param contents: contents of the reminders that are told together
        """
        contents = [content for content in contents if content]
        rows, days, blocks = [], [], {}
        for content in contents:
            if content.get("claims"):
                rows += content["claims"]["rows"]
                days.append(content["claims"]["as_of"])
        if not rows:
            return False
        for row in rows:
            blocks.setdefault(row["currency_id"], []).append(row)
        lines = [line for content in contents for line in content["lines"]]
        credits = [line for content in contents for line in content["credits"]]
        return {
            "date": self._ar_day(max(days)),
            "blocks": [
                self._ar_claim_block(currency_id, block, lines, credits)
                for currency_id, block in blocks.items()
            ],
            "laws": self._ar_claim_laws(rows),
        }

    def _ar_claim_block(self, currency_id, rows, lines, credits):
        """One currency: every invoice, then principal, claims and total."""
        told = {row["move_id"] for row in rows}
        others = sum(
            line["cents"]
            for line in lines
            if line["currency_id"] == currency_id and line["move_id"] not in told
        )
        credit = sum(c["cents"] for c in credits if c["currency_id"] == currency_id)
        sums = {
            name: sum(row[name] for row in rows)
            for name in ("principal", "interest", "indemnity")
        }
        sums["principal"] += others + credit

        def money(cents):
            return self._ar_money(cents, currency_id) if cents else ""

        return {
            "rows": [
                {"number": row["number"], **{name: money(row[name]) for name in sums}}
                for row in rows
            ],
            "others": money(others),
            "credit": money(credit),
            "sums": {name: money(cents) for name, cents in sums.items()},
            "total": self._ar_money(sum(sums.values()), currency_id),
        }

    def _ar_claim_laws(self, rows):
        """By which law, one sentence per rule that these rows follow."""
        laws = dict.fromkeys(
            (kind, law) for row in rows for kind, law in row["laws"].items()
        )
        words = self.env["ar.claim"]._ar_law_words
        return [
            text for text in (words(*law) for law in sorted(laws, reverse=True)) if text
        ]

    # What is remembered.

    def _ar_sent_payload(self, content):
        payload = super()._ar_sent_payload(content)
        if content.get("claims"):
            payload["claims"] = content["claims"]
        return payload

    def _ar_record_sent(self, moment):
        result = super()._ar_record_sent(moment)
        for reminder in self:
            claims = (reminder.content or {}).get("claims")
            if claims:
                self.env["ar.claim"].sudo()._ar_claimed(
                    claims["rows"], reminder.company_id._ar_today()
                )
        return result
