// SessionUnits: the logical units of one session: its I_T nexus, its LUN map, and its way from tasks to commands.
//
// Made at login by the rule that lets the initiator in; map() takes another map while the session lives: units that are
// no longer in it lose the nexus at once, those that stay hear REPORTED LUNS DATA HAS CHANGED. Each command is judged
// by the map of its moment; what is open at a unit that leaves ends with LOGICAL UNIT NOT SUPPORTED, since its
// initiator would wait for it, and then reset all else.
//
// A unit attention ends one command (SAM-5 5.14), and an initiator has more under way: behind a LUN that comes to be
// another unit they would reach the wrong one. So such a unit ends every command with a unit attention until the
// initiator asks who it is: by an INQUIRY that acknowledges (ExpStatSN) a unit attention of it or, where there was
// none, a list of LUNs that was made since. What began before that and waits for its data is for nobody. INQUIRY,
// REPORT LUNS and REQUEST SENSE are answered all the time. Task management is in session_functions.cpp. One thread,
// that of the loop.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/iscsi/target_session.h"
#include "agent/iscsi/unit_port.h"
#include "agent/scsi/copy_domain.h"
#include "agent/block/data_memory.h"
#include "agent/target/facts.h"
#include "agent/target/unit.h"
#include "agent/target/unit_command.h"

namespace target {

// Both clocks as of a turn of the loop: a command needs no clock of its own. The wall clock is asked again when the
// other has gone on by kFresh.
class TurnClock {
 public:
  static constexpr std::chrono::milliseconds kFresh{10};

  base::Now at(base::TimePoint turn) {
    if (turn - asked_.mono >= kFresh || turn < asked_.mono) asked_ = base::now();
    return {turn, asked_.wall};
  }

 private:
  base::Now asked_{};
};

// What all sessions of a server share.
struct UnitResources {
  block::DataMemory& memory;
  UnitCommandPool& commands;
  TurnClock& clock;
};

class SessionUnits final : public iscsi::UnitPort {
 public:
  struct Mapping {
    std::uint32_t lun = 0;
    Unit* unit = nullptr;
    bool readOnly = false;
  };

  SessionUnits(iscsi::TargetSession& session, std::uint16_t relativePort, const UnitResources& resources);
  ~SessionUnits() override;

  // By LUN, no LUN twice. False: a unit has no room for another nexus, and is left out.
  bool map(const std::vector<Mapping>& wanted);
  // What third-party copies of this session may go between.
  void unitsOf(std::vector<scsi::CopyUnit>& out) const;
  // The unit is gone: its LUN answers LOGICAL UNIT NOT SUPPORTED from now on, and so end its open commands. Where it
  // comes back with another store, by the next map(), they end as not ready.
  void unmap(Unit& unit, bool comesBack);

  [[nodiscard]] iscsi::TargetSession& session() { return session_; }
  [[nodiscard]] const IoCounters& io() const { return io_; }

  bool begin(iscsi::TargetTask& task, iscsi::UnitMoves& moves) override;
  bool reserve(iscsi::TargetTask& task, std::uint32_t bytes) override;
  void execute(iscsi::TargetTask& task) override;
  void abort(iscsi::TargetTask& task) override;
  void release(iscsi::TargetTask& task) override;
  void lostWithConnection(std::uint64_t lun) override;
  void leave() override;
  [[nodiscard]] bool hasUnit(std::uint64_t lun) const override;
  void otherLuns(std::uint64_t lun, std::vector<std::uint64_t>& out) const override;
  [[nodiscard]] bool mayManage(iscsi::TaskManagementFunction function, std::uint64_t lun) const override;
  void manage(iscsi::TargetTask& function, iscsi::TargetTask* referenced) override;

  void done(UnitCommand& command);

 private:
  class Function;
  struct Told {
    std::uint32_t statSn = 0;
    bool refused = false;  // by a unit attention, not only by the list
  };
  struct Mapped {
    std::uint32_t lun = 0;
    std::uint64_t wire = 0;  // the eight bytes of the shortest form
    Unit* unit = nullptr;
    scsi::Nexus* nexus = nullptr;
    std::uint64_t serial = 0;            // of all units that the session has had; 0: of none
    bool replaced = false;               // the initiator had another unit there, and has not asked since
    std::map<std::uint16_t, Told> told;  // of a replaced one, by CID
  };

  [[nodiscard]] Mapped* find(std::uint64_t lun);
  [[nodiscard]] const Mapped* find(std::uint64_t lun) const { return const_cast<SessionUnits*>(this)->find(lun); }
  void detach(Mapped& mapped, scsi::Disk::Leaving why);
  void listLuns();
  // Whether the command is for the unit that is at its LUN now.
  [[nodiscard]] static bool meant(const Mapped& mapped, const UnitCommand& command);
  // Of a unit that replaced another one: lets an INQUIRY end that. False: the command ends with a unit attention.
  [[nodiscard]] bool mayMeetReplaced(Mapped& mapped, const iscsi::TargetTask& task);
  static void refuse(Mapped& mapped, UnitCommand& command);
  void noteTold(const iscsi::TargetTask& task, base::ByteView sense);
  void clearOthers(const Mapped& mapped, Function& function, bool reset);

  iscsi::TargetSession& session_;
  std::uint16_t relativePort_;
  UnitResources resources_;
  std::vector<Mapped> mapped_;     // by LUN
  std::vector<scsi::Lun> luns_;    // for REPORT LUNS
  std::map<std::uint32_t, std::string> shown_;  // by LUN, who was there last
  bool begun_ = false;                          // it has had a map
  bool anyReplaced_ = false;
  std::uint64_t lastSerial_ = 0;
  IoCounters io_;
  block::DataShare memory_;   // of the write memory
  scsi::BufferShare dataIn_;  // of the units' memory
};

}  // namespace target
