// FieldValue<M>: how a member of type M becomes a Value and comes back, for the rows of fields.cpp.
//
// A new type of member is a specialisation here. Pure, safe from any thread; a wrong Value is an error in a sentence.
#pragma once

#include <algorithm>
#include <charconv>

#include "shared/base/listed.h"
#include "shared/base/result.h"
#include "shared/san/snapshot.h"
#include "shared/san/value.h"

namespace san {

namespace detail {

template <class T>
base::Result<T> take(const Value& value, const char* wanted) {
  if (const T* held = std::get_if<T>(&value)) return *held;
  if (std::holds_alternative<std::monostate>(value)) return T{};
  return base::fail(std::string("must be ") + wanted);
}

constexpr std::uint32_t maskOf(Kind kind) { return 1U << static_cast<unsigned>(kind); }

base::Result<isns::AddressPrefix> parseSubnet(std::string_view text);
std::string formatSubnet(const isns::AddressPrefix& subnet);

}  // namespace detail

template <class M>
struct FieldValue;

// The parts that most specialisations share.
template <FieldType T, std::uint32_t Kinds = 0>
struct PlainField {
  static constexpr FieldType kType = T;
  static constexpr std::uint32_t kKinds = Kinds;
  static constexpr std::span<const std::string_view> words() { return {}; }
};

template <>
struct FieldValue<bool> : PlainField<FieldType::Flag> {
  static Value get(bool member) { return member; }
  static base::Status set(bool& member, const Value& value, Revision) {
    const auto taken = detail::take<bool>(value, "true or false");
    if (!taken) return base::fail(taken.error());
    member = *taken;
    return {};
  }
};

template <class N, FieldType T>
struct NumberField : PlainField<T> {
  static Value get(N member) { return static_cast<std::uint64_t>(member); }
  static base::Status set(N& member, const Value& value, Revision) {
    const auto taken = detail::take<std::uint64_t>(value, "a whole number");
    if (!taken) return base::fail(taken.error());
    member = static_cast<N>(*taken);
    return {};
  }
};
template <> struct FieldValue<std::uint32_t> : NumberField<std::uint32_t, FieldType::Number> {};
template <> struct FieldValue<std::uint64_t> : NumberField<std::uint64_t, FieldType::Number> {};
template <> struct FieldValue<Seconds> : NumberField<Seconds, FieldType::Duration> {};

template <>
struct FieldValue<std::string> : PlainField<FieldType::Text> {
  static Value get(const std::string& member) { return member; }
  static base::Status set(std::string& member, const Value& value, Revision) {
    auto taken = detail::take<std::string>(value, "a text");
    if (!taken) return base::fail(taken.error());
    member = std::move(*taken);
    return {};
  }
};

template <class E>
  requires std::is_enum_v<E>
struct FieldValue<E> : PlainField<FieldType::Choice> {
  static constexpr std::span<const std::string_view> words() { return wordsOf<E>(); }
  static Value get(E member) { return std::string(wordOf(member)); }
  static base::Status set(E& member, const Value& value, Revision) {
    if (std::holds_alternative<std::monostate>(value)) return base::fail("must be one of its words");
    const auto* word = std::get_if<std::string>(&value);
    const auto found = word == nullptr ? std::nullopt : fromWord<E>(*word);
    if (!found) return base::fail("must be one of " + base::listed(words()));
    member = *found;
    return {};
  }
};

template <>
struct FieldValue<isns::PortalAddress> : PlainField<FieldType::Address> {
  static Value get(const isns::PortalAddress& member) { return isns::formatPortal(member); }
  static base::Status set(isns::PortalAddress& member, const Value& value, Revision) {
    const auto* text = std::get_if<std::string>(&value);
    const auto parsed = text == nullptr ? std::nullopt : isns::parsePortal(*text);
    if (!parsed) return base::fail("must be an address with a port, as 10.0.0.1:3260");
    member = *parsed;
    return {};
  }
};

template <>
struct FieldValue<std::vector<isns::AddressPrefix>> : PlainField<FieldType::Subnets> {
  static Value get(const std::vector<isns::AddressPrefix>& member) {
    std::vector<std::string> all;
    for (const isns::AddressPrefix& subnet : member) all.push_back(detail::formatSubnet(subnet));
    return all;
  }
  static base::Status set(std::vector<isns::AddressPrefix>& member, const Value& value, Revision) {
    const auto taken = detail::take<std::vector<std::string>>(value, "a list of subnets, as 10.0.0.0/24");
    if (!taken) return base::fail(taken.error());
    std::vector<isns::AddressPrefix> all;
    for (const std::string& text : *taken) {
      const auto subnet = detail::parseSubnet(text);
      if (!subnet) return base::fail(subnet.error());
      all.push_back(*subnet);
    }
    member = std::move(all);
    return {};
  }
};

template <>
struct FieldValue<ObjectRef> : PlainField<FieldType::Ref> {
  static Value get(ObjectRef member) { return member ? Value(member) : Value(); }
  static base::Status set(ObjectRef& member, const Value& value, Revision) {
    const auto taken = detail::take<ObjectRef>(value, "a reference to an object");
    if (!taken) return base::fail(taken.error());
    member = *taken;
    return {};
  }
};

template <Kind K>
struct FieldValue<Link<K>> : PlainField<FieldType::Ref, detail::maskOf(K)> {
  static Value get(Link<K> member) { return member ? Value(member.ref()) : Value(); }
  static base::Status set(Link<K>& member, const Value& value, Revision) {
    const auto taken = detail::take<ObjectRef>(value, "a reference to an object");
    if (!taken) return base::fail(taken.error());
    member.id = taken->id;
    return {};
  }
};

namespace detail {
inline base::Result<std::vector<ObjectRef>> takeSorted(const Value& value) {
  auto taken = take<std::vector<ObjectRef>>(value, "a list of references to objects");
  if (!taken) return base::fail(taken.error());
  std::ranges::sort(*taken);
  taken->erase(std::unique(taken->begin(), taken->end()), taken->end());
  return taken;
}
}  // namespace detail

template <Kind K>
struct FieldValue<Links<K>> : PlainField<FieldType::Refs, detail::maskOf(K)> {
  static Value get(const Links<K>& member) {
    std::vector<ObjectRef> all;
    member.forEach([&](Id id) { all.push_back({K, id}); });
    return all;
  }
  static base::Status set(Links<K>& member, const Value& value, Revision) {
    const auto taken = detail::takeSorted(value);
    if (!taken) return base::fail(taken.error());
    Links<K> all;
    for (ObjectRef ref : *taken) all.insert(ref.id);
    member = std::move(all);
    return {};
  }
};

template <Kind K>
struct FieldValue<Members<K>> : PlainField<FieldType::Refs, detail::maskOf(K)> {
  static Value get(const Members<K>& member) {
    std::vector<ObjectRef> all;
    for (const Member& one : member.items()) all.push_back({K, one.id});
    return all;
  }
  // Who was a member stays one since then.
  static base::Status set(Members<K>& member, const Value& value, Revision now) {
    const auto taken = detail::takeSorted(value);
    if (!taken) return base::fail(taken.error());
    std::vector<Member> all;
    all.reserve(taken->size());
    std::size_t stay = 0;
    for (ObjectRef ref : *taken) {
      const Member* before = member.find(ref.id);
      all.push_back({ref.id, before != nullptr ? before->since : now});
      if (before != nullptr) ++stay;
    }
    if (stay != member.size()) member.noteLeft(now);
    member.assign(all);
    return {};
  }
};

template <>
struct FieldValue<base::SharedArray<UnitPath>>
    : PlainField<FieldType::Accesses, detail::maskOf(Kind::Node)> {
  static Value get(const base::SharedArray<UnitPath>& member) {
    std::vector<Access> all;
    for (const UnitPath& path : member.items()) all.push_back({{Kind::Node, path.target}, {}, path.lun, Right::ReadWrite});
    return all;
  }
  static base::Status set(base::SharedArray<UnitPath>& member, const Value& value, Revision) {
    const auto taken = detail::take<std::vector<Access>>(value, "a list of targets with a LUN");
    if (!taken) return base::fail(taken.error());
    std::vector<UnitPath> all;
    for (const Access& access : *taken) all.push_back({access.who.id, access.lun});
    std::ranges::sort(all);
    member = base::SharedArray<UnitPath>(all);
    return {};
  }
};

template <>
struct FieldValue<base::SharedArray<AppliedMap>>
    : PlainField<FieldType::Accesses, detail::maskOf(Kind::Node) | detail::maskOf(Kind::LogicalUnit)> {
  static Value get(const base::SharedArray<AppliedMap>& member) {
    std::vector<Access> all;
    for (const AppliedMap& map : member.items()) {
      const ObjectRef who = map.initiator == 0 ? ObjectRef{} : ObjectRef{Kind::Node, map.initiator};
      all.push_back({who, {Kind::LogicalUnit, map.unit}, map.lun, map.right});
    }
    return all;
  }
  static base::Status set(base::SharedArray<AppliedMap>& member, const Value& value, Revision) {
    auto taken = detail::take<std::vector<Access>>(value, "a list of initiators with a logical unit");
    if (!taken) return base::fail(taken.error());
    std::ranges::sort(*taken);
    std::vector<AppliedMap> all;
    for (const Access& access : *taken) all.push_back({access.who.id, access.unit.id, access.lun, access.right, {}});
    member = base::SharedArray<AppliedMap>(all);
    return {};
  }
};

}  // namespace san
