// openDevice: a store as the configuration names it (store_spec.h), opened on the engine of a loop.
//
// Blocks, so it is for the start of a process and for administrators. Errors name the store and say what to do.
#pragma once

#include "agent/block/device.h"
#include "agent/block/file_device.h"
#include "agent/block/store_spec.h"

namespace block {

// What is not the store's but the program's to say; `writeThrough` comes from the store.
base::Result<std::unique_ptr<Device>> openDevice(std::string_view text, Engine& engine,
                                                 const FileOptions& options = {});
base::Result<std::unique_ptr<Device>> openDevice(const StoreSpec& spec, Engine& engine,
                                                 const FileOptions& options = {});

}  // namespace block
