// Edits of change sets in few words, for tests.
#pragma once

#include <string>
#include <vector>

#include "shared/san/edit.h"

namespace test {

using san::Edit;
using san::EditOp;
using san::Id;
using san::Kind;
using san::ObjectRef;

inline ObjectRef fresh(Kind kind, Id number = 0) { return {kind, san::kFirstProvisional + number}; }
inline Edit create(ObjectRef object) { return {EditOp::Create, object, {}, {}}; }
inline Edit erase(ObjectRef object) { return {EditOp::Erase, object, {}, {}}; }
inline Edit set(ObjectRef object, std::string field, san::Value value) {
  return {EditOp::Set, object, std::move(field), std::move(value)};
}
inline Edit add(ObjectRef object, std::string field, ObjectRef member) {
  return {EditOp::Add, object, std::move(field), member};
}
inline Edit leave(ObjectRef object, std::string field, ObjectRef member) {
  return {EditOp::Remove, object, std::move(field), member};
}
inline std::vector<Edit> operator+(std::vector<Edit> a, const std::vector<Edit>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
inline std::vector<Edit> mapping(ObjectRef who, Id target, Id unit, std::uint64_t lun, Id number = 0) {
  const ObjectRef map = fresh(Kind::Map, number);
  return {create(map), set(map, "who", who), set(map, "target", ObjectRef{Kind::Node, target}),
          set(map, "unit", ObjectRef{Kind::LogicalUnit, unit}), set(map, "lun", lun)};
}
// A domain in a new enabled set, by itself.
inline std::vector<Edit> zoning(const std::string& name, const std::vector<ObjectRef>& nodes, Id number = 0) {
  const ObjectRef zone = fresh(Kind::Domain, 100 + number);
  const ObjectRef group = fresh(Kind::DomainSet, 200 + number);
  std::vector<Edit> edits{create(zone), set(zone, "name", name)};
  for (ObjectRef node : nodes) edits.push_back(add(zone, "nodes", node));
  return edits + std::vector<Edit>{create(group), set(group, "name", "set of " + name), add(group, "domains", zone),
                                   set(group, "enabled", true)};
}

}  // namespace test
