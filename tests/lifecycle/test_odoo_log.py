"""The reader of Odoo's log sees what it is there for."""

from odoo_log import complaints

HEAD = "2026-03-02 10:00:00,123 4711"


def test_warnings_and_errors_are_found_with_their_traceback():
    text = "\n".join(
        [
            f"{HEAD} INFO ar odoo.modules.loading: loading 30 modules...",
            f"{HEAD} WARNING ar odoo.models: two fields have the same label",
            f"{HEAD} INFO ar odoo.modules.registry: module ar_portal: creating",
            f"{HEAD} ERROR ar odoo.sql_db: bad query",
            "Traceback (most recent call last):",
            "ValueError: no",
            f"{HEAD} INFO ar odoo.service.server: Initiating shutdown",
        ]
    )
    assert [line.removeprefix(f"{HEAD} ") for line in complaints(text)] == [
        "WARNING ar odoo.models: two fields have the same label",
        "ERROR ar odoo.sql_db: bad query",
        "Traceback (most recent call last):",
        "ValueError: no",
    ]


def test_a_server_without_pg_trgm_is_no_complaint():
    line = f"{HEAD} ERROR ar odoo.sql_db: bad query: CREATE EXTENSION pg_trgm"
    assert complaints(line) == []
