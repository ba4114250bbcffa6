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

constexpr std::string_view kLioSetName = "lio";

std::optional<std::uint64_t> givenNumber(const base::Json& json, std::string_view name) {
  const base::Json* member = json.find(name);
  return member != nullptr && member->number() != nullptr ? std::optional(*member->number()) : std::nullopt;
}
// targetcli has written flags as true, as 1 and, of attributes, as "1". None: it is not there, or -1, which is what an
// ACL has that says nothing of its own.
std::optional<bool> givenFlag(const base::Json& json, std::string_view name) {
  const base::Json* flag = json.find(name);
  if (flag == nullptr) return std::nullopt;
  if (const bool* truth = flag->truth()) return *truth;
  if (const std::uint64_t* number = flag->number()) return *number != 0;
  if (const std::string* text = flag->text(); text != nullptr && (*text == "0" || *text == "1")) return *text == "1";
  return std::nullopt;
}
bool flagOf(const base::Json& json, std::string_view name) { return givenFlag(json, name).value_or(false); }
std::optional<bool> attributeOf(const base::Json& json, std::string_view name) {
  const base::Json* attributes = json.find("attributes");
  return attributes == nullptr ? std::nullopt : givenFlag(*attributes, name);
}

class LioImporter {
 public:
  Imported run(const base::Json& configuration) {
    readStorage(listOf(configuration, "storage_objects"));
    const auto& targets = listOf(configuration, "targets");
    if (const base::Json* list = configuration.find("targets"); list == nullptr || list->array() == nullptr)
      wrong("", "This is no saveconfig.json: it has no targets.");
    const auto& fabrics = listOf(configuration, "fabric_modules");
    for (std::size_t i = 0; i < fabrics.size(); ++i) readSecrets(fabrics[i], "/fabric_modules/" + std::to_string(i));
    for (std::size_t i = 0; i < targets.size(); ++i) readTarget(targets[i], "/targets/" + std::to_string(i));
    return finish();
  }

 private:
  struct Zone {
    std::set<std::string> targets;
    std::vector<std::string> origins;
  };
  struct Unit {
    std::string designator;  // empty: it has none
    bool readOnly = false;   // for everybody
  };
  using Units = std::map<std::uint64_t, Unit>;  // by LUN of a portal group

  void wrong(std::string pointer, std::string text) { made_.addError(std::move(pointer), std::move(text)); }

  // By paths such as "/backstores/block/disk0".
  void readStorage(const base::Json::Array& objects) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const std::string path = "/backstores/" + textOf(objects[i], "plugin") + "/" + textOf(objects[i], "name");
      const std::string designator = lioDesignator(textOf(objects[i], "wwn"));
      if (designator.empty()) {
        wrong("/storage_objects/" + std::to_string(i), "Its wwn is missing, so that it has no designator.");
      }
      units_[path] = {designator, flagOf(objects[i], "readonly")};
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
      secrets_.push_back(pointer + "/" + member);
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
      const std::string at = pointer + "/tpgs/" + std::to_string(i);
      if (!givenFlag(groups[i], "enable").value_or(true)) {
        wrong(at, "It is not enabled, so it was left out.");
        continue;
      }
      readGroup(name, groups[i], at);
      chap = chap || demandsChap(groups[i]);
    }
    base::Json::Object node{{"name", name}};
    if (chap) node.push_back({"chap", wordOf(ChapDemand::OneWay)});
    node.push_back({"enforcement", wordOf(Enforcement::List)});
    if (seenTargets_.insert(name).second) put("nodes", std::move(node), pointer);
  }

  static bool demandsChap(const base::Json& group) { return attributeOf(group, "authentication").value_or(false); }

  void readGroup(const std::string& target, const base::Json& group, const std::string& pointer) {
    if (attributeOf(group, "generate_node_acls").value_or(false)) {
      wrong(pointer, "It lets every initiator in (generate_node_acls), which was not taken over: make maps.");
    }
    Units units;
    const auto& luns = listOf(group, "luns");
    for (std::size_t i = 0; i < luns.size(); ++i) {
      const auto index = givenNumber(luns[i], "index");
      const auto unit = units_.find(textOf(luns[i], "storage_object"));
      const std::string at = pointer + "/luns/" + std::to_string(i);
      if (!index) {
        wrong(at, "It has no index.");
      } else if (unit == units_.end()) {
        wrong(at, "There is no such storage object.");
      } else {
        units[*index] = unit->second;
      }
    }
    readSecrets(group, pointer);
    const auto& lists = listOf(group, "node_acls");
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const std::string at = pointer + "/node_acls/" + std::to_string(i);
      if (attributeOf(lists[i], "authentication").value_or(demandsChap(group)) != demandsChap(group)) {
        wrong(
            at + "/attributes/authentication",
            "Whether CHAP is demanded of this initiator alone was not taken over: it is demanded of each, or of none.");
      }
      readAcl(target, units, lists[i], at);
    }
  }

  void readAcl(const std::string& target, const Units& units, const base::Json& acl, const std::string& pointer) {
    const std::string initiator = nameAt(acl, "node_wwn", pointer);
    if (initiator.empty()) return;
    zones_[initiator].targets.insert(target);
    zones_[initiator].origins.push_back(pointer);
    if (const std::string user = textOf(acl, "chap_userid"); !user.empty()) {
      const auto [pair, isNew] = users_.try_emplace({initiator, target}, user);
      if (!isNew && pair->second != user)
        wrong(pointer + "/chap_userid", "Another ACL of the pair has another user name: that one was taken.");
      if (isNew) putCredential(initiator, target, user, acl, pointer);
    }
    readSecrets(acl, pointer);
    const auto& mapped = listOf(acl, "mapped_luns");
    for (std::size_t i = 0; i < mapped.size(); ++i) {
      readMapped(target, initiator, units, mapped[i], pointer + "/mapped_luns/" + std::to_string(i));
    }
  }

  void putCredential(const std::string& initiator, const std::string& target, const std::string& user,
                     const base::Json& acl, const std::string& pointer) {
    base::Json::Object credential{{"initiator", initiator}, {"target", target}};
    if (!textOf(acl, "chap_mutual_userid").empty()) credential.push_back({"mutual", true});
    credential.push_back({"user_name", user});
    put("credentials", std::move(credential), pointer);
  }

  void readMapped(const std::string& target, const std::string& initiator, const Units& units, const base::Json& mapped,
                  const std::string& pointer) {
    const auto lun = givenNumber(mapped, "index");
    const auto behind = givenNumber(mapped, "tpg_lun");
    if (!lun || *lun > kMaxLun) return wrong(pointer, "Its index is no LUN: 0 to " + std::to_string(kMaxLun) + ".");
    const auto unit = behind ? units.find(*behind) : units.end();
    if (unit == units.end()) return wrong(pointer, "There is no LUN of the target with its tpg_lun.");
    const std::string& designator = unit->second.designator;
    if (designator.empty()) return wrong(pointer, "Its storage object has no designator.");
    const bool readOnly = unit->second.readOnly || flagOf(mapped, "write_protect");
    const auto [before, isNew] = maps_.try_emplace({initiator, target, designator}, *lun, readOnly);
    // Portal groups of one target say the same once each.
    if (!isNew && before->second == std::pair(*lun, readOnly)) return;
    if (!isNew) return wrong(pointer, "This unit is mapped twice for the initiator: the first map was taken.");
    base::Json::Object map{{"who", "node:" + initiator}, {"target", target}, {"unit", designator}, {"lun", *lun}};
    if (readOnly) map.push_back({"right", wordOf(Right::ReadOnly)});
    put("maps", std::move(map), pointer);
  }

  void put(const std::string& section, base::Json::Object entry, const std::string& origin) {
    auto& entries = sections_[section];
    made_.origins.emplace_back("/" + section + "/" + std::to_string(entries.size()), origin);
    entries.emplace_back(std::move(entry));
  }

  // Behind all else, so that they hide none of it.
  void tellSecrets() {
    for (std::string& place : secrets_)
      wrong(std::move(place), "Secrets are not taken over: make a new one for the pair.");
  }

  Imported finish() {
    tellSecrets();
    made_.mode = DocumentMode::Add;
    base::Json::Array names;
    for (auto& [initiator, zone] : zones_) {
      base::Json::Array nodes{initiator};
      for (const std::string& target : zone.targets) nodes.emplace_back(target);
      put("domains", {{"name", initiator}, {"nodes", std::move(nodes)}}, zone.origins.front());
      names.emplace_back(initiator);
    }
    if (!names.empty()) {
      sections_["domain-sets"].emplace_back(base::Json::Object{{"name", kLioSetName}, {"domains", std::move(names)}});
    }
    base::Json::Object document{{"format", kDocumentFormat}};
    for (const char* section : {"nodes", "domains", "domain-sets", "maps", "credentials"}) {
      document.push_back({section, std::move(sections_[section])});
    }
    made_.document = std::move(document);
    return std::move(made_);
  }

  Imported made_;
  std::map<std::string, Unit> units_;  // by path of the storage object
  std::map<std::string, base::Json::Array> sections_;
  std::map<std::string, Zone> zones_;  // by initiator
  std::set<std::string> seenTargets_;
  std::vector<std::string> secrets_;                                  // where they stand
  std::map<std::pair<std::string, std::string>, std::string> users_;  // of CHAP, by initiator and target
  // LUN and whether it is read-only, by initiator, target and designator.
  std::map<std::vector<std::string>, std::pair<std::uint64_t, bool>> maps_;
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
