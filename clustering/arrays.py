"""Names for the array types that the engine passes around."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Ids: TypeAlias = NDArray[np.int64] | NDArray[np.str_]
