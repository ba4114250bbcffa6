// ManagedChange: what the management server has decided on, as one change of the registry: steps on domains and sets, and
// rows of its own tables that become durable with them or not at all (DESIGN seams 3 and 5).
//
// Values. The rows are written on the loop's thread, when the revision is known; what they are made of does not change any
// more. Errors of a step are sentences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "isns-server/core/transaction.h"
#include "shared/base/result.h"

namespace core {

// Nodes and portals are named as they are on the wire: they need not be registered (RFC 4171 6.11.2.4).
struct DomainStep {
  enum class What : std::uint8_t {
    MakeDomain,  // container: the DD_ID, name
    RemoveDomain,
    NameDomain,
    SetFeatures,  // number
    AddNode,      // name
    RemoveNode,
    AddPortal,  // portal
    RemovePortal,
    MakeSet,  // container: the DDS_ID, name
    RemoveSet,
    NameSet,
    SetStatus,  // number: DDS_Status
    AddDomain,  // domain
    LoseDomain,
  };
  What what;
  Index container = 0;
  Index domain = 0;
  std::uint32_t number = 0;
  std::string name;
  PortalKey portal;
};

// Appends row operations to a change that has this revision.
using ExtraRows = std::function<void(store::OpsWriter& ops, std::uint64_t revision)>;

struct ManagedChange {
  std::uint64_t ticket = 0;   // what the management server knows it by
  std::uint64_t basedOn = 0;  // the revision that was looked at: no domain or set may have changed on the wire since
  std::vector<DomainStep> steps;
  bool domains = false;  // its rows are about domains or sets: the same holds where there are no steps
  bool names = false;  // its rows name nodes or portals that were not known: none may have been made since either
  ExtraRows rows;
  std::uint32_t kind = 0;
  std::string origin;   // who
  std::string address;  // from where
};

// What became of it. Accepted is followed by a ManagedResult.
struct ManagedVerdict {
  enum class What : std::uint8_t {
    Accepted,
    Behind,       // something has changed since that it must know: look again
    StoreFailed,  // the store takes nothing at the moment
    Busy,         // too much waits for the store
    Wrong,        // a step cannot be done
  };
  What what = What::Accepted;
  std::uint64_t revision = 0;  // that it has if it is committed
  std::string text;            // of Wrong
};

struct ManagedResult {
  std::uint64_t ticket = 0;
  std::uint64_t revision = 0;
  bool committed = false;
};

// Carries out the steps in their order.
base::Status applySteps(Transaction& transaction, const std::vector<DomainStep>& steps);

}  // namespace core
