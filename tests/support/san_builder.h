// SanBuilder: a small SAN in a few lines, for tests of what is computed from snapshots.
//
//   SanBuilder san;
//   const Id host = san.host("web1", "iqn.2026-01.example:web1");   // a Host with an entity, an initiator and its portal
//   const Id target = san.target("iqn.2026-01.example:disk1");      // an entity with a target, a portal and a group
//   const Id unit = san.unit("naa.6000000000000001", target, 0);
//   san.zone("zone1", {host's node, target});                       // a domain in the enabled set "set1"
//   san.map({Kind::Host, host}, target, unit, 3);
//   SanIndex index(san.done());
//
// Every object goes through SnapshotEditor, in one revision a call. A wrong edit ends the test program with its sentence.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "shared/san/edit.h"
#include "shared/san/editor.h"

namespace test {

using namespace san;  // NOLINT: tests alone

class SanBuilder {
 public:
  SanBuilder() = default;
  explicit SanBuilder(Snapshot base) : snapshot_(std::move(base)) {}

  [[nodiscard]] const Snapshot& done() const { return snapshot_; }

  // A reference to it, or to nothing.
  static Value to(ObjectRef ref) {
    if (!ref) return {};
    return ref;
  }

  // As after so many objects of the kind that have come and gone.
  void idsAfter(Kind kind, Id last) { snapshot_.lastIds[static_cast<std::size_t>(kind)] = last; }

  // One edit after another in a revision of their own.
  template <class Edit>
  void edit(Edit&& edit) {
    SnapshotEditor editor(snapshot_, snapshot_.revision + 1, snapshot_.time + 60);
    edit(editor);
    snapshot_ = want(editor.finish());
  }
  Id create(Kind kind, std::initializer_list<std::pair<std::string_view, Value>> fields, Id wanted = 0) {
    Id id = 0;
    edit([&](SnapshotEditor& editor) {
      const ObjectRef ref = want(editor.create(kind, wanted));
      id = ref.id;
      for (const auto& [name, value] : fields) set(editor, ref, name, value);
    });
    return id;
  }
  void set(ObjectRef ref, std::string_view name, const Value& value) {
    edit([&](SnapshotEditor& editor) { set(editor, ref, name, value); });
  }
  void add(ObjectRef ref, std::string_view name, ObjectRef member) {
    edit([&](SnapshotEditor& editor) { must(editor.add(ref, *findField(ref.kind, name), member)); });
  }
  void remove(ObjectRef ref, std::string_view name, ObjectRef member) {
    edit([&](SnapshotEditor& editor) { must(editor.remove(ref, *findField(ref.kind, name), member)); });
  }
  void erase(ObjectRef ref) {
    edit([&](SnapshotEditor& editor) { must(editor.erase(ref)); });
  }

  Id entity(const std::string& eid) { return create(Kind::Entity, {{"name", eid}}); }
  Id node(const std::string& name, Id entity, bool initiator, bool target) {
    return create(
        Kind::Node,
        {{"name", name}, {"entity", to({Kind::Entity, entity})}, {"initiator", initiator}, {"target", target}});
  }
  Id portal(const std::string& address, Id entity) {
    return create(Kind::Portal, {{"address", address}, {"entity", to({Kind::Entity, entity})}});
  }
  Id group(Id node, Id portal, std::uint64_t tag = 1) {
    return create(Kind::PortalGroup, {{"node", ObjectRef{Kind::Node, node}}, {"portal", ObjectRef{Kind::Portal, portal}}, {"tag", tag}});
  }
  // An entity with one node, a portal with an address of its own, and the group that joins them; returns the node.
  Id registered(const std::string& name, bool initiator, bool target) {
    const Id owner = entity("eid:" + name);
    const Id own = node(name, owner, initiator, target);
    const Id place = own % 60'000;
    group(own, portal("10.0." + std::to_string(place / 250) + "." + std::to_string(1 + place % 250) + ":3260", owner));
    return own;
  }
  Id initiator(const std::string& name) { return registered(name, true, false); }
  Id target(const std::string& name) { return registered(name, false, true); }
  // A Host that consists of an entity with one initiator. The initiator is snapshot.find(Kind::Node, iqn).
  Id host(const std::string& name, const std::string& iqn) {
    const Id own = initiator(iqn);
    const Id owner = snapshot_.get<Node>(own)->entity.id;
    return create(Kind::Host, {{"name", name}, {"entities", std::vector<ObjectRef>{{Kind::Entity, owner}}}});
  }
  [[nodiscard]] Id nodeNamed(const std::string& iqn) const { return snapshot_.find(Kind::Node, iqn).value_or(0); }
  Id unit(const std::string& designator, Id target, std::uint32_t lun) {
    return create(Kind::LogicalUnit, {{"designator", designator},
                                      {"bytes", std::uint64_t{1} << 30},
                                      {"paths", std::vector<Access>{{{Kind::Node, target}, {}, lun, Right::ReadWrite}}}});
  }
  Id domain(const std::string& name, std::initializer_list<Id> nodes) {
    return create(Kind::Domain, {{"name", name}, {"nodes", refs(Kind::Node, nodes)}});
  }
  Id domainSet(const std::string& name, bool enabled, std::initializer_list<Id> domains) {
    return create(Kind::DomainSet, {{"name", name}, {"enabled", enabled}, {"domains", refs(Kind::Domain, domains)}});
  }
  // A domain in the enabled set "set1".
  Id zone(const std::string& name, std::initializer_list<Id> nodes) {
    const Id made = domain(name, nodes);
    if (const auto set = snapshot_.find(Kind::DomainSet, "set1")) {
      add({Kind::DomainSet, *set}, "domains", {Kind::Domain, made});
    } else {
      domainSet("set1", true, {made});
    }
    return made;
  }
  Id map(ObjectRef who, Id target, Id unit, std::uint64_t lun, Right right = Right::ReadWrite) {
    return create(Kind::Map, {{"who", who},
                              {"target", ObjectRef{Kind::Node, target}},
                              {"unit", ObjectRef{Kind::LogicalUnit, unit}},
                              {"lun", lun},
                              {"right", std::string(wordOf(right))}});
  }
  // What the target's agent says it has applied: it admits `initiators` and gives them `maps`.
  Id applied(Id target, std::initializer_list<Id> initiators, std::vector<Access> maps, Enforcement by = Enforcement::Zoning) {
    return create(Kind::AppliedTarget, {{"target", ObjectRef{Kind::Node, target}},
                                        {"desired", snapshot_.revision + 1},
                                        {"enforcement", std::string(wordOf(by))},
                                        {"admitted", refs(Kind::Node, initiators)},
                                        {"maps", std::move(maps)}});
  }

  static std::vector<ObjectRef> refs(Kind kind, std::initializer_list<Id> ids) {
    std::vector<ObjectRef> all;
    for (Id id : ids) all.push_back({kind, id});
    return all;
  }

 private:
  template <class T>
  static T want(Edited<T> result) {
    if (!result) fail(result.error());
    return std::move(result).value();
  }
  static void must(const Edited<void>& result) {
    if (!result) fail(result.error());
  }
  [[noreturn]] static void fail(const EditError& error) {
    std::fprintf(stderr, "SanBuilder: %s %s\n", error.field.c_str(), error.text.c_str());
    std::abort();
  }
  static void set(SnapshotEditor& editor, ObjectRef ref, std::string_view name, const Value& value) {
    const FieldRow* field = findField(ref.kind, name);
    if (field == nullptr) {
      std::fprintf(stderr, "SanBuilder: no field %.*s\n", static_cast<int>(name.size()), name.data());
      std::abort();
    }
    must(editor.set(ref, *field, value));
  }

  Snapshot snapshot_;
};

}  // namespace test
