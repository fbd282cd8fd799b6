// OpenSSL's error queue as JavaScript errors.
#pragma once

#include <string>

#include "bind/bind.h"

namespace vireo::tls {

/// The first queued error as Node shows it: `error:0A0000B9:SSL routines::no cipher match` with `library`, `reason` and
/// `code`. Empties the queue. Without an error in it: "<fallback>".
v8::Local<v8::Value> openssl_exception(bind::Context& cx, const char* fallback);

/// The same of a failed connection: the message is the whole queue, with the place in OpenSSL and the alert's number.
v8::Local<v8::Value> connection_exception(bind::Context& cx, const char* fallback);

/// Throws `openssl_exception`: `return throw_openssl(cx, "...")` from a function that gives a Result.
std::unexpected<bind::Error> throw_openssl(bind::Context& cx, const char* fallback);

/// Throws an error with the text alone of the first queued error, as Node does for PKCS #12.
std::unexpected<bind::Error> throw_reason(const char* fallback);

}  // namespace vireo::tls
