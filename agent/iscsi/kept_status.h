// KeptStatus: what was sent with status on a connection and has not been acknowledged, so that a Status SNACK can have
// it again (RFC 7143 7.9, 11.16; ErrorRecoveryLevel 1 and 2).
//
// Handles are those of StatusSequence, which bounds them. Objects come again with their memory. One owner.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "agent/iscsi/bhs.h"
#include "shared/base/bytes.h"

namespace iscsi {

struct TargetTask;

struct KeptStatus {
  std::array<std::uint8_t, kBhsSize> bhs{};  // as it was sent
  base::Bytes data;                          // its data segment; of a Data-In the task has it
  TargetTask* task = nullptr;                // whose status it is
  std::uint32_t dataSn = 0;                  // of a Data-In
  bool dataIn = false;
};

class KeptStatuses {
 public:
  using Handle = std::uint32_t;

  Handle take() {
    if (free_.empty()) {
      made_.emplace_back();
      return static_cast<Handle>(made_.size() - 1);
    }
    const Handle handle = free_.back();
    free_.pop_back();
    return handle;
  }
  KeptStatus& at(Handle handle) { return made_[handle]; }
  void give(Handle handle) {
    made_[handle].task = nullptr;
    free_.push_back(handle);
  }

 private:
  std::deque<KeptStatus> made_;
  std::vector<Handle> free_;
};

}  // namespace iscsi
