// KeptStatus: what was sent with status on a connection and has not been acknowledged, so that a Status SNACK can have
// it again (RFC 7143 7.9, 11.16; ErrorRecoveryLevel 1 and 2).
//
// Handles are those of StatusSequence, which bounds their number; the owner bounds bytes(), since the data of a ping
// may be long. Objects come again, with memory for short data. One owner.
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
  void setData(KeptStatus& status, base::ByteView data) {
    bytes_ = bytes_ - status.data.size() + data.size();
    status.data.assign(data.begin(), data.end());
  }
  void give(Handle handle) {
    KeptStatus& status = made_[handle];
    bytes_ -= status.data.size();
    status.data.clear();
    if (status.data.capacity() > kShort) status.data = base::Bytes();  // "{}" would keep it
    status.task = nullptr;
    free_.push_back(handle);
  }
  // Of the data of all that are taken.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kShort = 512;  // sense has 254 at most

  std::deque<KeptStatus> made_;
  std::vector<Handle> free_;
  std::size_t bytes_ = 0;
};

}  // namespace iscsi
