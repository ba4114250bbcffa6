// The declarative JSON document of a SAN: what administrators keep, as text that can be stored, compared, edited and
// applied.
//
//   {"format": 1,
//    "sites": [{"name": "Zurich 1"}],
//    "hosts": [{"name": "web1", "site": "Zurich 1", "entities": ["web1.example.com"], "labels": ["PCI"]}],
//    "nodes": [{"name": "iqn.2026-01.example:disk1", "alias": "Gold"}],
//    "domains": [{"name": "zone1", "id": 12, "nodes": ["iqn.2026-01.example:web1", "iqn.2026-01.example:disk1"]}],
//    "maps": [{"who": "host:web1", "target": "iqn.2026-01.example:disk1", "unit": "naa.600...", "lun": 3}],
//    "settings": {"offline_days": 10}}
//
// A list for each kind (by its plural), with those fields of the field tables that change sets write; a field that has
// its default is left out. An object is known by its name (a portal by its address, a logical unit by its designator or
// "TARGET lun N"), else by its key fields. References are names, and refText() where a field may refer to several
// kinds. What registrations or reports make (nodes, portals, logical units) can be described here, not made; but a node
// or a portal that has not registered yet is named where the document names it (change.h: mayBeNamed).
// "id" is the DD_ID or DDS_ID of a new domain or set, where that matters; in a whole document a known id with a new
// name renames. Retired credentials stand outside.
//
// Pure functions, safe from any thread. Errors are all that are wrong, up to `mostErrors`, each with the JSON
// pointer (RFC 6901) of its place; there are no edits then.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/san/edit.h"
#include "shared/san/snapshot.h"

namespace san {

inline constexpr std::uint64_t kDocumentFormat = 1;
inline constexpr std::size_t kMaxDocumentErrors = 100;

// The kinds that a document may hold, a bit each.
std::uint32_t documentKinds();

// Of these kinds; a kind of which there is nothing has an empty list. The same SAN gives the same text, whatever the
// model's own ids are. `shown`: which objects are in it; without it, all.
base::Json exportDocument(const Snapshot& snapshot, std::uint32_t kinds = documentKinds(),
                          const std::function<bool(ObjectRef)>& shown = {});

enum class DocumentMode : std::uint8_t {
  Merge,  // what the document names becomes so; null is a field's default; all else stays
  Add,    // as Merge, but lists of objects only gain: what another importer or a person put there stays, too
  Whole,  // of the kinds that it names, there is what it says and nothing else; a field that is left out has its
          // default
};

// "merge", "add" or "whole".
std::string_view wordOf(DocumentMode mode);
// Of nothing: "merge".
std::optional<DocumentMode> documentModeNamed(std::string_view word);

struct DocumentError {
  std::string pointer;  // "/hosts/3/site"
  std::string text;     // a sentence
};

// What becomes of an object that the document describes.
struct DocumentEntry {
  std::string pointer;  // "/hosts/3"
  ObjectRef object;     // a new one: as edits call it
  bool isNew = false;
  std::size_t changes = 0;  // edits of its fields
};

struct DocumentPlan {
  std::vector<Edit> edits;  // creations, then values, then erasures; empty where all is so already
  std::vector<DocumentError> errors;
  std::vector<DocumentEntry> entries;  // what could be read, also where there are errors
};

DocumentPlan planDocument(const Snapshot& current, const base::Json& document, DocumentMode mode,
                          std::size_t mostErrors = kMaxDocumentErrors);

}  // namespace san
