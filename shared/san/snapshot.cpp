#include "shared/san/snapshot.h"

#include <algorithm>

#include "shared/base/whole_number.h"
#include "shared/san/fields.h"

namespace san {
namespace {

// Whether a kind has a field that names its objects.
template <class T>
concept Named = requires(const T& object) {
  { object.name } -> std::convertible_to<std::string_view>;
};

template <class T>
std::string ownName(const T& object) {
  if constexpr (Named<T>) return object.name;
  return {};
}
std::string ownName(const Portal& portal) { return isns::formatPortal(portal.address); }

std::string unitName(const Snapshot& snapshot, const LogicalUnit& unit) {
  if (!unit.designator.empty()) return unit.designator;
  if (unit.paths.items().empty()) return {};
  const UnitPath& first = unit.paths.items().front();
  return nameOf(snapshot, {Kind::Node, first.target}) + " lun " + std::to_string(first.lun);
}

template <class T>
std::string keyName(const Snapshot& snapshot, const T& object) {
  if constexpr (std::is_same_v<T, LogicalUnit>) {
    return unitName(snapshot, object);
  } else {
    return ownName(object);
  }
}

std::optional<Id> numberOf(std::string_view text) {
  const auto id = base::wholeNumber<Id>(text);
  return id && *id != 0 ? id : std::nullopt;
}

}  // namespace

const Object* Snapshot::get(ObjectRef ref) const {
  const Object* found = nullptr;
  forEachKind([&]<class T>(T*) {
    if (T::kKind == ref.kind) found = get<T>(ref.id);
  });
  return found;
}

void Snapshot::put(ObjectRef ref, base::Ref<const Object> object) {
  forEachKind([&]<class T>(T*) {
    if (T::kKind == ref.kind) table<T>().set(ref.id, base::Ref<const T>(static_cast<const T*>(object.get())));
  });
}

std::size_t Snapshot::count(Kind kind) const {
  std::size_t count = 0;
  forEachKind([&]<class T>(T*) {
    if (T::kKind == kind) count = table<T>().size();
  });
  return count;
}

void Snapshot::noteId(ObjectRef ref) {
  constexpr Id kFar = 4'000'000;
  Id& last = lastIds[static_cast<std::size_t>(ref.kind)];
  if (ref.id <= kFar) last = std::max(last, ref.id);
}

const Settings& Snapshot::settings() const {
  static const Settings defaults;
  const Settings* own = get<Settings>(Settings::kId);
  return own != nullptr ? *own : defaults;
}

std::optional<Id> Snapshot::find(Kind kind, std::string_view name) const {
  const Id id = names.find(kind, name, [&](Id candidate) { return nameOf(*this, {kind, candidate}) == name; });
  return id == 0 ? std::nullopt : std::optional(id);
}

std::string nameOf(const Snapshot& snapshot, ObjectRef ref) {
  std::string name;
  forEachKind([&]<class T>(T*) {
    if (T::kKind != ref.kind) return;
    if (const T* object = snapshot.get<T>(ref.id)) name = keyName(snapshot, *object);
  });
  return name;
}

std::string refText(const Snapshot& snapshot, ObjectRef ref) {
  std::string text(nameOf(ref.kind));
  const std::string name = nameOf(snapshot, ref);
  // Two units without a designator may be told at one place; no other names are held by two.
  const auto* unit = ref.kind == Kind::LogicalUnit ? snapshot.get<LogicalUnit>(ref.id) : nullptr;
  const bool another = unit != nullptr && unit->designator.empty() && snapshot.find(ref.kind, name) != ref.id;
  if (name.empty() || another) return text.append(":#").append(std::to_string(ref.id));
  return text.append(":").append(name);
}

std::optional<ObjectRef> parseRef(const Snapshot& snapshot, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto kind = kindNamed(text.substr(0, colon));
  if (!kind) return std::nullopt;
  const std::string_view name = text.substr(colon + 1);
  if (const auto id = snapshot.find(*kind, name)) return ObjectRef{*kind, *id};
  if (name.empty() || name[0] != '#') return std::nullopt;
  const auto id = numberOf(name.substr(1));
  if (!id || snapshot.get({*kind, *id}) == nullptr) return std::nullopt;
  return ObjectRef{*kind, *id};
}

}  // namespace san
