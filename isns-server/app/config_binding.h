// Ties a row of the configuration table to the member that holds its value, so that a key is stated once.
//
// key<Group, Member>() fails to compile where the row's type or range does not fit the member. Whether a key can be
// reloaded follows from the struct. For config_table.h and config.cpp.
#pragma once

#include <limits>
#include <type_traits>

#include "isns-server/app/config.h"

namespace app {

struct BoundKey {
  ops::KeyRow row;
  void (*store)(StartConfig& start, RuntimeConfig& runtime, const ops::Value& value);
};

namespace binding {

template <class T>
struct Member;
template <class C, class T>
struct Member<T C::*> {
  using Owner = C;
  using Type = T;
};

template <class T>
inline constexpr bool kIsNumber = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class T>
constexpr bool fits(const ops::KeyType& type) {
  using ops::KeyKind;
  if constexpr (std::is_same_v<T, bool>) return type.kind == KeyKind::Boolean;
  if constexpr (kIsNumber<T>) {
    const bool number = type.kind == KeyKind::Integer || type.kind == KeyKind::Bytes;
    return number && type.min >= 0 && static_cast<std::uint64_t>(type.max) <= std::numeric_limits<T>::max();
  }
  if constexpr (std::is_enum_v<T>) return type.kind == KeyKind::Choice;
  if constexpr (std::is_same_v<T, std::chrono::seconds>) return type.kind == KeyKind::Duration;
  if constexpr (std::is_same_v<T, std::string>) return type.kind == KeyKind::Text;
  if constexpr (std::is_same_v<T, net::Address>) return type.kind == KeyKind::Text && type.min > 0;
  if constexpr (std::is_same_v<T, std::optional<net::Address>> || std::is_same_v<T, std::optional<names::Oui>>) {
    return type.kind == KeyKind::Text && type.min == 0;
  }
  if constexpr (std::is_same_v<T, std::vector<net::Address>>) return type.kind == KeyKind::List;
  return false;
}

// The first enumerator's number, where it is not 0.
template <class Enum>
inline constexpr std::int64_t kFirst = 0;
template <>
inline constexpr std::int64_t kFirst<ops::Severity> = static_cast<std::int64_t>(ops::Severity::Critical);

// From validated values only: the forms of the schema have checked that these texts parse. The port is for addresses
// that are written without one; where a key of its own holds the port, config.cpp puts it in.
inline net::Address addressOf(const std::string& text) {
  constexpr std::uint16_t kIsnsPort = 3205;
  return net::Address::parse(text, kIsnsPort).value();
}

template <class T>
T from(const ops::Value& value) {
  if constexpr (kIsNumber<T>) {
    return static_cast<T>(std::get<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<T>(std::get<std::int64_t>(value) + kFirst<T>);
  } else if constexpr (std::is_same_v<T, std::chrono::seconds>) {
    return T(std::get<std::int64_t>(value));
  } else if constexpr (std::is_same_v<T, net::Address>) {
    return addressOf(std::get<std::string>(value));
  } else if constexpr (std::is_same_v<T, std::optional<net::Address>>) {
    const auto& text = std::get<std::string>(value);
    return text.empty() ? T() : addressOf(text);
  } else if constexpr (std::is_same_v<T, std::optional<names::Oui>>) {
    const auto& text = std::get<std::string>(value);
    return text.empty() ? T() : names::parseOui(text).value();
  } else if constexpr (std::is_same_v<T, std::vector<net::Address>>) {
    T addresses;
    for (const std::string& text : std::get<std::vector<std::string>>(value)) addresses.push_back(addressOf(text));
    return addresses;
  } else {
    return std::get<T>(value);
  }
}

}  // namespace binding

// The row of the key that is held in `Group`.`Member` of StartConfig or RuntimeConfig.
template <auto Group, auto Member>
consteval BoundKey key(std::string_view name, ops::KeyType type, std::string_view preset, std::string_view doc) {
  using Owner = typename binding::Member<decltype(Group)>::Owner;
  using Type = typename binding::Member<decltype(Member)>::Type;
  if (!binding::fits<Type>(type)) throw "the type or the range of the row does not fit the member";
  const auto store = [](StartConfig& start, RuntimeConfig& runtime, const ops::Value& value) {
    if constexpr (std::is_same_v<Owner, StartConfig>) {
      (start.*Group).*Member = binding::from<Type>(value);
      static_cast<void>(runtime);
    } else {
      (runtime.*Group).*Member = binding::from<Type>(value);
      static_cast<void>(start);
    }
  };
  return {{name, type, preset, std::is_same_v<Owner, RuntimeConfig>, doc}, store};
}

}  // namespace app
