#include "isns-server/manage/changes/parts.h"

#include <algorithm>
#include <set>

#include "isns-server/manage/model/model_schema.h"
#include "shared/san/default_domain.h"
#include "shared/san/edits_of.h"

namespace manage {
namespace {

using san::Fate;
using san::FieldChange;
using san::Kind;
using san::ObjectChange;
using san::ObjectRef;

bool isContainer(Kind kind) { return kind == Kind::Domain || kind == Kind::DomainSet; }

// A field of a domain that the registry does not have.
bool isRowField(const FieldChange& change) {
  return std::ranges::find(storedFields(Kind::Domain), change.field) != storedFields(Kind::Domain).end();
}

bool refersToOne(const ObjectChange& change, const std::set<ObjectRef>& fresh) {
  return !std::ranges::all_of(change.fields, [&](const FieldChange& field) {
    return san::eachRef(field.after, [&](ObjectRef ref) { return fresh.count(ref) == 0; });
  });
}

struct Halves {
  san::Diff first, second;
};

Halves halvesOf(san::Diff all) {
  std::set<ObjectRef> fresh;
  for (const ObjectChange& change : all.objects) {
    if (isContainer(change.object.kind) && change.fate == Fate::Created) fresh.insert(change.object);
  }
  Halves halves;
  for (ObjectChange& change : all.objects) {
    const bool changedDomain = change.object.kind == Kind::Domain && change.fate == Fate::Changed;
    if (changedDomain) {
      ObjectChange rows{change.object, Fate::Changed, {}};
      std::ranges::copy_if(change.fields, std::back_inserter(rows.fields), isRowField);
      std::erase_if(change.fields, isRowField);
      if (!rows.fields.empty()) halves.first.objects.push_back(std::move(rows));
      if (!change.fields.empty()) halves.second.objects.push_back(std::move(change));
    } else if (isContainer(change.object.kind) || refersToOne(change, fresh)) {
      halves.second.objects.push_back(std::move(change));
    } else {
      halves.first.objects.push_back(std::move(change));
    }
  }
  return halves;
}

// By which change set the ledger has an entry is no administrator's to write, but what takes it back must know it.
void addApprovals(const san::Diff& diff, std::vector<san::Edit>& edits) {
  for (const ObjectChange& change : san::renamed(diff, san::provisionalIds(diff)).objects) {
    if (change.object.kind != Kind::Approval || change.fate == Fate::Erased) continue;
    for (const FieldChange& field : change.fields) {
      if (field.field->writer == san::Writer::ChangeSet) continue;
      edits.push_back({san::EditOp::Set, change.object, std::string(field.field->name), field.after});
    }
  }
}

}  // namespace

san::Edited<Parts> partsOf(const san::Snapshot& before, std::span<const san::Edit> edits, san::Revision now,
                           san::Seconds time) {
  auto whole = san::apply(before, edits, san::Writer::ChangeSet, now, time);
  if (!whole) return base::Failure<san::EditError>{whole.error()};
  san::Diff all = san::decided(san::diff(before, whole->snapshot), before, whole->snapshot);
  const san::NewIds names = san::provisionalIds(all);
  Halves halves = halvesOf(san::renamed(std::move(all), names));
  const auto first = san::editsOf(halves.first, san::Writer::ChangeSet);
  auto middle = san::apply(before, first, san::Writer::ChangeSet, now, time);
  if (!middle) return base::Failure<san::EditError>{middle.error()};
  // What is new in the second part alone keeps its provisional number until the second part is applied.
  Parts parts;
  parts.rest = san::editsOf(san::renamed(std::move(halves.second), middle->made), san::Writer::ChangeSet);
  parts.middle = std::move(middle->snapshot);
  if (auto status = finishParts(before, parts, now, time); !status)
    return base::Failure<san::EditError>{status.error()};
  return parts;
}

san::Edited<void> finishParts(const san::Snapshot& before, Parts& parts, san::Revision now, san::Seconds time) {
  auto after = san::apply(parts.middle, parts.rest, san::Writer::ChangeSet, now, time);
  if (!after) return base::Failure<san::EditError>{after.error()};
  parts.after = std::move(after->snapshot);
  const auto back = [&](const san::Snapshot& from) {
    const san::Diff diff = san::decided(san::diff(from, before), from, before);
    auto edits = san::editsOf(diff, san::Writer::ChangeSet);
    addApprovals(diff, edits);
    return edits;
  };
  parts.undoFirst = back(parts.middle);
  parts.undo = back(parts.after);
  parts.touched.clear();
  // What the name server does to the default domain by itself keeps nobody from changing that.
  for (const san::ObjectChange& change : san::decided(san::diff(before, parts.after), before, parts.after).objects) {
    // The records of change sets are the server's own.
    if (change.object.kind != Kind::ChangeSet) parts.touched.push_back(change.object);
  }
  return {};
}

}  // namespace manage
