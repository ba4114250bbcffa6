#include "shared/mgmt/snapshot_writer.h"

#include <utility>

#include "shared/mgmt/edit_json.h"
#include "shared/san/fields.h"
#include "shared/san/since_rows.h"

namespace mgmt {

using san::Kind;
using san::ObjectRef;

namespace {

class ObjectWriter {
 public:
  ObjectWriter(std::string& out, const san::Snapshot& snapshot) : out_(out), snapshot_(snapshot) {}

  void object(ObjectRef ref, const san::Object& object) {
    facts(ref, object);
    out_ += '}';
  }
  void wholeObject(ObjectRef ref, const san::Object& object) {
    facts(ref, object);
    for (const san::SinceRow& row : san::sinceRowsOf(ref.kind)) {
      const std::vector<san::Revision> revisions = row.get(object);
      if (!row.list) {
        number(row.name, revisions.front());
        continue;
      }
      name(row.name);
      list(revisions, [&](san::Revision one) { out_ += std::to_string(one); });
    }
    out_ += '}';
  }

 private:
  void facts(ObjectRef ref, const san::Object& object) {
    out_ += "{\"ref\":";
    reference(ref);
    out_ += ",\"kind\":";
    base::appendJsonText(out_, san::nameOf(ref.kind));
    number("id", ref.id);
    number("created", object.created);
    number("changed", object.changed);
    for (const san::FieldRow& field : san::fieldsOf(ref.kind)) {
      name(field.name);
      value(field.get(object));
    }
  }
  void name(std::string_view text) {
    out_ += ",\"";
    out_ += text;  // names of fields need no escapes
    out_ += "\":";
  }
  void number(std::string_view text, std::uint64_t value) {
    name(text);
    out_ += std::to_string(value);
  }
  void reference(ObjectRef ref) { base::appendJsonText(out_, san::refText(snapshot_, ref)); }
  template <class List, class Item>
  void list(const List& all, Item&& item) {
    out_ += '[';
    bool first = true;
    for (const auto& one : all) {
      if (!std::exchange(first, false)) out_ += ',';
      item(one);
    }
    out_ += ']';
  }
  void value(const san::Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) {
      out_ += *flag ? "true" : "false";
    } else if (const auto* numberValue = std::get_if<std::uint64_t>(&value)) {
      out_ += std::to_string(*numberValue);
    } else if (const auto* textValue = std::get_if<std::string>(&value)) {
      base::appendJsonText(out_, *textValue);
    } else if (const auto* ref = std::get_if<ObjectRef>(&value)) {
      reference(*ref);
    } else if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
      list(*refs, [&](ObjectRef one) { reference(one); });
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
      list(*texts, [&](const std::string& one) { base::appendJsonText(out_, one); });
    } else if (std::holds_alternative<std::monostate>(value)) {
      out_ += "null";
    } else {
      toJson(snapshot_, value, References::Names).writeCompact(out_);  // lists of accesses, which are few
    }
  }

  std::string& out_;
  const san::Snapshot& snapshot_;
};

template <class Visit>
void eachOf(const san::Snapshot& snapshot, Kind kind, Visit&& visit) {
  san::forEachKind([&]<class T>(T*) {
    if (T::kKind != kind) return;
    snapshot.table<T>().forEach([&](san::Id id, const T& object) { visit(ObjectRef{kind, id}, object); });
  });
}

}  // namespace

void appendObject(std::string& out, const san::Snapshot& snapshot, ObjectRef ref, const san::Object& object) {
  ObjectWriter(out, snapshot).object(ref, object);
}

std::string snapshotText(const san::Snapshot& snapshot, const san::Scope* scope) {
  std::string out = "{\"revision\":" + std::to_string(snapshot.revision) +
                    ",\"state\":" + std::to_string(snapshot.state) + ",\"time\":" + std::to_string(snapshot.time) +
                    (snapshot.replayed ? ",\"replayed\":true" : "") + ",\"objects\":{";
  bool firstKind = true;
  for (const san::KindRow& row : san::kKindTable) {
    if (row.kind == Kind::None) continue;
    out.append(std::exchange(firstKind, false) ? "\"" : ",\"").append(row.plural).append("\":[");
    bool first = true;
    eachOf(snapshot, row.kind, [&](ObjectRef ref, const san::Object& object) {
      if (scope != nullptr && !scope->sees(ref)) return;
      if (!std::exchange(first, false)) out += ',';
      ObjectWriter(out, snapshot).wholeObject(ref, object);
    });
    out += ']';
  }
  return out + "}}\n";
}

}  // namespace mgmt
