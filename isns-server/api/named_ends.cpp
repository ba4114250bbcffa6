#include "isns-server/api/named_ends.h"

#include "shared/base/listed.h"

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

// By the administrator's name, which no unit has for itself.
std::vector<ObjectRef> unitsCalled(const san::Snapshot& snapshot, const std::string& name) {
  std::vector<ObjectRef> units;
  snapshot.table<san::LogicalUnit>().forEach([&](san::Id id, const san::LogicalUnit& unit) {
    if (unit.name == name) units.push_back({Kind::LogicalUnit, id});
  });
  return units;
}

// Whoever asks for one of them shall not have the answer of another.
auto several(const san::Snapshot& snapshot, const std::vector<ObjectRef>& units, const std::string& text,
             const std::string& pointer) {
  constexpr std::size_t kNamed = 5;
  std::vector<std::string> named;
  for (const ObjectRef unit : units) {
    if (named.size() < kNamed) named.push_back(san::refText(snapshot, unit));
  }
  if (units.size() > kNamed) named.push_back("and " + std::to_string(units.size() - kNamed) + " more");
  return problem(ProblemCode::BadValue,
                 std::to_string(units.size()) + " logical units have the name " + text + ": " + base::listed(named) +
                     ". Name the one that is meant so.",
                 pointer);
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
  if (!ref && !text.empty()) {
    const std::vector<ObjectRef> units = unitsCalled(index.snapshot(), text);
    if (units.size() > 1) return several(index.snapshot(), units, text, pointer);
    if (!units.empty()) ref = units.front();
  }
  if (!ref) return none(Kind::LogicalUnit, text, pointer);
  const auto number = index.unitNumber(ref->id);
  if (!number) return problem(ProblemCode::NoSuchObject, "There is no such logical unit.", pointer);
  return *number;
}

}  // namespace api
