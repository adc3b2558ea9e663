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
    env["account.payment"]._ar_follow_all()


def uninstall_hook(env):
    """Leave the database as it was: guards dropped, own tables emptied.

    Tables, menus, crons and messages then go with the models. The functions of the
    triggers belong to nobody in Odoo's registry, and would refuse the removal of the
    sealed rows.
    """
    env.cr.execute("DROP FUNCTION IF EXISTS ar_event_guard() CASCADE")
    env["ir.config_parameter"].set_param("ar_collections.plan_mark", False)
    tables = _closed(env, _own_tables(env))
    if tables:
        # One statement and no CASCADE: nothing but these tables can be emptied.
        env.flush_all()
        names = SQL(", ").join(SQL.identifier(table) for table in sorted(tables))
        env.cr.execute(SQL("TRUNCATE %s", names))
        env.invalidate_all()


def _own_tables(env):
    """Tables of the models and relations that only the modules leaving define.

    Odoo removes records module by module and would stumble over the keys between
    them; emptied tables have no keys to stumble over.
    """
    leaving = env["ir.module.module"].search([("state", "=", "to remove")])
    modules = set(leaving.mapped("name"))
    owners = {}
    for data in env["ir.model.data"].search([("model", "=", "ir.model")]):
        owners.setdefault(data.res_id, set()).add(data.module)
    models = env["ir.model"].browse([i for i, by in owners.items() if by <= modules])
    names = [name for name in models.mapped("model") if name.startswith("ar.")]
    tables = {
        env[name]._table
        for name in names
        if name in env and not env[name]._abstract and env[name]._auto
    }
    relations = env["ir.model.relation"].search([("module", "in", leaving.ids)])
    return tables | {
        name for name in relations.mapped("name") if name.startswith("ar_")
    }


def _closed(env, tables):
    """Those among ``tables`` to which no other table refers.

    Another one, of a standard model with a field of ours, is none of our business;
    its key lets go by itself.
    """
    env.cr.execute(
        "SELECT c.relname, r.relname FROM pg_constraint k"
        "  JOIN pg_class c ON c.oid = k.conrelid"
        "  JOIN pg_class r ON r.oid = k.confrelid"
        " WHERE k.contype = 'f'"
    )
    keys = env.cr.fetchall()
    closed = set(tables)
    while True:
        referred = {to for table, to in keys if table not in closed and to in closed}
        if not referred:
            return closed
        closed -= referred
