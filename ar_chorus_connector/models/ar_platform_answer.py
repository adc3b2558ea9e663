from datetime import timedelta, timezone

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..clients.errors import BusinessError, PlatformError, TransportError
from ..clients.masking import get_logger
from .ar_platform_retry import may_try, next_try

_logger = get_logger(__name__)

#: An attachment larger than this is refused by the platform.
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_RETRY = timedelta(hours=6)
#: Clocks differ: a completion this much older than our attempt may be it.
CLOCK_MARGIN = timedelta(minutes=10)


class ArPlatformAnswer(models.Model):
    """What we answer to the buyer on his platform: one row, sent once.

    A button only asks; the scheduled action sends. Before the call that answers,
    the attempt is committed: if its result is lost, the history is read, and the
    answer repeated only when it is not there.
    """

    _name = "ar.platform.answer"
    _description = "Answer on a buyer's platform"
    _order = "id desc"
    _rec_name = "number"

    link_id = fields.Many2one(
        "ar.platform.invoice",
        "Invoice on the platform",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    number = fields.Char(related="link_id.number")
    company_id = fields.Many2one(related="link_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("complete", "Complete the suspended invoice"),
            ("rejection", "Rejection dealt with"),
        ],
        required=True,
        default="complete",
    )
    comment = fields.Text(required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", "ar_platform_answer_attachment_rel", string="Attachments"
    )
    state = fields.Selection(
        [
            ("draft", "To be sent"),
            ("waiting", "Being sent"),
            ("sent", "Sent"),
            ("refused", "Refused by the platform"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, default=lambda self: self.env.user
    )
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    error = fields.Char("Problem", readonly=True, copy=False)
    error_count = fields.Integer("Failures in a row", readonly=True, copy=False)
    retry_at = fields.Datetime("Next try", readonly=True, copy=False)
    attempt_at = fields.Datetime(
        readonly=True, copy=False, help="Start of the call whose result is not known."
    )
    uploaded = fields.Json(
        readonly=True, copy=False, help="Ids of the attachments already handed over."
    )

    _one_open = models.UniqueIndex(
        "(link_id, kind) WHERE state = 'waiting'",
        "An answer to this invoice is being sent already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._adopt()
        return answers

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt()
        return result

    def _adopt(self):
        """Documents just dropped here belong to the answer, for colleagues too."""
        for answer in self:
            dropped = answer.attachment_ids.filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            dropped.sudo().write({"res_model": self._name, "res_id": answer.id})

    @api.constrains("attachment_ids")
    def _check_size(self):
        for answer in self:
            for file in answer.sudo().attachment_ids:
                if file.file_size > LARGEST_FILE:
                    raise UserError(
                        self.env._(
                            "“%(name)s” is larger than the platform takes (10 MB).",
                            name=file.name,
                        )
                    )

    def action_send(self):
        """Ask for sending; the scheduled action does it within a minute."""
        self.check_access("write")
        # What leaves is read by the one who sends it, not by whoever runs the job.
        ids = self.sudo().attachment_ids.ids
        self.env["ir.attachment"].browse(ids).check_access("read")
        for answer in self.filtered(lambda a: a.state in ("draft", "refused")):
            answer.sudo().write({"state": "waiting", "error": False, "retry_at": False})
        cron = self.env.ref("ar_chorus_connector.ar_platform_answer_cron")
        cron.sudo()._trigger()
        return {"type": "ir.actions.act_window_close"}

    def action_cancel(self):
        """Take back what has not left yet."""
        self.check_access("write")
        for answer in self:
            if answer.state == "waiting" and not answer.attempt_at:
                answer.sudo().state = "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_sent(self):
        if any(answer.state in ("sent", "waiting") for answer in self):
            raise UserError(self.env._("What was sent stays."))

    # Sending.

    @api.model
    def _cron_answer(self):
        """Send what waits, committing before and after each call."""
        self._send_waiting(lambda done: self.env["ir.cron"]._commit_progress(done))

    @api.model
    def _send_waiting(self, keep):
        """Send what is to be sent now, connection by connection.

        :param keep: ``keep(done)``, commits; falsy when time is out
        """
        waiting = self.search(
            [
                ("state", "=", "waiting"),
                ("link_id.platform_id.state", "=", "active"),
                *may_try(),
            ],
            order="id",
        )
        for platform, answers in waiting.grouped(
            lambda answer: answer.link_id.platform_id
        ).items():
            if not platform.held:
                answers._send_with(platform, keep)

    def _send_with(self, platform, keep):
        client = None
        try:
            client = platform._client()
            for answer in self:
                answer._send_one(client, keep)
        except PlatformError as error:
            # The connection as a whole; the others of its answers wait too.
            _logger.warning("platform %s: %s while answering", platform.id, error.kind)
        except UserError as error:
            self._note_failure(str(error))
        finally:
            if client is not None:
                client.close()

    def _send_one(self, client, keep):
        """Send one answer; what goes wrong is noted on it."""
        self.ensure_one()
        try:
            if self.attempt_at and self._arrived(client):
                self._done()
            else:
                files = self._upload(client)
                self.attempt_at = fields.Datetime.now()
                keep(0)
                self._call(client, files)
                self._done()
        except BusinessError as error:
            words = self.link_id.platform_id._words(error)
            self.write({"state": "refused", "error": words, "attempt_at": False})
        except PlatformError as error:
            if not isinstance(error, TransportError):
                # Nothing was taken: no doubt is left.
                self.attempt_at = False
            self._note_failure(self.link_id.platform_id._words(error))
            keep(1)
            if error.stops_round:
                raise
            return
        except OperationalError:
            raise
        except Exception as error:
            # A document that cannot be read, for instance: the others go on.
            _logger.warning("answer %s: %s", self.id, type(error).__name__)
            self._note_failure(str(error) or type(error).__name__)
        keep(1)

    def _upload(self, client):
        """Hand over the attachments that were not yet; ``[(id, name)]``."""
        known = dict(self.uploaded or {})
        for file in self.sudo().attachment_ids:
            if str(file.id) not in known:
                known[str(file.id)] = client.upload(
                    file.name, file.mimetype or "application/octet-stream", file.raw
                )
                self.uploaded = dict(known)
        return [(known[str(f.id)], f.name) for f in self.sudo().attachment_ids]

    def _call(self, client, files):
        external_id = self.link_id.external_id
        if self.kind == "complete":
            client.complete(external_id, self.comment, files)
        else:
            client.handle_rejection(external_id, self.comment)

    def _arrived(self, client):
        """Whether an attempt whose result was lost did arrive after all."""
        if self.kind != "complete":
            # Told twice, it is the same.
            return False
        since = (self.attempt_at - CLOCK_MARGIN).replace(tzinfo=timezone.utc)
        history = client.history(self.link_id.external_id)
        return any(
            event.code == "COMPLETEE" and event.moment and event.moment >= since
            for event in history.events
        )

    def _done(self):
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "error": False,
                "error_count": 0,
                "retry_at": False,
                "attempt_at": False,
            }
        )
        # What it changed there is read at the next round.
        self.link_id.pending = True
        self._tell_timeline()

    def _tell_timeline(self):
        link = self.link_id
        if not link.move_id:
            return
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        debtor = link.move_id._ar_debtor()
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "platform_answer",
                    "company_id": debtor.company_id.id,
                    "debtor_id": debtor.id,
                    "partner_id": debtor.partner_id.id,
                    "move_ids": link.move_id.ids,
                    "actor": self.user_id.name,
                    "source": "platform_answer",
                    "source_key": str(self.id),
                    "res_model": link._name,
                    "res_id": link.id,
                    "summary": f"{kinds[self.kind]}: {self.comment}",
                }
            ]
        )

    def _note_failure(self, words):
        for answer in self:
            count = answer.error_count + 1
            answer.write(
                {
                    "error": words,
                    "error_count": count,
                    "retry_at": next_try(count, 1, LONGEST_RETRY),
                }
            )
