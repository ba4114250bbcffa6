#include "tests/bench/iscsi_load/keys.h"

#include "shared/base/whole_number.h"

#include <algorithm>

namespace bench::iscsi {
namespace {

void append(std::string& text, std::string_view key, std::string_view value) {
  text.append(key).append("=").append(value).push_back('\0');
}
void append(std::string& text, std::string_view key, std::uint32_t value) { append(text, key, std::to_string(value)); }
std::string_view yesNo(bool value) { return value ? "Yes" : "No"; }

base::Status number(std::string_view value, std::uint32_t& into) {
  const auto number = base::wholeNumber<std::uint32_t>(value);
  if (!number) return base::fail("no number: " + std::string(value));
  into = *number;
  return {};
}

base::Status takeKey(std::string_view key, std::string_view value, const Options& options, Agreed& agreed) {
  if (value == "Reject") return base::fail("the target rejects the key " + std::string(key));
  std::uint32_t length = 0;
  if (key == "AuthMethod" && value != "None") return base::fail("the target wants AuthMethod " + std::string(value));
  if (key == "HeaderDigest") agreed.headerDigest = value == "CRC32C";
  if (key == "DataDigest") agreed.dataDigest = value == "CRC32C";
  if (key == "InitialR2T") agreed.initialR2t = options.initialR2t || value == "Yes";
  if (key == "ImmediateData") agreed.immediateData = options.immediateData && value == "Yes";
  const bool isLength = key == "MaxRecvDataSegmentLength" || key == "FirstBurstLength" || key == "MaxBurstLength";
  if (!isLength || value == "Irrelevant") return {};
  if (base::Status read = number(value, length); !read) return read;
  if (key == "MaxRecvDataSegmentLength") agreed.targetMaxRecv = length;
  if (key == "FirstBurstLength") agreed.firstBurst = std::min(length, options.firstBurst);
  if (key == "MaxBurstLength") agreed.maxBurst = std::min(length, options.maxBurst);
  return {};
}

}  // namespace

std::string securityKeys(const Options& options) {
  std::string text;
  append(text, "InitiatorName", options.initiator);
  append(text, "TargetName", options.target);
  append(text, "SessionType", "Normal");
  append(text, "AuthMethod", "None");
  return text;
}

std::string operationalKeys(const Options& options) {
  std::string text;
  append(text, "HeaderDigest", options.headerDigest ? "CRC32C" : "None");
  append(text, "DataDigest", options.dataDigest ? "CRC32C" : "None");
  append(text, "MaxRecvDataSegmentLength", options.maxRecv);
  append(text, "InitialR2T", yesNo(options.initialR2t));
  append(text, "ImmediateData", yesNo(options.immediateData));
  append(text, "FirstBurstLength", options.firstBurst);
  append(text, "MaxBurstLength", options.maxBurst);
  append(text, "MaxOutstandingR2T", 8);
  append(text, "MaxConnections", 1);
  append(text, "DefaultTime2Wait", 0);
  append(text, "DefaultTime2Retain", 0);
  append(text, "DataPDUInOrder", "Yes");
  append(text, "DataSequenceInOrder", "Yes");
  append(text, "ErrorRecoveryLevel", 0);
  return text;
}

base::Status takeKeys(std::string_view text, const Options& options, Agreed& agreed) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (base::Status taken = takeKey(pair.substr(0, equals), pair.substr(equals + 1), options, agreed); !taken) {
      return taken;
    }
  }
  return {};
}

}  // namespace bench::iscsi
