#include <algorithm>

#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace san {
namespace document {

bool isKept(ObjectRef ref, const Object& object) {
  return ref.kind != Kind::Credential || static_cast<const Credential&>(object).state != CredentialState::Retired;
}

std::string referenceText(const Snapshot& snapshot, const FieldRow& field, ObjectRef ref) {
  if ((field.kinds & (field.kinds - 1)) != 0) return refText(snapshot, ref);
  const std::string name = nameOf(snapshot, ref);
  return name.empty() ? "#" + std::to_string(ref.id) : name;
}

namespace {

base::Json toJson(const Snapshot& snapshot, const FieldRow& field, const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return referenceText(snapshot, field, *ref);
  std::vector<std::string> texts;
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
    for (ObjectRef ref : *refs) texts.push_back(referenceText(snapshot, field, ref));
    std::sort(texts.begin(), texts.end());
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    texts = *list;
  } else {
    return {};
  }
  base::Json::Array array;
  for (std::string& text : texts) array.emplace_back(std::move(text));
  return array;
}

// What the object is known by, then what differs from the defaults.
base::Json::Object entryOf(const Snapshot& snapshot, ObjectRef ref, const Object& object, const Object& defaults) {
  base::Json::Object entry;
  if (!nameMember(ref.kind).empty()) entry.push_back({std::string(nameMember(ref.kind)), nameOf(snapshot, ref)});
  if (hasNumber(ref.kind)) entry.push_back({"id", ref.id});
  for (const FieldRow& field : fieldsOf(ref.kind)) {
    const bool known = isKey(ref.kind, field);
    if (!known && !isContent(ref.kind, field)) continue;
    if (field.equal(object, defaults)) continue;
    entry.push_back({std::string(field.name), toJson(snapshot, field, field.get(object))});
  }
  return entry;
}

struct Line {
  std::string order;
  ObjectRef ref;
  base::Json::Object entry;
};

std::vector<Line> linesOf(const Snapshot& snapshot, Kind kind) {
  std::vector<Line> lines;
  const auto defaults = makeObject(kind);
  forEachKind([&]<class T>(T*) {
    if (T::kKind != kind) return;
    snapshot.table<T>().forEach([&](Id id, const T& object) {
      const ObjectRef ref{kind, id};
      if (!isKept(ref, object)) return;
      Line line{{}, ref, entryOf(snapshot, ref, object, *defaults)};
      // Of what others make, only what an administrator has said something about.
      if (!mayMake(kind) && line.entry.size() == 1) return;
      if (!nameMember(kind).empty()) {
        line.order = *line.entry.front().value.text();
      } else {
        for (const base::JsonMember& member : line.entry) {
          line.order.append(member.name).append(1, '\x01').append(member.value.plain()).append(1, '\x01');
        }
      }
      lines.push_back(std::move(line));
    });
  });
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.order < b.order; });
  return lines;
}

}  // namespace

std::vector<ObjectRef> ordered(const Snapshot& snapshot, Kind kind) {
  std::vector<ObjectRef> refs;
  for (const Line& line : linesOf(snapshot, kind)) refs.push_back(line.ref);
  return refs;
}

}  // namespace document

std::uint32_t documentKinds() {
  std::uint32_t kinds = 0;
  for (const KindRow& row : kKindTable) {
    const auto fields = fieldsOf(row.kind);
    const bool has = std::any_of(fields.begin(), fields.end(),
                                 [&](const FieldRow& field) { return document::isContent(row.kind, field); });
    if (has || document::mayMake(row.kind)) kinds |= document::bitOf(row.kind);
  }
  return kinds;
}

base::Json exportDocument(const Snapshot& snapshot, std::uint32_t kinds, const std::function<bool(ObjectRef)>& shown) {
  base::Json::Object document{{"format", kDocumentFormat}};
  for (const KindRow& row : kKindTable) {
    if ((kinds & documentKinds() & document::bitOf(row.kind)) == 0) continue;
    auto lines = document::linesOf(snapshot, row.kind);
    if (shown) std::erase_if(lines, [&](const auto& line) { return !shown(line.ref); });
    if (row.kind == Kind::Settings) {
      document.push_back({std::string(row.plural), lines.empty() ? base::Json::Object{} : std::move(lines[0].entry)});
      continue;
    }
    base::Json::Array entries;
    for (auto& line : lines) entries.emplace_back(std::move(line.entry));
    document.push_back({std::string(row.plural), std::move(entries)});
  }
  return document;
}

}  // namespace san
