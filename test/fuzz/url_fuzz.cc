// URLs of strangers: parsing, setters, search parameters, patterns, file URLs, the legacy parser.
#include "script.h"

VIREO_FUZZ_SCRIPT(url)
