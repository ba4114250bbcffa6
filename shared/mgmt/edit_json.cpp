#include "shared/mgmt/edit_json.h"

#include "shared/base/whole_number.h"

#include <algorithm>
#include <optional>

namespace mgmt {
namespace {

using base::Json;
using san::Access;
using san::Edit;
using san::EditOp;
using san::FieldType;
using san::ObjectRef;
using san::Value;

// What the walk through a text has found wrong first.
using Fault = std::optional<JsonFault>;

Json accessJson(const san::Snapshot& snapshot, const Access& access, References references) {
  Json::Object made;  // without `who`: everybody
  if (access.who) made.push_back({"who", toJson(snapshot, access.who, references)});
  if (access.unit) made.push_back({"unit", toJson(snapshot, access.unit, references)});
  made.push_back({"lun", access.lun});
  if (access.unit) made.push_back({"right", san::wordOf(access.right)});
  return made;
}

class Reader {
 public:
  Reader(const san::Snapshot& snapshot, References references) : snapshot_(snapshot), references_(references) {}

  Fault edits(const Json& json, std::vector<Edit>& out) {
    const auto* list = json.array();
    if (list == nullptr) return JsonFault{"", "The edits are a list."};
    // Rows of our own may have more: what takes a change set back (References::Numbers).
    if (references_ == References::Names && list->size() > san::kMaxEdits) {
      return JsonFault{"",
                       "A change set has at most " + std::to_string(san::kMaxEdits) + " edits: make several of it."};
    }
    out.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
      at_ = "/" + std::to_string(i);
      if (auto fault = edit((*list)[i], out.emplace_back())) return fault;
    }
    return {};
  }

 private:
  Fault wrong(std::string_view where, std::string text) const {
    return JsonFault{at_ + std::string(where), std::move(text)};
  }

  Fault edit(const Json& json, Edit& out) {
    const auto* members = json.object();
    if (members == nullptr) return wrong("", "An edit is an object with op and object.");
    for (const auto& member : *members) {
      if (member.name != "op" && member.name != "object" && member.name != "field" && member.name != "value") {
        return wrong("/" + escaped(member.name), "An edit has op, object, field and value, and nothing else.");
      }
    }
    const Json* op = json.find("op");
    const auto word = op == nullptr || op->text() == nullptr ? std::nullopt : san::fromWord<EditOp>(*op->text());
    if (!word) return wrong("/op", "op is create, erase, set, add or remove.");
    out.op = *word;
    const Json* object = json.find("object");
    if (object == nullptr) return wrong("/object", "object is missing: which one the edit is about.");
    if (auto fault = reference(*object, "/object", out.object)) return fault;
    return out.op == EditOp::Create || out.op == EditOp::Erase ? bare(json, out) : fieldOf(json, out);
  }

  // Nothing but op and object. A new object need not be there: that it is there is the editor's business.
  Fault bare(const Json& json, const Edit& edit) const {
    for (const char* name : {"field", "value"}) {
      if (json.find(name) != nullptr) {
        return wrong(std::string("/") + name, std::string(san::wordOf(edit.op)) + " has no " + name + ".");
      }
    }
    return {};
  }

  Fault fieldOf(const Json& json, Edit& out) {
    const Json* name = json.find("field");
    if (name == nullptr || name->text() == nullptr) return wrong("/field", "field is missing: a name.");
    const san::FieldRow* field = san::findField(out.object.kind, *name->text());
    if (field == nullptr) {
      return wrong("/field", "A " + std::string(san::nameOf(out.object.kind)) + " has no field of that name.");
    }
    out.field = *name->text();
    const Json* given = json.find("value");
    if (given == nullptr) return wrong("/value", "value is missing; null is the default of the field.");
    if (out.op == EditOp::Set) return value(*given, *field, out.value);
    if (field->type != FieldType::Refs) return wrong("/field", out.field + " is no list of objects: set it instead.");
    ObjectRef member;
    if (auto fault = reference(*given, "/value", member)) return fault;
    out.value = member;
    return {};
  }

  Fault value(const Json& json, const san::FieldRow& field, Value& out) {
    if (json.isNull()) return {};
    switch (field.type) {
      case FieldType::Flag:
        if (json.truth() == nullptr) return wrong("/value", std::string(field.name) + " is true or false.");
        out = *json.truth();
        return {};
      case FieldType::Number:
      case FieldType::Duration:
      case FieldType::Time:
      case FieldType::Bytes:
        if (json.number() == nullptr) return wrong("/value", std::string(field.name) + " is a whole number from 0.");
        out = *json.number();
        return {};
      case FieldType::Text:
      case FieldType::Choice:
      case FieldType::Address:
        if (json.text() == nullptr) return wrong("/value", std::string(field.name) + " is a text.");
        out = *json.text();
        return {};
      case FieldType::Ref: {
        ObjectRef ref;
        if (auto fault = reference(json, "/value", ref)) return fault;
        out = ref;
        return {};
      }
      case FieldType::Refs:
        return list<ObjectRef>(json, field, out, [&](const Json& item, const std::string& where, ObjectRef& ref) {
          return reference(item, where, ref);
        });
      case FieldType::Subnets:
        return list<std::string>(json, field, out,
                                 [&](const Json& item, const std::string& where, std::string& text) -> Fault {
                                   if (item.text() == nullptr) return wrong(where, "This is a text.");
                                   text = *item.text();
                                   return {};
                                 });
      case FieldType::Accesses:
        return list<Access>(json, field, out, [&](const Json& item, const std::string& where, Access& access) {
          return accessOf(item, where, access);
        });
    }
    return wrong("/value", "This is of no known type.");
  }

  template <class T, class Read>
  Fault list(const Json& json, const san::FieldRow& field, Value& out, Read&& read) {
    const auto* items = json.array();
    if (items == nullptr) return wrong("/value", std::string(field.name) + " is a list.");
    if (references_ == References::Names && items->size() > field.max && field.max != 0) {
      return wrong("/value", std::string(field.name) + " has at most " + std::to_string(field.max) + " entries.");
    }
    std::vector<T> all(items->size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (auto fault = read((*items)[i], "/value/" + std::to_string(i), all[i])) return fault;
    }
    if constexpr (!std::is_same_v<T, std::string>) std::ranges::sort(all);
    if (std::adjacent_find(all.begin(), all.end()) != all.end()) {
      return wrong("/value", std::string(field.name) + " has an entry twice.");
    }
    out = std::move(all);
    return {};
  }

  Fault accessOf(const Json& json, const std::string& where, Access& access) {
    const auto* members = json.object();
    if (members == nullptr) return wrong(where, "An entry is an object with who, unit, lun and right.");
    for (const auto& member : *members) {
      const std::string here = where + "/" + escaped(member.name);
      if (member.name == "who" || member.name == "unit") {
        if (auto fault = reference(member.value, here, member.name == "who" ? access.who : access.unit)) return fault;
      } else if (member.name == "lun") {
        const auto* number = member.value.number();
        if (number == nullptr || *number > san::kMaxLun) return wrong(here, "lun is a number up to 16383.");
        access.lun = static_cast<std::uint32_t>(*number);
      } else if (member.name == "right") {
        const auto right =
            member.value.text() == nullptr ? std::nullopt : san::fromWord<san::Right>(*member.value.text());
        if (!right) return wrong(here, "right is read-only or read-write.");
        access.right = *right;
      } else {
        return wrong(here, "An entry has who, unit, lun and right, and nothing else.");
      }
    }
    if (!access.who) return wrong(where + "/who", "who is missing.");
    return {};
  }

  Fault reference(const Json& json, std::string_view where, ObjectRef& out) const {
    const std::string* text = json.text();
    if (text == nullptr)
      return wrong(where, "A reference is a text such as host:web1, map:#17 or, of a new object, host:+0.");
    const std::size_t colon = text->find(':');
    const auto kind = colon == std::string::npos ? std::nullopt : san::kindNamed(text->substr(0, colon));
    if (!kind) return wrong(where, "A reference begins with a kind of object and a colon.");
    const std::string_view name = std::string_view(*text).substr(colon + 1);
    if (!name.empty() && name[0] == '+') {
      const auto number = base::wholeNumber<std::uint32_t>(name.substr(1));
      constexpr san::Id kMost = san::kLastProvisional - san::kFirstProvisional;
      if (!number || *number > kMost) {
        return wrong(where, "+ is followed by the number of a new object, from 0 to " + std::to_string(kMost) + ".");
      }
      out = {*kind, san::kFirstProvisional + *number};
      return {};
    }
    if (!name.empty() && name[0] == '#') {
      const auto number = base::wholeNumber<std::uint32_t>(name.substr(1));
      if (!number || *number == 0) return wrong(where, "# is followed by the number of an object.");
      if (san::isProvisional(*number)) return wrong(where, san::whyOutOfReach(snapshot_, {*kind, *number}));
      out = {*kind, *number};
      // A domain or a set may be made under a number of its own.
      const bool mayBeNew = *kind == san::Kind::Domain || *kind == san::Kind::DomainSet || *kind == san::Kind::Settings;
      if (references_ == References::Numbers || mayBeNew || snapshot_.get(out) != nullptr) return {};
    } else if (references_ == References::Names) {
      if (const auto found = san::parseRef(snapshot_, *text)) {
        if (san::isProvisional(found->id)) return wrong(where, san::whyOutOfReach(snapshot_, *found));
        out = *found;
        return {};
      }
    }
    return wrong(where, "There is no " + std::string(san::nameOf(*kind)) + " of that name.");
  }

  // A member's name as a part of a pointer (RFC 6901 3).
  static std::string escaped(std::string_view name) {
    std::string made;
    for (char c : name) made += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return made;
  }

  const san::Snapshot& snapshot_;
  const References references_;
  std::string at_;
};

}  // namespace

std::string toJson(const san::Snapshot& snapshot, ObjectRef ref, References references) {
  std::string text(san::nameOf(ref.kind));
  if (san::isProvisional(ref.id)) return text + ":+" + std::to_string(ref.id - san::kFirstProvisional);
  if (references == References::Names) {
    const std::string name = san::nameOf(snapshot, ref);
    // Only a name that finds the object again; # and + begin numbers.
    if (!name.empty() && name[0] != '#' && name[0] != '+' && snapshot.find(ref.kind, name) == ref.id)
      return text + ":" + name;
  }
  return text + ":#" + std::to_string(ref.id);
}

Json toJson(const san::Snapshot& snapshot, const Value& value, References references) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return *ref ? Json(toJson(snapshot, *ref, references)) : Json();
  Json::Array list;
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
    for (ObjectRef ref : *refs) list.emplace_back(toJson(snapshot, ref, references));
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& text : *texts) list.emplace_back(text);
  } else if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    for (const Access& access : *accesses) list.push_back(accessJson(snapshot, access, references));
  } else {
    return {};
  }
  return list;
}

Json toJson(const san::Snapshot& snapshot, std::span<const Edit> edits, References references) {
  Json::Array list;
  for (const Edit& edit : edits) {
    Json::Object made{{"op", san::wordOf(edit.op)}, {"object", toJson(snapshot, edit.object, references)}};
    if (edit.op != EditOp::Create && edit.op != EditOp::Erase) {
      made.push_back({"field", edit.field});
      made.push_back({"value", toJson(snapshot, edit.value, references)});
    }
    list.emplace_back(std::move(made));
  }
  return list;
}

base::Result<std::vector<Edit>, JsonFault> editsFromJson(const Json& json, const san::Snapshot& snapshot,
                                                         References references) {
  std::vector<Edit> edits;
  if (auto fault = Reader(snapshot, references).edits(json, edits)) return base::Failure<JsonFault>{std::move(*fault)};
  return edits;
}

}  // namespace mgmt
