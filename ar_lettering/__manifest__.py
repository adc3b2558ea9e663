{
    "name": "Receivables Lettering",
    "summary": "Which invoices each bank receipt pays: imported, matched, booked, "
    "explained",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "depends": ["ar_collections"],
    "external_dependencies": {"python": ["mt-940", "ofxparse", "rapidfuzz"]},
    "data": [
        # Groups first: access rights name them.
        "security/ar_lettering_security.xml",
        "security/ir.model.access.csv",
        # Registries and scheduled actions.
        "data/ar_reason_data.xml",
        "data/ar_reason_letter_data.xml",
        "data/ar_reason_booking_data.xml",
        "data/ir_cron_data.xml",
        "data/ar_retention_data.xml",
        # Screens; menus come last, they name the actions.
        "views/account_bank_statement_line_views.xml",
        "views/ar_lettering_proposal_views.xml",
        "views/ar_lettering_match_views.xml",
        "views/ar_lettering_control_views.xml",
        "views/ar_statement_import_views.xml",
        "views/account_journal_views.xml",
        "views/res_config_settings_views.xml",
        "views/ar_lettering_menus.xml",
        "views/ar_lettering_memory_views.xml",
    ],
}
