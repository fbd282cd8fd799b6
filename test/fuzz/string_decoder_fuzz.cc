// Bytes in pieces and in every encoding: streams decode as one call does, and what was decoded encodes again.
#include "script.h"

VIREO_FUZZ_SCRIPT(string_decoder)
