from . import colleague
from . import link
from . import my
