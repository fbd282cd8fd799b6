// package.json of strangers, and requests that are resolved through it.
#include "script.h"

VIREO_FUZZ_SCRIPT(package_json)
