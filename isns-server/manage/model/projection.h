// Projection: the SAN model as it follows from the rows of the store.
//
// Fed with the rows of a load, or with changes one after another, it gives a Snapshot for each revision. Live and past go
// the same way: a stream of changes (DESIGN seam 4), so a past revision is found by feeding its history to another
// Projection. Registered objects are known here by the registry's index, in the model by an id of their own that stays while
// something refers to it (model_schema.h).
//
// One thread. Rows that cannot be are errors in a sentence; the projection is then only good for being thrown away.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/store/change.h"
#include "isns-server/core/schema.h"
#include "isns-server/manage/model/former_nodes.h"
#include "isns-server/manage/model/model_schema.h"
#include "isns-server/manage/model/registry_numbers.h"
#include "isns-server/manage/model/server_facts.h"
#include "shared/san/editor.h"

namespace manage {

class Projection {
 public:
  // Nodes and portals that nobody may use any more, until they are looked for.
  static constexpr std::size_t kMaxUnused = 1024;

  // `facts`: those that hold until a row tells of others. `maxObjects` of a kind: the model is full beyond
  // (SnapshotEditor), a row that makes one more is an error.
  Projection(std::uint64_t seed, const ServerFacts& facts, std::size_t maxObjects = san::SnapshotEditor::kMaxObjects);

  // The ids of pinned objects, by kind and name. A projection that begins anew with an old history is told them first, so
  // that its objects get the ids that rows of that history have for them.
  using Pins = std::map<std::pair<san::Kind, std::string>, san::Id>;
  [[nodiscard]] Pins pins() const;
  void expect(Pins pins);

  // At a start: every row, by table in the order of managedTables() (model_schema.h), then finishLoad().
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  base::Status finishLoad(san::Revision revision, san::Seconds time);

  // The next change.
  base::Status apply(const store::Change& change);
  // Objects that are in no store: sessions. `edit` works on an editor at the present revision.
  template <class Edit>
  san::Edited<void> amend(san::Seconds time, Edit&& edit);

  // A row that did not fit what else is there, as where a later change took away what it names: it was taken as far as
  // it did, or left out. A model that were refused for it would be refused at each start.
  struct Unfit {
    san::ObjectRef row;
    bool stays = true;  // its object is there all the same
    std::string why;
  };
  static constexpr std::size_t kMaxUnfit = 1000;  // that are told of
  [[nodiscard]] std::vector<Unfit> takeUnfit() { return std::exchange(unfit_, {}); }
  // Rows of objects that went with another one, as a waiver does with the domain that a client removes: no change has
  // erased them yet, and each start would find them unfit.
  [[nodiscard]] std::vector<san::ObjectRef> takeOrphans() { return std::exchange(orphans_, {}); }

  [[nodiscard]] const san::Snapshot& snapshot() const { return snapshot_; }
  // Whether an object of a pinned kind has a row.
  [[nodiscard]] bool isPinned(san::ObjectRef ref) const { return pinned_.count(ref) != 0; }
  // The registry's index of a registered node, entity or portal; nothing for one that is not in the registry.
  [[nodiscard]] std::optional<core::Index> indexOf(san::ObjectRef ref) const;

 private:
  using Cells = std::span<const store::Cell>;
  struct Stamp {
    san::ObjectRef ref;
    san::Revision created;  // 0: not said
    san::Revision changed;
  };
  // A row of the model: a value for each stored field, and since when parts of it are as they are, where it tells.
  struct ModelRow {
    san::ObjectRef ref;
    std::vector<san::Value> values;
    std::vector<std::pair<const san::SinceRow*, std::vector<san::Revision>>> since;
  };
  struct MemberDelta {
    san::Id member;
    bool added;
    san::Revision since;
  };

  base::Status put(std::uint8_t table, std::int64_t id, Cells cells);
  base::Status erase(std::uint8_t table, std::int64_t id);
  base::Status close();
  template <class T, class Members>
  void mergeMembers(std::map<san::Id, std::vector<MemberDelta>>& all, Members T::*list);
  void moveNames();
  base::Status followFacts();
  void sweepUnused();
  // projection_registry.cpp
  base::Status putEntity(core::Index index, Cells cells);
  base::Status putPortal(core::Index index, Cells cells);
  base::Status putNode(core::Index index, Cells cells);
  base::Status putGroup(core::Index index, Cells cells);
  base::Status putDomain(core::Index index, Cells cells);
  base::Status putSet(core::Index index, Cells cells);
  base::Status putFormerNode(Cells cells);
  void sawLast(san::Id node, san::Seconds time);
  base::Status putMember(core::TableNumber table, std::int64_t id, Cells cells);
  void eraseRegistered(san::Kind kind, RegistryNumbers& numbers, core::Index index);
  void eraseMember(core::TableNumber table, std::int64_t id);
  base::Result<san::ObjectRef> known(san::Kind kind, RegistryNumbers& numbers, core::Index index,
                                     const std::string& name, std::string_view field);
  void setName(san::ObjectRef ref, std::string_view name);
  void setText(san::ObjectRef ref, std::string_view field, std::string_view text);
  // projection_model.cpp
  base::Status putModel(san::Kind kind, std::int64_t id, Cells cells);
  base::Status makeWay(san::ObjectRef ref, Cells cells);
  void eraseModel(san::Kind kind, san::Id id);

  san::SnapshotEditor& editor() { return *editor_; }
  base::Result<san::ObjectRef> create(san::Kind kind, san::Id wanted = 0);
  base::Status ensure(san::ObjectRef ref);
  base::Status set(san::ObjectRef ref, const san::FieldRow& field, const san::Value& value);
  void fill(ModelRow& row);  // takes its values
  void noteUnfit(Unfit unfit);
  void noteOrphans();
  void stamp(san::ObjectRef ref, san::Revision created, san::Revision changed);

  NotedFacts facts_;
  std::size_t maxObjects_;
  san::Snapshot snapshot_;
  std::optional<san::SnapshotEditor> editor_;
  san::Seconds time_ = 0;
  RegistryNumbers entities_, portals_, nodes_, groups_;
  FormerNodes former_;
  std::set<san::ObjectRef> pinned_;
  Pins expected_;
  std::set<san::ObjectRef> unused_;  // not registered and not pinned: perhaps nothing refers to them
  std::size_t sweepAt_ = kMaxUnused;
  std::vector<Unfit> unfit_;
  std::vector<san::ObjectRef> orphans_;
  // Of the load or the change under way.
  bool loading_ = false;
  bool otherFacts_ = false;
  std::vector<ModelRow> modelRows_;
  std::set<san::ObjectRef> erasedRows_;
  std::vector<std::pair<san::ObjectRef, std::string>> peerNames_;  // of domains and sets, as peers may give them
  std::vector<Stamp> stamps_;
  std::map<san::Id, std::vector<MemberDelta>> domainNodes_, domainPortals_, setDomains_;
};

template <class Edit>
san::Edited<void> Projection::amend(san::Seconds time, Edit&& edit) {
  san::SnapshotEditor editor(snapshot_, snapshot_.revision, time, maxObjects_);
  if (san::Edited<void> status = edit(editor); !status) return status;
  auto finished = editor.finish();
  if (!finished) return base::Failure<san::EditError>{finished.error()};
  snapshot_ = std::move(finished).value();
  return {};
}

}  // namespace manage
