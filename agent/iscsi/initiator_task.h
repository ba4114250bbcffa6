// InitiatorTask: what an initiator session keeps for each request that has not ended, and InitiatorTasks, their table.
//
// The initiator chooses the Initiator Task Tags, so a tag is the number of a slot and a count of its uses: looking one
// up is an index, and an answer to a task that is gone finds nothing. Slots come in chunks and stay; a session that has
// once been busy allocates nothing more. TaskList ties slots together in order. One owner, no locks. Bound: `bound`
// tasks, at most kMaxTasks; take() then gives nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "agent/iscsi/data_in_receiver.h"
#include "agent/iscsi/data_out_sender.h"
#include "agent/iscsi/initiator_command.h"
#include "agent/iscsi/pdu_writer.h"

namespace iscsi {

// How often a slot may be used before its tags come again; tags with a higher count are those of the connections.
inline constexpr std::uint32_t kMaxTagUses = 0xff00;

// Where data lies that the writer has views of: while it is held, not all is sent.
class TaskHold final : public OutputHold {
  void released() override {}
};

enum class Escalation : std::uint8_t {
  None,
  Waiting,  // until fewer others are being aborted
  Aborting,
  Resetting,
};

struct InitiatorTask {
  enum class Kind : std::uint8_t { Free, Command, Management };
  enum class State : std::uint8_t {
    Pending,  // waits for the window, a connection or a session
    Sent,
    Ending,  // ended, but its memory is still being read from or written to
  };

  std::uint32_t slot = 0;
  std::uint32_t uses = 0;
  std::uint32_t tag = 0;
  std::uint32_t previous = 0;  // in the list that it is in
  std::uint32_t next = 0;
  Kind kind = Kind::Free;
  State state = State::Pending;
  std::uint16_t cid = 0;  // allegiance, once it is sent
  std::uint32_t cmdSn = 0;
  base::TimePoint deadline = base::kNever;

  // Of a command.
  InitiatorCommand* command = nullptr;
  DataInReceiver in;
  std::optional<DataOutSender> out;
  std::optional<DataOutPdu> unsent;  // that the writer did not take
  TaskHold hold;
  Escalation escalation = Escalation::None;
  CommandOutcome cause = CommandOutcome::TimedOut;  // what it ends with when the target has confirmed its end
  std::uint8_t repeats = 0;
  // Whether a tag is one of this slot's, of this use of it or of one before.
  [[nodiscard]] bool owns(std::uint32_t other) const { return other != kReservedTag && (other & 0xffff) == slot; }

  // Of task management.
  TaskManagementFunction function = TaskManagementFunction::AbortTask;
  Lun lun{};
  std::uint32_t referenced = kReservedTag;
  std::uint32_t referencedCmdSn = 0;
  base::TimePoint again = base::kNever;  // when it is sent once more: the target had no place for it
};

class InitiatorTasks {
 public:
  static constexpr std::uint32_t kMaxTasks = 65536;
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit InitiatorTasks(std::uint32_t bound) : bound_(std::clamp(bound, std::uint32_t{1}, kMaxTasks)) {}

  // A slot with a new tag, or nullptr. Its Kind is the caller's to set.
  InitiatorTask* take() {
    if (free_ == kNone && made_ == bound_) return nullptr;
    if (free_ == kNone) make();
    InitiatorTask& task = at(free_);
    free_ = task.next;
    ++size_;
    renew(task);
    return &task;
  }
  void release(InitiatorTask& task) {
    task.kind = InitiatorTask::Kind::Free;
    task.command = nullptr;
    task.out.reset();
    task.unsent.reset();
    task.next = free_;
    free_ = task.slot;
    --size_;
  }
  // Another tag, so that answers to the old one find nothing.
  static void renew(InitiatorTask& task) {
    task.uses = (task.uses + 1) % kMaxTagUses;
    task.tag = (task.uses << 16) | task.slot;
  }

  [[nodiscard]] InitiatorTask* find(std::uint32_t tag) {
    const std::uint32_t slot = tag & 0xffff;
    if (slot >= made_) return nullptr;
    InitiatorTask& task = at(slot);
    return task.tag == tag && task.kind != InitiatorTask::Kind::Free ? &task : nullptr;
  }
  [[nodiscard]] InitiatorTask& at(std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }
  [[nodiscard]] std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kChunk = 32;

  void make() {
    if (made_ == chunks_.size() * kChunk) chunks_.push_back(std::make_unique<InitiatorTask[]>(kChunk));
    InitiatorTask& task = at(made_);
    task.slot = made_++;
    task.next = free_;
    free_ = task.slot;
  }

  std::uint32_t bound_;
  std::uint32_t made_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t free_ = kNone;
  std::vector<std::unique_ptr<InitiatorTask[]>> chunks_;
};

// Tasks in order; each is in one list at most.
class TaskList {
 public:
  explicit TaskList(InitiatorTasks& tasks) : tasks_(tasks) {}

  [[nodiscard]] bool empty() const { return first_ == InitiatorTasks::kNone; }
  [[nodiscard]] InitiatorTask& front() { return tasks_.at(first_); }
  void pushBack(InitiatorTask& task) {
    task.previous = last_;
    task.next = InitiatorTasks::kNone;
    (last_ == InitiatorTasks::kNone ? first_ : tasks_.at(last_).next) = task.slot;
    last_ = task.slot;
  }
  void pushFront(InitiatorTask& task) {
    task.next = first_;
    task.previous = InitiatorTasks::kNone;
    (first_ == InitiatorTasks::kNone ? last_ : tasks_.at(first_).previous) = task.slot;
    first_ = task.slot;
  }
  void remove(InitiatorTask& task) {
    (task.previous == InitiatorTasks::kNone ? first_ : tasks_.at(task.previous).next) = task.next;
    (task.next == InitiatorTasks::kNone ? last_ : tasks_.at(task.next).previous) = task.previous;
  }
  // The task that is visited may leave the list; others may not.
  template <class Visit>
  void forEach(Visit&& visit) {
    for (std::uint32_t slot = first_; slot != InitiatorTasks::kNone;) {
      InitiatorTask& task = tasks_.at(slot);
      slot = task.next;
      visit(task);
    }
  }
  // The same from the last to the first.
  template <class Visit>
  void forEachBackwards(Visit&& visit) {
    for (std::uint32_t slot = last_; slot != InitiatorTasks::kNone;) {
      InitiatorTask& task = tasks_.at(slot);
      slot = task.previous;
      visit(task);
    }
  }
  // The first that matches, or nullptr.
  template <class Matches>
  [[nodiscard]] InitiatorTask* findIf(Matches&& matches) {
    for (std::uint32_t slot = first_; slot != InitiatorTasks::kNone; slot = tasks_.at(slot).next) {
      if (matches(tasks_.at(slot))) return &tasks_.at(slot);
    }
    return nullptr;
  }

 private:
  InitiatorTasks& tasks_;
  std::uint32_t first_ = InitiatorTasks::kNone;
  std::uint32_t last_ = InitiatorTasks::kNone;
};

}  // namespace iscsi
