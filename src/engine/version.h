// Who we are, and the Node whose API this is.
#pragma once

namespace vireo::engine {

inline constexpr char kVireoVersion[] = "0.1.0";
/// The Node 24 that V8 13.6 belongs to; `process.version` is "v" + this.
inline constexpr char kNodeVersion[] = "24.21.0";
/// ABI of native addons (NODE_MODULE_VERSION).
inline constexpr char kModulesVersion[] = "137";

}  // namespace vireo::engine
