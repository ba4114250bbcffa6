// audit verify, evidence verify: checks of files that need no server.

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
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

void printReport(Context& context, const std::string& text) {
  context.out << text;
  if (!text.ends_with('\n')) context.out << '\n';
}

}  // namespace

Outcome auditVerify(const Invocation& invocation, Context& context) {
  const auto keys = trustedKeys(invocation);
  if (!keys) return base::fail(keys.error());
  const std::string file = optionText(invocation, "FILE");
  const auto text = context.readFile(file);
  if (!text) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  const auto report = evidence::verifyAuditText(*text, *keys);
  if (!report) return base::fail(Failure{Exit::Unproven, file, report.error().text, {}});
  Output output = openOutput(invocation, context);
  const bool sealed = report->signedUpTo == report->head.sequence;
  if (output.format() == Format::Table) {
    printReport(context, evidence::reportText(*report));
  } else {
    Json::Array faults;
    for (const auto& fault : report->faults) {
      faults.emplace_back(Json::Object{{"kind", evidence::kChainFaultWords[static_cast<std::size_t>(fault.kind)]},
                                       {"from", fault.sequence},
                                       {"to", fault.last},
                                       {"text", fault.text}});
    }
    output.record({{"intact", "", Json(report->intact())},
                   {"records", "", Json(report->records)},
                   {"signed_up_to", "", Json(report->signedUpTo)},
                   {"faults", "", Json(std::move(faults))}});
  }
  if (!report->intact())
    return base::fail(
        Failure{Exit::Unproven, file, counted(report->faultCount, "fault", "faults") + " in the log", {}});
  if (keys->empty())
    return base::fail(
        Failure{Exit::Unproven, file, "intact, but nobody said whose signature to expect", "give --key FINGERPRINT"});
  if (!sealed && report->signedUpTo == 0)
    return base::fail(Failure{Exit::Unproven, file, "no checkpoint of that key vouches for any record", {}});
  return {};
}

Outcome evidenceVerify(const Invocation& invocation, Context& context) {
  const auto keys = trustedKeys(invocation);
  if (!keys) return base::fail(keys.error());
  const std::string file = optionText(invocation, "FILE");
  const auto bytes = context.readFile(file);
  if (!bytes) return base::fail(Failure{Exit::Local, file, "the file cannot be read", {}});
  const auto report =
      evidence::verifyEvidence(base::asBytes(*bytes), keys->empty() ? std::nullopt : std::optional(keys->back()));
  Output output = openOutput(invocation, context);
  constexpr std::string_view kVerdicts[] = {"verified", "signer-unknown", "other-signer", "damaged"};
  if (output.format() == Format::Table) {
    printReport(context, evidence::reportText(report));
  } else {
    Json::Array faults;
    for (const auto& fault : report.faults)
      faults.emplace_back(Json::Object{{"where", fault.where}, {"what", fault.what}});
    output.record({{"verdict", "", Json(kVerdicts[static_cast<std::size_t>(report.verdict)])},
                   {"faults", "", Json(std::move(faults))}});
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
