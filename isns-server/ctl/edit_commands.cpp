#include "isns-server/ctl/edit_commands.h"

#include <algorithm>
#include <map>

#include "isns-server/ctl/api_text.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;

// "domain:+0": an object that the edits make.
bool isNew(std::string_view ref) { return ref.find(":+") != std::string_view::npos; }

class Reader {
 public:
  explicit Reader(const Json::Array& edits) {
    for (const Json& edit : edits) {
      const std::string object = textOf(edit, "object");
      if (!objects_.contains(object)) order_.push_back(object);
      objects_[object].push_back(&edit);
    }
  }

  // Empty where something is left that no verb says.
  std::vector<std::string> run() {
    std::vector<std::string> lines;
    for (const std::string& object : order_) {
      std::string line;
      if (isNew(object) && object.starts_with("domain-set:")) continue;  // said with its zone
      if (isNew(object) && object.starts_with("domain:")) {
        line = newZone(object);
      } else if (isNew(object) && object.starts_with("map:")) {
        line = newMap(object);
      } else if (!isNew(object) && object.starts_with("domain:")) {
        if (!members(object, lines)) return {};
        continue;
      } else if (!isNew(object) && object.starts_with("domain-set:")) {
        if (!set(object, lines)) return {};
        continue;
      }
      if (line.empty()) return {};
      lines.push_back(std::move(line));
    }
    const bool all = std::all_of(objects_.begin(), objects_.end(), [](const auto& one) { return one.second.empty(); });
    return all && !unsaid_ ? lines : std::vector<std::string>{};
  }

 private:
  // The value that the field is set to, once; the edit is said then.
  const Json* take(const std::string& object, std::string_view op, std::string_view field) {
    auto& edits = objects_[object];
    const auto at = std::ranges::find_if(
        edits, [&](const Json* edit) { return textOf(*edit, "op") == op && textOf(*edit, "field") == field; });
    if (at == edits.end()) return nullptr;
    const Json* value = &memberOf(**at, "value");
    edits.erase(at);
    return value;
  }
  std::string takeText(const std::string& object, std::string_view field) {
    const Json* value = take(object, "set", field);
    return value == nullptr || value->text() == nullptr ? std::string{} : *value->text();
  }

  static bool addMember(std::string& line, const Json& value) {
    if (value.text() == nullptr || isNew(*value.text())) return false;
    line += " " + shellWord(nameOfRef(*value.text()));
    return true;
  }

  std::string newZone(const std::string& zone) {
    (void)take(zone, "create", "");
    const std::string name = takeText(zone, "name");
    std::string line = "sanctl zone create " + shellWord(name);
    for (const std::string_view field : {"nodes", "portals"}) {
      if (const Json* list = take(zone, "set", field); list != nullptr && list->array() != nullptr) {
        for (const Json& one : *list->array()) {
          if (!addMember(line, one)) return {};
        }
      }
      while (const Json* one = take(zone, "add", field)) {
        if (!addMember(line, *one)) return {};
      }
    }
    return name.empty() ? std::string{} : line + setOf(zone);
  }

  // How the set is called that the zone goes to.
  std::string setOf(const std::string& zone) {
    for (auto& [object, edits] : objects_) {
      if (!object.starts_with("domain-set:")) continue;
      const auto at = std::ranges::find_if(edits, [&](const Json* edit) {
        return textOf(*edit, "op") == "add" && textOf(*edit, "field") == "domains" && textOf(*edit, "value") == zone;
      });
      if (at == edits.end()) continue;
      edits.erase(at);
      if (!isNew(object)) return " --set " + shellWord(nameOfRef(object));
      (void)take(object, "create", "");
      const std::string name = takeText(object, "name");
      const Json* enabled = take(object, "set", "enabled");
      unsaid_ = unsaid_ || enabled == nullptr || enabled->truth() == nullptr || !*enabled->truth();
      return " --new-set " + shellWord(name);
    }
    return " --no-set";
  }

  std::string newMap(const std::string& map) {
    (void)take(map, "create", "");
    const std::string who = takeText(map, "who"), target = takeText(map, "target"), unit = takeText(map, "unit");
    if (who.empty() || target.empty() || unit.empty() || isNew(who) || isNew(target)) return {};
    const bool plain = who.starts_with("node:") || who.starts_with("host:");
    std::string line = "sanctl map add " + shellWord(plain ? nameOfRef(who) : std::string_view(who)) + " " +
                       shellWord(nameOfRef(target)) + " " + shellWord(nameOfRef(unit));
    const Json* lun = take(map, "set", "lun");
    if (lun != nullptr && lun->number() != nullptr && *lun->number() != 0) line += " --lun " + lun->plain();
    const std::string right = takeText(map, "right");
    if (right == "read-only") line += " --read-only";
    return line;
  }

  bool members(const std::string& zone, std::vector<std::string>& lines) {
    for (const std::string_view op : {"add", "remove"}) {
      std::string line = "sanctl zone " + std::string(op) + " " + shellWord(nameOfRef(zone));
      const std::size_t bare = line.size();
      for (const std::string_view field : {"nodes", "portals"}) {
        while (const Json* one = take(zone, op, field)) {
          if (!addMember(line, *one)) return false;
        }
      }
      if (line.size() > bare) lines.push_back(std::move(line));
    }
    return objects_[zone].empty();
  }

  // Of a set that is there; nothing is left of it where its zone said it all.
  bool set(const std::string& object, std::vector<std::string>& lines) {
    for (const std::string_view op : {"add", "remove"}) {
      std::string line = "sanctl zone set " + std::string(op) + " " + shellWord(nameOfRef(object));
      const std::size_t bare = line.size();
      while (const Json* one = take(object, op, "domains")) {
        if (!addMember(line, *one)) return false;
      }
      if (line.size() > bare) lines.push_back(std::move(line));
    }
    if (const Json* enabled = take(object, "set", "enabled"); enabled != nullptr && enabled->truth() != nullptr)
      lines.push_back(std::string("sanctl zone ") + (*enabled->truth() ? "enable " : "disable ") +
                      shellWord(nameOfRef(object)));
    return objects_[object].empty();
  }

  std::map<std::string, std::vector<const Json*>> objects_;  // edits that are not said yet
  std::vector<std::string> order_;
  bool unsaid_ = false;
};

}  // namespace

std::vector<std::string> commandsOf(const Json& edits, std::string_view title) {
  if (edits.array() != nullptr) {
    if (auto lines = Reader(*edits.array()).run(); !lines.empty()) return lines;
  }
  std::string text;
  edits.writeCompact(text);
  return {"sanctl change new " + shellWord(title) + " --edits " + shellWord(text)};
}

}  // namespace ctl
