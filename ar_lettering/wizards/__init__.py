from . import ar_lettering_mass
from . import ar_lettering_match
from . import ar_lettering_why
from . import ar_month_end
from . import ar_statement_import
