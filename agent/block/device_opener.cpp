#include "agent/block/device_opener.h"

#include <algorithm>

#include "agent/block/nbd_opening.h"
#include "agent/block/open_device.h"
#include "agent/block/remote_lun_opening.h"

namespace block {

DeviceOpener::DeviceOpener(net::Loop& loop, Engine& engine, std::string initiatorName)
    : loop_(loop), engine_(engine), initiatorName_(std::move(initiatorName)) {}

DeviceOpener::~DeviceOpener() = default;

// One row a remote kind.
base::Result<std::unique_ptr<Opening>> DeviceOpener::start(const StoreSpec& spec) {
  OpeningOwner& self = *this;
  switch (spec.kind) {
    case StoreKind::Iscsi: {
      auto parameters = remoteLunParameters(spec, initiatorName_);
      if (!parameters) return base::fail(parameters.error());
      return std::unique_ptr<Opening>(std::make_unique<RemoteLunOpening>(loop_, std::move(*parameters), self));
    }
    case StoreKind::Nbd: {
      const auto target = parseNbdUrl(spec.url);
      if (!target) return base::fail(target.error());
      NbdOptions options;
      options.blockSize = spec.file.blockSize;
      options.readOnly = spec.file.readOnly;
      options.writeThrough = spec.writeThrough;
      return openNbd(loop_, *target, options, self);
    }
    default:
      return base::fail("it is no remote store");
  }
}

base::Result<DeviceOpener::Entry*> DeviceOpener::connected(std::string_view store) {
  auto found = entries_.find(store);
  if (found == entries_.end()) {
    const auto spec = parseStoreSpec(store);
    if (!spec) return base::fail(spec.error());
    auto opening = start(*spec);
    if (!opening) return base::fail(opening.error());
    found = entries_.emplace(std::string(store), Entry{std::move(*opening), nullptr}).first;
  }
  Entry& entry = found->second;
  if (entry.device == nullptr) {
    auto device = entry.opening->take();
    if (!device) return base::fail(device.error());
    entry.device = std::move(*device);
  }
  return &entry;
}

base::Result<std::unique_ptr<Device>> DeviceOpener::open(std::string_view store) {
  if (!isRemoteStore(store)) return openDevice(store, engine_);
  auto entry = connected(store);
  if (!entry) return base::fail(entry.error());
  auto device = std::move((*entry)->device);
  entries_.erase(entries_.find(store));
  return device;
}

base::Status DeviceOpener::check(std::string_view store) {
  if (isRemoteStore(store)) {
    if (const auto entry = connected(store); !entry) return base::fail(entry.error());
    return {};
  }
  if (const auto device = openDevice(store, engine_); !device) return base::fail(device.error());
  return {};
}

void DeviceOpener::keep(const std::vector<std::string_view>& stores) {
  std::erase_if(entries_, [&](const auto& entry) {
    return std::find(stores.begin(), stores.end(), entry.first) == stores.end();
  });
}

void DeviceOpener::onOpeningChanged() {
  if (changed_) changed_();
}

}  // namespace block
