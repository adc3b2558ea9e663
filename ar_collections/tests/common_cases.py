from datetime import datetime, time, timedelta

from freezegun import freeze_time

from .common_sending import SendingCommon


class CaseCommon(SendingCommon):
    """A customer late with two invoices, and ways to follow his case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Records and screens in English, whatever language the database was made in.
        cls.company.partner_id.lang = cls.env.user.lang = "en_US"
        cls.first = cls.make_invoice(1200, overdue=70)
        cls.second = cls.make_invoice(300, overdue=65)
        cls.debtor = cls.refresh()
        cls.Case = cls.env["ar.case"]
        names = ("amicable_1", "amicable_2", "formal_notice", "injunction", "order")
        cls.stages = {
            name: cls.env.ref(f"ar_collections.ar_case_stage_{name}")
            for name in (*names, "closed")
        }

    @classmethod
    def open_case(cls, moves=None, **vals):
        moves = moves or cls.first | cls.second
        return cls.Case._ar_open({"move_ids": moves.ids, **vals})

    def at(self, days):
        """Noon, in UTC, so many days after today: the same day in Paris."""
        day = self.today + timedelta(days=days)
        return freeze_time(datetime.combine(day, time(12)))

    def kinds(self, move=None):
        """Kinds of the facts about an invoice, the oldest first."""
        links = self.env["ar.event.link"].search(
            [("move_id", "=", (move or self.first).id)], order="id"
        )
        return links.mapped("kind")
