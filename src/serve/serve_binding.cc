// What src/serve gives to its JavaScript.
#include "bind/bind.h"
#include "serve/file_sender.h"

namespace vireo::serve {

BIND_MODULE(serve) {
  auto sender = module.class_<FileSender>("FileSender");
  sender.constructor<net::Stream*, int32_t, double, double>().method<&FileSender::start>("start");
  loop::Handle::bind_methods(sender);
}

}  // namespace vireo::serve
