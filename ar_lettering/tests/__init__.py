from . import test_booking
from . import test_by_hand
from . import test_doors
from . import test_gaps
from . import test_import
from . import test_lettering
from . import test_screens
