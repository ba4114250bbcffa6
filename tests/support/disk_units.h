// DiskUnits: sessions of a unit of agent/target behind LUN 0, whose device lies in memory and answers when it is told
// to.
//
// For fuzzing and simulation of sessions with a real logical unit, of which no loop turns: the user calls the disk's
// onTimer(). One thread.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/block/device.h"
#include "agent/target/session_units.h"
#include "agent/target/unit.h"
#include "shared/net/loop.h"

namespace iscsi_test {

class LaterDevice final : public block::Device {
 public:
  LaterDevice(std::uint64_t blocks, std::uint32_t blockSize)
      : shape{blocks, blockSize, 0, false, false, false, false}, bytes(static_cast<std::size_t>(blocks * blockSize)) {}

  [[nodiscard]] std::string description() const override { return "a device in memory"; }
  base::Status resize(std::uint64_t, block::Shrink) override { return base::fail("it has one size"); }
  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    if (later) {
      waiting.push_back(&request);
    } else {
      request.done(perform(request));
    }
  }
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override {
    if (!views) return std::nullopt;
    return base::ByteView(bytes).subspan(static_cast<std::size_t>(lba * shape.blockSize),
                                         static_cast<std::size_t>(blocks * shape.blockSize));
  }
  void answer(std::size_t index) {
    if (waiting.empty()) return;
    index %= waiting.size();
    scsi::BlockRequest& request = *waiting[index];
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    request.done(perform(request));
  }

  scsi::Geometry shape;
  base::Bytes bytes;
  std::deque<scsi::BlockRequest*> waiting;
  bool later = false;
  bool views = false;

 private:
  scsi::IoResult perform(scsi::BlockRequest& request) {
    if (request.kind == scsi::IoKind::Flush) return scsi::IoResult::Ok;
    std::uint8_t* medium = bytes.data() + request.lba * shape.blockSize;
    if (request.kind == scsi::IoKind::WriteZeroes || request.kind == scsi::IoKind::Discard) {
      std::fill_n(medium, request.blocks * shape.blockSize, std::uint8_t{0});
      return scsi::IoResult::Ok;
    }
    for (const std::span<std::uint8_t> part : request.memory) {
      if (request.kind == scsi::IoKind::Read) std::copy_n(medium, part.size(), part.data());
      if (request.kind == scsi::IoKind::Write) std::copy_n(part.data(), part.size(), medium);
      medium += part.size();
    }
    return scsi::IoResult::Ok;
  }
};

class DiskUnits final : public iscsi::UnitPort {
 public:
  // What is shared by the sessions of a disk.
  struct Shared {
    Shared(std::uint64_t blocks, std::uint32_t blockSize, std::size_t poolBytes,
           const scsi::DiskSettings& settings = {})
        : pool(poolBytes, 4096),
          device(*new LaterDevice(blocks, blockSize)),
          unit({"disk", "", {}, settings}, std::unique_ptr<block::Device>(&device), pool, states, loop) {}

    std::size_t memoryInUse = 0;  // bytes of data-out
    std::size_t memoryBound = std::size_t{64} << 20;
    std::size_t commands = 0;  // begun and not released

    struct NothingKept final : target::UnitStates {
      base::Result<base::Bytes> load(std::string_view, scsi::StateKind) override { return base::Bytes(); }
      void save(std::string_view, scsi::StateKind, base::ByteView, scsi::SaveRequest& request) override {
        request.done(true);
      }
    };
    net::Loop loop;
    NothingKept states;
    scsi::BufferPool pool;
    LaterDevice& device;
    block::DataMemory noMemory{0};
    target::UnitCommandPool commandPool;
    target::TurnClock clock;
    target::Unit unit;
  };

  DiskUnits(iscsi::TargetSession& session, Shared& shared)
      : shared_(shared), units_(session, 1, {shared.noMemory, shared.commandPool, shared.clock}) {
    (void)units_.map({{0, &shared.unit, false}});
  }

  bool begin(iscsi::TargetTask& task, iscsi::UnitMoves& moves) override {
    ++shared_.commands;
    return units_.begin(task, moves);
  }
  // A block of its own, so that a sanitizer sees what is written behind it.
  bool reserve(iscsi::TargetTask& task, std::uint32_t size) override {
    if (size > shared_.memoryBound - std::min(shared_.memoryBound, shared_.memoryInUse)) return false;
    shared_.memoryInUse += size;
    task.dataOut = {static_cast<std::uint8_t*>(std::malloc(size)), size};
    return true;
  }
  void release(iscsi::TargetTask& task) override {
    if (!task.dataOut.empty()) {
      shared_.memoryInUse -= task.dataOut.size();
      std::free(std::exchange(task.dataOut, {}).data());
    }
    if (task.unit != nullptr) --shared_.commands;
    units_.release(task);
  }
  void execute(iscsi::TargetTask& task) override { units_.execute(task); }
  void abort(iscsi::TargetTask& task) override { units_.abort(task); }
  void lostWithConnection(std::uint64_t lun) override { units_.lostWithConnection(lun); }
  void leave() override { units_.leave(); }
  [[nodiscard]] bool hasUnit(std::uint64_t lun) const override { return units_.hasUnit(lun); }
  void manage(iscsi::TargetTask& function, iscsi::TargetTask* referenced) override {
    units_.manage(function, referenced);
  }

 private:
  Shared& shared_;
  target::SessionUnits units_;
};

}  // namespace iscsi_test
