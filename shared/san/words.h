// The enumerations of the SAN model, each with the words that JSON, the command line and the console use.
//
// The words stand in the order of the values. Constexpr data, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace san {

// What is known of a condition. Ordered so that the smaller of two is "and", the larger is "or" (DESIGN section 5).
enum class Truth : std::uint8_t { No, Unknown, Yes };
constexpr Truth both(Truth a, Truth b) { return a < b ? a : b; }
constexpr Truth either(Truth a, Truth b) { return a < b ? b : a; }
constexpr Truth truthOf(bool b) { return b ? Truth::Yes : Truth::No; }

enum class Right : std::uint8_t { ReadOnly, ReadWrite };

// What a login must prove. Ordered: more is larger.
enum class ChapDemand : std::uint8_t { None, OneWay, Mutual };

// What an initiator has proven of who it is.
enum class Proof : std::uint8_t { ClaimedName, Chap, MutualChap };

// By what a target decides whom it lets in.
enum class Enforcement : std::uint8_t {
  Unknown,  // a foreign target
  Zoning,   // initiators that share an active domain with it
  List,     // those that it has a map for
  Open,     // everybody
};

enum class ChangeOrigin : std::uint8_t { Person, Wire, Rollback, Baseline, Drain };
enum class ChangeState : std::uint8_t { Committed, Confirming, Confirmed, RolledBack };
enum class SeparationMode : std::uint8_t { OnlyWith, NeverWith };
enum class CableStatus : std::uint8_t { Planned, Connected, Decommissioning };
enum class WindowKind : std::uint8_t { Change, Freeze };
// Asymmetric access state of a path (SPC-4 5.15.2.4).
enum class PathState : std::uint8_t { Unknown, Optimized, NonOptimized, Standby, Unavailable };
// What a login that is tried for evidence met.
enum class ProbeOutcome : std::uint8_t {
  In,           // logged in, and was told the units
  Refused,      // by the target
  Unreachable,  // no connection, or no answer
  Failed,       // let in, but no list of units came
};
enum class CredentialState : std::uint8_t {
  Active,
  Rotating,           // both ends accept the next secret too; it has not been proven
  WaitingForForeign,  // the foreign end still has the old one
  Retired,
};

template <class E>
struct Words;  // static constexpr std::array<std::string_view, N> kList

template <> struct Words<Truth> { static constexpr std::array<std::string_view, 3> kList{"no", "unknown", "yes"}; };
template <> struct Words<Right> { static constexpr std::array<std::string_view, 2> kList{"read-only", "read-write"}; };
template <> struct Words<ChapDemand> { static constexpr std::array<std::string_view, 3> kList{"none", "one-way", "mutual"}; };
template <> struct Words<Proof> { static constexpr std::array<std::string_view, 3> kList{"claimed-name", "chap", "mutual-chap"}; };
template <> struct Words<Enforcement> { static constexpr std::array<std::string_view, 4> kList{"unknown", "zoning", "list", "open"}; };
template <>
struct Words<ChangeOrigin> {
  static constexpr std::array<std::string_view, 5> kList{"person", "wire", "rollback", "baseline", "drain"};
};
template <> struct Words<ChangeState> { static constexpr std::array<std::string_view, 4> kList{"committed", "confirming", "confirmed", "rolled-back"}; };
template <> struct Words<SeparationMode> { static constexpr std::array<std::string_view, 2> kList{"only-with", "never-with"}; };
template <> struct Words<CableStatus> { static constexpr std::array<std::string_view, 3> kList{"planned", "connected", "decommissioning"}; };
template <> struct Words<WindowKind> { static constexpr std::array<std::string_view, 2> kList{"change", "freeze"}; };
template <> struct Words<PathState> { static constexpr std::array<std::string_view, 5> kList{"unknown", "optimized", "non-optimized", "standby", "unavailable"}; };
template <>
struct Words<ProbeOutcome> {
  static constexpr std::array<std::string_view, 4> kList{"in", "refused", "unreachable", "failed"};
};
template <> struct Words<CredentialState> { static constexpr std::array<std::string_view, 4> kList{"active", "rotating", "waiting-for-foreign-end", "retired"}; };

template <class E>
constexpr std::span<const std::string_view> wordsOf() {
  return Words<E>::kList;
}
template <class E>
constexpr std::string_view wordOf(E value) {
  return Words<E>::kList[static_cast<std::size_t>(value)];
}
template <class E>
constexpr std::optional<E> fromWord(std::string_view word) {
  for (std::size_t i = 0; i < Words<E>::kList.size(); ++i) {
    if (Words<E>::kList[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace san
