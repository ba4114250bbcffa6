// Unit: a logical unit of the server: its store, its device server, who reaches it, and what it has done.
//
// Opened by open(), which may block. One thread, that of the loop. A unit that is taken away goes on living until the
// last of its commands has ended, and no answer that still waits to be sent shows its store's memory (idle()).
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "agent/block/device.h"
#include "agent/block/device_opener.h"
#include "agent/scsi/buffer_pool.h"
#include "agent/scsi/disk.h"
#include "agent/target/facts.h"
#include "agent/target/setup.h"
#include "agent/target/target_server.h"
#include "shared/net/timer.h"

namespace target {

class SessionUnits;

class Unit {
 public:
  // Around a device that is there. What was kept of the unit is not asked for, nor is it where the unit is awaited.
  Unit(const UnitSetup& setup, std::unique_ptr<block::Device> device, scsi::BufferPool& pool, UnitStates& states,
       net::Loop& loop);
  static base::Result<std::unique_ptr<Unit>> open(const UnitSetup& setup, block::DeviceOpener& stores,
                                                  scsi::BufferPool& pool, UnitStates& states, scsi::CopyDomain& copies,
                                                  scsi::PortNames& ports, net::Loop& loop);
  ~Unit();
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  [[nodiscard]] const UnitSetup& setup() const { return setup_; }
  [[nodiscard]] scsi::Disk& disk() { return *disk_; }
  [[nodiscard]] block::Device& device() { return *device_; }
  [[nodiscard]] IoCounters& io() { return io_; }
  [[nodiscard]] UnitFacts facts() const;

  // Sessions that map it, at one LUN or more: each is there once.
  void add(SessionUnits& session) {
    if (std::find(sessions_.begin(), sessions_.end(), &session) == sessions_.end()) sessions_.push_back(&session);
  }
  void remove(SessionUnits& session) { std::erase(sessions_, &session); }
  [[nodiscard]] const std::vector<SessionUnits*>& sessions() const { return sessions_; }

  // Commands with the disk.
  void began() { ++commands_; }
  void ended() { --commands_; }
  [[nodiscard]] bool idle() const { return commands_ == 0 && disk_->idle(); }

  // The store ends what it has open; nothing but destruction may follow.
  void close() {
    disk_->background().halt();
    device_.reset();
  }

  // The disk may want to be called at another time.
  void arm();
  // Takes a size over that somebody else gave the store; the sessions hear of it.
  base::Status refreshSize();
  // Looks whether a threshold of thin provisioning was crossed.
  void watchResources() { disk_->resourcesChanged(); }

 private:
  class Store;

  UnitSetup setup_;
  std::unique_ptr<block::Device> device_;
  std::unique_ptr<scsi::StateStore> store_;
  std::unique_ptr<scsi::Disk> disk_;
  net::Timer timer_;
  std::vector<SessionUnits*> sessions_;
  IoCounters io_;
  std::uint64_t commands_ = 0;
};

}  // namespace target
