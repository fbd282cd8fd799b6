// What nghttp2 calls, for protocol.cc.
#pragma once

#include "http2/protocol.h"

namespace vireo::http2 {

/// To be deleted with nghttp2_session_callbacks_del(). The user data of a session must be its Protocol.
nghttp2_session_callbacks* make_callbacks(Padding padding);

/// Where DATA frames come from: the queue of their stream.
nghttp2_data_provider2 data_provider();

}  // namespace vireo::http2
