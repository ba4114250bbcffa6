// How objects stand in the store: one table an object type, one row an object, one more table a kind of membership.
//
// Columns follow from the attribute table (shared/isns/attributes.h): an attribute that is stored has a column of its
// own name; vendor attributes share one blob of TLVs. The id of a row is the index of its object; of a membership,
// both indexes in one number, and it has the revision that brought it (empty: before such were kept). Nodes that left
// are a table of their own, for whoever asks when. Reading and writing here are each other's inverse. No thread of its
// own.
#pragma once

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "isns-server/core/state.h"
#include "shared/base/result.h"

namespace core {

enum class TableNumber : std::uint8_t {
  Entity = 1,
  Portal = 2,
  Node = 3,
  PortalGroup = 4,
  FcDevice = 5,
  FcPort = 6,
  FcDomain = 7,
  Domain = 8,
  DomainSet = 9,
  DomainNode = 10,
  DomainPortal = 11,
  DomainFcPort = 12,
  SetDomain = 13,
  Counter = 14,
  FormerNode = 15,
};

const store::Schema& schema();

// Appends the row of an object.
void writeRow(store::OpsWriter& ops, const Entity& entity);
void writeRow(store::OpsWriter& ops, const Portal& portal);
void writeRow(store::OpsWriter& ops, const Node& node);
void writeRow(store::OpsWriter& ops, const PortalGroup& group);
void writeRow(store::OpsWriter& ops, const FcDevice& device);
void writeRow(store::OpsWriter& ops, const FcPort& port);
void writeRow(store::OpsWriter& ops, const FcDomain& domain);
void writeRow(store::OpsWriter& ops, const Domain& domain);
void writeRow(store::OpsWriter& ops, const DomainSet& set);
void writeRow(store::OpsWriter& ops, const FormerNode& node);

TableNumber tableOf(ObjectType type);

// The id of a membership row.
constexpr std::int64_t memberId(Index container, Index member) {
  return static_cast<std::int64_t>((std::uint64_t{container} << 32) | member);
}

// The rows of former nodes are a ring: who left longest ago makes room.
inline constexpr std::uint64_t kMaxFormerNodes = 16'384;
constexpr std::int64_t formerNodeId(std::uint64_t number) {
  return static_cast<std::int64_t>((number - 1) % kMaxFormerNodes + 1);
}

// Fills an object from its row; a failure says which column is wrong.
base::Status readRow(std::span<const store::Cell> cells, Entity& entity);
base::Status readRow(std::span<const store::Cell> cells, Portal& portal);
base::Status readRow(std::span<const store::Cell> cells, Node& node);
base::Status readRow(std::span<const store::Cell> cells, PortalGroup& group);
base::Status readRow(std::span<const store::Cell> cells, FcDevice& device);
base::Status readRow(std::span<const store::Cell> cells, FcPort& port);
base::Status readRow(std::span<const store::Cell> cells, FcDomain& domain);
base::Status readRow(std::span<const store::Cell> cells, Domain& domain);
base::Status readRow(std::span<const store::Cell> cells, DomainSet& set);
base::Status readRow(std::span<const store::Cell> cells, FormerNode& node);

}  // namespace core
