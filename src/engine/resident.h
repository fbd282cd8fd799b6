// The resident memory of the program's own files.
#pragma once

namespace vireo::engine {

/// Gives back the pages of code and constants that dynamic linking and static constructors touched, in every loaded
/// library: they were needed once. What the program uses again comes back from the page cache, one fault for 16 pages.
/// Only read-only file mappings are touched; what was written to (relocated data) stays.
void release_loaded_pages();

}  // namespace vireo::engine
