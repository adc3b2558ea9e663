from . import colleague
from . import request
from . import link
from . import my
from . import plan
from . import pay
from . import pay_overdue
from . import stripe_hook
