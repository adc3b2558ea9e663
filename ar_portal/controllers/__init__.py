from . import link
from . import my
