// The native module of child processes.
#include "bind/bind.h"

namespace vireo::child_process {

void declare_process(bind::Module& module);
void declare_spawn_sync(bind::Module& module);
void declare_channel(bind::Module& module);

BIND_MODULE(child_process) {
  declare_process(module);
  declare_spawn_sync(module);
  declare_channel(module);
}

}  // namespace vireo::child_process
