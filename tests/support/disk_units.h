// DiskUnits: a UnitPort with one scsi::Disk behind LUN 0, and a device in memory that answers when it is told to.
//
// For fuzzing and simulation of sessions with a real logical unit but without a loop. One thread.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "agent/iscsi/target_connection.h"
#include "agent/iscsi/target_session.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/no_logical_unit.h"
#include "agent/scsi/transport_id.h"

namespace iscsi_test {

class LaterDevice final : public scsi::BlockDevice {
 public:
  LaterDevice(std::uint64_t blocks, std::uint32_t blockSize)
      : shape{blocks, blockSize, 0, false, false, false, false}, bytes(static_cast<std::size_t>(blocks * blockSize)) {}

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
    explicit Shared(scsi::Disk& unit) : disk(unit) {}
    scsi::Disk& disk;
    std::size_t memoryInUse = 0;  // bytes of data-out
    std::size_t memoryBound = std::size_t{64} << 20;
    std::size_t commands = 0;  // begun and not released
    base::Now now{};
    std::vector<DiskUnits*> all;
  };

  DiskUnits(iscsi::TargetSession& session, Shared& shared) : session_(session), shared_(shared) {
    const auto& login = session.login();
    nexus_ = shared.disk.attach({scsi::iscsiTransportId(login.initiatorName, login.isid), 1});
    if (nexus_ != nullptr) nexus_->luns = &luns_;
    shared.all.push_back(this);
  }
  ~DiskUnits() override {
    leave();
    std::erase(shared_.all, this);
  }

  bool begin(iscsi::TargetTask& task, iscsi::UnitMoves& moves) override {
    auto command = std::make_unique<Item>();
    command->owner = this;
    command->task = &task;
    task.unit = command.release();
    ++shared_.commands;
    if (!hasUnit(task.lun)) return true;
    const scsi::Transfer transfer = shared_.disk.transferOf(task.cdb());
    moves.in = transfer.in;
    moves.out = transfer.out > (16U << 20) ? 0 : transfer.out;
    return true;
  }
  bool reserve(iscsi::TargetTask& task, std::uint32_t size) override {
    if (size > shared_.memoryBound - shared_.memoryInUse) return false;
    shared_.memoryInUse += size;
    // A block of its own, so that a sanitizer sees what is written behind it.
    task.dataOut = {static_cast<std::uint8_t*>(std::malloc(size)), size};
    return true;
  }
  void execute(iscsi::TargetTask& task) override {
    Item& command = *static_cast<Item*>(task.unit);
    command.bytes.assign(task.cdb().begin(), task.cdb().end());
    command.cdb = command.bytes;
    command.nexus = hasUnit(task.lun) ? nexus_ : nullptr;
    command.attribute = task.command().attribute == iscsi::TaskAttribute::Ordered ? scsi::TaskAttribute::Ordered
                        : task.command().attribute == iscsi::TaskAttribute::HeadOfQueue
                            ? scsi::TaskAttribute::HeadOfQueue
                            : scsi::TaskAttribute::Simple;
    command.part = task.dataOut;
    if (!task.dataOut.empty()) command.dataOut = {&command.part, 1};
    command.announcedDataOut = task.command().write ? task.command().expectedDataTransferLength : 0;
    command.ownDataIn = task.link->parameters().dataDigest != iscsi::Digest::None;
    if (command.nexus == nullptr) return scsi::executeWithoutLogicalUnit(command, luns_);
    shared_.disk.execute(command, shared_.now);
  }
  void abort(iscsi::TargetTask& task) override {
    if (auto* const item = static_cast<Item*>(task.unit); item->nexus != nullptr) shared_.disk.abort(*item);
  }
  void release(iscsi::TargetTask& task) override {
    if (!task.dataOut.empty()) {
      shared_.memoryInUse -= task.dataOut.size();
      std::free(std::exchange(task.dataOut, {}).data());
    }
    if (task.unit == nullptr) return;
    delete static_cast<Item*>(std::exchange(task.unit, nullptr));
    --shared_.commands;
  }
  void lostWithConnection(std::uint64_t) override {
    if (nexus_ != nullptr) nexus_->attentions.establish(scsi::UnitAttention::CommandsClearedByIscsiEvent);
  }
  void leave() override {
    if (nexus_ == nullptr) return;
    session_.clearWaiting(0);
    shared_.disk.detach(*std::exchange(nexus_, nullptr));
  }
  [[nodiscard]] bool hasUnit(std::uint64_t lun) const override { return lun == 0 && nexus_ != nullptr; }
  void manage(iscsi::TargetTask& function, iscsi::TargetTask* referenced) override {
    using F = iscsi::TaskManagementFunction;
    const F what = function.function().function;
    if (nexus_ == nullptr) return session_.managed(function, iscsi::TaskManagementResponseCode::FunctionComplete);
    // As target::SessionUnits does: others hear of it by status or by a unit attention, of a reset from the disk.
    const iscsi::TaskScope scope = iscsi::findRow(what)->scope;
    const bool reset = scope == iscsi::TaskScope::LogicalUnit || scope == iscsi::TaskScope::Target;
    if (reset || scope == iscsi::TaskScope::TaskSet) {
      const bool tells = shared_.disk.modePages().taskAbortedStatus();
      for (DiskUnits* const other : std::vector(shared_.all)) {
        if (other == this || other->nexus_ == nullptr) continue;
        const bool silent = other->session_.clearWaiting(0, tells);
        if (silent && !reset) other->nexus_->attentions.establish(scsi::UnitAttention::CommandsCleared);
      }
    }
    auto* const request = new Function;
    request->session = &session_;
    request->whole = &function;
    request->function = what == F::AbortTask                ? scsi::TaskManagement::AbortTask
                        : what == F::AbortTaskSet           ? scsi::TaskManagement::AbortTaskSet
                        : what == F::ClearTaskSet           ? scsi::TaskManagement::ClearTaskSet
                        : what == F::ClearAca               ? scsi::TaskManagement::ClearAca
                        : what == F::QueryAsynchronousEvent ? scsi::TaskManagement::QueryAsynchronousEvent
                                                            : scsi::TaskManagement::LogicalUnitReset;
    request->nexus = nexus_;
    request->task = referenced == nullptr ? nullptr : static_cast<Item*>(referenced->unit);
    shared_.disk.manage(*request);
  }

 private:
  struct Item final : scsi::Command, iscsi::UnitTask {
    void done() override {
      iscsi::UnitAnswer answer;
      answer.status = static_cast<std::uint8_t>(status());
      answer.aborted = aborted();
      answer.sense = sense();
      answer.dataIn = dataIn();
      owner->session_.completed(*task, answer);
    }
    DiskUnits* owner = nullptr;
    iscsi::TargetTask* task = nullptr;
    base::Bytes bytes;
    std::span<std::uint8_t> part;
  };
  struct Function final : scsi::TaskManagementRequest {
    void done(scsi::TaskManagementResponse response) override {
      iscsi::TargetSession& to = *session;
      iscsi::TargetTask& asked = *whole;
      using R = iscsi::TaskManagementResponseCode;
      const R code = response == scsi::TaskManagementResponse::Complete    ? R::FunctionComplete
                     : response == scsi::TaskManagementResponse::Succeeded ? R::FunctionSucceeded
                                                                           : R::FunctionNotSupported;
      delete this;
      to.managed(asked, code);
    }
    iscsi::TargetSession* session = nullptr;
    iscsi::TargetTask* whole = nullptr;
  };

  iscsi::TargetSession& session_;
  Shared& shared_;
  scsi::Nexus* nexus_ = nullptr;
  std::vector<scsi::Lun> luns_{scsi::Lun{}};
};

}  // namespace iscsi_test
