// Snapshot: the whole SAN at one revision, as an immutable value.
//
// Copies cost a few pointers and share what they have in common (shared/base/persistent_table.h); readers on any thread keep
// theirs as long as they like. Only SnapshotEditor (editor.h) makes new ones. What follows from the facts (who is in which
// domain, the host of a node) is computed by SanIndex (san_index.h), and reach by Reach (reach.h).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "shared/base/persistent_table.h"
#include "shared/san/name_index.h"
#include "shared/san/observed_objects.h"

namespace san {

// Calls visit with a null pointer of each kind's struct, in the order of the kind table: what is referred to comes mostly
// before what refers.
template <class Visit>
void forEachKind(Visit&& visit) {
  visit(static_cast<Entity*>(nullptr));
  visit(static_cast<Portal*>(nullptr));
  visit(static_cast<Node*>(nullptr));
  visit(static_cast<PortalGroup*>(nullptr));
  visit(static_cast<Domain*>(nullptr));
  visit(static_cast<DomainSet*>(nullptr));
  visit(static_cast<Site*>(nullptr));
  visit(static_cast<Cluster*>(nullptr));
  visit(static_cast<Fabric*>(nullptr));
  visit(static_cast<Network*>(nullptr));
  visit(static_cast<Label*>(nullptr));
  visit(static_cast<SeparationRule*>(nullptr));
  visit(static_cast<Host*>(nullptr));
  visit(static_cast<LogicalUnit*>(nullptr));
  visit(static_cast<Map*>(nullptr));
  visit(static_cast<Cable*>(nullptr));
  visit(static_cast<Window*>(nullptr));
  visit(static_cast<SavedQuestion*>(nullptr));
  visit(static_cast<Waiver*>(nullptr));
  visit(static_cast<Settings*>(nullptr));
  visit(static_cast<Credential*>(nullptr));
  visit(static_cast<ChangeSet*>(nullptr));
  visit(static_cast<Approval*>(nullptr));
  visit(static_cast<Agent*>(nullptr));
  visit(static_cast<AppliedTarget*>(nullptr));
  visit(static_cast<Session*>(nullptr));
  visit(static_cast<Departure*>(nullptr));
  visit(static_cast<Discovery*>(nullptr));
  visit(static_cast<Probe*>(nullptr));
  visit(static_cast<HeldDisk*>(nullptr));
}

template <class T>
using Table = base::PersistentTable<T>;

struct Snapshot {
  Revision revision = 0;
  Seconds time = 0;  // of that revision
  // Which of the states of that revision it is, by the numbers of the server's timeline (mgmt/event_place.h); 0: it is
  // in none.
  std::uint64_t state = 0;
  // Read from the stored history: what agents tell and no revision has is not in it, as when they reported last, how
  // portals hang on the network, and sessions.
  bool replayed = false;
  std::tuple<Table<Entity>, Table<Portal>, Table<Node>, Table<PortalGroup>, Table<Domain>, Table<DomainSet>,
             Table<Site>, Table<Cluster>, Table<Fabric>, Table<Network>, Table<Label>, Table<SeparationRule>,
             Table<Host>, Table<LogicalUnit>, Table<Map>, Table<Cable>, Table<Window>, Table<SavedQuestion>,
             Table<Waiver>, Table<Settings>, Table<Credential>, Table<ChangeSet>, Table<Approval>, Table<Agent>,
             Table<AppliedTarget>, Table<Session>, Table<Departure>, Table<Discovery>, Table<Probe>, Table<HeldDisk>>
      tables;
  NameIndex names;
  // The last id that a kind was given (SnapshotEditor::create): where the search for the next one begins, and no bound
  // of those that there are.
  std::array<Id, kKinds> lastIds{};

  template <class T>
  [[nodiscard]] const Table<T>& table() const {
    return std::get<Table<T>>(tables);
  }
  template <class T>
  [[nodiscard]] Table<T>& table() {
    return std::get<Table<T>>(tables);
  }
  // nullptr when there is none.
  template <class T>
  [[nodiscard]] const T* get(Id id) const {
    return table<T>().get(id);
  }
  // nullptr when there is none.
  [[nodiscard]] const Object* get(ObjectRef ref) const;
  // Puts an object of the kind into its table, or takes it out where it is none. For who makes snapshots: names and what
  // refers to it are his business.
  void put(ObjectRef ref, base::Ref<const Object> object);
  // How many objects of the kind there are.
  [[nodiscard]] std::size_t count(Kind kind) const;
  // An object came with an id that somebody else gave. Ids go on behind it, but not behind one far beyond the others,
  // as peers may choose for a domain: it does not use up those between.
  void noteId(ObjectRef ref);
  [[nodiscard]] const Settings& settings() const;

  // The object of a kind with this name: iSCSI name, EID, portal as text, name of an administrator's object.
  [[nodiscard]] std::optional<Id> find(Kind kind, std::string_view name) const;
};

// The name by which people and stored rows know an object: iSCSI name, EID, "10.0.0.1:3260/tcp", the designator of a logical
// unit or "TARGET lun N", the name of an administrator's object; empty where it has none.
std::string nameOf(const Snapshot& snapshot, ObjectRef ref);
// "node:iqn.2026-01.example:host1", "host:web1", "map:17": kind, then name or, where it has none, number. parseRef() finds
// the object again, in any snapshot that has it; a number stands for any object too ("host:#12").
std::string refText(const Snapshot& snapshot, ObjectRef ref);
std::optional<ObjectRef> parseRef(const Snapshot& snapshot, std::string_view text);

}  // namespace san
