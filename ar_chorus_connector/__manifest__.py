{
    "name": "Receivables: Chorus Pro",
    "summary": "What the buyer's platform says about each invoice, turned into "
    "payment notices, disputes, pauses and evidence",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "depends": ["ar_collections"],
    "external_dependencies": {"python": ["lxml", "requests"]},
    "data": [
        # Record data.
        "data/ar_reason_data.xml",
        "data/ar_platform_status_data.xml",
        "data/ar_platform_status_works_data.xml",
        "data/ar_platform_reason_data.xml",
        "data/ar_platform_status_pa_data.xml",
        "data/ar_platform_reason_pa_data.xml",
        "data/ir_cron_data.xml",
        "data/ar_retention_data.xml",
        # Security.
        "security/ir.model.access.csv",
        "security/ar_platform_security.xml",
        "security/ar_platform_pa_security.xml",
        # Views.
        "views/ar_platform_views.xml",
        "views/ar_platform_status_views.xml",
        "views/ar_platform_reason_views.xml",
        "views/ar_platform_invoice_views.xml",
        "views/account_move_views.xml",
        "views/ar_platform_answer_views.xml",
        "views/ar_statement_templates.xml",
        "views/ar_platform_people_views.xml",
        "wizards/ar_platform_import_views.xml",
        "views/ar_platform_deposit_views.xml",
        "views/ar_strategy_views.xml",
        # Menus name the actions above.
        "views/ar_platform_menus.xml",
        "views/ar_platform_pa_views.xml",
    ],
}
