from odoo import api, models
from odoo.exceptions import UserError

# A plain object cannot be sent through RPC, so nobody can forge the key.
_GUARD = object()


def selection(enum, labels):
    """Selection list of a field from a status enum and its labels, in enum order."""
    return [(member.value, labels[member]) for member in enum]


class ArStateMixin(models.AbstractModel):
    """Statuses move along one table, through one method."""

    _name = "ar.state.mixin"
    _description = "Guarded status"

    def _ar_transitions(self):
        """Allowed moves as ``{status: {next statuses}}``; to be overridden."""
        raise NotImplementedError

    def _update_state(self, target, values=None, strict=False):
        """Move these records to ``target`` and write ``values`` with it.

        Records already there are left untouched (the same fact told twice is one
        fact). A move that the table does not allow raises a UserError when
        ``strict`` (a person asked), and is skipped otherwise (a machine did).

        :return: the records that moved
        """
        target = getattr(target, "value", target)
        table = {
            getattr(state, "value", state): {getattr(s, "value", s) for s in nexts}
            for state, nexts in self._ar_transitions().items()
        }
        movable = self.filtered(lambda r: target in table.get(r.state, ()))
        refused = (self - movable).filtered(lambda r: r.state != target)
        if refused and strict:
            record = refused[0]
            labels = dict(record._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(record)s is “%(state)s” and cannot become “%(target)s”.",
                    record=record.display_name,
                    state=labels.get(record.state),
                    target=labels.get(target),
                )
            )
        if movable:
            movable.with_context(ar_state_guard=_GUARD).write(
                {**(values or {}), "state": target}
            )
        return movable

    @api.model_create_multi
    def create(self, vals_list):
        """Records begin where the model begins, unless a program says otherwise."""
        if not self.env.su:
            first = self.default_get(["state"]).get("state")
            if any(vals.get("state", first) != first for vals in vals_list):
                raise UserError(
                    self.env._("The status changes through its buttons only.")
                )
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and self.env.context.get("ar_state_guard") is not _GUARD:
            if any(record.state != vals["state"] for record in self):
                raise UserError(
                    self.env._("The status changes through its buttons only.")
                )
        return super().write(vals)
