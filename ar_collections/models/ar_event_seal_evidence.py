from odoo import models

from ..engine.evidence_verifier import leaf, path_to_root, tree_levels


class ArEventSealEvidence(models.Model):
    """A seal as an evidence file holds it."""

    _inherit = "ar.event.seal"

    def _ar_for_evidence(self, facts):
        """JSON of one seal; each of these facts gets its path to the root.

        :param facts: facts of the file that this seal holds, see ``ar.evidence``
        """
        self.ensure_one()
        told = {
            "id": self.id,
            "sealed_at": str(self.sealed_at),
            "previous": self.previous,
            "inner": self.inner or "",
            "root": self.root,
        }
        if not facts:
            return told
        leaves = self._ar_leaves()
        if leaves:
            levels = tree_levels(leaves)
            places = {event: place for place, event in enumerate(self.event_ids)}
            for fact in facts:
                fact["path"] = path_to_root(levels, places[int(fact["row"][0])])
        else:
            rows = self._ar_rows(self.event_ids)
            told["leaves"] = [leaf(rows[i]) for i in self.event_ids if i in rows]
            told["inner"] = "".join(told["leaves"])
        return told
