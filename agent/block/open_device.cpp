#include "agent/block/open_device.h"

#include "agent/block/memory_device.h"
#include "agent/block/null_device.h"

namespace block {
namespace {

// A device of any kind as Device.
template <class Kind>
base::Result<std::unique_ptr<Device>> asDevice(base::Result<std::unique_ptr<Kind>> made) {
  if (!made) return base::fail(made.error());
  return std::unique_ptr<Device>(std::move(made).value());
}

}  // namespace

base::Result<std::unique_ptr<Device>> openDevice(const StoreSpec& spec, Engine& engine, const FileOptions& options) {
  switch (spec.kind) {
    case StoreKind::Memory: return asDevice(MemoryDevice::make(spec.size, spec.file.blockSize, spec.file.readOnly));
    case StoreKind::Null: return asDevice(NullDevice::make(spec.size, spec.file.blockSize, spec.file.readOnly));
    case StoreKind::File:
    case StoreKind::BlockDevice: break;
    case StoreKind::Iscsi:
    case StoreKind::Nbd: return base::fail("it is behind a network, and is opened by a DeviceOpener");
  }
  auto file = openFile(spec.file);
  if (!file) return base::fail(file.error());
  FileOptions chosen = options;
  chosen.writeThrough = spec.writeThrough;
  return std::unique_ptr<Device>(std::make_unique<FileDevice>(std::move(file).value(), engine, chosen));
}

base::Result<std::unique_ptr<Device>> openDevice(std::string_view text, Engine& engine, const FileOptions& options) {
  const auto spec = parseStoreSpec(text);
  if (!spec) return base::fail(spec.error());
  auto device = openDevice(*spec, engine, options);
  if (!device) return base::fail("store \"" + std::string(text) + "\": " + device.error().text);
  return device;
}

}  // namespace block
