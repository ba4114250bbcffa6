#include "agent/app/disk_service.h"

#include <utility>

#include "agent/block/store_spec.h"

namespace agent {

DiskService::DiskService(net::Loop& loop, ops::Log& log, DiskArguments arguments, std::string initiator,
                         DiskHears hears)
    : loop_(loop),
      log_(log),
      arguments_(std::move(arguments)),
      name_(arguments_.storeName()),
      initiator_(std::move(initiator)),
      hears_(std::move(hears)),
      open_(loop.timers(), [this] { open(); }) {}

DiskService::~DiskService() = default;

base::Status DiskService::start() {
  auto engine = block::makeEngine(loop_);
  if (!engine) return base::fail(engine.error());
  engine_ = std::move(*engine);
  stores_ = std::make_unique<block::DeviceOpener>(loop_, *engine_, initiator_);
  stores_->setChanged([this] { open(); });
  open_.startAt(loop_.now());
  return {};
}

void DiskService::open() {
  if (export_ != nullptr) return;
  auto device = stores_->open(arguments_.store);
  if (!device) {
    if (!block::isRemoteStore(arguments_.store)) return hears_.failed(device.error());
    if (device.error().text != std::exchange(waitingFor_, device.error().text)) {
      log_.write<Event::DiskWaiting>(base::now(), {{"store", name_}, {"why", waitingFor_}});
    }
    return;
  }
  export_ = std::make_unique<DiskExport>(loop_, log_, name_, std::move(*device));
  if (auto listening = export_->listen(arguments_.socket, descriptorOf(arguments_.fuse)); !listening)
    return hears_.failed(listening.error());
  hears_.ready();
}

void DiskService::stop(std::string_view reason) {
  if (export_ == nullptr) return hears_.ended(true);
  export_->stop(reason, hears_.ended);
}

}  // namespace agent
