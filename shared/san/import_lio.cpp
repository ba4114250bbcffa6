#include "shared/san/import_lio.h"

#include <map>
#include <set>

#include "shared/base/ascii_case.h"
#include "shared/base/json_members.h"
#include "shared/names/iscsi_name.h"
#include "shared/san/document.h"
#include "shared/san/fields.h"

namespace san {
namespace {

std::optional<std::uint64_t> givenNumber(const base::Json& json, std::string_view name) {
  const base::Json* member = json.find(name);
  return member != nullptr && member->number() != nullptr ? std::optional(*member->number()) : std::nullopt;
}
// targetcli has written flags as true and as 1.
bool flagOf(const base::Json* json) {
  if (json == nullptr) return false;
  if (const bool* truth = json->truth()) return *truth;
  return json->number() != nullptr && *json->number() != 0;
}
bool attributeOf(const base::Json& json, std::string_view name) {
  const base::Json* attributes = json.find("attributes");
  return attributes != nullptr && flagOf(attributes->find(name));
}

class LioImporter {
 public:
  Imported run(const base::Json& configuration) {
    readStorage(listOf(configuration, "storage_objects"));
    const auto& targets = listOf(configuration, "targets");
    if (configuration.find("targets") == nullptr) wrong("", "This is no saveconfig.json: it has no targets.");
    const auto& fabrics = listOf(configuration, "fabric_modules");
    for (std::size_t i = 0; i < fabrics.size(); ++i) readSecrets(fabrics[i], "/fabric_modules/" + std::to_string(i));
    for (std::size_t i = 0; i < targets.size(); ++i) readTarget(targets[i], "/targets/" + std::to_string(i));
    return finish();
  }

 private:
  void wrong(std::string pointer, std::string text) {
    if (made_.errors.size() < kMaxImportErrors) made_.errors.push_back({std::move(pointer), std::move(text)});
  }

  // "/backstores/block/disk0" to its designator.
  void readStorage(const base::Json::Array& objects) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const std::string path = "/backstores/" + textOf(objects[i], "plugin") + "/" + textOf(objects[i], "name");
      const std::string designator = lioDesignator(textOf(objects[i], "wwn"));
      if (designator.empty()) {
        wrong("/storage_objects/" + std::to_string(i), "Its wwn is missing, so that it has no designator.");
      }
      designators_[path] = designator;
    }
  }

  // The normal spelling; empty where it is no iSCSI name.
  std::string nameAt(const base::Json& json, std::string_view member, const std::string& pointer) {
    const std::string text = textOf(json, member);
    std::string scratch;
    const auto name = names::normaliseIscsiName(text, scratch);
    if (name) return std::string(*name);
    wrong(pointer + "/" + std::string(member), "This is no iSCSI name.");
    return {};
  }

  // Of secrets only that they are there: they are set anew.
  void readSecrets(const base::Json& holder, const std::string& pointer) {
    for (const char* member : {"chap_password", "chap_mutual_password", "discovery_password",
                               "discovery_mutual_password"}) {
      if (textOf(holder, member).empty()) continue;
      wrong(pointer + "/" + member, "Secrets are not taken over: make a new one for the pair.");
    }
  }

  void readTarget(const base::Json& target, const std::string& pointer) {
    if (const std::string fabric = textOf(target, "fabric"); fabric != "iscsi") {
      return wrong(pointer, fabric.empty() ? "It does not say of which fabric it is, so it was left out."
                                           : "It is of the fabric " + fabric + ", not of iscsi, so it was left out.");
    }
    const std::string name = nameAt(target, "wwn", pointer);
    if (name.empty()) return;
    const auto& groups = listOf(target, "tpgs");
    bool chap = false;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      readGroup(name, groups[i], pointer + "/tpgs/" + std::to_string(i));
      chap = chap || attributeOf(groups[i], "authentication");
    }
    base::Json::Object node{{"name", name}};
    if (chap) node.push_back({"chap", wordOf(ChapDemand::OneWay)});
    node.push_back({"enforcement", wordOf(Enforcement::List)});
    if (seenTargets_.insert(name).second) put("nodes", std::move(node), pointer);
  }

  void readGroup(const std::string& target, const base::Json& group, const std::string& pointer) {
    const base::Json* enable = group.find("enable");
    if (enable != nullptr && !flagOf(enable)) return wrong(pointer, "It is not enabled, so it was left out.");
    if (attributeOf(group, "generate_node_acls")) {
      wrong(pointer, "It lets every initiator in (generate_node_acls), which was not taken over: make maps.");
    }
    std::map<std::uint64_t, std::string> units;  // by LUN of the target
    const auto& luns = listOf(group, "luns");
    for (std::size_t i = 0; i < luns.size(); ++i) {
      const auto index = givenNumber(luns[i], "index");
      const auto designator = designators_.find(textOf(luns[i], "storage_object"));
      const std::string at = pointer + "/luns/" + std::to_string(i);
      if (!index) {
        wrong(at, "It has no index.");
      } else if (designator == designators_.end()) {
        wrong(at, "There is no such storage object.");
      } else {
        units[*index] = designator->second;
      }
    }
    readSecrets(group, pointer);
    const auto& lists = listOf(group, "node_acls");
    for (std::size_t i = 0; i < lists.size(); ++i) {
      readAcl(target, units, lists[i], pointer + "/node_acls/" + std::to_string(i));
    }
  }

  void readAcl(const std::string& target, const std::map<std::uint64_t, std::string>& units, const base::Json& acl,
               const std::string& pointer) {
    const std::string initiator = nameAt(acl, "node_wwn", pointer);
    if (initiator.empty()) return;
    zones_[initiator].targets.insert(target);
    zones_[initiator].origins.push_back(pointer);
    if (const std::string user = textOf(acl, "chap_userid");
        !user.empty() && pairs_.emplace(initiator, target).second) {
      base::Json::Object credential{{"initiator", initiator}, {"target", target}};
      if (!textOf(acl, "chap_mutual_userid").empty()) credential.push_back({"mutual", true});
      credential.push_back({"user_name", user});
      put("credentials", std::move(credential), pointer);
    }
    readSecrets(acl, pointer);
    const auto& mapped = listOf(acl, "mapped_luns");
    for (std::size_t i = 0; i < mapped.size(); ++i) {
      readMapped(target, initiator, units, mapped[i], pointer + "/mapped_luns/" + std::to_string(i));
    }
  }

  void readMapped(const std::string& target, const std::string& initiator,
                  const std::map<std::uint64_t, std::string>& units, const base::Json& mapped,
                  const std::string& pointer) {
    const auto lun = givenNumber(mapped, "index");
    const auto behind = givenNumber(mapped, "tpg_lun");
    if (!lun || *lun > kMaxLun) return wrong(pointer, "Its index is no LUN: 0 to " + std::to_string(kMaxLun) + ".");
    const auto unit = behind ? units.find(*behind) : units.end();
    if (unit == units.end()) return wrong(pointer, "There is no LUN of the target with its tpg_lun.");
    if (unit->second.empty()) return wrong(pointer, "Its storage object has no designator.");
    if (!maps_.insert({initiator, target, unit->second}).second) {
      return wrong(pointer, "This unit is mapped twice for the initiator: the first map was taken.");
    }
    base::Json::Object map{{"who", "node:" + initiator}, {"target", target}, {"unit", unit->second}, {"lun", *lun}};
    if (flagOf(mapped.find("write_protect"))) map.push_back({"right", wordOf(Right::ReadOnly)});
    put("maps", std::move(map), pointer);
  }

  void put(const std::string& section, base::Json::Object entry, const std::string& origin) {
    auto& entries = sections_[section];
    made_.origins.emplace_back("/" + section + "/" + std::to_string(entries.size()), origin);
    entries.emplace_back(std::move(entry));
  }

  Imported finish() {
    for (auto& [initiator, zone] : zones_) {
      base::Json::Array nodes{initiator};
      for (const std::string& target : zone.targets) nodes.emplace_back(target);
      put("domains", {{"name", initiator}, {"nodes", std::move(nodes)}}, zone.origins.front());
    }
    base::Json::Object document{{"format", kDocumentFormat}};
    for (const char* section : {"nodes", "domains", "maps", "credentials"}) {
      document.push_back({section, std::move(sections_[section])});
    }
    made_.document = std::move(document);
    return std::move(made_);
  }

  struct Zone {
    std::set<std::string> targets;
    std::vector<std::string> origins;
  };
  Imported made_;
  std::map<std::string, std::string> designators_;  // by path of the storage object
  std::map<std::string, base::Json::Array> sections_;
  std::map<std::string, Zone> zones_;  // by initiator
  std::set<std::string> seenTargets_;
  std::set<std::pair<std::string, std::string>> pairs_;
  std::set<std::vector<std::string>> maps_;
};

}  // namespace

std::string lioDesignator(std::string_view serial) {
  constexpr std::size_t kDigits = 25;
  std::string out = "naa.6001405";
  const std::size_t begin = out.size();
  const std::size_t end = begin + kDigits;
  for (char c : serial) {
    const char digit = base::asciiLower(c);
    const bool hex = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    if (hex && out.size() < end) out += digit;
  }
  if (out.size() == begin) return {};
  out.resize(end, '0');
  return out;
}

Imported importLio(const base::Json& configuration) { return LioImporter().run(configuration); }

}  // namespace san
