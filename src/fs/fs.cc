// The native module of the file system: one declaration for the files of this room.
#include "bind/bind.h"

namespace vireo::fs {

void declare_files(bind::Module& module);
void declare_paths(bind::Module& module);
void declare_stat(bind::Module& module);
void declare_whole_files(bind::Module& module);
void declare_directories(bind::Module& module);
void declare_watch(bind::Module& module);
void declare_stat_watcher(bind::Module& module);

BIND_MODULE(fs) {
  declare_files(module);
  declare_paths(module);
  declare_stat(module);
  declare_whole_files(module);
  declare_directories(module);
  declare_watch(module);
  declare_stat_watcher(module);
}

}  // namespace vireo::fs
