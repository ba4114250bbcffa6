// TaskSet: the commands of a logical unit that have not ended, and which of them may run (SAM-5 8).
//
// Head of queue commands run at once and stand in front. Ordered ones wait for all older ones; simple ones wait for
// older ordered and head of queue ones. Where there is none of those two, a simple command passes without a search.
// Aborted commands never start. The reads and writes of a third-party copy run at once and hold back nothing. The list
// goes through the commands themselves and allocates nothing; how many there may be, the owner says. One owner, the
// unit's thread.
#pragma once

#include <cstdint>

#include "agent/scsi/command.h"

namespace scsi {

class TaskSet {
 public:
  // Takes a command in as dormant and gives it the next serial number.
  void add(Command& command);
  void remove(Command& command);
  void setRunning(Command& command);

  // A dormant command that may run now, or nullptr.
  [[nodiscard]] Command* nextToStart() const;
  [[nodiscard]] bool mayStartAtOnce(const Command& added) const {
    return added.work().ofCopy || added.attribute == TaskAttribute::HeadOfQueue ||
           (added.attribute != TaskAttribute::Ordered && restricting_ == 0);
  }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint64_t lastSerial() const { return serial_; }

  // The first command in order for which `matches` holds, or nullptr.
  template <class F>
  [[nodiscard]] Command* find(F&& matches) const {
    for (Command* c = head_; c != nullptr; c = c->work().next) {
      if (matches(*c)) return c;
    }
    return nullptr;
  }
  // `visit` may not change the set.
  template <class F>
  void forEach(F&& visit) const {
    for (Command* c = head_; c != nullptr; c = c->work().next) visit(*c);
  }

 private:
  Command* head_ = nullptr;
  Command* tail_ = nullptr;
  std::uint64_t serial_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t dormant_ = 0;
  std::uint32_t restricting_ = 0;  // ordered and head of queue commands
};

}  // namespace scsi
