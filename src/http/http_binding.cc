// What src/http gives to its JavaScript.
#include "bind/bind.h"
#include "http/connection.h"
#include "http/group.h"
#include "http/header_names.h"

namespace vireo::http {

BIND_MODULE(http) {
  module.function<headers_of>("headersOf");
  module.function<raw_headers_of>("rawHeadersOf");
  module.constant("UV_EPIPE", UV_EPIPE);
  module.class_<Group>("Group")
      .constructor<v8::Local<v8::Object>, bool>()
      .method<&Group::configure>("configure")
      .method<&Group::set_limits>("setLimits")
      .method<&Group::tell_pieces>("tellPieces")
      .method<&Group::start_checking>("startChecking")
      .method<&Group::stop_checking>("stopChecking");
  module.class_<Connection>("Connection")
      .constructor<Group*, v8::Local<v8::Object>>()
      .method<&Connection::attach_stream>("attach")
      .method<&Connection::detach_stream>("detach")
      .method<&Connection::execute>("execute")
      .method<&Connection::finish>("finish")
      .method<&Connection::stop>("stop")
      .method<&Connection::reset>("reset")
      .method<&Connection::announce>("announce")
      .method<&Connection::write>("write")
      .method<&Connection::respond>("respond")
      .method<&Connection::start_response>("startResponse")
      .method<&Connection::flush>("flush")
      .method<&Connection::read_start>("readStart")
      .method<&Connection::read_stop>("readStop")
      .method<&Connection::close_soon>("closeSoon")
      .method<&Connection::close>("close")
      .method<&Connection::end>("end")
      .method<&Connection::start_idle>("startIdle")
      .getter<&Connection::attached>("attached")
      .getter<&Connection::between_messages>("betweenMessages")
      .getter<&Connection::has_input>("hasInput")
      .getter<&Connection::bytes_written>("bytesWritten")
      .getter<&Connection::write_queue_size>("writeQueueSize");
}

}  // namespace vireo::http
