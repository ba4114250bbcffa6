#include "console-gui/model/object_form.h"

#include <algorithm>
#include <optional>

#include "console-gui/client/tr.h"
#include "console-gui/model/sentences.h"
#include "console-gui/model/workspace.h"
#include "shared/mgmt/edit_json.h"
#include "shared/mgmt/field_text.h"

namespace console {
namespace {

using san::Edit;
using san::EditOp;
using san::FieldRow;
using san::Kind;
using san::ObjectRef;

// What has a page of its own: members on Zoning.
constexpr std::pair<Kind, std::string_view> kElsewhere[] = {
    {Kind::Domain, "nodes"}, {Kind::Domain, "portals"}, {Kind::DomainSet, "domains"}};
// What is made and ended by deeds of its own.
constexpr std::array kNoForm{Kind::Credential, Kind::Departure, Kind::ChangeSet};

bool isKept(Kind kind) {
  return san::rowOf(kind).writer == san::Writer::ChangeSet && std::ranges::find(kNoForm, kind) == kNoForm.end();
}

// Whether it stands in a form. The keys of what is there say what it is; they do not change.
bool isShown(Kind kind, const FieldRow& row, bool isNew) {
  return row.writer == san::Writer::ChangeSet && (isNew || !row.key) &&
         std::ranges::find(kElsewhere, std::pair(kind, row.name)) == std::end(kElsewhere);
}

bool hasForm(Kind kind) {
  return std::ranges::find(kNoForm, kind) == kNoForm.end() &&
         std::ranges::any_of(san::fieldsOf(kind), [&](const FieldRow& row) { return isShown(kind, row, false); });
}

// Of the nodes of a SAN, those that can stand in the field.
bool canStand(const san::Snapshot& snapshot, Kind kind, std::string_view field, ObjectRef ref) {
  const auto* node = ref.kind == Kind::Node ? snapshot.get<san::Node>(ref.id) : nullptr;
  if (node == nullptr) return true;
  if (field == "target") return node->target;
  return (kind != Kind::Map && kind != Kind::Approval && kind != Kind::Host) || node->initiator;
}

// Null where nobody has written anything.
base::Result<san::Value> valueFrom(const san::Snapshot& snapshot, ObjectRef object, const FormField& field,
                                   const FormNames& names, const QString& text) {
  if (field.isLink()) {
    QStringList faults;
    const auto known = names.find(field.row->name);
    auto refs = known == names.end() ? std::vector<ObjectRef>{} : known->second.refsIn(text, faults);
    if (!faults.isEmpty()) return base::fail(faults.front().toStdString());
    std::ranges::sort(refs);
    if (field.row->type == san::FieldType::Refs) return san::Value(std::move(refs));
    if (refs.size() > 1) return base::fail(tr("One name is wanted here.").toStdString());
    return refs.empty() ? san::Value() : san::Value(refs.front());
  }
  const std::string name(field.row->name);
  auto json = mgmt::fieldFromText(*field.row, text.toStdString());
  if (!json) return base::fail(sentence(name + " " + json.error().text + ".").toStdString());
  // The field's own checks: range, form, length.
  const auto scratch = san::makeObject(object.kind);
  base::Json::Array one{base::Json::Object{{"op", "set"},
                                           {"object", mgmt::toJson(snapshot, object, mgmt::References::Numbers)},
                                           {"field", name},
                                           {"value", std::move(*json)}}};
  auto edits = mgmt::editsFromJson(base::Json(std::move(one)), snapshot, mgmt::References::Numbers);
  if (!edits) return base::fail(sentence(edits.error().text).toStdString());
  if (const auto status = san::setField(*field.row, *scratch, edits->front().value, 0); !status)
    return base::fail(sentence(name + " " + status.error().text + ".").toStdString());
  return std::move(edits->front().value);
}

// What each object gets or loses; what it has or lacks already makes no edit.
void addStep(const san::Snapshot& snapshot, const FormField& field, EditOp op, ObjectRef member,
             std::span<const ObjectRef> objects, std::vector<Edit>& edits) {
  for (const ObjectRef object : objects) {
    const san::Object* now = snapshot.get(object);
    const auto value = now != nullptr ? field.row->get(*now) : san::Value();
    const auto* members = std::get_if<std::vector<ObjectRef>>(&value);
    const bool there = members != nullptr && std::ranges::find(*members, member) != members->end();
    if (there != (op == EditOp::Add)) edits.push_back({op, object, std::string(field.row->name), member});
  }
}

// From the list that stood there to the one that is written: what others have added meanwhile stays.
void addDifference(const san::Snapshot& snapshot, const FormField& field, const KnownNames& names,
                   const san::Value& written, std::span<const ObjectRef> objects, std::vector<Edit>& edits) {
  QStringList gone;  // what has no name any more is in no list either
  const std::vector<ObjectRef> before = names.refsIn(field.text, gone);
  const auto& after = std::get<std::vector<ObjectRef>>(written);
  const auto holds = [](const std::vector<ObjectRef>& list, ObjectRef ref) {
    return std::ranges::find(list, ref) != list.end();
  };
  for (const ObjectRef ref : after) {
    if (!holds(before, ref)) addStep(snapshot, field, EditOp::Add, ref, objects, edits);
  }
  for (const ObjectRef ref : before) {
    if (!holds(after, ref)) addStep(snapshot, field, EditOp::Remove, ref, objects, edits);
  }
}

// "+PCI, -test": the same for each of them.
std::optional<FormFault> addSteps(const san::Snapshot& snapshot, std::size_t at, const FormField& field,
                                  const KnownNames& names, const std::vector<mgmt::MemberStep>& steps,
                                  std::span<const ObjectRef> objects, std::vector<Edit>& edits) {
  for (const mgmt::MemberStep& step : steps) {
    const QString name = QString::fromUtf8(step.name.data(), static_cast<qsizetype>(step.name.size()));
    const ObjectRef member = names.find(name);
    if (!member) return FormFault{at, names.whyNone(name)};
    addStep(snapshot, field, step.op, member, objects, edits);
  }
  return std::nullopt;
}

// Of their kinds alone.
QString whyNoCommonForm(std::span<const ObjectRef> objects) {
  if (objects.empty()) return tr("Nothing is selected.");
  const Kind kind = objects.front().kind;
  if (std::ranges::any_of(objects, [&](ObjectRef one) { return one.kind != kind; }))
    return tr("Several kinds of objects are selected. Select those of one kind.");
  if (!hasForm(kind)) return tr("Agents and registrations make this. Administrators keep nothing of it.");
  return {};
}

}  // namespace

QString whyNoForm(const san::Snapshot& snapshot, std::span<const ObjectRef> objects) {
  if (const QString why = whyNoCommonForm(objects); !why.isEmpty()) return why;
  if (std::ranges::any_of(objects, [&](ObjectRef one) { return snapshot.get(one) == nullptr; }))
    return tr("It is not there any more.");
  return {};
}

QString whyNoForm(Workspace& workspace, std::span<const ObjectRef> objects) {
  const Draft& draft = workspace.draft();
  QString why = whyNoCommonForm(objects);
  // What others have made since is not in the draft's SAN, nor has it gone.
  if (why.isEmpty()) why = draft.whyMistakable(objects);
  if (why.isEmpty()) why = whyNoForm(draft.result(), objects);
  return why.isEmpty() ? workspace.whyNoEdit() : why;
}

QString whyNoErase(const san::Snapshot& snapshot, std::span<const ObjectRef> objects) {
  if (objects.empty()) return tr("Nothing is selected.");
  for (const ObjectRef one : objects) {
    if (!isKept(one.kind) || one.kind == Kind::Settings)
      return tr("Agents and registrations make this. It goes when they go.");
    if (snapshot.get(one) == nullptr) return tr("It is not there any more.");
  }
  return {};
}

std::vector<Edit> eraseEdits(std::span<const ObjectRef> objects) {
  std::vector<Edit> edits;
  for (const ObjectRef one : objects) edits.push_back({EditOp::Erase, one, {}, {}});
  return edits;
}

ObjectForm formOf(const san::Snapshot& snapshot, Kind kind, std::vector<ObjectRef> objects) {
  ObjectForm form{kind, std::move(objects), {}};
  const auto blank = san::makeObject(kind);
  for (const FieldRow& row : san::fieldsOf(kind)) {
    if (!isShown(kind, row, form.objects.empty())) continue;
    FormField field{&row, {}, false};
    const auto textIn = [&](const san::Object& object) {
      return QString::fromStdString(mgmt::fieldText(snapshot, row, row.get(object)));
    };
    field.text = form.objects.empty() ? textIn(*blank) : QString();
    for (const ObjectRef ref : form.objects) {
      const san::Object* object = snapshot.get(ref);
      const QString text = textIn(object != nullptr ? *object : *blank);
      if (ref == form.objects.front()) field.text = text;
      field.differs = field.differs || text != field.text;
    }
    if (field.differs) field.text.clear();
    form.fields.push_back(std::move(field));
  }
  return form;
}

FormNames formNames(const san::Snapshot& snapshot, const ObjectForm& form) {
  FormNames all;
  for (const FormField& field : form.fields) {
    if (!field.isLink()) continue;
    const FieldRow& row = *field.row;
    const bool several = (row.kinds & (row.kinds - 1)) != 0;
    KnownNames& names = all[row.name];
    san::forEachKind([&]<class T>(T*) {
      if (!row.mayReferTo(T::kKind)) return;
      snapshot.table<T>().forEach([&](san::Id id, const T&) {
        const ObjectRef ref{T::kKind, id};
        if (!canStand(snapshot, form.kind, row.name, ref)) return;
        names.add(snapshot, ref);
        // The form writes it so where there may be several kinds.
        if (several) names.add(QString::fromStdString(san::refText(snapshot, ref)), ref);
      });
    });
    names.sort();
  }
  return all;
}

FormEdits formEdits(const san::Snapshot& snapshot, const ObjectForm& form, const FormNames& names,
                    std::span<const std::optional<QString>> texts, ObjectRef fresh) {
  FormEdits made;
  std::vector<ObjectRef> objects = form.objects;
  const bool isNew = objects.empty() || (form.kind == Kind::Settings && snapshot.get(objects.front()) == nullptr);
  if (objects.empty()) objects.push_back(fresh);
  if (isNew) made.edits.push_back({EditOp::Create, objects.front(), {}, {}});
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const FormField& field = form.fields[i];
    if (!texts[i] || (*texts[i] == field.text && !field.differs)) continue;
    const std::string text = texts[i]->toStdString();
    const bool isList = field.row->type == san::FieldType::Refs;
    const auto known = names.find(field.row->name);
    const KnownNames fieldNames = known == names.end() ? KnownNames() : known->second;
    if (const auto steps = mgmt::memberSteps(text); isList && !steps.empty()) {
      auto fault = addSteps(snapshot, i, field, fieldNames, steps, objects, made.edits);
      if (fault) made.faults.push_back(std::move(*fault));
      continue;
    }
    auto value = valueFrom(snapshot, objects.front(), field, names, *texts[i]);
    if (!value) {
      made.faults.push_back({i, QString::fromStdString(value.error().text)});
      continue;
    }
    if (isList && !isNew && !field.differs) {
      addDifference(snapshot, field, fieldNames, *value, objects, made.edits);
      continue;
    }
    for (const ObjectRef object : objects)
      made.edits.push_back({EditOp::Set, object, std::string(field.row->name), *value});
  }
  // A new object of which nothing is said is none.
  if (!made.faults.empty() || (isNew && made.edits.size() == 1)) made.edits.clear();
  return made;
}

}  // namespace console
