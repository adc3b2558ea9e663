from . import ar_lettering_why
from . import ar_statement_import
