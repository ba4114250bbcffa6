#include "isns-server/api/named_ends.h"

namespace api {

using mgmt::ProblemCode;
using san::Kind;
using san::ObjectRef;

namespace {

// "host:web1" in full, or only the name where the kind is plain.
std::optional<ObjectRef> refOf(const san::Snapshot& snapshot, const std::string& text, Kind kind) {
  if (const auto ref = san::parseRef(snapshot, text)) return *ref;
  if (const auto ref = san::parseRef(snapshot, std::string(san::nameOf(kind)) + ":" + text)) return *ref;
  return std::nullopt;
}

auto none(Kind kind, const std::string& text, const std::string& pointer) {
  return problem(ProblemCode::NoSuchObject, "There is no " + std::string(san::nameOf(kind)) + " " + text + ".", pointer);
}

}  // namespace

Wanted<std::size_t> hostNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer) {
  auto ref = refOf(index.snapshot(), text, Kind::Host);
  for (const Kind kind : {Kind::Entity, Kind::Node}) {
    if (!ref) ref = refOf(index.snapshot(), text, kind);
  }
  if (!ref) return none(Kind::Host, text, pointer);
  ObjectRef host = *ref;
  if (host.kind == Kind::Node) host = index.hostOf(host.id);
  if (host.kind == Kind::Entity && !index.hostNumber(host) && !index.nodesOf(host.id).empty()) {
    host = index.hostOf(index.nodesOf(host.id).front());
  }
  const auto number = index.hostNumber(host);
  if (!number) {
    return problem(ProblemCode::NoSuchObject, text + " is no host: it has no initiator that is registered or zoned.", pointer);
  }
  return *number;
}

Wanted<std::size_t> unitNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer) {
  auto ref = refOf(index.snapshot(), text, Kind::LogicalUnit);
  if (!ref) {
    index.snapshot().table<san::LogicalUnit>().forEachFrom(0, [&](san::Id id, const san::LogicalUnit& unit) {
      if (text.empty() || unit.name != text) return true;
      ref = ObjectRef{Kind::LogicalUnit, id};
      return false;
    });
  }
  if (!ref) return none(Kind::LogicalUnit, text, pointer);
  const auto number = index.unitNumber(ref->id);
  if (!number) return problem(ProblemCode::NoSuchObject, "There is no such logical unit.", pointer);
  return *number;
}

}  // namespace api
