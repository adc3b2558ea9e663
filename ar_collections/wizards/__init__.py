from . import ar_why
from . import ar_why_line
from . import ar_hold
from . import ar_promise
from . import base_partner_merge
