#include "shared/san/inverse.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared/san/default_domain.h"

namespace san {
namespace {

bool isAdministrators(const FieldRow& field) { return field.writer == Writer::ChangeSet; }

class Inversion {
 public:
  Inversion(const Snapshot& before, const Snapshot& after, const Snapshot& current)
      : before_(before), after_(after), current_(current) {}

  Inverse made() {
    for (const ObjectChange& change : diff(before_, after_).objects) {
      const bool own = rowOf(change.object.kind).writer == Writer::ChangeSet;
      if (change.fate == Fate::Changed) changeBack(change);
      if (change.fate == Fate::Created && own) takeAway(change.object);
      if (change.fate == Fate::Erased && own) bringBack(change);
    }
    settleDefault();
    const NewIds names = provisionalIds(back_);
    Grafted grafted = graft(current_, renamed(std::move(back_), names), Writer::ChangeSet);
    for (Dropped& one : grafted.dropped) {
      for (const auto& [old, provisional] : names) {
        if (one.object == provisional) one.object = old;
      }
      left_.push_back(std::move(one));
    }
    return {std::move(grafted.edits), std::move(left_)};
  }

 private:
  void leave(ObjectRef object, std::string_view field, std::string_view why) {
    left_.push_back({object, std::string(field), std::string(why)});
  }

  // Who was moved by nobody since is in the default domain again, or not, as he was; whom others have moved the name
  // server puts where he belongs. Said is only what that does not do by itself.
  void settleDefault() {
    if (!current_.settings().defaultDomain || current_.get<Domain>(Domain::kDefault) == nullptr) return;
    std::set<Id> nodes;
    for (const ObjectChange& change : diff(before_, after_).objects) {
      if (change.object.kind != Kind::Domain) continue;
      for (const FieldChange& field : change.fields) {
        if (field.field->name != "nodes") continue;
        for (const Value* list : {&field.added, &field.removed}) {
          eachRef(*list, [&](ObjectRef ref) { return nodes.insert(ref.id), true; });
        }
      }
    }
    auto was = otherDomains(before_, nodes);
    auto then = otherDomains(after_, nodes);
    auto now = otherDomains(current_, nodes);
    std::vector<Id> added, removed;
    for (Id id : nodes) {
      const Node* node = current_.get<Node>(id);
      const bool in = inDefaultDomain(current_, id);
      if (node == nullptr || now[id] != then[id] || in != inDefaultDomain(after_, id)) continue;
      const bool joins = !std::ranges::includes(now[id], was[id]);
      const bool comes = was[id].empty() && !now[id].empty() && node->registered();
      const bool byItself = joins ? false : comes ? true : in;
      const bool wanted = inDefaultDomain(before_, id);
      if (wanted && !byItself) added.push_back(id);
      if (!wanted && byItself) removed.push_back(id);
    }
    sayOfDefault(back_, current_, added, removed);
  }

  // What the change made goes, where nobody has changed it since.
  void takeAway(ObjectRef object) {
    const Object* now = current_.get(object);
    if (now == nullptr) return;
    const Object& made = *after_.get(object);
    for (const FieldRow& field : fieldsOf(object.kind)) {
      if (isAdministrators(field) && changeOf(field, field.get(made), field.get(*now))) {
        return leave(object, field.name, "It was changed since it was made.");
      }
    }
    back_.objects.push_back({object, Fate::Erased, {}});
  }

  void bringBack(const ObjectChange& change) {
    // What has another number each time may have one here, after a restart, that somebody else's has now.
    if (takesWantedId(change.object.kind) && current_.get(change.object) != nullptr)
      return leave(change.object, {}, "It is there again.");
    ObjectChange again{change.object, Fate::Created, {}};
    for (const FieldChange& field : change.fields) {
      if (!isAdministrators(*field.field)) continue;
      if (auto back = changeOf(*field.field, {}, field.before)) again.fields.push_back(std::move(*back));
    }
    back_.objects.push_back(std::move(again));
  }

  void changeBack(const ObjectChange& change) {
    const Object* now = current_.get(change.object);
    ObjectChange back{change.object, Fate::Changed, {}};
    for (const FieldChange& field : change.fields) {
      if (!isAdministrators(*field.field)) continue;
      if (now == nullptr) return leave(change.object, {}, "It is not there any more.");
      Value value = field.field->get(*now);
      if (isList(*field.field)) {
        Value wanted = membersOfBoth(membersWithout(value, field.added), field.removed);
        if (auto one = changeOf(*field.field, std::move(value), std::move(wanted)))
          back.fields.push_back(std::move(*one));
      } else if (changeOf(*field.field, value, field.after)) {
        if (value != field.before) leave(change.object, field.field->name, "It was changed since.");
      } else if (auto one = changeOf(*field.field, std::move(value), field.before)) {
        back.fields.push_back(std::move(*one));
      }
    }
    if (!back.fields.empty()) back_.objects.push_back(std::move(back));
  }

  const Snapshot& before_;
  const Snapshot& after_;
  const Snapshot& current_;
  Diff back_;
  std::vector<Dropped> left_;
};

}  // namespace

Inverse inverse(const Snapshot& before, const Snapshot& after, const Snapshot& current) {
  return Inversion(before, after, current).made();
}

}  // namespace san
