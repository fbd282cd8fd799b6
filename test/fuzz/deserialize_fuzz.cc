// v8.deserialize() of any bytes: a value or an error.
#include "script.h"

VIREO_FUZZ_SCRIPT(deserialize)
