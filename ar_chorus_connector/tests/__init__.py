from . import test_platform_connection
from . import test_platform_sync
from . import test_platform_effects
from . import test_platform_security
from . import test_platform_past
from . import test_platform_waiting
from . import test_platform_answer
from . import test_pa_platform
