#include "shared/ops/audit_record.h"

#include <algorithm>

#include "shared/base/time_text.h"
#include "shared/base/utf8.h"

namespace ops {
namespace {

constexpr std::uint8_t kVersion = 1;

// A text of a record, its JSON name and its limit: every loop over a record's texts goes over these rows.
struct TextRow {
  std::string AuditRecord::*text;
  std::string_view name;
  std::size_t limit;
};
constexpr TextRow kTexts[] = {
    {&AuditRecord::actor, "actor", kMaxAuditName},   {&AuditRecord::origin, "origin", kMaxAuditName},
    {&AuditRecord::event, "event", kMaxAuditName},   {&AuditRecord::object, "object", kMaxAuditName},
    {&AuditRecord::code, "code", kMaxAuditName},     {&AuditRecord::ticket, "ticket", kMaxAuditName},
    {&AuditRecord::reason, "reason", kMaxAuditText},
};

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool isStorable(std::string_view text) { return base::isUtf8(text) && text.find('\0') == std::string_view::npos; }

std::string storable(std::string_view text) {
  if (isStorable(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const base::CodePoint point = base::decodeUtf8(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    out += point.length == 0 || point.value == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string cut(std::string_view text, std::size_t limit) {
  std::string out = storable(text);
  if (out.size() <= limit) return out;
  const std::string note = " (cut, " + std::to_string(out.size()) + " bytes)";
  std::size_t keep = limit - note.size();
  while (keep > 0 && (static_cast<unsigned char>(out[keep]) & 0xc0U) == 0x80) --keep;
  return out.substr(0, keep) + note;
}

void appendText(base::ByteWriter& out, std::string_view text) {
  out.u32(static_cast<std::uint32_t>(text.size()));
  out.bytes(base::asBytes(text));
}

// False where the text is not there, too long or no text.
bool readText(base::ByteReader& in, std::size_t limit, std::string& text) {
  const std::size_t size = in.u32();
  if (in.failed() || size > limit) return false;
  text = base::asText(in.bytes(size));
  return !in.failed() && isStorable(text);
}

bool readDetailList(base::ByteReader& in, std::vector<AuditDetail>& details) {
  const std::size_t count = in.u16();
  if (in.failed() || count > kMaxAuditDetails) return false;
  details.resize(count);
  return std::all_of(details.begin(), details.end(), [&](AuditDetail& detail) {
    return readText(in, kMaxAuditName, detail.key) && readText(in, kMaxAuditText, detail.value);
  });
}

std::optional<std::size_t> indexOf(std::span<const std::string_view> words, const base::Json* json) {
  if (json == nullptr || json->text() == nullptr) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *json->text());
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

bool readNumber(const base::Json& json, std::string_view name, std::uint64_t& number) {
  const base::Json* member = json.find(name);
  if (member == nullptr || member->number() == nullptr) return false;
  number = *member->number();
  return true;
}

}  // namespace

std::string detailText(const LogValue& value) {
  struct Text {
    std::string operator()(std::string_view text) const { return std::string(text); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  };
  return std::visit(Text{}, value.data());
}

AuditRecord bounded(AuditRecord record) {
  for (const TextRow& row : kTexts) record.*row.text = cut(record.*row.text, row.limit);
  std::vector<AuditDetail> details;
  for (AuditDetail& detail : record.details) {
    detail.key = cut(detail.key, kMaxAuditName);
    const bool known =
        std::any_of(details.begin(), details.end(), [&](const AuditDetail& other) { return other.key == detail.key; });
    if (known || details.size() == kMaxAuditDetails) continue;
    detail.value = cut(detail.value, kMaxAuditText);
    details.push_back(std::move(detail));
  }
  record.details = std::move(details);
  return record;
}

base::Status checkAuditRecord(const AuditRecord& record) {
  for (const TextRow& row : kTexts) {
    const std::string& text = record.*row.text;
    if (text.size() > row.limit || !isStorable(text)) {
      return base::fail("the " + std::string(row.name) + " of the record is too long or no text");
    }
  }
  if (record.details.size() > kMaxAuditDetails) return base::fail("the record has too many details");
  for (const AuditDetail& detail : record.details) {
    if (detail.key.size() > kMaxAuditName || detail.value.size() > kMaxAuditText || !isStorable(detail.key) ||
        !isStorable(detail.value)) {
      return base::fail("a detail of the record is too long or no text");
    }
  }
  return {};
}

void appendDetails(base::Bytes& out, const std::vector<AuditDetail>& details) {
  base::ByteWriter writer(out);
  writer.u16(static_cast<std::uint16_t>(details.size()));
  for (const AuditDetail& detail : details) {
    appendText(writer, detail.key);
    appendText(writer, detail.value);
  }
}

std::optional<std::vector<AuditDetail>> readDetails(base::ByteView bytes) {
  base::ByteReader in(bytes);
  std::vector<AuditDetail> details;
  if (!readDetailList(in, details) || in.remaining() != 0) return std::nullopt;
  return details;
}

void appendCanonical(base::Bytes& out, const AuditRecord& record) {
  base::ByteWriter writer(out);
  writer.u8(kVersion);
  writer.u64(record.sequence);
  writer.u64(record.revision);
  writer.u64(static_cast<std::uint64_t>(base::unixSeconds(record.time)));
  writer.u8(static_cast<std::uint8_t>(record.actorKind));
  writer.u8(static_cast<std::uint8_t>(record.outcome));
  for (const TextRow& row : kTexts) appendText(writer, record.*row.text);
  appendDetails(out, record.details);
}

base::Bytes canonicalBytes(const AuditRecord& record) {
  base::Bytes out;
  appendCanonical(out, record);
  return out;
}

base::Json toJson(const AuditRecord& record) {
  base::Json::Object object{{"sequence", record.sequence},
                            {"revision", record.revision},
                            {"time", base::timeText(record.time)},
                            {"actorKind", word(record.actorKind)},
                            {"outcome", word(record.outcome)}};
  for (const TextRow& row : kTexts) object.push_back({std::string(row.name), record.*row.text});
  base::Json::Object details;
  for (const AuditDetail& detail : record.details) details.push_back({detail.key, detail.value});
  object.push_back({"details", std::move(details)});
  return object;
}

base::Result<AuditRecord> auditRecordFromJson(const base::Json& json) {
  AuditRecord record;
  if (!readNumber(json, "sequence", record.sequence) || !readNumber(json, "revision", record.revision)) {
    return base::fail("the record has no sequence or revision");
  }
  const base::Json* time = json.find("time");
  const auto when = time != nullptr && time->text() != nullptr ? base::parseTime(*time->text()) : std::nullopt;
  if (!when) return base::fail("the record has no time");
  record.time = *when;
  const auto kind = indexOf(kActorKindWords, json.find("actorKind"));
  const auto outcome = indexOf(kAuditOutcomeWords, json.find("outcome"));
  if (!kind || !outcome) return base::fail("the record has no kind of actor or no outcome that is known here");
  record.actorKind = static_cast<ActorKind>(*kind);
  record.outcome = static_cast<AuditOutcome>(*outcome);
  for (const TextRow& row : kTexts) {
    const base::Json* text = json.find(row.name);
    if (text == nullptr || text->text() == nullptr) return base::fail("the record has no " + std::string(row.name));
    record.*row.text = *text->text();
  }
  const base::Json* details = json.find("details");
  if (details == nullptr || details->object() == nullptr) return base::fail("the record has no details");
  for (const base::JsonMember& member : *details->object()) {
    if (member.value.text() == nullptr) return base::fail("a detail of the record is no text");
    record.details.push_back({member.name, *member.value.text()});
  }
  if (json.object()->size() != 6 + std::size(kTexts)) return base::fail("the record has members that do not belong");
  if (auto status = checkAuditRecord(record); !status) return base::fail(status.error());
  return record;
}

}  // namespace ops
