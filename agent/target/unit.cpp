#include "agent/target/unit.h"

#include <algorithm>

#include "agent/target/awaited_device.h"

namespace target {

class Unit::Store final : public scsi::StateStore {
 public:
  Store(std::string unit, UnitStates& states) : unit_(std::move(unit)), states_(states) {}
  void save(scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) override {
    states_.save(unit_, kind, image, request);
  }

 private:
  std::string unit_;
  UnitStates& states_;
};

Unit::Unit(const UnitSetup& setup, std::unique_ptr<block::Device> device, scsi::BufferPool& pool, UnitStates& states,
           net::Loop& loop)
    : setup_(setup),
      device_(std::move(device)),
      store_(std::make_unique<Store>(setup.id, states)),
      disk_(std::make_unique<scsi::Disk>(*device_, pool, setup.identity, setup.settings, store_.get())),
      timer_(loop.timers(), [this] {
        disk_->onTimer(base::now());
        arm();
      }) {
  disk_->setAttention([this] { arm(); });
  device_->setSizeAttention([this] { static_cast<void>(refreshSize()); });
}

// What the device has open ends with it, and its end belongs to the disk.
Unit::~Unit() { close(); }

base::Result<std::unique_ptr<Unit>> Unit::open(const UnitSetup& setup, block::DeviceOpener& stores,
                                               scsi::BufferPool& pool, UnitStates& states, scsi::CopyDomain& copies,
                                               scsi::PortNames& ports, net::Loop& loop) {
  if (setup.awaited()) {
    auto unit = std::make_unique<Unit>(setup, std::make_unique<AwaitedDevice>(), pool, states, loop);
    unit->disk_->setCopyDomain(&copies);
    unit->disk_->setAwaited();
    return unit;
  }
  auto device = stores.open(setup.store);
  if (!device) return base::fail("unit " + setup.id + ": " + device.error().text);
  auto unit = std::make_unique<Unit>(setup, std::move(*device), pool, states, loop);
  unit->disk_->setCopyDomain(&copies);
  unit->disk_->setPortNames(&ports);
  for (const auto& [kind, word, name] : scsi::kStateKinds) {
    const auto image = states.load(setup.id, kind);
    if (!image) return base::fail("unit " + setup.id + ": " + image.error().text);
    if (!image->empty() && !unit->disk_->restore(kind, *image)) {
      return base::fail("unit " + setup.id + ": its kept state cannot be read; restore the file, or remove it and "
                        "with it the " + std::string(name));
    }
  }
  return unit;
}

void Unit::arm() { timer_.startAt(std::max(disk_->nextDeadline(), base::TimePoint{})); }

base::Status Unit::refreshSize() {
  const auto changed = device_->refresh();
  if (!changed) return base::fail(changed.error());
  if (*changed) disk_->capacityChanged();
  return {};
}

UnitFacts Unit::facts() const {
  const scsi::Geometry geometry = device_->geometry();
  UnitFacts facts;
  facts.id = setup_.id;
  facts.store = device_->description();
  facts.blocks = geometry.blocks;
  facts.blockSize = geometry.blockSize;
  facts.readOnly = geometry.readOnly;
  facts.nexuses = static_cast<std::uint32_t>(disk_->nexuses().size());
  facts.registrations = static_cast<std::uint32_t>(disk_->reservations().registrations.size());
  facts.io = io_;
  return facts;
}

}  // namespace target
