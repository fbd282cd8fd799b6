// Responses of a hostile peer: see http_parser.h.
#include "http_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  vireo::http::fuzz::run(vireo::http::MessageType::kResponse, data, size);
  return 0;
}
