#include "isns-server/manage/model/renumber.h"

#include <algorithm>

namespace manage {

using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Value;

san::Edited<ObjectRef> renumbered(san::SnapshotEditor& editor, ObjectRef from, Id to) {
  const san::Revision created = editor.view().get(from)->created;
  std::vector<std::pair<const san::FieldRow*, Value>> values;
  for (const san::FieldRow& row : san::fieldsOf(from.kind)) {
    values.emplace_back(&row, row.get(*editor.view().get(from)));
  }
  editor.drop(from);
  const auto entered = editor.create(from.kind, to);
  if (!entered) return entered;
  const ObjectRef made = *entered;
  for (const auto& [row, value] : values) (void)editor.set(made, *row, value);
  editor.own(made).created = created;
  // Whoever names it, in a link of this kind.
  const auto follow = [&]<class T>(auto T::*link) {
    std::vector<Id> ids;
    editor.view().table<T>().forEach([&](Id id, const T& one) {
      if ((one.*link).ref() == from) ids.push_back(id);
    });
    for (Id id : ids) (editor.own<T>(id).*link).id = made.id;
  };
  if (from.kind == Kind::Entity) {
    follow(&san::Node::entity);
    follow(&san::Portal::entity);
    return made;
  }
  const bool isNode = from.kind == Kind::Node;
  if (isNode) {
    follow(&san::PortalGroup::node);
    follow(&san::Session::initiator);
    follow(&san::Session::target);
  } else {
    follow(&san::PortalGroup::portal);
    follow(&san::Session::portal);
  }
  const auto followIn = [&](auto san::Domain::*list) {
    std::vector<Id> domains;
    editor.view().table<san::Domain>().forEach([&](Id id, const san::Domain& domain) {
      if ((domain.*list).contains(from.id)) domains.push_back(id);
    });
    for (Id id : domains) {
      auto& members = editor.own<san::Domain>(id).*list;
      std::vector<san::Member> all(members.items().begin(), members.items().end());
      for (san::Member& one : all) one.id = one.id == from.id ? made.id : one.id;
      std::ranges::sort(all, {}, &san::Member::id);
      members.assign(all);
    }
  };
  if (isNode) followIn(&san::Domain::nodes);
  if (!isNode) followIn(&san::Domain::portals);
  return made;
}

}  // namespace manage
