from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.states import ReminderState

S = ReminderState
#: Letters of one PDF: a request must end before the server's patience does.
BATCH = 100
#: Days after which somebody is asked whether a printed letter was posted.
FORGOTTEN_DAYS = 2


class ArReminderPrint(models.Model):
    """Letters that we print and post ourselves.

    A letter waits as planned or approved. “Print” reads the amounts again, makes the
    PDF and marks it ``sending``: printed, not posted yet. “Printed and posted” makes
    the contact a fact. Until then, printing again reads the amounts again; after it,
    printing again gives the very same paper.
    """

    _inherit = "ar.reminder"

    leaves_by_itself = fields.Boolean(
        "Leaves by itself", compute="_compute_leaves_by_itself"
    )
    printed_at = fields.Datetime("Printed on", readonly=True, copy=False)
    printed_by_id = fields.Many2one(
        "res.users", "Printed by", readonly=True, copy=False, ondelete="set null"
    )

    @api.depends("channel", "provider")
    def _compute_leaves_by_itself(self):
        by_hand = self._ar_by_hand()
        for reminder in self:
            reminder.leaves_by_itself = reminder not in by_hand

    def action_print(self):
        """Make one PDF of these letters, to be printed and posted.

        What is no longer due is called off and left out, and told. Of a great many,
        the first ones are printed and the others wait for the next time.

        :return: action that opens the batch
        :raise UserError: when one is not a letter that we print, or no PDF can be made
        """
        self.check_access("write")
        for reminder in self:
            if reminder.channel != "letter" or reminder.leaves_by_itself:
                raise UserError(
                    self.env._(
                        "%(name)s is not a letter to print.", name=reminder.display_name
                    )
                )
        now = self[:BATCH]
        posted = now.filtered(lambda r: r.state == S.DONE.value)
        if posted != now:
            self.env["ir.actions.report"]._ar_check_pdf()
        ready = posted.filtered("letter_attachment_id")
        ready += (now - posted).sudo()._ar_print().sudo(False)
        ready = now.filtered(lambda r: r in ready)
        Batch = self.env["ar.letter.batch"]
        return Batch._ar_open(ready, now - ready, len(self - now))._ar_action()

    def _ar_print(self):
        """Print these letters as of now.

        :return: those whose paper is ready
        """
        free = self.try_lock_for_update(allow_referencing=True)
        free._ar_print_anew()
        fresh = free.filtered(lambda r: r.state in (S.PLANNED.value, S.APPROVED.value))
        fresh._update_state(S.APPROVED)
        for reminder in fresh.filtered(lambda r: not r.user_id):
            reminder.user_id = self.env.uid
        going = fresh._ar_each("_ar_read_again")
        going = going._ar_each("_ar_address_letter")
        going = going._ar_each("_ar_write_letter")
        going.write(
            {
                "printed_at": fields.Datetime.now(),
                "printed_by_id": self.env.uid,
                # Nothing is under way: the sweeper has no business with it.
                "sending_since": False,
            }
        )
        self.env.flush_all()
        return free.filtered(lambda r: r.state == S.SENDING.value and r.printed_at)

    def _ar_print_anew(self):
        """Printed but not posted: what says something else by now is written again."""
        waiting = self.filtered(lambda r: r.state == S.SENDING.value and r.printed_at)
        found = self.env["ar.debtor"]._ar_recheck(waiting)
        for reminder in waiting:
            fact = found[reminder.id]
            if fact["ok"] and reminder._ar_make_content(fact) == reminder.content:
                continue
            reminder._update_state(S.APPROVED)
            reminder._ar_forget_mail()

    def action_posted(self):
        """These printed letters have been posted.

        Pressed twice, it counts once.

        :raise UserError: when one is not printed yet
        """
        self.check_access("write")
        letters = self.sudo()
        letters.lock_for_update(allow_referencing=True)
        for reminder in letters:
            printed = reminder.state == S.SENDING.value and reminder.printed_at
            if not printed and reminder.state != S.DONE.value:
                raise UserError(
                    self.env._(
                        "%(name)s is not printed yet.", name=reminder.display_name
                    )
                )
        fresh = letters.filtered(lambda r: r.state == S.SENDING.value)
        for reminder in fresh:
            reminder._ar_record_sent(fields.Datetime.now())
            reminder._ar_show_letter()
        fresh._ar_after_send()
        fresh.debtor_id._ar_alert_done("post")
        return True

    def action_open_letter(self):
        """Open the PDF of this letter in the browser."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.letter_attachment_id.id}",
            "target": "new",
        }

    def action_not_posted(self):
        """These printed letters were not posted: they wait again.

        :raise UserError: when one is not printed, or was posted
        """
        self.check_access("write")
        letters = self.sudo()
        letters._ar_check_state(S.SENDING)
        for reminder in letters.filtered("printed_at"):
            reminder._update_state(S.APPROVED)
            reminder._ar_forget_mail()
            reminder._update_state(S.PLANNED)
        letters.debtor_id._ar_alert_done("post")
        return True

    def _ar_show_letter(self):
        """Show the letter, with its PDF, on the account's thread."""
        sender, company = self._ar_sender(), self.company_id.sudo()
        author = self.env.user.partner_id or sender.partner_id
        self.mail_message_id = (
            self.env["mail.message"]
            .sudo()
            .create(
                {
                    "model": "ar.debtor",
                    "res_id": self.debtor_id.id,
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "author_id": author.id,
                    "subject": self.subject,
                    "body": self.body,
                    "record_company_id": company.id,
                    "attachment_ids": [(6, 0, self.letter_attachment_id.ids)],
                }
            )
        )

    @api.model
    def _ar_sweep(self, seconds=None):
        """Also ask after letters that were printed and never said to be posted."""
        limit = fields.Datetime.now() - timedelta(days=FORGOTTEN_DAYS)
        forgotten = self.sudo().search(
            [("state", "=", S.SENDING.value), ("printed_at", "<=", limit)]
        )
        for reminder in forgotten:
            say = reminder._ar_in_company_language()
            question = say.env._(
                "Was the letter %(number)s posted?", number=reminder.name
            )
            reminder.debtor_id._ar_alert("post", question, reminder.printed_by_id)
        return super()._ar_sweep(seconds)
