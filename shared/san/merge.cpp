#include "shared/san/merge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared/san/default_domain.h"

namespace san {
namespace {

// A provisional id may stand for a node that was there (change.h); that keeps its own.
NewIds turned(const NewIds& names, const Snapshot& base) {
  NewIds back;
  for (const auto& [provisional, real] : names) {
    if (base.get(real) == nullptr) back.emplace(real, provisional);
  }
  return back;
}

bool isDecision(const FieldChange& change) { return change.field->writer == Writer::ChangeSet; }

class Merging {
 public:
  Merging(const Snapshot& base, const Snapshot& theirs, Diff ours)
      : base_(base), theirs_(theirs), ours_(std::move(ours)), their_(diff(base, theirs)) {}

  Merged made(const Footprint& footprint, Writer writer) {
    for (const ObjectChange& change : ours_.objects) {
      switch (change.fate) {
        case Fate::Created:
          create(change);
          break;
        case Fate::Erased:
          erase(change);
          break;
        case Fate::Changed:
          this->change(change);
          break;
      }
    }
    sayOfDefaultAgain();
    Grafted grafted = graft(theirs_, wanted_, writer);
    for (Dropped& one : grafted.dropped) conflict(one.object, one.field, std::move(one.why));
    for (const auto* list : {&footprint.changed, &footprint.read}) {
      for (const Dependence& one : *list) takeOver(one.object);
    }
    return {std::move(grafted.edits), std::move(conflicts_), std::move(taken_)};
  }

 private:
  [[nodiscard]] Value valueIn(const Snapshot& snapshot, ObjectRef object, const FieldRow* field) const {
    const Object* found = snapshot.get(object);
    return found == nullptr || field == nullptr ? Value{} : field->get(*found);
  }

  [[nodiscard]] Difference difference(ObjectRef object, const FieldRow* field, std::string why) const {
    Difference made{object, field == nullptr ? std::string{} : std::string(field->name), {}, {}, {}, std::move(why)};
    if (field == nullptr) return made;
    made.base = valueIn(base_, object, field);
    made.theirs = valueIn(theirs_, object, field);
    const ObjectChange* ours = ours_.find(object);
    const FieldChange* own = ours == nullptr ? nullptr : ours->find(field);
    made.ours = own == nullptr ? made.theirs : own->after;
    return made;
  }

  void conflict(ObjectRef object, const std::string& fieldName, std::string why) {
    const FieldRow* field = fieldName.empty() ? nullptr : findField(object.kind, fieldName);
    inConflict_.insert({object, field});
    conflicts_.push_back(difference(object, field, std::move(why)));
  }

  void create(const ObjectChange& ours) {
    if (theirs_.get(ours.object) != nullptr) return conflict(ours.object, {}, "Others made an object of this number.");
    wanted_.objects.push_back(ours);
  }

  void erase(const ObjectChange& ours) {
    const ObjectChange* their = their_.find(ours.object);
    if (their != nullptr && their->fate == Fate::Erased) return;
    if (their != nullptr && std::ranges::any_of(their->fields, isDecision)) {
      return conflict(ours.object, {}, "Others changed what the draft erases.");
    }
    wanted_.objects.push_back({ours.object, Fate::Erased, {}});
  }

  void change(const ObjectChange& ours) {
    const ObjectChange* their = their_.find(ours.object);
    if (their != nullptr && their->fate == Fate::Erased) {
      return conflict(ours.object, {}, "Others erased what the draft changes.");
    }
    ObjectChange merged{ours.object, Fate::Changed, {}};
    for (const FieldChange& own : ours.fields) {
      const FieldChange* other = their == nullptr ? nullptr : their->find(own.field);
      Value now = valueIn(theirs_, ours.object, own.field);
      Value wanted = own.after;
      if (other != nullptr && isList(*own.field)) {
        wanted = membersOfBoth(membersWithout(now, own.removed), own.added);
      } else if (other != nullptr && changeOf(*own.field, other->after, own.after)) {
        conflict(ours.object, std::string(own.field->name), "Others changed it to something else.");
        continue;
      }
      if (auto one = changeOf(*own.field, std::move(now), std::move(wanted))) merged.fields.push_back(std::move(*one));
    }
    if (!merged.fields.empty()) wanted_.objects.push_back(std::move(merged));
  }

  // Also of those that are to stay, which is no difference.
  void sayOfDefaultAgain() {
    const ObjectRef domain{Kind::Domain, Domain::kDefault};
    const ObjectChange* ours =
        theirs_.settings().defaultDomain && theirs_.get(domain) != nullptr ? ours_.find(domain) : nullptr;
    const FieldChange* own = ours == nullptr ? nullptr : ours->find(findField(Kind::Domain, "nodes"));
    if (own == nullptr || ours->fate != Fate::Changed) return;
    std::vector<Id> added, removed;
    const auto take = [&](const Value& from, std::vector<Id>& into) {
      eachRef(from, [&](ObjectRef ref) {
        if (isProvisional(ref.id) || theirs_.get(ref) != nullptr) into.push_back(ref.id);
        return true;
      });
    };
    take(own->added, added);
    take(own->removed, removed);
    sayOfDefault(wanted_, theirs_, added, removed);
  }

  void takeOver(ObjectRef object) {
    const ObjectChange* their = their_.find(object);
    if (their == nullptr) return;
    if (their->fate != Fate::Changed && !inConflict_.contains({object, nullptr})) {
      taken_.push_back(
          difference(object, nullptr, their->fate == Fate::Erased ? "Others erased it." : "Others made it."));
    }
    if (their->fate != Fate::Changed) return;
    for (const FieldChange& field : their->fields) {
      if (!inConflict_.contains({object, field.field})) taken_.push_back(difference(object, field.field, {}));
    }
  }

  const Snapshot& base_;
  const Snapshot& theirs_;
  Diff ours_;
  Diff their_;
  Diff wanted_;
  std::set<std::pair<ObjectRef, const FieldRow*>> inConflict_;
  std::vector<Difference> conflicts_;
  std::vector<Difference> taken_;
};

}  // namespace

Edited<Merged> merge(const Snapshot& base, std::span<const Edit> draft, const Snapshot& theirs, Writer writer) {
  const auto applied = apply(base, draft, writer, base.revision + 1, base.time);
  if (!applied) return base::Failure<EditError>{applied.error()};
  Diff ours = renamed(decided(diff(base, applied->snapshot), base, applied->snapshot), turned(applied->made, base));
  return Merging(base, theirs, std::move(ours)).made(footprint(base, draft), writer);
}

}  // namespace san
