from ..engine.delivery import HandOver
from .common_sending import SendingCommon


class ChannelCommon(SendingCommon):
    """A ladder by SMS, letter or task, and carriers without a network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "phone": "+33 6 12 34 56 78",
                "street": "4 avenue Foch",
                "zip": "75016",
                "city": "Paris",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.env["iap.account"].get("sms")

    @classmethod
    def channel(cls, channel, **vals):
        """The whole ladder goes by this channel."""
        cls.steps.write({"channel": channel, **vals})

    def hand_over(self, reminders):
        """Both transactions of a batch, as a lane runs them, without commits."""
        due = reminders.sudo().search(
            [("id", "in", reminders.ids), *reminders.sudo()._ar_due_domain()]
        )
        tokens = due._ar_prepare()
        return {
            reminder_id: due.browse(reminder_id)._process_one(HandOver(), token)
            for reminder_id, token in tokens.items()
        }

    def due_reminder(self, amount=100.0, overdue=12, partner=None):
        move = self.make_invoice(amount, overdue=overdue, partner=partner)
        return move, self.plan_for(partner or self.customer)

    def by_hand(self, debtors):
        """Reminders that a person asked for, on the channel of the ladder."""
        return self.Reminder.create(
            [
                {
                    "debtor_id": debtor.id,
                    "company_id": self.company.id,
                    "channel": self.steps[0].channel,
                    "is_manual": True,
                    "planned_date": self.today,
                    "user_id": self.collector.id,
                }
                for debtor in debtors
            ]
        )

    def kinds(self, reminder):
        return reminder.debtor_id.timeline_ids.mapped("kind")
