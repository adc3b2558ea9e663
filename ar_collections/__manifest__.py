{
    "name": "Receivables Collections",
    "summary": "Whom to chase today, how, by whom, whom not, and why",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "application": True,
    "depends": ["account", "mail", "sms"],
    "external_dependencies": {"python": ["holidays"]},
    "data": [
        # Groups first: access rights and rules name them.
        "security/ar_groups.xml",
        "security/ir.model.access.csv",
        "security/ar_rules.xml",
        # Registries and numbering, before whatever refers to their records.
        "data/ar_reason_data.xml",
        "data/ar_dispute_reason_data.xml",
        "data/ir_sequence_data.xml",
        "data/ar_strategy_data.xml",
        # Words of the reminders, and what their troubles ask of people.
        "data/mail_activity_type_data.xml",
        "data/mail_template_data.xml",
        "report/ar_reminder_templates.xml",
        "report/ar_letterhead.xml",
        "data/ir_cron_data.xml",
        # Dialogs before the views whose buttons open them.
        "wizards/ar_wizard_views.xml",
        "views/ar_debtor_views.xml",
        "views/ar_debtor_form.xml",
        "views/ar_item_views.xml",
        "views/ar_reminder_views.xml",
        "views/ar_payment_notice_views.xml",
        "views/ar_dispute_views.xml",
        "views/ar_event_views.xml",
        "views/ar_configuration_views.xml",
        "views/ar_strategy_views.xml",
        "views/ar_window_views.xml",
        "views/account_move_views.xml",
        "views/res_partner_views.xml",
        "views/res_config_settings_views.xml",
        # Menus last: they name the actions above.
        "views/ar_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "ar_collections/static/src/aging/**/*",
            "ar_collections/static/src/timeline/**/*",
        ],
    },
    "demo": ["demo/ar_demo.xml"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
