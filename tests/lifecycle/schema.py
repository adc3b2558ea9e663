"""Photographs of a database: its objects, and its ledger."""

OBJECTS = {
    "column": """
        SELECT table_name || '.' || column_name || ' ' || data_type
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "index": "SELECT tablename || ': ' || indexname FROM pg_indexes"
    " WHERE schemaname = 'public'",
    "sequence": "SELECT sequencename::text FROM pg_sequences"
    " WHERE schemaname = 'public'",
    "function": """
        SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace""",
    "trigger": """
        SELECT tgrelid::regclass || ': ' || tgname FROM pg_trigger
         WHERE NOT tgisinternal""",
    "constraint": """
        SELECT conrelid::regclass || ': ' || conname FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid != 0""",
    "add-on record": """
        SELECT module || '.' || name FROM ir_model_data
         WHERE module LIKE 'ar\\_%' AND module NOT IN
               (SELECT name FROM ir_module_module WHERE state = 'installed')""",
    "model": "SELECT model::text FROM ir_model WHERE model LIKE 'ar.%'",
    "field": "SELECT model || '.' || name FROM ir_model_fields"
    " WHERE name LIKE 'ar\\_%'",
    "cron": "SELECT id::text || ' ' || cron_name FROM ir_cron",
    "parameter": "SELECT key::text FROM ir_config_parameter",
}

LEDGER = """
    SELECT count(*), sum(debit), sum(credit), sum(amount_residual),
           md5(string_agg(concat_ws('|', id, move_id, account_id, partner_id,
               journal_id, name, date, date_maturity, debit, credit, balance,
               amount_currency, amount_residual, reconciled, full_reconcile_id,
               matching_number, parent_state), E'\\n' ORDER BY id))
      FROM account_move_line"""


def photograph(databases, name):
    """Return {kind: set of names} of everything in a database."""
    return {
        kind: {row[0] for row in databases.query(query, database=name)}
        for kind, query in OBJECTS.items()
    }


def added(before, after):
    """Return what is in the second photograph only, as readable lines."""
    return sorted(
        f"{kind} {name}" for kind in after for name in after[kind] - before[kind]
    )


def lost(before, after):
    """Return what is in the first photograph only, as readable lines."""
    return added(after, before)


def ledger(databases, name):
    """Return the sums and the hash of all journal items."""
    (row,) = databases.query(LEDGER, database=name)
    return row
