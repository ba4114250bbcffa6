// CopyManager: the third-party copies ordered at one unit, and the results that are kept for their initiators.
//
// A copy is known by its nexus and its list identifier. Results go when they were asked for, when the identifier is
// used again, with the nexus, and with a logical unit reset. Bounds: kMaxCopies under way (beyond: TASK SET FULL),
// kMaxHeld results (beyond: the oldest goes). Part of Disk, of the unit's thread. The unit must not be destroyed
// while copies are under way. SPC-4 5.17.3, 5.17.4.
#pragma once

#include <memory>
#include <vector>

#include "agent/scsi/copy_operation.h"

namespace scsi {

class CopyManager {
 public:
  static constexpr std::uint16_t kMaxCopies = 16;
  static constexpr std::size_t kMaxHeld = 64;

  explicit CopyManager(Disk& disk) : disk_(disk) {}
  ~CopyManager();
  CopyManager(const CopyManager&) = delete;
  CopyManager& operator=(const CopyManager&) = delete;

  void setDomain(CopyDomain* domain) { domain_ = domain; }
  [[nodiscard]] CopyDomain* domain() { return domain_; }
  [[nodiscard]] bool offered() const { return domain_ != nullptr; }
  [[nodiscard]] Disk& disk() { return disk_; }

  // Begins what `command` orders. The command ends with it, or at once where the order is immediate or refused.
  void start(Command& command, CopyOrder order);
  // A copy that moves nothing has ended well: its result is kept. False after it ended the command.
  CopyOperation* record(Command& command, CopyOrder order, std::uint64_t bytes);
  // nullptr: the nexus has none of this identifier.
  CopyOperation* find(const Nexus& nexus, std::uint32_t listId);
  void drop(CopyOperation& ended);
  // COPY OPERATION ABORT: `command` ends when the copy has.
  void abort(CopyOperation& copy, Command& command);

  void forget(const Nexus& nexus);    // it leaves
  void forget(const Command& command);
  void reset();
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] base::TimePoint nextDeadline() const;
  void onTimer(base::Now now);

  // For CopyOperation.
  void ended(CopyOperation& copy);
  void deadlineChanged();

 private:
  CopyOperation* admit(Command& command, CopyOrder order);
  void makeRoom();

  Disk& disk_;
  CopyDomain* domain_ = nullptr;
  std::vector<std::unique_ptr<CopyOperation>> copies_;  // oldest first
};

}  // namespace scsi
