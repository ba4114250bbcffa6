// audit verify, evidence verify: checks of files that need no server.

#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "shared/base/hex.h"
#include "shared/base/time_text.h"
#include "shared/evidence/audit_lines.h"
#include "shared/evidence/verify_evidence.h"
#include "shared/mgmt/fingerprint.h"

namespace ctl {
namespace {

using base::Json;

Asked<std::vector<evidence::Fingerprint>> trustedKeys(const Invocation& invocation) {
  std::vector<evidence::Fingerprint> keys;
  for (const std::string_view text : invocation.all("--key")) {
    const auto key = mgmt::Fingerprint::parse(text);
    if (!key)
      return base::fail(usageFailure("--key", "\"" + std::string(text) + "\" is no SHA-256 fingerprint",
                                     "64 hexadecimal digits, as the server's log and sanctl print it"));
    keys.push_back(key->bytes);
  }
  return keys;
}

// Of several keys the one that the pack was signed by, where it is among them.
std::optional<evidence::Fingerprint> expectedOf(const std::vector<evidence::Fingerprint>& keys, const std::string& pack) {
  if (keys.empty()) return std::nullopt;
  if (keys.size() == 1) return keys.back();
  const auto signer = evidence::verifyEvidence(base::asBytes(pack), std::nullopt).signer;
  return signer && std::ranges::find(keys, *signer) != keys.end() ? signer : keys.back();
}

void printReport(Context& context, const std::string& text) {
  context.out << text;
  if (!text.ends_with('\n')) context.out << '\n';
}

}  // namespace

namespace {

// A pack that was seen before: the head of the log in it, and the server that made it.
struct Seen {
  std::string pack;
  std::string serverId;
  evidence::LogHead head;
};

Asked<Seen> seenPack(const std::string& file, const std::vector<evidence::Fingerprint>& keys, Context& context) {
  const auto bytes = context.readFile(file);
  if (!bytes) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  const auto report = evidence::verifyEvidence(base::asBytes(*bytes), expectedOf(keys, *bytes));
  if (report.verdict == evidence::Verdict::Damaged) {
    return base::fail(Failure{Exit::Unproven, file, "it is not what was signed, so the head in it shows nothing", {}});
  }
  if (report.verdict == evidence::Verdict::OtherSigner) {
    return base::fail(Failure{Exit::Unproven, file, "the pack is signed by another key, so the head in it shows nothing",
                              "give --key once more, for the key of the pack"});
  }
  return Seen{file, report.manifest->serverId, report.manifest->log};
}

Asked<std::vector<Seen>> seenHeads(const Invocation& invocation, const std::vector<evidence::Fingerprint>& keys,
                                   Context& context) {
  std::vector<Seen> all;
  for (const std::string_view text : invocation.all("--head")) {
    const auto head = evidence::parseHead(text);
    if (!head) {
      return base::fail(usageFailure("--head", "\"" + std::string(text) + "\" is no head of a log",
                                     "NUMBER:HASH, as audit verify and evidence verify print it"));
    }
    all.push_back({{}, {}, *head});
  }
  for (const std::string_view file : invocation.all("--pack")) {
    auto seen = seenPack(std::string(file), keys, context);
    if (!seen) return base::fail(seen.error());
    all.push_back(std::move(*seen));
  }
  return all;
}

Json headJson(const evidence::LogHead& head) {
  return head.sequence == 0 ? Json() : Json(evidence::headText(head));
}

Json textList(const std::vector<std::string>& texts) { return Json::Array(texts.begin(), texts.end()); }

void printLogReport(Output& output, const evidence::AuditTextReport& report) {
  Json::Array faults;
  for (const auto& fault : report.faults) {
    faults.emplace_back(Json::Object{{"kind", evidence::kChainFaultWords[static_cast<std::size_t>(fault.kind)]},
                                     {"from", fault.sequence},
                                     {"to", fault.last},
                                     {"text", fault.text}});
  }
  output.record({{"verdict", "", Json(evidence::kLogVerdictWords[static_cast<std::size_t>(report.verdict())])},
                 {"intact", "", Json(report.intact() && report.told.recorded.empty())},
                 {"server", "", Json(report.serverId)},
                 {"records", "", Json(report.records)},
                 {"begins_behind", "", report.isPart() ? headJson(report.start) : Json()},
                 {"begins_seen", "", Json(!report.isPart() || report.startSeen)},
                 {"head", "", headJson(report.head)},
                 {"signed_up_to", "", Json(report.signedUpTo)},
                 {"signer", "", report.signer ? Json(base::hexText(*report.signer)) : Json()},
                 {"continues", "", report.continues == 0 ? Json() : Json(report.continues)},
                 {"faults", "", Json(std::move(faults))},
                 {"breaks", "", textList(report.told.recorded)},
                 {"gaps", "", textList(report.told.gaps)},
                 {"unsigned", "", textList(report.told.weak)}});
}

}  // namespace

Outcome auditVerify(const Invocation& invocation, Context& context) {
  const auto keys = trustedKeys(invocation);
  if (!keys) return base::fail(keys.error());
  const auto seen = seenHeads(invocation, *keys, context);
  if (!seen) return base::fail(seen.error());
  std::vector<evidence::LogHead> heads;
  for (const Seen& one : *seen) heads.push_back(one.head);
  const std::string file = optionText(invocation, "FILE");
  const auto text = context.readFile(file);
  if (!text) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  const auto report = evidence::verifyAuditText(*text, *keys, heads);
  if (!report) return base::fail(Failure{Exit::Unproven, file, report.error().text, {}});
  for (const Seen& one : *seen) {
    if (one.pack.empty() || one.serverId == report->serverId) continue;
    return base::fail(Failure{Exit::Unproven, file, "the log is of another server than the pack " + one.pack, {}});
  }
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Table) {
    printReport(context, evidence::reportText(*report));
  } else {
    printLogReport(output, *report);
  }
  const auto unproven = [&](std::string detail, std::string hint = {}) {
    return base::fail(Failure{Exit::Unproven, file, std::move(detail), std::move(hint)});
  };
  switch (report->verdict()) {
    case evidence::LogVerdict::Verified:
      return {};
    case evidence::LogVerdict::SignerUnknown:
      return unproven("intact, signer unknown", "give --key FINGERPRINT to prove who signed it");
    case evidence::LogVerdict::Unsigned:
      return unproven(report->records == 0 ? "there is no record in it"
                                           : "no checkpoint of an expected key vouches for any record");
    case evidence::LogVerdict::Part:
      return unproven("intact, but it begins at record " + std::to_string(report->start.sequence + 1) +
                          ": what was before is not shown",
                      "check the whole log, or the part before it, and give the head of that by --head");
    case evidence::LogVerdict::Broken:
      return unproven(
          "intact as it stands, but the log has a break that nobody answered: " + report->told.recorded.front(),
          "where an earlier database was put back on purpose, say so: sanctl audit restored");
    case evidence::LogVerdict::Damaged:
      break;
  }
  return unproven(counted(report->faultCount, "fault", "faults") + " in the log");
}

namespace {

// For programs: all that the table says. What is not what was signed is not told.
void printPackReport(Output& output, const evidence::EvidenceReport& report) {
  constexpr std::string_view kVerdicts[] = {"verified", "signer-unknown", "other-signer", "damaged"};
  Json::Array faults;
  for (const auto& fault : report.faults) {
    faults.emplace_back(Json::Object{{"where", fault.where}, {"what", fault.what}});
  }
  const auto digest = [](const std::optional<evidence::Fingerprint>& key) {
    return key ? Json(base::hexText(*key)) : Json();
  };
  const bool told = report.manifest && report.verdict != evidence::Verdict::Damaged;
  const evidence::Manifest none;
  const evidence::Manifest& manifest = told ? *report.manifest : none;
  Json::Array options;
  for (const auto& option : manifest.options) {
    options.emplace_back(Json::Object{{"name", option.name}, {"value", option.value}});
  }
  const auto only = [&](Json value) { return told ? std::move(value) : Json(); };
  output.record({{"verdict", "", Json(kVerdicts[static_cast<std::size_t>(report.verdict)])},
                 {"signer", "", digest(report.signer)},
                 {"expected", "", digest(report.expected)},
                 {"title", "", only(manifest.title)},
                 {"server", "", only(manifest.serverName)},
                 {"server_id", "", only(manifest.serverId)},
                 {"revision", "", only(manifest.cut.revision)},
                 {"time", "", only(base::timeText(manifest.cut.time))},
                 {"query", "", only(manifest.query)},
                 {"options", "", only(std::move(options))},
                 {"population", "", only(manifest.counts.population)},
                 {"findings", "", only(manifest.counts.findings)},
                 {"sources", "", only(manifest.counts.sources)},
                 {"sources_silent", "", only(manifest.counts.sourcesSilent)},
                 {"complete", "", only(manifest.complete)},
                 {"completeness", "", only(manifest.statement)},
                 {"log_head", "", headJson(manifest.log)},
                 {"files", "", only(std::uint64_t{manifest.files.size()})},
                 {"faults", "", Json(std::move(faults))}});
}

}  // namespace

Outcome evidenceVerify(const Invocation& invocation, Context& context) {
  const auto keys = trustedKeys(invocation);
  if (!keys) return base::fail(keys.error());
  const std::string file = optionText(invocation, "FILE");
  const auto bytes = context.readFile(file);
  if (!bytes) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  const auto report =
      evidence::verifyEvidence(base::asBytes(*bytes), expectedOf(*keys, *bytes));
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Table) {
    printReport(context, evidence::reportText(report));
  } else {
    printPackReport(output, report);
  }
  switch (report.verdict) {
    case evidence::Verdict::Verified:
      return {};
    case evidence::Verdict::SignerUnknown:
      return base::fail(
          Failure{Exit::Unproven, file, "intact, signer unknown", "give --key FINGERPRINT to prove who signed it"});
    case evidence::Verdict::OtherSigner:
      return base::fail(Failure{Exit::Unproven, file, "intact, but signed by another key", {}});
    case evidence::Verdict::Damaged:
      break;
  }
  return base::fail(Failure{Exit::Unproven, file, "it is not what was signed", {}});
}

}  // namespace ctl
