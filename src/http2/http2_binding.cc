// What src/http2 gives to its JavaScript.
#include "bind/bind.h"
#include "http2/session.h"

namespace vireo::http2 {

namespace {

/// nghttp2's words for one of its errors.
std::string error_text(int32_t code) { return nghttp2_strerror(code); }

}  // namespace

BIND_MODULE(http2) {
  module.function<error_text>("errorText");
  module.constant("ERR_NOMEM", NGHTTP2_ERR_NOMEM);
  module.constant("ERR_PROTO", NGHTTP2_ERR_PROTO);
  module.constant("ERR_STREAM_ID_NOT_AVAILABLE", NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE);
  module.constant("ERR_HTTP_HEADER", NGHTTP2_ERR_HTTP_HEADER);
  module.constant("ERR_INVALID_ARGUMENT", NGHTTP2_ERR_INVALID_ARGUMENT);
  module.constant("ERR_STREAM_CLOSED", NGHTTP2_ERR_STREAM_CLOSED);
  module.class_<Session>("Session")
      .constructor<v8::Local<v8::Object>, v8::Local<v8::Object>, int32_t, v8::Local<v8::Object>>()
      .method<&Session::attach_stream>("attach")
      .method<&Session::receive>("receive")
      .method<&Session::output_done>("outputDone")
      .method<&Session::flush>("flush")
      .method<&Session::destroy>("destroy")
      .method<&Session::request>("request")
      .method<&Session::respond>("respond")
      .method<&Session::push>("push")
      .method<&Session::inform>("inform")
      .method<&Session::trailers>("trailers")
      .method<&Session::reset>("reset")
      .method<&Session::settings>("settings")
      .method<&Session::ping>("ping")
      .method<&Session::goaway>("goaway")
      .method<&Session::shutdown_notice>("shutdownNotice")
      .method<&Session::altsvc>("altsvc")
      .method<&Session::origin>("origin")
      .method<&Session::set_local_window>("setLocalWindow")
      .method<&Session::set_next_id>("setNextId")
      .method<&Session::write>("write")
      .method<&Session::write_all>("writeAll")
      .method<&Session::end_stream>("endStream")
      .method<&Session::set_reading>("setReading")
      .method<&Session::forget>("forget")
      .method<&Session::state>("state")
      .method<&Session::stream_state>("streamState")
      .method<&Session::current_settings>("currentSettings")
      .method<&Session::counts>("counts")
      .method<&Session::measure>("measure")
      .method<&Session::shared>("shared")
      .getter<&Session::attached>("attached");
}

}  // namespace vireo::http2
