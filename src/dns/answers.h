// What name servers answer, as JavaScript.
#pragma once

#include <ares.h>

#include "bind/bind.h"

namespace vireo::dns {

/// Node's name of an error of c-ares: "ENOTFOUND".
const char* code_of(int status);

/// One array a record of the answer section: [type, ttl, fields...], the fields in the order of the wire, texts as
/// Latin-1. Records of
/// types that nobody can ask for are left out.
v8::Local<v8::Array> answers_to_js(bind::Context& cx, const ares_dns_record_t& answer);

}  // namespace vireo::dns
