#include "agent/app/overlay.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "shared/base/hex.h"
#include "shared/mgmt/fingerprint.h"

namespace agent {
namespace {

using Place = std::pair<ObjectKind, std::string>;

constexpr std::string_view kFileChanged = "the file was changed since";

bool isForAny(const Record& rule) { return textAt(rule, AccessColumn::Initiator) == "*"; }
std::string targetOf(const Record& rule) { return normalName(textAt(rule, AccessColumn::Target)); }

// Errors about a live record say which by this.
std::string markOf(const Change& change) {
  return "change of the " + std::string(wordOf(change.kind)) + " " + change.key;
}

// Lays changes over the objects of a file, in time that grows with their number.
class Layers {
 public:
  explicit Layers(const Objects& file) {
    for (std::size_t k = 0; k < kObjectKinds; ++k) {
      const auto kind = static_cast<ObjectKind>(k);
      for (const Record& record : file[kind]) {
        std::string key = keyOf(kind, record);
        places_[k].emplace(key, slots_[k].size());
        slots_[k].push_back({record, held_.size()});
        held_.push_back({kind, std::move(key), Standing::FromFile, "", 0});
      }
    }
  }

  void lay(const Change& change, const Misfits& misfits) {
    const std::size_t k = static_cast<std::size_t>(change.kind);
    const auto found = places_[k].find(change.key);
    Slot* slot = found == places_[k].end() ? nullptr : &slots_[k][found->second];
    Held held{change.kind, change.key, Standing::Superseded, "", change.time};
    const auto reason = misfits.find({change.kind, change.key});
    if (reason != misfits.end()) {
      held.why = reason->second;
    } else if ((slot == nullptr ? "" : digest(change.kind, *slot->record)) != change.base) {
      // Where the file came to say the same, nothing is in dispute.
      const bool agreed =
          change.removes ? slot == nullptr : slot != nullptr && sameRecord(*slot->record, change.record);
      if (agreed) return;
      held.why = kFileChanged;
    } else if (change.removes) {
      held.standing = Standing::Removed;
      if (slot != nullptr) slot->record.reset();
    } else {
      held.standing = slot == nullptr ? Standing::Added : Standing::Changed;
      Record record = change.record;
      for (ops::Setting& setting : record) setting.at = {markOf(change), 0, 0};
      if (slot == nullptr) {
        added_[k].push_back(std::move(record));
      } else {
        slot->record = std::move(record);
      }
    }
    if (slot == nullptr) {
      held_.push_back(std::move(held));
    } else {
      held_[slot->held] = std::move(held);
    }
  }

  Merged merged() {
    Merged result;
    result.held = std::move(held_);
    for (std::size_t k = 0; k < kObjectKinds; ++k) {
      if (static_cast<ObjectKind>(k) == ObjectKind::Access) {
        placeRules(result.objects.of[k]);
      } else {
        for (Slot& slot : slots_[k]) take(slot, result.objects.of[k]);
        for (Record& record : added_[k]) result.objects.of[k].push_back(std::move(record));
      }
    }
    return result;
  }

 private:
  struct Slot {
    std::optional<Record> record;
    std::size_t held;
  };

  static void take(Slot& slot, std::vector<Record>& records) {
    if (slot.record) records.push_back(std::move(*slot.record));
  }

  // A new rule for one initiator goes in front of what would decide before it; one for any goes to the end.
  void placeRules(std::vector<Record>& rules) {
    constexpr std::size_t kAccess = static_cast<std::size_t>(ObjectKind::Access);
    std::map<std::string, std::vector<Record>> specific;  // by target
    std::vector<Record> last;
    for (Record& rule : added_[kAccess]) {
      if (isForAny(rule)) {
        last.push_back(std::move(rule));
      } else {
        specific[targetOf(rule)].push_back(std::move(rule));
      }
    }
    const auto put = [&](std::vector<Record>& list) {
      for (Record& rule : list) rules.push_back(std::move(rule));
      list.clear();
    };
    for (Slot& slot : slots_[kAccess]) {
      if (slot.record && isForAny(*slot.record)) {
        if (const auto waiting = specific.find(targetOf(*slot.record)); waiting != specific.end()) put(waiting->second);
      }
      take(slot, rules);
    }
    for (auto& [target, list] : specific) put(list);
    put(last);
  }

  std::array<std::vector<Slot>, kObjectKinds> slots_;
  std::array<std::unordered_map<std::string, std::size_t>, kObjectKinds> places_;
  std::array<std::vector<Record>, kObjectKinds> added_;
  std::vector<Held> held_;
};

// Which changes shall not hold, since they led to these errors.
bool blame(const Overlay& overlay, const ConfigErrors& errors, Misfits& misfits) {
  const std::size_t before = misfits.size();
  std::map<std::string, std::string> texts;  // by mark
  for (const ops::ConfigError& error : errors) texts.emplace(error.at.source, error.text);
  for (const Change& change : overlay.changes) {
    if (const auto text = texts.find(markOf(change)); text != texts.end()) {
      misfits.emplace(Place(change.kind, change.key), text->second);
    }
  }
  if (misfits.size() != before) return true;
  // The errors stand in the file, so what it speaks of was taken away, or is contradicted from somewhere.
  for (const bool removals : {true, false}) {
    for (const Change& change : overlay.changes) {
      if (change.removes == removals) {
        misfits.emplace(Place(change.kind, change.key), "the file needs it otherwise: " + errors[0].text);
      }
    }
    if (misfits.size() != before) return true;
  }
  return false;
}

}  // namespace

const Change* Overlay::find(ObjectKind kind, std::string_view key) const {
  const auto at = std::find_if(changes.begin(), changes.end(),
                               [&](const Change& change) { return change.kind == kind && change.key == key; });
  return at == changes.end() ? nullptr : &*at;
}

void Overlay::put(Change change) {
  (void)forget(change.kind, change.key);
  changes.push_back(std::move(change));
}

bool Overlay::forget(ObjectKind kind, std::string_view key) {
  return std::erase_if(changes, [&](const Change& change) { return change.kind == kind && change.key == key; }) != 0;
}

std::string digest(ObjectKind kind, const Record& record) {
  std::string text;
  program::appendRecord(text, recordRow(kind), record, false);
  constexpr std::size_t kBytes = 16;
  return base::hexText(mgmt::sha256(base::asBytes(text)).view().first(kBytes));
}

Merged merge(const Objects& file, const Overlay& overlay, const Misfits& misfits) {
  Layers layers(file);
  for (const Change& change : overlay.changes) layers.lay(change, misfits);
  return layers.merged();
}

base::Result<Effective, ConfigErrors> proposed(const Objects& file, const Overlay& overlay,
                                               const RuntimeConfig& runtime, const Identity& identity,
                                               const Misfits& misfits) {
  ConfigErrors errors;
  Effective result{merge(file, overlay, misfits), {}, misfits};
  result.setup = buildSetup(result.merged.objects, runtime, identity, errors);
  if (errors.empty()) return result;
  return base::fail(std::move(errors));
}

base::Result<Effective, ConfigErrors> effective(const Objects& file, const Overlay& overlay,
                                                const RuntimeConfig& runtime, const Identity& identity) {
  Misfits misfits;
  for (;;) {
    auto result = proposed(file, overlay, runtime, identity, misfits);
    if (result) return result;
    // Each round supersedes at least one change more.
    if (!blame(overlay, result.error(), misfits)) return result;
  }
}

}  // namespace agent
