#include "isns-server/api/named_ends.h"

#include "shared/base/listed.h"

namespace api {

using mgmt::ProblemCode;
using san::Kind;
using san::ObjectRef;

namespace {

bool sees(const san::Scope* scope, ObjectRef ref) { return scope == nullptr || scope->sees(ref); }

// By its number, which is no name of it.
bool isNumbered(const san::Snapshot& snapshot, ObjectRef ref, std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool full = colon != std::string_view::npos && san::kindNamed(text.substr(0, colon));
  const std::string_view name = full ? text.substr(colon + 1) : text;
  return name.starts_with('#') && snapshot.find(ref.kind, name) != ref.id;
}

// "host:web1" in full, or only the name where the kind is plain.
std::optional<ObjectRef> refOf(const san::Snapshot& snapshot, const std::string& text, Kind kind,
                               const san::Scope* scope) {
  auto ref = san::parseRef(snapshot, text);
  if (!ref) ref = san::parseRef(snapshot, std::string(san::nameOf(kind)) + ":" + text);
  const bool hidden = ref && !sees(scope, *ref) && isNumbered(snapshot, *ref, text);
  return hidden ? std::nullopt : ref;
}

// By the administrator's name, which no unit has for itself.
std::vector<ObjectRef> unitsCalled(const san::Snapshot& snapshot, const std::string& name, const san::Scope* scope) {
  std::vector<ObjectRef> units;
  snapshot.table<san::LogicalUnit>().forEach([&](san::Id id, const san::LogicalUnit& unit) {
    const ObjectRef ref{Kind::LogicalUnit, id};
    if (unit.name == name && sees(scope, ref)) units.push_back(ref);
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

base::Failure<mgmt::Problem> noneNamed(Kind kind, std::string_view text, const std::string& pointer) {
  return problem(ProblemCode::NoSuchObject,
                 "There is no " + std::string(san::nameOf(kind)) + " " + std::string(text) + ".", pointer);
}

Wanted<std::size_t> hostNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer,
                              const san::Scope* scope) {
  auto ref = refOf(index.snapshot(), text, Kind::Host, scope);
  for (const Kind kind : {Kind::Entity, Kind::Node}) {
    if (!ref) ref = refOf(index.snapshot(), text, kind, scope);
  }
  if (!ref) return noneNamed(Kind::Host, text, pointer);
  ObjectRef host = *ref;
  if (host.kind == Kind::Node) host = index.hostOf(host.id);
  if (host.kind == Kind::Entity && !index.hostNumber(host) && !index.nodesOf(host.id).empty()) {
    host = index.hostOf(index.nodesOf(host.id).front());
  }
  const auto number = index.hostNumber(host);
  if (number) return *number;
  if (!sees(scope, *ref)) return noneNamed(Kind::Host, text, pointer);
  return problem(ProblemCode::NoSuchObject, text + " is no host: it has no initiator that is registered or zoned.",
                 pointer);
}

Wanted<std::size_t> unitNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer,
                              const san::Scope* scope) {
  auto ref = refOf(index.snapshot(), text, Kind::LogicalUnit, scope);
  if (!ref && !text.empty()) {
    const std::vector<ObjectRef> units = unitsCalled(index.snapshot(), text, scope);
    if (units.size() > 1) return several(index.snapshot(), units, text, pointer);
    if (!units.empty()) ref = units.front();
  }
  const auto number = ref ? index.unitNumber(ref->id) : std::nullopt;
  if (!number) return noneNamed(Kind::LogicalUnit, text, pointer);
  return *number;
}

}  // namespace api
