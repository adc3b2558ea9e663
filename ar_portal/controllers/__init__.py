from . import colleague
from . import request
from . import link
from . import my
from . import plan
