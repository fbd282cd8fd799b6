// What src/websocket gives to its JavaScript.
#include "bind/bind.h"
#include "websocket/connection.h"

namespace vireo::websocket {

BIND_MODULE(websocket) {
  module.class_<Callbacks>("Callbacks").constructor<v8::Local<v8::Object>>();
  module.class_<Connection>("Connection")
      .constructor<Callbacks*, v8::Local<v8::Object>, bool, uint32_t, int32_t, double>()
      .method<&Connection::attach_stream>("attach")
      .method<&Connection::receive>("receive")
      .method<&Connection::send_text>("sendText")
      .method<&Connection::send_bytes>("sendBytes")
      .method<&Connection::ping>("ping")
      .method<&Connection::pong>("pong")
      .method<&Connection::send_close>("sendClose")
      .method<&Connection::read_start>("readStart")
      .method<&Connection::read_stop>("readStop")
      .method<&Connection::close_soon>("closeSoon")
      .method<&Connection::close>("close")
      .method<&Connection::end>("end")
      .getter<&Connection::buffered>("buffered");
}

}  // namespace vireo::websocket
