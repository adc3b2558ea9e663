from odoo.tools import SQL


def post_init_hook(env):
    """Mark every customer with something open: the first refresh follows."""
    env.cr.execute(
        SQL(
            "SELECT DISTINCT p.commercial_partner_id"
            "  FROM account_move_line l"
            "  JOIN account_account a ON a.id = l.account_id"
            "  JOIN res_partner p ON p.id = l.partner_id"
            " WHERE a.account_type = 'asset_receivable'"
            "   AND l.parent_state = 'posted' AND NOT l.reconciled"
        )
    )
    env["ar.dirty"]._ar_mark([row[0] for row in env.cr.fetchall()], "install")


def uninstall_hook(env):
    """Leave the database as it was: drop the guards of the timeline.

    Tables, menus, crons and messages go with the models. The functions of the
    triggers belong to nobody in Odoo's registry, and would refuse the removal of
    the sealed rows.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS ar_event_guard() CASCADE")
