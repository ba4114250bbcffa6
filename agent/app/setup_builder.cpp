#include "agent/app/setup_builder.h"

#include <algorithm>
#include <map>
#include <set>

#include "agent/app/config_forms.h"
#include "agent/block/store_spec.h"
#include "agent/scsi/designator.h"
#include "shared/base/hex.h"
#include "shared/base/suggest.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/fingerprint.h"
#include "shared/ops/escape.h"

namespace agent {
namespace {

// What a record says of Wishes: the key, and the column that holds it.
struct WishRow {
  iscsi::Key key;
  TargetColumn column;
};
constexpr WishRow kWishes[] = {
    {iscsi::Key::MaxConnections, TargetColumn::MaxConnections},
    {iscsi::Key::InitialR2T, TargetColumn::InitialR2T},
    {iscsi::Key::ImmediateData, TargetColumn::ImmediateData},
    {iscsi::Key::MaxRecvDataSegmentLength, TargetColumn::MaxRecvDataSegmentLength},
    {iscsi::Key::MaxBurstLength, TargetColumn::MaxBurstLength},
    {iscsi::Key::FirstBurstLength, TargetColumn::FirstBurstLength},
    {iscsi::Key::MaxOutstandingR2T, TargetColumn::MaxOutstandingR2T},
    {iscsi::Key::ErrorRecoveryLevel, TargetColumn::ErrorRecoveryLevel},
    {iscsi::Key::DefaultTime2Wait, TargetColumn::DefaultTime2Wait},
    {iscsi::Key::DefaultTime2Retain, TargetColumn::DefaultTime2Retain},
    {iscsi::Key::HeaderDigest, TargetColumn::HeaderDigest},
    {iscsi::Key::DataDigest, TargetColumn::DataDigest},
};

mgmt::Fingerprint digestOf(const Identity& identity, std::string_view what, std::string_view unit) {
  base::Bytes text = identity.seed;
  base::append(text, base::asBytes(what));
  base::append(text, base::asBytes(unit));
  return mgmt::sha256(text);
}

class Builder {
 public:
  Builder(const Objects& objects, const RuntimeConfig& runtime, const Identity& identity, ConfigErrors& errors)
      : objects_(objects), runtime_(runtime), identity_(identity), errors_(errors) {}

  target::Setup build() {
    setup_.discovery =
        policyOf(runtime_.discovery.authentication, runtime_.discovery.algorithms, runtime_.secrets.allowShort);
    for (const Record& record : objects_[ObjectKind::Unit]) addUnit(record);
    for (const Record& record : objects_[ObjectKind::Target]) addTarget(record);
    for (const Record& record : objects_[ObjectKind::Access]) addRule(record);
    return std::move(setup_);
  }

 private:
  void wrong(const ops::Setting& setting, std::string text) { errors_.push_back({setting.at, std::move(text)}); }

  template <class Map>
  std::string suggestion(std::string_view word, const Map& known) const {
    std::vector<std::string_view> words;
    for (const auto& [name, place] : known) words.push_back(name);
    const auto near = base::nearest(word, words);
    return near ? "; did you mean " + ops::shown(*near) + "?" : "";
  }

  void addUnit(const Record& record) {
    target::UnitSetup unit;
    unit.id = textAt(record, UnitColumn::Id);
    unit.store = textAt(record, UnitColumn::Store);
    if (!units_.emplace(unit.id, setup_.units.size()).second) {
      return wrong(at(record, UnitColumn::Id), "the unit " + ops::shown(unit.id) + " is there twice");
    }
    checkStoreAlone(record, unit);
    identify(record, unit);
    unit.settings.removable = truthAt(record, UnitColumn::Removable);
    const std::int64_t alua = numberAt(record, UnitColumn::Alua);
    unit.settings.alua = alua != 0;
    unit.settings.explicitAlua = alua == 2;
    unit.settings.maxCommands = static_cast<std::uint32_t>(numberAt(record, UnitColumn::MaxCommands));
    unit.settings.maxNexuses = static_cast<std::uint32_t>(numberAt(record, UnitColumn::MaxNexuses));
    unit.settings.unmapGranularity = static_cast<std::uint32_t>(numberAt(record, UnitColumn::UnmapGranularity));
    unit.settings.optimalBlocks = static_cast<std::uint32_t>(numberAt(record, UnitColumn::OptimalBlocks));
    setup_.units.push_back(std::move(unit));
  }

  // Two units that write to one store would destroy each other's blocks. One target's name at two portals may be two
  // arrays on which the same one was typed: who has them for units keeps them.
  void checkStoreAlone(const Record& record, const target::UnitSetup& unit) {
    const auto spec = block::parseStoreSpec(unit.store);
    if (!spec || spec->file.readOnly) return;
    const std::string& place = block::isRemote(spec->kind) ? spec->url : spec->file.path;
    if (place.empty()) return;
    const auto [other, alone] = paths_.emplace(place, unit.id);
    if (!alone) {
      wrong(at(record, UnitColumn::Store),
            "the unit " + ops::shown(other->second) + " has the same store " + ops::shown(place));
    }
  }

  void identify(const Record& record, target::UnitSetup& unit) {
    scsi::UnitIdentity& identity = unit.identity;
    identity.vendor = textAt(record, UnitColumn::Vendor);
    identity.product = textAt(record, UnitColumn::Product);
    identity.revision = textAt(record, UnitColumn::Revision);
    identity.serial = textAt(record, UnitColumn::Serial);
    identity.naa = parseHex(textAt(record, UnitColumn::Naa));
    identity.eui64 = parseHex(textAt(record, UnitColumn::Eui64));
    if (identity.serial.empty()) identity.serial = madeSerial(identity_, unit.id);
    if (identity.naa.empty()) identity.naa = madeNaa(identity_, unit.id);
    // Hosts take units of one designator for paths to one disk, and write to both.
    if (const auto [other, alone] = designators_.emplace(base::hexText(identity.naa), unit.id); !alone) {
      wrong(at(record, UnitColumn::Naa), "the unit " + ops::shown(other->second) + " has the same NAA designator");
    }
  }

  void addTarget(const Record& record) {
    target::TargetSetup target;
    target.name = normalName(textAt(record, TargetColumn::Name));
    target.alias = textAt(record, TargetColumn::Alias);
    target.redirect = textAt(record, TargetColumn::Redirect);
    if (!targets_.emplace(target.name, setup_.targets.size()).second) {
      return wrong(at(record, TargetColumn::Name), "the target " + ops::shown(target.name) + " is there twice");
    }
    for (const std::string& text : listAt(record, TargetColumn::Groups))
      target.groups.push_back(base::wholeNumber<std::uint16_t>(text).value_or(0));
    if (numberAt(record, TargetColumn::FirstBurstLength) > numberAt(record, TargetColumn::MaxBurstLength)) {
      wrong(at(record, TargetColumn::FirstBurstLength),
            "'first_burst_length' must not be more than 'max_burst_length'");
    }
    for (const WishRow& row : kWishes) {
      if (!wish(target.wishes, row, record)) {
        wrong(at(record, row.column), "is no value that " + std::string(iscsi::rowOf(row.key).name) + " can have");
      }
    }
    setup_.targets.push_back(std::move(target));
  }

  static bool wish(iscsi::Wishes& wishes, const WishRow& row, const Record& record) {
    const ops::Value& value = at(record, row.column).value;
    if (const auto* truth = std::get_if<bool>(&value)) return wishes.set(row.key, *truth ? 1 : 0);
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      return wishes.set(row.key, static_cast<std::uint32_t>(*number));
    }
    const auto& words = std::get<std::vector<std::string>>(value);
    return words.size() == 1 ? wishes.set(row.key, {words[0]}) : wishes.set(row.key, {words[0], words[1]});
  }

  void addRule(const Record& record) {
    target::AccessRule rule;
    rule.initiator = normalName(textAt(record, AccessColumn::Initiator));
    for (const std::string& text : listAt(record, AccessColumn::Addresses)) {
      rule.addresses.push_back(net::Network::parse(text).value());
    }
    rule.policy = policyOf(static_cast<Authentication>(numberAt(record, AccessColumn::Authentication)),
                           listAt(record, AccessColumn::Algorithms), runtime_.secrets.allowShort);
    addLuns(record, rule);
    if (!rules_.insert(keyOf(ObjectKind::Access, record)).second) {
      return wrong(at(record, AccessColumn::Target),
                   "there is another rule of this target for the same initiator and addresses");
    }
    const std::string name = normalName(textAt(record, AccessColumn::Target));
    const auto target = targets_.find(name);
    if (target == targets_.end()) {
      return wrong(at(record, AccessColumn::Target),
                   "there is no target " + ops::shown(name) + suggestion(name, targets_));
    }
    setup_.targets[target->second].rules.push_back(std::move(rule));
  }

  void addLuns(const Record& record, target::AccessRule& rule) {
    const ops::Setting& setting = at(record, AccessColumn::Luns);
    std::set<std::uint32_t> luns;
    for (const std::string& text : listAt(record, AccessColumn::Luns)) {
      target::LunMapping mapping = parseLunEntry(text).value();
      if (units_.find(mapping.unit) == units_.end()) {
        wrong(setting, "there is no unit " + ops::shown(mapping.unit) + suggestion(mapping.unit, units_));
      }
      if (!luns.insert(mapping.lun).second) {
        wrong(setting, "LUN " + std::to_string(mapping.lun) + " is there twice");
      }
      rule.luns.push_back(std::move(mapping));
    }
    std::sort(rule.luns.begin(), rule.luns.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
  }

  const Objects& objects_;
  const RuntimeConfig& runtime_;
  const Identity& identity_;
  ConfigErrors& errors_;
  target::Setup setup_;
  std::map<std::string, std::size_t, std::less<>> units_;    // id to place
  std::map<std::string, std::size_t, std::less<>> targets_;  // name to place
  std::map<std::string, std::string, std::less<>> paths_;    // of stores that are written, to the unit
  std::map<std::string, std::string, std::less<>> designators_;
  std::set<std::string> rules_;  // keys
};

}  // namespace

iscsi::AuthPolicy policyOf(Authentication authentication, const std::vector<std::string>& algorithms,
                           bool shortSecrets) {
  iscsi::AuthPolicy policy;
  // With none nothing is asked: an initiator that offers CHAP first would else fail for want of a secret here.
  policy.noneAllowed = authentication == Authentication::None;
  policy.chapAllowed = authentication != Authentication::None;
  policy.mutualRequired = authentication == Authentication::Mutual;
  policy.shortSecretsAllowed = shortSecrets;
  policy.algorithms = {};
  for (const std::string& name : algorithms) policy.algorithms.add(parseAlgorithm(name).value());
  return policy;
}

std::string madeSerial(const Identity& identity, std::string_view unit) {
  constexpr std::size_t kBytes = 10;
  return base::hexText(digestOf(identity, "serial:", unit).view().first(kBytes));
}

base::Bytes madeNaa(const Identity& identity, std::string_view unit) {
  return scsi::naaLocallyAssigned(digestOf(identity, "naa:", unit).view());
}

target::Setup buildSetup(const Objects& objects, const RuntimeConfig& runtime, const Identity& identity,
                         ConfigErrors& errors) {
  return Builder(objects, runtime, identity, errors).build();
}

}  // namespace agent
