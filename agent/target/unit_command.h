// UnitCommand: the link between a task of a session and a command of a logical unit; and the pool that lends them.
//
// A pool keeps what it made, with its warm memory: as many as commands were ever busy at a time. One thread.
#pragma once

#include <memory>
#include <vector>

#include "agent/iscsi/target_task.h"
#include "agent/scsi/command.h"

namespace target {

class SessionUnits;
class Unit;

class UnitCommand final : public scsi::Command, public iscsi::UnitTask {
 public:
  SessionUnits* session = nullptr;
  iscsi::TargetTask* task = nullptr;
  Unit* unit = nullptr;                   // nullptr: there is none at its LUN
  std::uint64_t mapping = 0;              // by which it came to that unit
  bool unasked = false;                   // that had replaced another one, and nobody had asked who it is
  std::span<std::uint8_t> data;           // what dataOut refers to

 private:
  void done() override;
};

class UnitCommandPool {
 public:
  UnitCommand* take() {
    if (free_.empty()) {
      made_.push_back(std::make_unique<UnitCommand>());
      free_.reserve(made_.size());
      return made_.back().get();
    }
    UnitCommand* const command = free_.back();
    free_.pop_back();
    return command;
  }
  void give(UnitCommand* command) {
    command->recycle();
    free_.push_back(command);
  }

 private:
  std::vector<std::unique_ptr<UnitCommand>> made_;
  std::vector<UnitCommand*> free_;
};

}  // namespace target
