"""Pure lettering engine: bank files in, explained matches out.

Nothing here imports Odoo, opens a connection or reads a clock. Amounts of bank
files are ``Decimal`` in the currency of the file; amounts given to the matcher are
integers in the currency's minor unit.
"""

#: Stored on each proposal, so that a decision can be traced to the rules of its day.
ENGINE_VERSION = "2.0"
