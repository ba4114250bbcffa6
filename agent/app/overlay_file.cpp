#include "agent/app/overlay_file.h"

#include <set>

#include "agent/app/config_table.h"
#include "shared/base/hex.h"
#include "shared/mgmt/fingerprint.h"

namespace agent {
namespace {

constexpr std::string_view kTitle =
    "# Changes made by `sanctl agent`, laid over the configuration file. Written by san-agent; not for editing.\n";
constexpr std::string_view kChecksum = "# sha256 ";
constexpr std::size_t kDigits = 64;
constexpr std::int64_t kVersion = 1;

constexpr ops::KeyRow kKeys[] = {
    {"version", ops::integer(1, 1'000'000), std::nullopt, false, "The version of this file."},
};
enum ChangeColumn : std::size_t { kKind, kKey, kRemoves, kBase, kTime };
constexpr ops::KeyRow kChangeColumns[] = {
    {"kind", ops::choice(kObjectKindWords), std::nullopt, false, "What it is about."},
    {"key", ops::text(), std::nullopt, false, "Which one."},
    {"removes", ops::boolean(), "false", false, "Whether it is gone."},
    {"base", ops::optionalText(), "", false, "The digest of what the file said of it."},
    {"time", ops::integer(0, std::int64_t{1} << 60), "0", false, "When."},
};
constexpr ops::RecordRow kRecords[] = {
    {"change", kChangeColumns, Overlay::kMaxChanges, false, "A change.", {}},
    table::kUnitRow,
    table::kTargetRow,
    table::kAccessRow,
};
constexpr ops::Schema kSchema{kKeys, kRecords};

// A key longer than kMaxText cannot be read back, so none is made: a rule's is target, initiator and 64 networks.
static_assert(2 * 224 + 64 * 50 < ops::kMaxText);

std::string checksumLine(std::string_view body) {
  return std::string(kChecksum) + base::hexText(mgmt::sha256(base::asBytes(body)).view()) + "\n";
}

base::Failure<base::Error> damaged(const std::string& name, const std::string& why) {
  return base::fail(
      name + " is damaged: " + why +
      ". Bring it back from a backup, or move it away: then what `sanctl agent` changed is forgotten, and "
      "the configuration file alone holds.");
}

}  // namespace

std::string writeOverlay(const Overlay& overlay) {
  std::string body = "version = " + std::to_string(kVersion) + "\n";
  for (const Change& change : overlay.changes) {
    Record record{{std::int64_t{static_cast<std::uint8_t>(change.kind)}, {}},
                  {change.key, {}},
                  {change.removes, {}},
                  {change.base, {}},
                  {change.time, {}}};
    body += '\n';
    program::appendRecord(body, kRecords[0], record, false);
    if (!change.removes) program::appendRecord(body, recordRow(change.kind), change.record, false);
  }
  return std::string(kTitle) + checksumLine(body) + body;
}

base::Result<Overlay> readOverlay(std::string_view text, const std::string& name) {
  if (!text.starts_with(kTitle)) return damaged(name, "it does not begin as such a file");
  text.remove_prefix(kTitle.size());
  const std::size_t line = kChecksum.size() + kDigits + 1;
  if (text.size() < line) return damaged(name, "it is cut off");
  const std::string_view body = text.substr(line);
  if (text.substr(0, line) != checksumLine(body)) return damaged(name, "its checksum is wrong");
  ConfigErrors errors;
  const ops::ConfigValues values = program::readValues(kSchema, body, name, {}, errors);
  if (!errors.empty()) return damaged(name, ops::toText(errors[0]));
  if (std::get<std::int64_t>(values.keys[0].value) != kVersion) {
    return base::fail(name + " is of a later version of san-agent; run that one, or move the file away");
  }
  Overlay overlay;
  std::array<std::size_t, kObjectKinds> next{};
  std::set<std::pair<ObjectKind, std::string>> seen;
  for (const Record& record : values.records[0]) {
    Change change;
    change.kind = static_cast<ObjectKind>(std::get<std::int64_t>(record[kKind].value));
    change.key = std::get<std::string>(record[kKey].value);
    change.removes = std::get<bool>(record[kRemoves].value);
    change.base = std::get<std::string>(record[kBase].value);
    change.time = std::get<std::int64_t>(record[kTime].value);
    if (!seen.emplace(change.kind, change.key).second) return damaged(name, change.key + " is there twice");
    if (!change.removes) {
      const std::size_t kind = static_cast<std::size_t>(change.kind);
      const auto& records = values.records[1 + kind];
      if (next[kind] == records.size()) return damaged(name, "a record is missing");
      change.record = records[next[kind]++];
      if (keyOf(change.kind, change.record) != change.key) return damaged(name, "records are in another order");
    }
    overlay.changes.push_back(std::move(change));
  }
  return overlay;
}

}  // namespace agent
