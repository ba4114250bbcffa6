// DeviceOpener: opens stores by their text, those of this machine at once and those behind a network when they answer.
//
// A remote store begins to connect when it is first asked for and goes on by itself; until it is there, open() and
// check() fail with what is waited for. The hook tells when it is worth asking again. One thread, the loop's; loop and
// engine are borrowed and outlive it, devices do not need it. Bound: one opening a text; whoever asks says by keep()
// which texts still matter. Local stores are opened as openDevice() does, which may wait for a disk.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/block/engine.h"
#include "agent/block/opening.h"
#include "agent/block/store_spec.h"

namespace block {

class DeviceOpener final : private OpeningOwner {
 public:
  // `initiatorName`: as which this side logs in elsewhere; normal spelling.
  DeviceOpener(net::Loop& loop, Engine& engine, std::string initiatorName);
  ~DeviceOpener();
  DeviceOpener(const DeviceOpener&) = delete;
  DeviceOpener& operator=(const DeviceOpener&) = delete;

  // Called from the loop, never inside a call of this.
  void setChanged(std::function<void()> changed) { changed_ = std::move(changed); }

  base::Result<std::unique_ptr<Device>> open(std::string_view store);
  // Whether open() would work now; what is connected stays so.
  base::Status check(std::string_view store);
  // Drops openings of stores that are none of these.
  void keep(const std::vector<std::string_view>& stores);
  // Remote stores that are not devices yet.
  [[nodiscard]] std::size_t pending() const { return entries_.size(); }

 private:
  struct Entry {
    std::unique_ptr<Opening> opening;
    std::unique_ptr<Device> device;  // connected, and not taken yet
  };

  void onOpeningChanged() override;
  base::Result<std::unique_ptr<Opening>> start(const StoreSpec& spec);
  // The entry of a remote store whose device is there.
  base::Result<Entry*> connected(std::string_view store);

  net::Loop& loop_;
  Engine& engine_;
  std::string initiatorName_;
  std::function<void()> changed_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace block
