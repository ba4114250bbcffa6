// Units, targets and access rules as records: what the configuration file, the saved changes and the control socket
// all speak of. A record has one setting for each column, in the order of its table (config_table.h).
//
// Values. A record is named within its kind by its key: a unit by its id, a target by its name, a rule by target,
// initiator and addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/ops/config_value.h"

namespace agent {

using Record = std::vector<ops::Setting>;

enum class ObjectKind : std::uint8_t { Unit, Target, Access };
inline constexpr std::size_t kObjectKinds = 3;
inline constexpr std::string_view kObjectKindWords[kObjectKinds] = {"unit", "target", "access"};
std::optional<ObjectKind> parseObjectKind(std::string_view word);
constexpr std::string_view wordOf(ObjectKind kind) { return kObjectKindWords[static_cast<std::size_t>(kind)]; }

// Places of columns in records, in the order of config_table.h, which checks it.
enum class UnitColumn : std::size_t {
  Id,
  Store,
  Serial,
  Naa,
  Eui64,
  Vendor,
  Product,
  Revision,
  Removable,
  Alua,
  MaxCommands,
  MaxNexuses,
  UnmapGranularity,
  OptimalBlocks,
  kCount
};
enum class TargetColumn : std::size_t {
  Name,
  Alias,
  Groups,
  MaxConnections,
  InitialR2T,
  ImmediateData,
  MaxRecvDataSegmentLength,
  MaxBurstLength,
  FirstBurstLength,
  MaxOutstandingR2T,
  ErrorRecoveryLevel,
  DefaultTime2Wait,
  DefaultTime2Retain,
  HeaderDigest,
  DataDigest,
  Redirect,
  kCount
};
enum class AccessColumn : std::size_t { Target, Initiator, Addresses, Authentication, Algorithms, Luns, kCount };
enum class ChapColumn : std::size_t {
  Initiator,
  Target,
  Discovery,
  Name,
  Secret,
  NextSecret,
  MutualName,
  MutualSecret,
  MutualNextSecret,
  kCount
};

template <class Column>
const ops::Setting& at(const Record& record, Column column) {
  return record[static_cast<std::size_t>(column)];
}
template <class Column>
ops::Setting& at(Record& record, Column column) {
  return record[static_cast<std::size_t>(column)];
}
template <class Column>
const std::string& textAt(const Record& record, Column column) {
  return std::get<std::string>(at(record, column).value);
}
template <class Column>
const std::vector<std::string>& listAt(const Record& record, Column column) {
  return std::get<std::vector<std::string>>(at(record, column).value);
}
template <class Column>
std::int64_t numberAt(const Record& record, Column column) {
  return std::get<std::int64_t>(at(record, column).value);
}
template <class Column>
bool truthAt(const Record& record, Column column) {
  return std::get<bool>(at(record, column).value);
}

// All objects of a configuration, each kind in its order: of access rules the first that matches decides.
struct Objects {
  std::array<std::vector<Record>, kObjectKinds> of;

  std::vector<Record>& operator[](ObjectKind kind) { return of[static_cast<std::size_t>(kind)]; }
  const std::vector<Record>& operator[](ObjectKind kind) const { return of[static_cast<std::size_t>(kind)]; }
};

// Names are brought into their normal spelling, addresses into their usual one.
std::string keyOf(ObjectKind kind, const Record& record);
std::string accessKey(std::string_view target, std::string_view initiator, const std::vector<std::string>& addresses);
// The normal spelling of an iSCSI name that is known to be one; "*" stays.
std::string normalName(std::string_view name);

// Whether two records say the same, wherever they stand.
bool sameRecord(const Record& a, const Record& b);

const Record* find(const Objects& objects, ObjectKind kind, std::string_view key);

}  // namespace agent
