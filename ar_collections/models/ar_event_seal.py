from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.evidence_verifier import (
    COLUMNS,
    content_digest,
    leaf,
    seal_digest,
    tree_root,
)
from .ar_bulk import Many2oneSoft

#: Length of a digest in hexadecimal letters.
SIZE = 64
GENESIS = "0" * SIZE


class ArEventSeal(models.Model):
    """Batches of events chained by hashes: tampering is found and named.

    A cron takes whatever no seal has yet, so those who record never wait, and an
    event committed late simply goes into the next batch.
    """

    _name = "ar.event.seal"
    _description = "Seal of events"
    _log_access = False
    _order = "id desc"

    company_id = Many2oneSoft("res.company", required=True, readonly=True)
    event_ids = fields.Json("Sealed events", readonly=True)
    # Digests of these events one after the other, so that a changed one is named.
    # Empty in seals from before there was a tree.
    leaves = fields.Text(readonly=True)
    inner = fields.Char("Root of their tree", readonly=True)
    root = fields.Char(required=True, readonly=True)
    previous = fields.Char(required=True, readonly=True)
    sealed_at = fields.Datetime(required=True, readonly=True)

    _company_previous = models.Constraint(
        "UNIQUE(company_id, previous)", "A seal has one successor only."
    )

    @api.model
    def _ar_rows(self, event_ids):
        self.env["ar.event"].flush_model()
        query = SQL(
            "SELECT %s FROM ar_event WHERE id = ANY(%s)",
            SQL(", ").join(SQL.identifier(c) for c in COLUMNS),
            list(event_ids),
        )
        self.env.cr.execute(query)
        return {row[0]: row for row in self.env.cr.fetchall()}

    @api.model
    def _cron_seal(self, limit=5000):
        """Seal, company by company, the events that no seal has yet."""
        progress = self.env["ir.cron"]._commit_progress
        while sealed := self.env["ar.event"]._ar_patiently(
            lambda: self._ar_seal_batch(limit)
        ):
            if not progress(sealed):
                break

    @api.model
    def _ar_seal_batch(self, limit):
        """Seal the next events; how many there were."""
        self.env["ar.event"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT e.company_id, array_agg(e.id ORDER BY e.id)
              FROM (SELECT id, company_id FROM ar_event WHERE seal_ref IS NULL
                    ORDER BY id LIMIT %s) e
             GROUP BY e.company_id ORDER BY e.company_id""",
                limit,
            )
        )
        batches = self.env.cr.fetchall()
        for company_id, ids in batches:
            last = self.sudo().search([("company_id", "=", company_id)], limit=1)
            rows = self._ar_rows(ids)
            previous = last.root or GENESIS
            leaves = [leaf(rows[i]) for i in ids]
            inner = tree_root(leaves)
            seal = self.sudo().create(
                {
                    "company_id": company_id,
                    "event_ids": ids,
                    "previous": previous,
                    "root": seal_digest(previous, inner),
                    "inner": inner,
                    "leaves": "".join(leaves),
                    "sealed_at": fields.Datetime.now(),
                }
            )
            self.env["ar.event"]._ar_bulk(
                SQL(
                    "UPDATE ar_event SET seal_ref = %s WHERE id = ANY(%s)", seal.id, ids
                )
            )

        return sum(len(ids) for _company, ids in batches)

    @api.model
    def _ar_verify(self, company):
        """Check the chain of one company.

        :return: ``{"seals", "events", "faults": [text…]}``; no fault means that
            no sealed event was changed or removed, and no words rewritten
        """
        faults, previous, count = [], GENESIS, 0
        seals = self.sudo().search([("company_id", "=", company.id)], order="id")
        for seal in seals:
            faults += seal._ar_faults(previous)
            previous = seal.root
            count += len(seal.event_ids)
        faults += self._ar_verify_contents(company)
        return {"seals": len(seals), "events": count, "faults": faults}

    def _ar_faults(self, previous):
        """What is wrong with one seal, in words.

        :param str previous: root of the seal before it
        """
        _ = self.env._
        rows = self._ar_rows(self.event_ids)
        missing = [i for i in self.event_ids if i not in rows]
        faults = [_("Event %(id)s is missing.", id=event_id) for event_id in missing]
        if self.previous != previous:
            faults.append(_("Seal %(id)s is out of chain.", id=self.id))
        now = {i: leaf(row) for i, row in rows.items()}
        kept = self._ar_leaves()
        if not kept:
            leaves = "".join(now[i] for i in self.event_ids if i in now)
            if not missing and seal_digest(self.previous, leaves) != self.root:
                faults.append(_("An event of seal %(id)s was changed.", id=self.id))
            return faults
        if (
            len(kept) != len(self.event_ids)
            or tree_root(kept) != self.inner
            or seal_digest(self.previous, self.inner) != self.root
        ):
            faults.append(_("Seal %(id)s was changed.", id=self.id))
        faults += [
            _("Event %(id)s was changed.", id=event_id)
            for event_id, told in zip(self.event_ids, kept, strict=False)
            if event_id in now and now[event_id] != told
        ]
        return faults

    def _ar_leaves(self):
        """Digests of the sealed events, in their order."""
        text = self.leaves or ""
        return [text[i : i + SIZE] for i in range(0, len(text), SIZE)]

    @api.model
    def _ar_verify_contents(self, company):
        contents = self.env["ar.event.content"].sudo()
        return [
            self.env._("The words of event %(id)s were changed.", id=c.event_id.id)
            for c in contents.search([("event_id.company_id", "=", company.id)])
            if content_digest(c.salt, c._ar_words()) != c.event_id.content_hash
        ]
