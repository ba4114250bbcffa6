// A pack of an invented SAN, as large as one likes, always the same.
#pragma once

#include <stdexcept>
#include <string>

#include "isns-server/manage/evidence/build_evidence.h"

namespace test {

inline evidence::SigningKey packKey(std::uint8_t seed = 7) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(seed);
  auto key = evidence::SigningKey::fromSeed(bytes);
  return std::move(*key);
}

class SamplePopulation final : public manage::PopulationSource {
 public:
  explicit SamplePopulation(std::size_t rows) : left_(rows) {}
  bool next(manage::PopulationRow& row) override {
    if (left_-- == 0) return left_ = 0, false;
    const std::string n = std::to_string(++number_);
    row.host = number_ % 7 == 0 ? "iqn.2024-01.com.example.datacentre-frankfurt:cluster-7:node-" + n + ":initiator-a"
                                : "db" + n;
    row.unit = number_ % 5 == 0 ? "naa.60014056f3a8b1c2d4e5f60718293a4b" : "ledger-" + n;
    row.right = number_ % 3 == 0 ? "read-only" : "read-write";
    row.state = number_ % 11 == 0 ? "entry unknown" : "works";
    row.why = "zone \"db to ledger " + n + "\" in set production, map of array-2 LUN " + std::to_string(number_ % 256);
    row.since = base::WallTime(std::chrono::seconds(1'760'000'000 + static_cast<std::int64_t>(number_) * 3600));
    row.revision = 1000 + number_;
    row.labels = number_ % 3 == 0 ? "PCI" : "";
    row.approval = number_ % 4 == 0 ? "" : "bert, CHG-" + n;
    row.proof = number_ % 2 == 0 ? "mutual CHAP" : "name only";
    return true;
  }

 private:
  std::size_t left_;
  std::uint64_t number_ = 0;
};

inline manage::EvidenceInput sampleInput(std::size_t findings = 12) {
  using manage::FindingSeverity;
  using manage::SourceState;
  const base::WallTime cut(std::chrono::seconds(1'770'000'000));
  manage::EvidenceInput input;
  input.title = "Access to payment data";
  input.serverId = "5f0c9a3e-7d1b-4c52-9a60-3f0e8f3d2b11";
  input.serverName = "isns1.example.com";
  input.generator = "isns-server 0.1.0";
  input.cut = {12345, cut};
  input.query = "who-reaches label:PCI --state works,unknown";
  input.options = {{"label", "PCI"}};
  input.requestedBy =
      "Anna Gr\xc3\xbc"
      "newald (auditor)";
  input.reason = "Half-yearly review of access by need to know, agreed with the owners of the payment systems";
  input.ticket = "AUD-2027-004";
  input.controls = {"PCI DSS 4.0, 7.2.4", "PCI DSS 4.0, 10.3", "SOX ITGC access review"};
  input.figures = {{"128", "hosts that are asked about"}, {"412", "logical units labelled PCI"},
                   {"1,204", "ways that work"},           {"17", "ways whose entry is unknown"},
                   {"9", "ways without an approval"},     {"98 %", "with mutual CHAP"}};
  input.sources = {
      {"isns1.example.com", "name server", SourceState::Reported, cut, "registrations and zones"},
      {"array-1.example.com", "target's agent", SourceState::Reported, cut, "admission, LUN maps, sessions"},
      {"array-2.example.com", "target's agent", SourceState::Late, cut - std::chrono::hours(30),
       "LUN maps as of the last report; sessions since then are not known"},
      {"db44.example.com", "host's agent", SourceState::Silent, std::nullopt, "logins of this host are not known"},
      {"iqn.1992-08.com.vendor:sn.0123456789abcdef0123456789abcdef:vs.42", "target", SourceState::Unmanaged,
       std::nullopt, "foreign target: whom it admits is not known"}};
  const FindingSeverity severities[] = {FindingSeverity::Critical, FindingSeverity::High, FindingSeverity::High,
                                        FindingSeverity::Medium, FindingSeverity::Low};
  for (std::size_t i = 0; i < findings; ++i) {
    input.findings.push_back({"R0" + std::to_string(1 + i % 9), severities[i % 5],
                              "Host reaches a logical unit that nobody approved",
                              "host:db" + std::to_string(i) + " to lu:ledger-" + std::to_string(i),
                              cut - std::chrono::hours(24 * static_cast<int>(i)),
                              "configured since revision " + std::to_string(9000 + i) + ", no approval in the ledger",
                              i % 6 == 5 ? "until 2027-03-31: migration, CHG-77" : ""});
  }
  input.log = {4711, evidence::sha256(base::asBytes("head"))};
  return input;
}

// Names and texts that are long, foreign or made to deceive.
inline manage::EvidenceInput stressInput() {
  manage::EvidenceInput input = sampleInput(40);
  input.title =
      "Access of all hosts of the group, \xce\x91\xce\xb8\xce\xae\xce\xbd\xce\xb1, "
      "\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0 and \xe6\x9d\xb1\xe4\xba\xac, "
      "to every logical unit with payment, health and salary data, as agreed with the owners of these systems";
  input.serverName = std::string(120, 'n') + ".example.com";
  input.reason = std::string(300, 'W') + " " + std::string(900, 'i');
  input.query = "who-reaches " + std::string(500, 'q');
  input.figures = {{"1,234,567,890,123", std::string(200, 'W')}, {"0", "a"}};
  for (int i = 0; i < 60; ++i) {
    input.sources.push_back({"iqn.2024-01.com.example." + std::string(190, 'x') + std::to_string(i), "target",
                             manage::SourceState::Unmanaged, std::nullopt, std::string(400, 'w')});
  }
  input.findings[0].what =
      "\xe2\x80\xae"
      "desrever\n\x1b[31m \xf0\x9f\x98\x80 " +
      std::string(300, 'M');
  input.findings[0].object = std::string(223, 'W');
  input.findings[0].waiver = "=HYPERLINK(\"http://example.com\")";
  return input;
}

inline manage::EvidencePack packOf(manage::EvidenceInput input, std::size_t rows) {
  SamplePopulation population(rows);
  input.population = &population;
  auto pack = manage::buildEvidence(input, packKey());
  if (!pack) throw std::runtime_error(pack.error().text);
  return std::move(*pack);
}

inline manage::EvidencePack samplePack(std::size_t rows, std::uint8_t keySeed = 7) {
  SamplePopulation population(rows);
  manage::EvidenceInput input = sampleInput();
  input.population = &population;
  auto pack = manage::buildEvidence(input, packKey(keySeed));
  if (!pack) throw std::runtime_error(pack.error().text);
  return std::move(*pack);
}

}  // namespace test
