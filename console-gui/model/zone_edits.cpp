#include "console-gui/model/zone_edits.h"

#include <algorithm>

#include "shared/base/trimmed.h"

namespace console {

using san::Edit;
using san::EditOp;
using san::Kind;
using san::ObjectRef;

namespace {

void sortOnce(std::vector<ObjectRef>& refs) {
  std::ranges::sort(refs);
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
}

std::string_view nameField(Kind kind) {
  switch (kind) {
    case Kind::Node:
      return "alias";
    case Kind::Domain:
    case Kind::DomainSet:
    case Kind::Host:
    case Kind::LogicalUnit:
    case Kind::Site:
    case Kind::Cluster:
    case Kind::Network:
    case Kind::Fabric:
    case Kind::Label:
      return "name";
    default:
      return {};
  }
}

}  // namespace

std::vector<ObjectRef> membersOf(const san::SanIndex& index, const std::vector<ObjectRef>& objects) {
  std::vector<ObjectRef> members;
  for (const ObjectRef ref : objects) {
    if (ref.kind == Kind::Node || ref.kind == Kind::Portal) {
      members.push_back(ref);
    } else if (const auto host = index.hostNumber(ref)) {
      for (const san::Id own : index.initiatorsOf(*host)) members.push_back({Kind::Node, own});
    }
  }
  sortOnce(members);
  return members;
}

std::vector<Edit> addToZone(const san::Snapshot& san, ObjectRef domain, const std::vector<ObjectRef>& members) {
  std::vector<Edit> edits;
  const auto* known = san.get<san::Domain>(domain.id);
  for (const ObjectRef one : members) {
    if (known != nullptr && (one.kind == Kind::Node ? known->nodes.contains(one.id) : known->portals.contains(one.id))) continue;
    edits.push_back({EditOp::Add, domain, one.kind == Kind::Node ? "nodes" : "portals", one});
  }
  return edits;
}

std::vector<Edit> removeFromZone(ObjectRef domain, const std::vector<ObjectRef>& members) {
  std::vector<Edit> edits;
  for (const ObjectRef one : members) edits.push_back({EditOp::Remove, domain, one.kind == Kind::Node ? "nodes" : "portals", one});
  return edits;
}

std::vector<Edit> addToSet(const san::Snapshot& san, ObjectRef set, const std::vector<ObjectRef>& domains) {
  std::vector<Edit> edits;
  const auto* known = san.get<san::DomainSet>(set.id);
  for (const ObjectRef one : domains) {
    if (one.kind != Kind::Domain || (known != nullptr && known->domains.contains(one.id))) continue;
    edits.push_back({EditOp::Add, set, "domains", one});
  }
  return edits;
}

std::vector<Edit> newZone(ObjectRef fresh, const std::string& name, const std::vector<ObjectRef>& members, ObjectRef set) {
  std::vector<Edit> edits{{EditOp::Create, fresh, {}, {}}, {EditOp::Set, fresh, "name", name}};
  for (const ObjectRef one : members) edits.push_back({EditOp::Add, fresh, one.kind == Kind::Node ? "nodes" : "portals", one});
  if (set) edits.push_back({EditOp::Add, set, "domains", fresh});
  return edits;
}

std::vector<Edit> newZoneSet(ObjectRef fresh, const std::string& name, bool enabled) {
  std::vector<Edit> edits{{EditOp::Create, fresh, {}, {}}, {EditOp::Set, fresh, "name", name}};
  if (enabled) edits.push_back({EditOp::Set, fresh, "enabled", true});
  return edits;
}

std::vector<Edit> intoCluster(ObjectRef cluster, const std::string& name, const std::vector<ObjectRef>& hosts) {
  std::vector<Edit> edits;
  if (!name.empty()) edits = {{EditOp::Create, cluster, {}, {}}, {EditOp::Set, cluster, "name", name}};
  for (const ObjectRef host : hosts) edits.push_back({EditOp::Set, host, "cluster", cluster});
  return edits;
}

bool canBeRenamed(Kind kind) { return !nameField(kind).empty(); }

std::vector<Edit> rename(ObjectRef object, const std::string& name) {
  const std::string_view field = nameField(object.kind);
  if (field.empty()) return {};
  return {{EditOp::Set, object, std::string(field), name}};
}

std::vector<ObjectRef> pastedMembers(const san::SanIndex& index, const std::string& text, std::vector<std::string>& unknown) {
  const san::Snapshot& san = index.snapshot();
  std::vector<ObjectRef> found;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(",;\n\r\t", begin), text.size());
    const std::string word(base::trimmed(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
    if (word.empty()) continue;
    if (const auto node = san.find(Kind::Node, word)) {
      found.push_back({Kind::Node, *node});
    } else if (const auto host = san.find(Kind::Host, word)) {
      for (const ObjectRef one : membersOf(index, {{Kind::Host, *host}})) found.push_back(one);
    } else {
      const std::size_t before = found.size();
      san.table<san::Node>().forEach([&](san::Id id, const san::Node& one) {
        if (!one.alias.empty() && one.alias == word) found.push_back({Kind::Node, id});
      });
      if (found.size() == before) unknown.push_back(word);
    }
  }
  sortOnce(found);
  return found;
}

}  // namespace console
