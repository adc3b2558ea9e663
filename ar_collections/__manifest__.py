{
    "name": "Receivables Collections",
    "summary": "Whom to chase today, how, by whom, whom not, and why",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "application": True,
    "depends": ["account", "mail", "sms"],
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
        "data/ir_cron_data.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
