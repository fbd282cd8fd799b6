// Terminals.
#include "bind/bind.h"
#include "engine/environment.h"
#include "net/stream.h"

namespace vireo::tty {

namespace {

class Tty final : public net::Stream {
 public:
  using BindBase = net::Stream;
  Tty(Environment& env) : Stream(env) {}

  [[nodiscard]] uv_stream_t* uv_stream() override { return reinterpret_cast<uv_stream_t*>(&tty_); }
  [[nodiscard]] const char* type_name() const override { return "TTYWrap"; }

  int32_t init(int32_t fd) {
    const int status = uv_tty_init(env().loop(), &tty_, fd, 0);
    if (status == 0) {
      opened(reinterpret_cast<uv_handle_t*>(&tty_));
      env().at_exit([] { uv_tty_reset_mode(); });
    }
    return status;
  }

  int32_t set_raw_mode(bool raw) { return uv_tty_set_mode(&tty_, raw ? UV_TTY_MODE_RAW_VT : UV_TTY_MODE_NORMAL); }

  /// [columns, rows]; empty when they cannot be had.
  std::vector<int32_t> window_size() {
    int columns = 0;
    int rows = 0;
    if (is_closing() || uv_tty_get_winsize(&tty_, &columns, &rows) != 0) return {};
    return {columns, rows};
  }

 private:
  uv_tty_t tty_{};
};

bool is_tty(int32_t fd) { return uv_guess_handle(fd) == UV_TTY; }

}  // namespace

BIND_MODULE(tty) {
  auto tty = module.class_<Tty>("TTY");
  net::Stream::bind_stream(tty);
  tty.constructor<>()
      .method<&Tty::init>("init")
      .method<&Tty::set_raw_mode>("setRawMode")
      .method<&Tty::window_size>("getWindowSize");
  module.function<is_tty>("isTTY");
}

}  // namespace vireo::tty
