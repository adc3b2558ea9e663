from datetime import timezone

from odoo import fields, models

from ..engine.payloads import PlatformEvent, fingerprint, storable


class ArPlatformEvent(models.Model):
    """One fact as the platform told it, kept whether or not its invoice is known.

    The timeline (``ar.event``) has the same facts for the people who collect; this
    is what the decision is computed from.
    """

    _name = "ar.platform.event"
    _description = "Fact told by a buyer's platform"
    _order = "event_date desc, id desc"
    _rec_name = "code"

    link_id = fields.Many2one(
        "ar.platform.invoice", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="link_id.company_id")
    external_id = fields.Char(required=True, readonly=True)
    code = fields.Char(readonly=True, index="btree_not_null")
    label = fields.Char("Status", compute="_compute_label")
    event_date = fields.Datetime("Date", readonly=True)
    raw_date = fields.Char("Date as written", readonly=True)
    comment = fields.Text(readonly=True)
    author = fields.Char(readonly=True)
    author_email = fields.Char("Author's email", readonly=True)
    author_phone = fields.Char("Author's phone", readonly=True)
    has_amount = fields.Boolean(readonly=True)
    amount_cents = fields.Float("Amount (cents)", digits=(18, 0), readonly=True)
    disputed_cents = fields.Float("Contested (cents)", digits=(18, 0), readonly=True)
    expected_date = fields.Date("Value date", readonly=True)
    reasons = fields.Char("Reason codes", readonly=True)
    payload = fields.Json(readonly=True)
    payload_hash = fields.Char("SHA-256", readonly=True)
    fetched_at = fields.Datetime(readonly=True, default=fields.Datetime.now)

    _identity_unique = models.Constraint(
        "UNIQUE(link_id, external_id)", "A fact is kept once."
    )

    def _compute_label(self):
        rows = {}
        for event in self:
            platform = event.link_id.platform_id
            key = (platform.kind, platform.company_id)
            if key not in rows:
                rows[key] = self.env["ar.platform.status"]._rows(*key)
            row = rows[key].get(event.code)
            event.label = row.name if row else event.code or self.env._("Comment")

    def _facts(self):
        """These facts for the engine."""
        utc = timezone.utc
        return [
            PlatformEvent(
                external_id=event.external_id,
                code=event.code or "",
                raw_date=event.raw_date or "",
                moment=event.event_date and event.event_date.replace(tzinfo=utc),
                comment=event.comment or "",
                author=event.author or "",
                amount=int(event.amount_cents) if event.has_amount else None,
                scope=event.link_id._scope(),
                disputed=int(event.disputed_cents) or None,
                expected=event.expected_date or None,
                reasons=tuple((event.reasons or "").split()),
            )
            for event in self
        ]

    def _told(self):
        """What the timeline keeps of a fact beside its words."""
        self.ensure_one()
        told = {"code": self.code, "sha256": self.payload_hash}
        if self.reasons:
            told["reasons"] = self.reasons.split()
        if self.has_amount:
            told["amount"] = f"{self.amount_cents / 100:.2f}"
        if self.disputed_cents:
            told["disputed"] = f"{self.disputed_cents / 100:.2f}"
        return told

    @staticmethod
    def _values(link, fact):
        """Values of the row that keeps one :class:`PlatformEvent`."""
        moment = fact.moment
        return {
            "link_id": link.id,
            "external_id": fact.external_id,
            "code": fact.code or False,
            "event_date": moment and moment.replace(microsecond=0, tzinfo=None),
            "raw_date": fact.raw_date,
            "comment": fact.comment,
            "author": fact.author,
            "author_email": fact.author_email,
            "author_phone": fact.author_phone,
            "has_amount": fact.amount is not None,
            "amount_cents": fact.amount or 0,
            "disputed_cents": fact.disputed or 0,
            "expected_date": fact.expected,
            "reasons": " ".join(fact.reasons),
            "payload": storable(fact.payload),
            "payload_hash": fingerprint(fact.payload),
        }
