// The blob in the executable's read-only data; the bytes come from embedded_blob.S.in.
#include "engine/blob.h"

extern "C" const char vireo_blob_begin[];
extern "C" const char vireo_blob_end[];

namespace vireo::engine {

const Blob& Blob::embedded() {
  static const Blob blob(std::string_view(vireo_blob_begin, static_cast<size_t>(vireo_blob_end - vireo_blob_begin)));
  return blob;
}

}  // namespace vireo::engine
