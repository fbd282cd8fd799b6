# V8, replaceable: the one of the sysroot (Debian ships it inside libnode.so; we use its v8:: symbols alone), or, with
# -DV8_ROOT=..., a monolith of your own (V8_ROOT/include, V8_ROOT/lib/libv8_monolith.a).
add_library(V8::V8 INTERFACE IMPORTED)
if(V8_ROOT)
  target_include_directories(V8::V8 SYSTEM INTERFACE ${V8_ROOT}/include)
  target_link_libraries(V8::V8 INTERFACE ${V8_ROOT}/lib/libv8_monolith.a pthread dl)
else()
  target_include_directories(V8::V8 SYSTEM INTERFACE ${SYSROOT}/usr/include/nodejs/deps/v8/include)
  target_link_libraries(V8::V8 INTERFACE -lnode -Wl,--allow-shlib-undefined)
  target_compile_definitions(V8::V8 INTERFACE V8_PROMISE_INTERNAL_FIELD_COUNT=1)
endif()
