import json
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.past import Change

#: Column of an account by which its ladder remembers how high it was.
HEIGHT = "ladder_level"


class ArChange(models.Model):
    """What decided something and is another by now: the way back to the past.

    Rows are only ever added, set-based: the past is today's value, rewound by what
    changed since. What people read is the timeline; this is what decisions of past
    days are computed from, so it holds ids, dates and codes, never words.
    """

    _name = "ar.change"
    _inherit = ["ar.bulk"]
    _description = "Change of what decides"
    _log_access = False
    _order = "id"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True)
    field = fields.Char(required=True, readonly=True)
    old = fields.Json("Before", readonly=True)
    new = fields.Json("After", readonly=True)
    moment = fields.Datetime("When", required=True, readonly=True)

    _record = models.Index("(model, res_id)")

    @api.model
    def _ar_record(self, model, rows):
        """Keep what changed, in one statement.

        :param rows: ``[(res_id, field, old, new)]``, values JSON-able
        """
        if not rows:
            return
        ids, names, old, new = zip(*rows, strict=True)
        self._ar_bulk(
            SQL(
                "INSERT INTO ar_change (model, res_id, field, old, new, moment)"
                " SELECT %s, v.res_id, v.field, v.old, v.new, %s"
                " FROM unnest(%s::int[], %s::varchar[], %s::jsonb[], %s::jsonb[])"
                " AS v(res_id, field, old, new)",
                model,
                fields.Datetime.now(),
                list(ids),
                list(names),
                [json.dumps(value) for value in old],
                [json.dumps(value) for value in new],
            ),
            [],
        )

    @contextmanager
    def _ar_watch(self, records, names):
        """Keep what the block changes on these fields of these records."""
        before = self._ar_values(records, names) if names else {}
        yield
        if not before:
            return
        after = self._ar_values(records, names)
        rows = [
            (record_id, name, old, after[record_id][name])
            for record_id, values in before.items()
            for name, old in values.items()
            if record_id in after and after[record_id][name] != old
        ]
        self._ar_record(records._name, rows)

    @api.model
    def _ar_values(self, records, names):
        """``{id: {field: value}}`` of stored fields, JSON-able."""
        return {
            values.pop("id"): {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in values.items()
            }
            for values in records.sudo().read(list(names), load="")
        }

    @api.model
    def _ar_since(self, model, ids, day, tz):
        """What changed after a day.

        :param date day: changes of that very day are left out
        :param tz: whose days
        :return: ``{res_id: {field: [engine.past.Change]}}``, oldest first
        """
        if not ids:
            return {}
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT res_id, field, day, old::text, new::text FROM (
                SELECT c.*, (c.moment AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day
                  FROM ar_change c WHERE c.model = %s AND c.res_id = ANY(%s)) told
             WHERE day > %s ORDER BY id""",
                tz,
                model,
                list(ids),
                day,
            )
        )
        found = {}
        for res_id, field, when, old, new in self.env.cr.fetchall():
            change = Change(when, json.loads(old), json.loads(new))
            found.setdefault(res_id, {}).setdefault(field, []).append(change)
        return found
