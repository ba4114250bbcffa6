// Disk: a logical unit of peripheral device type 00h with its task manager and device server (SAM-5, SPC-4, SBC-3).
//
// The transport attaches its I_T nexuses, executes commands, asks how many bytes a CDB moves, and calls task
// management; the owner resizes, may change ALUA states (none does yet), and calls onTimer() when nextDeadline() says
// so. Everything happens on one thread, also the answers of the BlockDevice and the StateStore. What peers get wrong is
// a status with sense. Calls may come from inside Command::done().
//
// Bounds: settings().maxCommands in the task set (beyond: TASK SET FULL), maxNexuses (beyond: attach() gives nullptr),
// maxRegistrations (beyond: 55/04), memory of the BufferPool and a session's share of it (beyond: TASK SET FULL),
// copies as CopyManager says.
//
// Chosen: one task set (TST 0), no ACA (NORMACA 0, NACA one is refused), QErr 0. Third-party copy is offered where
// the owner sets a CopyDomain.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/scsi/alua.h"
#include "agent/scsi/background.h"
#include "agent/scsi/copy_manager.h"
#include "agent/scsi/flush_news.h"
#include "agent/scsi/mode_pages.h"
#include "agent/scsi/opcodes.h"
#include "agent/scsi/range_locks.h"
#include "agent/scsi/reservations.h"
#include "agent/scsi/state_store.h"
#include "agent/scsi/task_management.h"
#include "agent/scsi/task_set.h"
#include "agent/scsi/unit_identity.h"
#include "shared/base/clock.h"

namespace scsi {

struct TargetPort {
  std::uint16_t relativeId = 1;  // 1 to ffffh
  std::uint16_t group = 1;       // target port group
  std::string name;              // SCSI name string: "iqn...,t,0x0001"
  std::string device = {};       // iSCSI name of the target that has it; empty: as TargetPorts says
};

// The ports through which the unit is reached, of all targets that show it. A nexus is told names of its own target
// alone (VPD 83h and 88h, tokens): who may see one does not hear of the others. Numbers are told of all ports.
struct TargetPorts {
  std::string deviceName;  // iSCSI name of the target of all ports that do not say theirs
  std::vector<TargetPort> ports;
};

struct DiskSettings {
  std::uint32_t maxCommands = 16384;
  std::uint32_t maxNexuses = 8192;
  std::uint32_t maxRegistrations = 256;
  std::uint32_t maxTransferBytes = 32U << 20;  // MAXIMUM TRANSFER LENGTH; less where the pool is smaller
  std::uint32_t maxUnmapBlocks = 1U << 20;
  std::uint32_t maxUnmapDescriptors = 256;
  std::uint64_t maxWriteSameBytes = std::uint64_t{1} << 32;  // MAXIMUM WRITE SAME LENGTH
  std::uint8_t maxCompareAndWriteBlocks = 255;
  // What the device writes all or not, power loss included; 0: WRITE ATOMIC is not offered.
  std::uint32_t maxAtomicBlocks = 0;
  std::uint32_t optimalBlocks = 0;    // OPTIMAL TRANSFER LENGTH; 0: none said
  std::uint32_t unmapGranularity = 1;
  bool removable = false;
  bool alua = false;          // TPGS 01b
  bool explicitAlua = false;  // TPGS 11b
  // REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS bytes 0 and 1: ATS, ATSS, CTSS, LURS; a transport with RFC 7144 adds.
  std::uint16_t taskManagementFunctions = 0xd800;
  std::vector<std::string> managementUrls;  // VPD 85h, ASCII, each at most 255
};

struct DiskCounters {
  std::uint64_t reads = 0;
  std::uint64_t blocksRead = 0;
  std::uint64_t writes = 0;
  std::uint64_t blocksWritten = 0;
  std::uint64_t readErrors = 0;
  std::uint64_t writeErrors = 0;
  std::uint64_t verifies = 0;
  std::uint64_t blocksVerified = 0;
  std::uint64_t verifyErrors = 0;
  std::uint64_t startStops = 0;  // START STOP UNIT that started or stopped
  std::uint64_t loads = 0;       // that loaded or ejected
};

inline constexpr std::uint64_t kMaxParameterList = 65536;  // bytes; longer ones end with 1a/00

class Disk {
 public:
  // Device, pool and store outlive the disk. No store: APTPL and SET IDENTIFYING INFORMATION are not offered.
  Disk(BlockDevice& device, BufferPool& pool, UnitIdentity identity, DiskSettings settings = {},
       StateStore* store = nullptr);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // --- the owner ---
  // Its store is not open yet: it says who it is, and that it becomes ready. Before the first command, and for good:
  // another disk takes its place when the store is open.
  void setAwaited() { awaited_ = true; }
  [[nodiscard]] bool awaited() const { return awaited_; }
  void setPorts(TargetPorts ports) { ports_ = std::move(ports); }
  void setPortGroups(std::vector<PortGroup> groups);
  // Offers EXTENDED COPY and ROD tokens between the units of the domain; before the first command.
  void setCopyDomain(CopyDomain* domain) { copies_.setDomain(domain); }
  // What a StateStore kept; false, and nothing changed, if the image is malformed.
  bool restore(StateKind kind, base::ByteView image);
  // How reservations that are kept name their target ports; before restore(). None: by their numbers.
  void setPortNames(PortNames* names) { portNames_ = names; }
  // What was restored has numbers of another rule, for it names no ports (an image of version 1). The owner says,
  // before the first command, which number each is now.
  [[nodiscard]] bool portsUnnamed() const { return reservations_.portsUnnamed; }
  void renumberPorts(const std::function<std::uint16_t(std::uint16_t)>& numberNow);
  // Implicit ALUA: all nexuses hear of it. False for an unknown group.
  bool setAluaState(std::uint16_t group, AluaState state);
  // The device has another size: all nexuses hear of it. What was promised of blocks does not outlive a smaller one.
  void capacityChanged();
  // The device's resources may be others: thresholds of the Logical Block Provisioning mode page are looked at, and all
  // nexuses hear of one that was crossed, once until it is left again. As often as the owner likes.
  void resourcesChanged();
  // Removable medium, from outside; ejecting asks nobody.
  void loadMedium();
  void ejectMedium();

  // When onTimer() wants to be called; ask again after every call into the disk, and when `attention` is called, which
  // comes at any time and must not call back.
  [[nodiscard]] base::TimePoint nextDeadline() const;
  void setAttention(std::function<void()> attention) { attention_ = std::move(attention); }
  void onTimer(base::Now now);

  // Nothing is on its way: no command or flush, no copy that was ordered here, no answer that shows memory of the
  // device, and nothing that the store keeps. Then the disk and its device may be destroyed, after background().halt():
  // what runs in the background does not keep them, and is restored with the next one.
  [[nodiscard]] bool idle() const {
    return tasks_.size() == 0 && copies_.running() == 0 && !shows() && !background_.saving() && !flushing_;
  }
  // Commands that have ended have views of the device (until Command::recycle()).
  [[nodiscard]] bool shows() const { return shown_ != 0; }

  // --- the transport ---
  // nullptr when there is no room.
  Nexus* attach(NexusIdentity identity);
  enum class Leaving : std::uint8_t {
    NexusLost,  // I_T nexus loss: nobody is there to hear of its commands
    Unmapped,   // the session lives on without the unit: its commands end with LOGICAL UNIT NOT SUPPORTED
    ComesBack,  // the same unit by another object: its commands end as not ready, which initiators repeat
  };
  // Aborts the commands, gives up RESERVE and PREVENT. The nexus is not to be used any more, but for commands that have
  // not ended: those that the device has end when it has answered.
  void detach(Nexus& nexus, Leaving why = Leaving::NexusLost);
  // Bytes that the CDB moves by itself; {0, 0} for what is no command.
  [[nodiscard]] Transfer transferOf(base::ByteView cdb) const;
  void execute(Command& command, base::Now now);
  void manage(TaskManagementRequest& request);
  // Aborts one command as its transport sees fit (connection lost, TASK REASSIGN failed), without a response.
  void abort(Command& command) { abortOne(command, CommandWork::Told::Nothing); }

  // --- the handlers ---
  [[nodiscard]] BlockDevice& device() { return device_; }
  [[nodiscard]] BufferPool& pool() { return pool_; }
  [[nodiscard]] const UnitIdentity& identity() const { return identity_; }
  [[nodiscard]] const DiskSettings& settings() const { return settings_; }
  [[nodiscard]] const TargetPorts& ports() const { return ports_; }
  [[nodiscard]] std::vector<PortGroup>& portGroups() { return groups_; }
  [[nodiscard]] ModePages& modePages() { return modes_; }
  [[nodiscard]] const ReservationState& reservations() const { return reservations_; }
  [[nodiscard]] Background& background() { return background_; }
  [[nodiscard]] CopyManager& copies() { return copies_; }
  std::uint32_t tokens = 0;  // ROD tokens for ranges of this disk: RodTokens counts
  void revokeTokens();
  [[nodiscard]] DiskCounters& counters() { return counters_; }
  [[nodiscard]] StateStore* store() { return store_; }
  [[nodiscard]] const PortNames* portNames() const { return portNames_; }
  [[nodiscard]] base::Now now() const { return now_; }
  [[nodiscard]] bool offers(const OpcodeRow& row) const;
  [[nodiscard]] bool writeProtected(const Nexus& nexus) const;
  [[nodiscard]] std::uint64_t maxTransferBlocks() const;
  [[nodiscard]] std::uint64_t maxWriteSameBlocks() const;
  [[nodiscard]] const TargetPort* portOf(const Nexus& nexus) const;
  // iSCSI name of the target that has the port, or through which the nexus goes; may be empty.
  [[nodiscard]] std::string_view deviceOf(const TargetPort& port) const {
    return port.device.empty() ? ports_.deviceName : port.device;
  }
  [[nodiscard]] std::string_view deviceOf(const Nexus& nexus) const;

  void complete(Command& command, Status status = Status::Good);
  void complete(Command& command, const Sense& sense);
  // Good, with work().response cut to `allocationLength` as data-in.
  void respond(Command& command, std::uint64_t allocationLength);
  // The sense for a failed request, and its count.
  void completeIo(Command& command, IoResult result, IoKind kind);

  // Memory of the device as data-in, without a copy.
  void show(Command& command, base::ByteView view);
  void shownNoMore() { --shown_; }
  // Submits work().io; `step` is called with the result.
  void submit(Command& command, Step step);
  // Memory of the pool in work().memory; false after it ended the command with TASK SET FULL.
  bool takeMemory(Command& command, std::uint64_t bytes);
  // Somebody relies on others' seeing his change of blocks wholly or not: COMPARE AND WRITE and such came once.
  [[nodiscard]] bool changesWholly() const { return changesWholly_; }
  // `step` is called when the command has the range.
  void lockRange(Command& command, BlockRange range, bool exclusive, Step step);
  // The same of all blocks, alone, where none are changed.
  void lockAll(Command& command, Step step);
  // What a command moves in one turn where the device answers at once; a longer one goes on in the next onTimer(), when
  // others have had theirs.
  static constexpr std::uint64_t kTurnBytes = 4U << 20;
  // `step` is called in the next onTimer(). submit() does so by itself.
  void yield(Command& command, Step step);
  // The command waits for resume(), which calls `step`.
  void park(Command& command, Step step);
  void resume(Command& command, IoResult result);
  // The data-out in work().parameters, in one piece; false after it ended the command (1a/00: less than `length`).
  bool parameterList(Command& command, std::uint64_t length);

  void establishAll(UnitAttention attention, const Nexus* but = nullptr);
  void establish(const NexusIdentity& identity, UnitAttention attention);
  [[nodiscard]] std::vector<std::unique_ptr<Nexus>>& nexuses() { return nexuses_; }
  void setReservations(ReservationState next);
  ReserveOutcome pendingReserve;  // of the command that saves
  // Commands of other nexuses with one of these identities (PREEMPT AND ABORT).
  void abortNexuses(const std::vector<NexusIdentity>& identities);

  // RESERVE(6) and (10): the nexus that holds it, or nullptr.
  Nexus* reservedBy = nullptr;
  void wantAttention() const {
    if (attention_) attention_();
  }
  // PERSISTENT RESERVE OUT and other commands that save: one at a time, in order.
  [[nodiscard]] bool saving() const { return saver_ != nullptr; }
  void save(Command& command, StateKind kind, base::ByteView image, Step step);
  void waitForSave(Command& command, Step step);

  [[nodiscard]] bool mediumPresent() const { return mediumPresent_; }
  [[nodiscard]] bool removalPrevented() const;
  base::Bytes dataBuffer;                 // WRITE BUFFER mode 02h
  base::Bytes identifyingInformation[2];  // types 0 and 2
  std::int64_t timestampOffset = 0;       // milliseconds, after SET TIMESTAMP
  bool timestampSet = false;

 private:
  static constexpr std::chrono::seconds kFlushAgain{1};
  // Of the disk's own: behind a reset that turned the write cache off.
  class CacheFlush final : public BlockRequest {
   public:
    explicit CacheFlush(Disk& disk) : disk_(disk) { kind = IoKind::Flush; }
    void done(IoResult result) override { disk_.cacheFlushed(result); }

   private:
    Disk& disk_;
  };
  class Saving;
  using SavingPointer = std::unique_ptr<SaveRequest, void (*)(SaveRequest*)>;

  SavingPointer makeSaving();
  void abortForLeaving(Nexus& nexus, CommandWork::Told told);
  void start(Command& command);
  void settle();
  bool startReady();
  [[nodiscard]] bool mayRun(Command& command);
  [[nodiscard]] bool reservationAllows(const Command& command, const OpcodeRow& row) const;
  [[nodiscard]] bool failureRefuses(const OpcodeRow& row) const;
  [[nodiscard]] std::optional<Sense> stateRefuses(const Command& command, const OpcodeRow& row);
  [[nodiscard]] std::optional<Sense> checkCdb(const Command& command, const OpcodeRow* row) const;
  void pump(Command& command);
  void finish(Command& command);
  void answer(Command& command, IoResult result);
  void yieldTurn(Command& command);
  void resumeYielded();
  bool grantRange();
  bool wakeSaver();
  using Told = CommandWork::Told;
  void markAborted(Command& command, Told told);
  void abortOne(Command& command, Told told);
  template <class F>
  void abortAll(F&& matches, const Nexus* by, Told others);
  // What the others hear of commands of theirs that somebody ends.
  [[nodiscard]] Told toldByTas() const { return modes_.taskAbortedStatus() ? Told::TaskAborted : Told::Nothing; }
  void endAborted();
  void sayAborted(Command& command);
  void checkManagement();
  void logicalUnitReset(const Nexus* by);
  void refreshAccess(Nexus& nexus) const;
  void erase(Nexus& nexus);
  void noteWrite(const BlockRequest& request);
  void flushCache();
  void cacheFlushed(IoResult result);
  void ioEnded(Command& command, IoResult result);
  friend class CommandWork::Io;

  BlockDevice& device_;
  BufferPool& pool_;
  UnitIdentity identity_;
  DiskSettings settings_;
  StateStore* store_;
  PortNames* portNames_ = nullptr;
  std::uint64_t shown_ = 0;  // commands with views; stands before what has commands of its own
  TargetPorts ports_;
  std::vector<PortGroup> groups_;
  ModePages modes_;
  ReservationState reservations_;
  TaskSet tasks_;
  RangeLocks ranges_;
  Background background_;
  CopyManager copies_;
  DiskCounters counters_;
  std::uint64_t capacity_;  // blocks, as capacityChanged() knew them last
  FlushNews flushNews_;     // of initiators
  std::vector<std::unique_ptr<Nexus>> nexuses_;
  std::vector<TaskManagementRequest*> management_;  // waiting for aborted commands, or for the flush behind a reset
  CacheFlush cacheFlush_{*this};
  bool flushing_ = false;
  bool flushAgain_ = false;
  base::TimePoint flushOwed_ = base::kNever;  // when a flush behind a reset is tried again that found the device gone
  SavingPointer saving_;
  Command* saver_ = nullptr;
  std::deque<Command*> savers_;  // waiting; no more than there are commands
  std::deque<Command*> yielded_;  // go on in the next onTimer()
  base::Now now_{};
  std::function<void()> attention_;
  bool crossed_[2] = {};  // thresholds: available, used
  bool mediumPresent_ = true;
  bool awaited_ = false;
  bool settling_ = false;  // what waited is being woken
  bool changesWholly_ = false;
};

}  // namespace scsi
