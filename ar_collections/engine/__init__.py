"""Pure rules of accounts receivable: no Odoo, no network, no clock.

Amounts are integers in the currency's minor unit; dates are given, never read.
"""
