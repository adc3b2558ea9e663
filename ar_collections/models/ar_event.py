import secrets

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import rename_column, table_columns

from ..engine.evidence_verifier import COLUMNS, content_digest
from .ar_bulk import Many2oneSoft


class ArEvent(models.Model):
    """Append-only fact: the single timeline, and the evidence.

    Pointers are plain integers, so that an ordinary foreign key never makes the
    database rewrite or block a sealed row (partner merge, user deletion). Live
    links are in ``ar.event.link``; the words, which may hold personal data, in
    ``ar.event.content``, whose row can be erased without breaking the seal.
    """

    _name = "ar.event"
    _inherit = ["ar.bulk"]
    _description = "Receivable event"
    _log_access = False
    _order = "event_date desc, id desc"
    _rec_name = "summary"

    company_id = Many2oneSoft("res.company", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    event_date = fields.Datetime("Date", required=True, readonly=True)
    recorded_at = fields.Datetime("Recorded on", required=True, readonly=True)
    # The name of a colleague; whoever is none is named by the words, which can be
    # erased.
    sealed_actor = fields.Char("Colleague", readonly=True)
    actor = fields.Char(
        compute="_compute_actor",
        compute_sudo=True,
        help="Who did it, as text at that time.",
    )
    source = fields.Char(readonly=True)
    source_key = fields.Char(readonly=True)
    debtor_ref = fields.Integer("Account (at the time)", readonly=True)
    partner_ref = fields.Integer("Contact (at the time)", readonly=True)
    move_ref = fields.Integer("Invoice (at the time)", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Integer("Record", readonly=True)
    content_hash = fields.Char(readonly=True)
    # Neither is sealed. The first lets whoever wrote a note read it again.
    writer_id = Many2oneSoft("res.users", readonly=True)
    # The second only tells the cron what is still to be sealed.
    seal_ref = fields.Integer("Seal", readonly=True)

    content_ids = fields.One2many("ar.event.content", "event_id", readonly=True)
    link_ids = fields.One2many("ar.event.link", "event_id", readonly=True)
    summary = fields.Char(compute="_compute_content", compute_sudo=True)
    body = fields.Html(compute="_compute_content", compute_sudo=True)
    kind_label = fields.Char("What", compute="_compute_kind_label")

    _source_unique = models.UniqueIndex(
        "(company_id, source, source_key) WHERE source_key IS NOT NULL",
        "This fact is already on the timeline.",
    )
    _company_date = models.Index("(company_id, event_date DESC)")
    _to_seal = models.Index("(id) WHERE seal_ref IS NULL")

    def init(self):
        """Refuse to the whole database what nobody may do to a fact.

        The sealed columns never change once written, by SQL neither.
        """
        columns = SQL(", ").join(SQL.identifier(c) for c in COLUMNS)
        old = SQL(", ").join(SQL.identifier("old", c) for c in COLUMNS)
        new = SQL(", ").join(SQL.identifier("new", c) for c in COLUMNS)
        self.env.cr.execute(
            SQL(
                """
            CREATE OR REPLACE FUNCTION ar_event_guard() RETURNS trigger AS $guard$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF (%(old)s) IS NOT DISTINCT FROM (%(new)s) THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION
                    'ar_event is append-only: %% refused', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $guard$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS ar_event_guard_row ON ar_event;
            CREATE TRIGGER ar_event_guard_row BEFORE DELETE OR UPDATE OF %(columns)s
                ON ar_event FOR EACH ROW EXECUTE FUNCTION ar_event_guard();
            DROP TRIGGER IF EXISTS ar_event_guard_table ON ar_event;
            CREATE TRIGGER ar_event_guard_table BEFORE TRUNCATE
                ON ar_event FOR EACH STATEMENT EXECUTE FUNCTION ar_event_guard();
            """,
                old=old,
                new=new,
                columns=columns,
            )
        )

    def _auto_init(self):
        # The column had another name; sealed is its value and its place in the row.
        cr = self.env.cr
        columns = table_columns(cr, self._table)
        if "actor" in columns and "sealed_actor" not in columns:
            rename_column(cr, self._table, "actor", "sealed_actor")
        return super()._auto_init()

    @api.depends("content_ids", "sealed_actor")
    def _compute_actor(self):
        for event in self:
            event.actor = event.content_ids[:1].actor or event.sealed_actor

    @api.depends("content_ids")
    def _compute_content(self):
        for event in self:
            content = event.content_ids[:1]
            event.summary = content.summary if content else self.env._("(erased)")
            event.body = content.body if content else False

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        kinds = self._ar_kinds()
        for event in self:
            event.kind_label = kinds.get(event.kind, event.kind)

    @api.model
    def _ar_kinds(self):
        """Labels of the kinds of event; add-ons extend the dictionary."""
        _ = self.env._
        return {
            "decision": _("Decision"),
            "reminder_sent": _("Reminder sent"),
            "reminder_failed": _("Reminder not sent"),
            "reminder_in_doubt": _("Reminder in doubt"),
            "reminder_cancelled": _("Reminder cancelled"),
            "reply": _("Reply"),
            "bounce": _("Bounce"),
            "note": _("Note"),
            "notice_announced": _("Payment announced"),
            "notice_kept": _("Announced payment received"),
            "notice_partly": _("Announced payment partly received"),
            "notice_broken": _("Announced payment not received"),
            "notice_refused": _("Announced payment refused"),
            "notice_withdrawn": _("Announced payment withdrawn"),
            "notice_accepted": _("Announced payment accepted"),
            "dispute_opened": _("Dispute opened"),
            "dispute_closed": _("Dispute closed"),
            "dispute_reopened": _("Dispute reopened"),
            "account_merged": _("Accounts merged"),
            "hold_set": _("Chasing suspended"),
            "hold_lifted": _("Chasing resumed"),
        }

    @api.model
    def _ar_record(self, vals_list):
        """Record facts. The same (company, source, source key) is recorded once.

        :param vals_list: dictionaries with ``kind``, ``summary`` and any of
            ``company_id``, ``event_date`` (UTC, default now), ``body`` (HTML),
            ``payload`` (JSON-able), ``actor``, ``source``, ``source_key``,
            ``debtor_id``, ``partner_id``, ``move_ids`` (or ``move_id``),
            ``res_model``, ``res_id``
        :return: the events of these facts, new or known, in the order given
        """
        now = fields.Datetime.now()
        known = self._ar_known(vals_list)
        found, fresh = [], []
        for vals in vals_list:
            key = self._ar_key(vals)
            if key in known:
                found.append(known[key])
                continue
            event = self._ar_insert(vals, now)
            fresh.append((event, vals))
            found.append(event)
            if key:
                known[key] = event
        self.env["ar.event.link"]._ar_link(fresh)
        return self.browse([event.id for event in found])

    @api.model
    def _ar_key(self, vals):
        if not vals.get("source_key"):
            return None
        company = vals.get("company_id") or self.env.company.id
        return (company, vals.get("source") or "", vals["source_key"])

    @api.model
    def _ar_known(self, vals_list):
        keys = [self._ar_key(v) for v in vals_list if v.get("source_key")]
        if not keys:
            return {}
        events = self.sudo().search([("source_key", "in", [k[2] for k in keys])])
        return {
            (e.company_id.id, e.source or "", e.source_key): self.browse(e.id)
            for e in events
        }

    @api.model
    def _ar_insert(self, vals, now):
        content = {
            "summary": vals.get("summary") or "",
            "body": vals.get("body") or "",
            "payload": vals.get("payload") or {},
        }
        colleague, outsider = self._ar_actors(vals.get("actor"))
        if outsider:
            content["actor"] = outsider
        salt = secrets.token_hex(16)
        move_ids = vals.get("move_ids") or [vals.get("move_id")]
        company_id = vals.get("company_id") or self.env.company.id
        event = self._ar_insert_row(
            {
                "company_id": company_id,
                "kind": vals["kind"],
                "event_date": vals.get("event_date") or now,
                "recorded_at": now,
                "sealed_actor": colleague,
                "source": vals.get("source") or "",
                "source_key": vals.get("source_key") or None,
                "debtor_ref": vals.get("debtor_id") or None,
                "partner_ref": vals.get("partner_id") or None,
                "move_ref": (move_ids[0] or None) if len(move_ids) == 1 else None,
                "res_model": vals.get("res_model") or None,
                "res_id": vals.get("res_id") or None,
                "content_hash": content_digest(salt, content),
                "writer_id": vals.get("writer_id") or self.env.uid,
            }
        )
        self.env["ar.event.content"].sudo().create(
            {"event_id": event.id, "salt": salt, **content}
        )
        return event

    @api.model
    def _ar_actors(self, actor):
        """Who did it, as (name to seal, name among the words); one of them is None.

        :param str actor: who, when it is not the user
        """
        user = self.env.user
        if not user.share and actor in (None, False, "", user.display_name):
            return user.display_name, None
        return None, actor or user.display_name

    @api.model
    def _ar_insert_row(self, row):
        """Insert one sealed row.

        ON CONFLICT makes a fact that another transaction records at this very
        moment a conflict that Odoo runs again, instead of an error for whoever
        happened to be second.
        """
        rows = self._ar_bulk(
            SQL(
                "INSERT INTO ar_event (%s) VALUES %s ON CONFLICT DO NOTHING"
                " RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in row),
                tuple(row.values()),
            ),
            [],
        )
        return self.sudo().browse(rows[0][0])
