#include "shared/san/change.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shared/isns/ip_text.h"
#include "shared/names/iscsi_name.h"
#include "shared/names/ports.h"
#include "shared/san/coherence.h"
#include "shared/san/default_domain.h"

namespace san {
namespace {

std::string_view whoseFact(Writer writer) {
  switch (writer) {
    case Writer::NameServer:
      return "is what the name server knows";
    case Writer::ChangeSet:
      return "changes by change sets alone";
    case Writer::Management:
      return "is kept by the management server";
    case Writer::Agent:
      return "is what agents report";
  }
  return {};
}

static_assert(kMaxEdits < kLastProvisional - kFirstProvisional);

// One list of edits on its way into an editor.
class Application {
 public:
  Application(const Snapshot& base, std::span<const Edit> edits, std::optional<Writer> writer, Revision now,
              Seconds time, bool follows)
      : edits_(edits), writer_(writer), follows_(follows || writer == Writer::ChangeSet), editor_(base, now, time) {}

  Edited<Applied> run(const Snapshot& base) {
    while (at_ < edits_.size()) {
      if (auto status = step(); !status) return failed(status.error(), at_);
    }
    auto next = editor_.finish();
    if (next && follows_) next = followed(base, std::move(next).value());
    if (!next) return failed(next.error(), lastEditOf(next.error().object));
    // What happened, or was seen, is as it is; only what is wanted can be editError.
    if (writer_ == Writer::ChangeSet) {
      if (auto status = checkCoherence(base, *next); !status) {
        return failed(status.error(), lastEditOf(status.error().object));
      }
    }
    return Applied{std::move(next).value(), std::move(made_)};
  }

 private:
  // As the name server has it then.
  Edited<Snapshot> followed(const Snapshot& base, Snapshot next) const {
    std::map<Id, bool> moves;
    for (const auto& [node, in] : defaultMoves(base, next)) {
      if (allStated_ || stated_.contains(node) || in == inDefaultDomain(next, node)) continue;
      moves[node] = in;
    }
    if (moves.empty()) return next;
    const Revision now = next.revision;
    const Seconds time = next.time;
    SnapshotEditor editor(std::move(next), now, time);
    auto& domain = editor.own<Domain>(Domain::kDefault);
    std::vector<Member> members;
    for (const Member& member : domain.nodes.items()) {
      if (!moves.contains(member.id)) members.push_back(member);
    }
    for (const auto& [node, in] : moves) {
      if (in) members.push_back({node, now});
    }
    std::ranges::sort(members, {}, &Member::id);
    domain.nodes.assign(members);
    return editor.finish();
  }

  // In the error an object that is new has the id that the change set knows it by.
  Edited<Applied> failed(EditError error, std::optional<std::size_t> edit) const {
    error.edit = edit;
    for (const auto& [provisional, real] : made_) {
      if (real == error.object) error.object = provisional;
    }
    return base::Failure<EditError>{std::move(error)};
  }

  [[nodiscard]] std::optional<std::size_t> lastEditOf(ObjectRef object) const {
    for (std::size_t i = edits_.size(); i-- > 0;) {
      if (resolved(edits_[i].object) == object) return i;
    }
    return std::nullopt;
  }

  // The object that a reference of the edits stands for; none when no edit has made it.
  [[nodiscard]] ObjectRef resolved(ObjectRef ref) const {
    if (!isProvisional(ref.id)) return ref;
    const auto found = made_.find(ref);
    return found == made_.end() ? ObjectRef{} : found->second;
  }

  // What the name server has under a number that edits take for that of a new object.
  [[nodiscard]] bool isOutOfReach(ObjectRef ref) const {
    return isProvisional(ref.id) && !made_.contains(ref) && editor_.view().get(ref) != nullptr;
  }

  Edited<void> resolve(const Edit& edit, Value& value) const {
    ObjectRef outside;
    eachRef(std::as_const(value), [&](ObjectRef ref) {
      if (isOutOfReach(ref)) outside = ref;
      return true;
    });
    if (outside) return editError(EditFault::BadValue, edit.object, edit.field, whyOutOfReach(editor_.view(), outside));
    const bool whole = eachRef(value, [&](ObjectRef& ref) {
      ref = resolved(ref);
      return static_cast<bool>(ref);
    });
    if (!whole) {
      return editError(EditFault::BadValue, edit.object, edit.field,
                       edit.field + " refers to a new object that no edit before makes.");
    }
    if (auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
      std::ranges::sort(*refs);
      refs->erase(std::unique(refs->begin(), refs->end()), refs->end());
    }
    if (auto* accesses = std::get_if<std::vector<Access>>(&value)) std::ranges::sort(*accesses);
    return {};
  }

  [[nodiscard]] bool mayWrite(Writer writer) const { return !writer_ || *writer_ == writer; }

  // Does the edit at at_, or several that belong together, and moves at_ behind them; on an error at_ is the editError
  // one.
  Edited<void> step() {
    const Edit& edit = edits_[at_];
    if (edit.op != EditOp::Create && isOutOfReach(edit.object)) {
      return editError(EditFault::NotAllowed, edit.object, edit.field, whyOutOfReach(editor_.view(), edit.object));
    }
    if (edit.op == EditOp::Create || edit.op == EditOp::Erase) {
      const Kind kind = edit.object.kind;
      if (edit.op == EditOp::Create && writer_ == Writer::ChangeSet && mayBeNamed(kind)) return name();
      if (kind == Kind::None || !mayWrite(rowOf(kind).writer)) {
        return editError(EditFault::NotAllowed, edit.object, {},
                         "A " + std::string(nameOf(kind)) + " " + std::string(whoseFact(rowOf(kind).writer)) +
                             ": it cannot be made or erased here.");
      }
      auto status = edit.op == EditOp::Create ? create(edit.object) : editor_.erase(resolved(edit.object));
      if (status.ok()) ++at_;
      return status;
    }
    const FieldRow* field = findField(edit.object.kind, edit.field);
    if (field == nullptr) {
      return editError(EditFault::NoSuchField, edit.object, edit.field,
                       "A " + std::string(nameOf(edit.object.kind)) + " has no field " + edit.field + ".");
    }
    if (!mayWrite(field->writer)) {
      return editError(EditFault::NotAllowed, edit.object, edit.field,
                       "The field " + edit.field + " of a " + std::string(nameOf(edit.object.kind)) + " " +
                           std::string(whoseFact(field->writer)) + ".");
    }
    const ObjectRef object = resolved(edit.object);
    if (editor_.view().get(object) == nullptr) {
      return editError(
          EditFault::NoSuchObject, edit.object, edit.field,
          "There is no " + std::string(nameOf(edit.object.kind)) + " #" + std::to_string(edit.object.id) + ".");
    }
    if (edit.op == EditOp::Set) return set(edit, object, *field);
    return changeMembers(object, *field);
  }

  // A node or a portal that need not be registered: the edit that makes it and the one with its name, which come
  // together. Where there is one of that name, it is that one.
  Edited<void> name() {
    const ObjectRef wanted = edits_[at_].object;
    const FieldRow& field = *findField(wanted.kind, wanted.kind == Kind::Node ? "name" : "address");
    const std::size_t next = at_ + 1;
    const bool named = next < edits_.size() && edits_[next].op == EditOp::Set && edits_[next].object == wanted &&
                       edits_[next].field == field.name;
    const auto* text = named ? std::get_if<std::string>(&edits_[next].value) : nullptr;
    if (text == nullptr || !isProvisional(wanted.id) || made_.contains(wanted)) {
      return editError(EditFault::KeyMissing, wanted, field.name,
                       "The edit after the one that makes a " + std::string(nameOf(wanted.kind)) + " sets its " +
                           std::string(field.name) + ".");
    }
    at_ = next;
    auto spelling = normalName(wanted.kind, *text);
    if (!spelling) return editError(EditFault::BadValue, wanted, field.name, spelling.error().text);
    if (const auto known = editor_.view().find(wanted.kind, *spelling)) {
      made_.emplace(wanted, ObjectRef{wanted.kind, *known});
    } else {
      auto made = editor_.create(wanted.kind);
      if (!made) return base::Failure<EditError>{made.error()};
      made_.emplace(wanted, *made);
      if (auto status = editor_.set(*made, field, std::move(*spelling)); !status) return status;
    }
    ++at_;
    return {};
  }

  // A name that is known already is taken as it is: the name server may be one that takes others than RFC 7143's.
  base::Result<std::string> normalName(Kind kind, const std::string& text) const {
    if (editor_.view().find(kind, text)) return text;
    if (kind == Kind::Portal) {
      const auto address = isns::parsePortal(text, names::kIscsiPort);
      if (!address) return base::fail("address must be an address and a port, as 192.0.2.1:3260.");
      return isns::formatPortal(*address);
    }
    std::string scratch;
    const auto normal = names::normaliseIscsiName(text, scratch);
    if (!normal) return base::fail("The iSCSI name cannot be: " + normal.error().text + ".");
    return std::string(*normal);
  }

  Edited<void> create(ObjectRef wanted) {
    Id id = 0;
    if (wanted.kind == Kind::Settings) {
      id = Settings::kId;
    } else if (!isProvisional(wanted.id)) {
      if (!takesWantedId(wanted.kind) || wanted.id == 0) {
        return editError(
            EditFault::BadValue, wanted, {},
            "A new " + std::string(nameOf(wanted.kind)) + " cannot have the number " + std::to_string(wanted.id) + ".");
      }
      id = wanted.id;
    }
    if (made_.contains(wanted)) {
      return editError(EditFault::NameTaken, wanted, {},
                       "Two edits make the same new " + std::string(nameOf(wanted.kind)) + ".");
    }
    auto made = editor_.create(wanted.kind, id);
    if (!made) return base::Failure<EditError>{made.error()};
    if (isProvisional(wanted.id)) made_.emplace(wanted, *made);
    return {};
  }

  Edited<void> set(const Edit& edit, ObjectRef object, const FieldRow& field) {
    Value value = edit.value;
    if (auto status = resolve(edit, value); !status) return status;
    allStated_ = allStated_ || isOfDefault(object, field);
    auto status = assign(object, field, value);
    if (status.ok()) ++at_;
    return status;
  }

  Edited<void> assign(ObjectRef object, const FieldRow& field, const Value& value) {
    const Value now = field.get(*editor_.view().get(object));
    const bool empty = std::holds_alternative<std::monostate>(value);
    if (now == value || (empty && now == field.get(*makeObject(object.kind)))) return {};
    return editor_.set(object, field, value);
  }

  static bool isOfDefault(ObjectRef object, const FieldRow& field) {
    return object == ObjectRef{Kind::Domain, Domain::kDefault} && field.name == "nodes";
  }

  // All edits in a row that add to and remove from one list, at the cost of one.
  Edited<void> changeMembers(ObjectRef object, const FieldRow& field) {
    Value value = field.get(*editor_.view().get(object));
    auto* list = std::get_if<std::vector<ObjectRef>>(&value);
    const Edit& first = edits_[at_];
    if (list == nullptr) {
      return editError(EditFault::BadValue, object, field.name,
                       std::string(field.name) + " is no list of objects: set it instead.");
    }
    std::size_t end = at_;
    for (; end < edits_.size() && edits_[end].object == first.object && edits_[end].field == first.field &&
           (edits_[end].op == EditOp::Add || edits_[end].op == EditOp::Remove);
         ++end) {
      const std::size_t before = std::exchange(at_, end);
      if (auto status = changeMember(edits_[end], object, field, *list); !status) return status;
      at_ = before;
    }
    at_ = end - 1;
    auto status = assign(object, field, value);
    if (status.ok()) at_ = end;
    return status;
  }

  Edited<void> changeMember(const Edit& edit, ObjectRef object, const FieldRow& field, std::vector<ObjectRef>& list) {
    Value value = edit.value;
    if (auto status = resolve(edit, value); !status) return status;
    const auto* member = std::get_if<ObjectRef>(&value);
    if (member == nullptr || !*member || !field.mayReferTo(member->kind) || editor_.view().get(*member) == nullptr) {
      return editError(EditFault::BadValue, edit.object, edit.field,
                       "What joins or leaves " + edit.field + " is not there.");
    }
    if (isOfDefault(object, field)) stated_.insert(member->id);
    const auto place = std::ranges::lower_bound(list, *member);
    const bool there = place != list.end() && *place == *member;
    if (edit.op == EditOp::Add) {
      if (!there) list.insert(place, *member);
      return {};
    }
    if (!there) {
      // Or he is to stay out of it though the name server would put him there.
      if (follows_ && isOfDefault(object, field) && editor_.view().settings().defaultDomain) return {};
      return editError(EditFault::BadValue, edit.object, edit.field,
                       nameOf(editor_.view(), *member) + " is not in " + edit.field + " of " +
                           nameOf(editor_.view(), resolved(edit.object)) + ".");
    }
    list.erase(place);
    return {};
  }

  std::span<const Edit> edits_;
  std::optional<Writer> writer_;
  bool follows_;
  SnapshotEditor editor_;
  NewIds made_;
  std::set<Id> stated_;     // of the default domain
  bool allStated_ = false;  // its whole list
  std::size_t at_ = 0;
};

}  // namespace

std::string whyOutOfReach(const Snapshot& snapshot, ObjectRef ref) {
  const std::string kind(nameOf(ref.kind));
  if (snapshot.get(ref) == nullptr) {
    return "There is no " + kind + " #" + std::to_string(ref.id) + ", and change sets make none of a number above " +
           std::to_string(kFirstProvisional - 1) + ".";
  }
  return "The " + kind + " " + nameOf(snapshot, ref) + " has the number " + std::to_string(ref.id) +
         ", which a client has chosen: change sets change those up to " + std::to_string(kFirstProvisional - 1) +
         " alone. Let a control node change it by iSNS, or make it again under another number.";
}

Edited<Applied> apply(const Snapshot& base, std::span<const Edit> edits, std::optional<Writer> writer, Revision now,
                      Seconds time, bool follows) {
  if (writer && edits.size() > kMaxEdits) {
    return editError(EditFault::Limit, {}, {},
                     "A change set has at most " + std::to_string(kMaxEdits) + " edits: make several of it.");
  }
  return Application(base, edits, writer, now, time, follows).run(base);
}

}  // namespace san
