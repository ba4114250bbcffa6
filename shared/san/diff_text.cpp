#include "shared/base/time_text.h"
#include "shared/san/diff.h"
#include "shared/san/no_time.h"

namespace san {
namespace {

void append(std::string& line, std::string_view part) {
  if (!line.empty()) line.append(", ");
  line.append(part);
}

// "domain zone1"; what has no name is told by its keys: "map web1, iqn.2026-01.example:disk, naa.6001".
std::string titleOf(const Snapshot& snapshot, ObjectRef ref) {
  std::string name = nameOf(snapshot, ref);
  if (const Object* object = snapshot.get(ref); object != nullptr && name.empty()) {
    for (const FieldRow& field : fieldsOf(ref.kind)) {
      if (!field.key) continue;
      if (const std::string text = textOf(snapshot, field.get(*object)); !text.empty()) append(name, text);
    }
  }
  if (name.empty()) name = "#" + std::to_string(ref.id);
  return std::string(nameOf(ref.kind)) + " " + name;
}

std::string textOrNone(const Snapshot& snapshot, const FieldRow& field, const Value& value) {
  if (const auto* seconds = std::get_if<std::uint64_t>(&value); seconds != nullptr && field.type == FieldType::Time)
    return *seconds == 0 ? std::string(wordOfNoTime(field))
                         : base::timeText(base::WallTime(std::chrono::seconds(*seconds)));
  std::string text = textOf(snapshot, value);
  return text.empty() ? "none" : text;
}

// "+ node a, + node b" of a list's members.
void appendMembers(std::string& line, std::string_view sign, const FieldRow& field, const Snapshot& snapshot,
                   const Value& members) {
  const auto one = [&](std::string_view what, std::string_view text) {
    append(line, std::string(sign).append(" ").append(what).append(" ").append(text));
  };
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&members)) {
    for (ObjectRef ref : *refs) append(line, std::string(sign).append(" ").append(titleOf(snapshot, ref)));
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&members)) {
    for (const std::string& text : *texts) one(field.name, text);
  }
  if (const auto* accesses = std::get_if<std::vector<Access>>(&members)) {
    for (const Access& access : *accesses) one(field.name, textOf(snapshot, std::vector<Access>{access}));
  }
}

std::string fieldsOfCreated(const ObjectChange& change, const Snapshot& after) {
  std::string line;
  for (const FieldChange& field : change.fields) {
    // What its title says already.
    const bool named = field.field->key || field.field->name == "name";
    if (!named) append(line, std::string(field.field->name).append(" ").append(textOrNone(after, *field.field, field.after)));
  }
  return line;
}

std::string changesOf(const ObjectChange& change, const Snapshot& before, const Snapshot& after) {
  std::string line;
  for (const FieldChange& field : change.fields) {
    if (isList(*field.field)) {
      appendMembers(line, "+", *field.field, after, field.added);
      appendMembers(line, "-", *field.field, before, field.removed);
    } else {
      append(line, std::string(field.field->name)
                       .append(" ")
                       .append(textOrNone(before, *field.field, field.before))
                       .append(" -> ")
                       .append(textOrNone(after, *field.field, field.after)));
    }
  }
  return line;
}

}  // namespace

std::vector<std::string> textLines(const Diff& diff, const Snapshot& before, const Snapshot& after) {
  std::vector<std::string> lines;
  for (const ObjectChange& change : diff.objects) {
    switch (change.fate) {
      case Fate::Created: {
        const std::string content = fieldsOfCreated(change, after);
        lines.push_back("+ " + titleOf(after, change.object) + (content.empty() ? "" : ": " + content));
        break;
      }
      case Fate::Erased:
        lines.push_back("- " + titleOf(before, change.object));
        break;
      case Fate::Changed:
        lines.push_back(titleOf(before, change.object) + ": " + changesOf(change, before, after));
        break;
    }
  }
  return lines;
}

}  // namespace san
