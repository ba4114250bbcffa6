// Ties a row of a configuration table to the member that holds its value, so that a key is stated once.
//
// A program has two values: Start, which never changes while it runs, and Runtime, which a reload replaces. bindKey()
// fails to compile where the row's type or range does not fit the member; whether a key can be reloaded follows from
// the struct that holds it. Constexpr data; for the table and the reader of a program's configuration.
#pragma once

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "shared/base/clock.h"
#include "shared/net/address.h"
#include "shared/ops/config_schema.h"
#include "shared/ops/config_value.h"
#include "shared/ops/log.h"

namespace program {

template <class Start, class Runtime>
struct BoundKey {
  ops::KeyRow row;
  void (*store)(Start& start, Runtime& runtime, const ops::Value& value);
};

namespace binding {

template <class T>
struct Member;
template <class C, class T>
struct Member<T C::*> {
  using Owner = C;
  using Type = T;
};

// The first enumerator's number, where it is not 0.
template <class Enum>
inline constexpr std::int64_t kFirst = 0;
template <>
inline constexpr std::int64_t kFirst<ops::Severity> = static_cast<std::int64_t>(ops::Severity::Critical);

// How a member of type T is read from a validated value (the forms of the schema have checked that its texts parse),
// and which rows suit it. A program specialises it for types of its own. `port`: of addresses written without one.
template <class T>
struct Reading;

template <>
struct Reading<bool> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Boolean; }
  static bool from(const ops::Value& value, std::uint16_t) { return std::get<bool>(value); }
};

template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) struct Reading<T> {
  static constexpr bool fits(const ops::KeyType& type) {
    const bool number = type.kind == ops::KeyKind::Integer || type.kind == ops::KeyKind::Bytes;
    return number && type.min >= 0 && static_cast<std::uint64_t>(type.max) <= std::numeric_limits<T>::max();
  }
  static T from(const ops::Value& value, std::uint16_t) { return static_cast<T>(std::get<std::int64_t>(value)); }
};

template <class T>
requires std::is_enum_v<T>
struct Reading<T> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Choice; }
  static T from(const ops::Value& value, std::uint16_t) {
    return static_cast<T>(std::get<std::int64_t>(value) + kFirst<T>);
  }
};

template <class Rep, class Period>
struct Reading<std::chrono::duration<Rep, Period>> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Duration; }
  static std::chrono::duration<Rep, Period> from(const ops::Value& value, std::uint16_t) {
    return std::chrono::seconds(std::get<std::int64_t>(value));
  }
};

template <>
struct Reading<std::string> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Text; }
  static std::string from(const ops::Value& value, std::uint16_t) { return std::get<std::string>(value); }
};

template <>
struct Reading<net::Address> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Text && type.min > 0; }
  static net::Address from(const ops::Value& value, std::uint16_t port) {
    return net::Address::parse(std::get<std::string>(value), port).value();
  }
};

template <>
struct Reading<std::optional<net::Address>> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::Text && type.min == 0; }
  static std::optional<net::Address> from(const ops::Value& value, std::uint16_t port) {
    if (std::get<std::string>(value).empty()) return std::nullopt;
    return Reading<net::Address>::from(value, port);
  }
};

template <class T>
requires(std::is_same_v<T, std::string> || std::is_same_v<T, net::Address>) struct Reading<std::vector<T>> {
  static constexpr bool fits(const ops::KeyType& type) { return type.kind == ops::KeyKind::List; }
  static std::vector<T> from(const ops::Value& value, std::uint16_t port) {
    std::vector<T> list;
    for (const std::string& text : std::get<std::vector<std::string>>(value)) {
      list.push_back(Reading<T>::from(text, port));
    }
    return list;
  }
};

}  // namespace binding

// The row of the key that is held in `Group`.`Member` of Start or Runtime.
template <class Start, class Runtime, std::uint16_t Port, auto Group, auto Member>
consteval BoundKey<Start, Runtime> bindKey(std::string_view name, ops::KeyType type, std::string_view preset,
                                           std::string_view doc) {
  using Owner = typename binding::Member<decltype(Group)>::Owner;
  using Type = typename binding::Member<decltype(Member)>::Type;
  using Reading = binding::Reading<Type>;
  if (!Reading::fits(type)) throw "the type or the range of the row does not fit the member";
  const auto store = [](Start& start, Runtime& runtime, const ops::Value& value) {
    if constexpr (std::is_same_v<Owner, Start>) {
      (start.*Group).*Member = Reading::from(value, Port);
      static_cast<void>(runtime);
    } else {
      (runtime.*Group).*Member = Reading::from(value, Port);
      static_cast<void>(start);
    }
  };
  return {{name, type, preset, std::is_same_v<Owner, Runtime>, doc}, store};
}

// The rows alone, as a schema wants them.
template <class Start, class Runtime, std::size_t N>
constexpr std::array<ops::KeyRow, N> rowsOf(const BoundKey<Start, Runtime> (&keys)[N]) {
  std::array<ops::KeyRow, N> rows{};
  for (std::size_t i = 0; i < N; ++i) rows[i] = keys[i].row;
  return rows;
}

}  // namespace program
