{
    "name": "Receivables Portal",
    "summary": "A page without log-in where customers see what they owe and send "
    "proof of payment",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "AR Team",
    "license": "LGPL-3",
    "depends": ["ar_collections", "portal", "account_payment", "payment_stripe"],
    "data": [
        # Rights, then the mails that models send.
        "security/ir.model.access.csv",
        "security/ar_rules.xml",
        "security/ar_rules_colleagues.xml",
        "data/mail_template_data.xml",
        "data/mail_template_colleague_data.xml",
        "data/ar_dispute_reason_data.xml",
        # Actions before the menus that name them.
        "views/ar_portal_link_views.xml",
        "views/ar_payment_proof_views.xml",
        "views/ar_debtor_views.xml",
        "views/res_company_views.xml",
        "views/res_config_settings_views.xml",
        "views/ar_dispute_advice_views.xml",
        "views/ar_colleague_link_views.xml",
        "views/res_config_settings_colleague_views.xml",
        "views/ar_portal_menus.xml",
        "views/ar_colleague_menus.xml",
        "views/customer_page_templates.xml",
        "views/customer_proof_templates.xml",
        "views/customer_answer_templates.xml",
        "views/my_receivables_templates.xml",
        "views/colleague_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": ["ar_portal/static/src/css/customer_page.css"],
        "web.assets_backend": ["ar_portal/static/src/proof_preview/**/*"],
    },
}
