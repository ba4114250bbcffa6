// audit verify and evidence verify: what they say of files, and with which code they end.
#include <gtest/gtest.h>

#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "tests/support/audit_world.h"
#include "tests/support/tiny_pack.h"
#include "tests/unit/ctl/api_world.h"

using namespace ctl_test;
using ctl::Exit;

namespace {

struct Offline {
  Offline() {
    log.sign(log.key);
    files()["log"] = log.text();
  }
  std::map<std::string, std::string>& files() { return api.world.files; }
  [[nodiscard]] std::string key() const { return base::hexText(test::fingerprintOf(log.key)); }
  [[nodiscard]] evidence::LogHead headAt(std::size_t record) const { return {record, log.records[record - 1].hash}; }
  // A pack of the same server that saw the log up to a record.
  void pack(const std::string& name, const evidence::LogHead& head, const evidence::SigningKey& by) {
    test::TinyPack pack;
    pack.manifest.serverId = test::AuditWorld::kServer;
    pack.manifest.log = head;
    pack.files[0].second = pack.factsText();
    files()[name] = std::string(base::asText(pack.archive(by)));
  }
  base::Json json(const std::string& line) {
    const auto read = base::parseJson(api.run(line).out);
    return read ? *read : base::Json();
  }

  test::AuditWorld log{10};
  ApiWorld api;
};

std::string textAt(const base::Json& json, std::string_view name) {
  const base::Json* member = json.find(name);
  return member == nullptr ? "missing" : member->plain();
}

TEST(AuditVerify, WithoutAKeyAnUntouchedLogIsIntactAndFails) {
  Offline world;
  const auto ended = world.api.run("audit verify log");
  EXPECT_EQ(ended.exit, code(Exit::Unproven));
  EXPECT_NE(ended.out.find("result: NOT VERIFIED: intact, signer unknown"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("FAULT"), std::string::npos) << ended.out;
  EXPECT_NE(ended.err.find("intact, signer unknown"), std::string::npos) << ended.err;
  EXPECT_EQ(world.api.run("audit verify log --key " + world.key()).exit, 0);
}

TEST(AuditVerify, WhatNothingVouchesForIsNotProven) {
  Offline world;
  world.files()["head"] = world.log.text().substr(0, world.log.text().find('\n') + 1);
  world.log.checkpoints.clear();
  world.files()["bare"] = world.log.text();
  for (const char* name : {"head", "bare"}) {
    const std::string file = name;
    const auto ended = world.api.run("audit verify " + file + " --key " + world.key());
    EXPECT_EQ(ended.exit, code(Exit::Unproven)) << file;
    EXPECT_NE(ended.out.find("result: NOT VERIFIED"), std::string::npos) << ended.out;
    EXPECT_EQ(textAt(world.json("audit verify " + file + " --output json --key " + world.key()), "verdict"), "unsigned");
  }
}

TEST(AuditVerify, ALogThatWasCutIsShownByAHeadOrAPackThatWasKept) {
  Offline world;
  const std::string head = evidence::headText(world.headAt(10));
  world.pack("kept", world.headAt(10), world.log.key);
  world.pack("early", world.headAt(3), world.log.key);
  const std::string verify = "audit verify log --key " + world.key();
  EXPECT_EQ(world.api.run(verify + " --head " + head + " --pack kept --pack early").exit, 0);
  EXPECT_EQ(textAt(world.json(verify + " --output json --pack early"), "continues"), "3");

  world.log.records.resize(8);
  world.log.checkpoints.resize(2);
  world.files()["log"] = world.log.text();
  EXPECT_EQ(world.api.run(verify).exit, 0) << "to who has seen nothing it is whole";
  EXPECT_EQ(world.api.run(verify + " --pack early").exit, 0);
  for (const std::string& seen : {" --head " + head, std::string(" --pack kept")}) {
    const auto ended = world.api.run(verify + seen);
    EXPECT_EQ(ended.exit, code(Exit::Unproven)) << seen;
    EXPECT_NE(ended.out.find("FAULT: records 9 to 10: missing at the end"), std::string::npos) << ended.out;
  }
}

TEST(AuditVerify, ABreakThatTheLogTellsOfFailsUntilSomebodyAnswersItAndIsToldForEver) {
  Offline world;
  const auto add = [&](ops::AuditEvent event, std::vector<ops::AuditDetail> details, std::string reason) {
    ops::AuditRecord record;
    record.actorKind = ops::ActorKind::Person;
    record.actor = "alice";
    record.event = ops::eventRow(event).name;
    record.reason = std::move(reason);
    record.details = std::move(details);
    world.log.seal(std::move(record), test::at(11));
    world.log.sign(world.log.key);
    world.files()["log"] = world.log.text();
  };
  add(ops::AuditEvent::LogBroken, {{"faults", "1"}, {"from", "11"}, {"to", "20"}, {"head", "ab"}},
      "records are missing");
  const std::string verify = "audit verify log --key " + world.key();
  const auto broken = world.api.run(verify);
  EXPECT_EQ(broken.exit, code(Exit::Unproven));
  EXPECT_NE(broken.out.find("BROKEN: record 11 says of an earlier check: records are missing"), std::string::npos)
      << broken.out;
  EXPECT_EQ(broken.out.find("FAULT"), std::string::npos) << broken.out;
  EXPECT_NE(broken.err.find("nobody answered"), std::string::npos) << broken.err;
  EXPECT_NE(broken.err.find("sanctl audit restored"), std::string::npos) << broken.err;
  EXPECT_EQ(world.api.run("audit verify log").exit, code(Exit::Unproven)) << "whoever the signer is";
  const base::Json json = world.json(verify + " --output json");
  EXPECT_EQ(textAt(json, "verdict"), "broken");
  EXPECT_EQ(textAt(json, "intact"), "false");
  EXPECT_EQ(json.find("breaks")->array()->size(), 1U);

  add(ops::AuditEvent::LogRestored, {{"broken", "11"}, {"from", "11"}, {"to", "20"}, {"head", "ab"}},
      "the disk failed");
  const auto answered = world.api.run(verify);
  EXPECT_EQ(answered.exit, 0) << answered.err;
  EXPECT_NE(answered.out.find("gap: records 11 to 20 are lost (record 11): by record 12, alice said"),
            std::string::npos)
      << answered.out;
  EXPECT_EQ(json.find("gaps")->array()->size(), 0U);
  EXPECT_EQ(world.json(verify + " --output json").find("gaps")->array()->size(), 1U);

  add(ops::AuditEvent::LogBroken, {{"faults", "1"}}, "record 3 was changed");
  EXPECT_EQ(world.api.run(verify).exit, code(Exit::Unproven)) << "another one";
}

// The number and the hash that a part begins behind need no key: whoever cuts the beginning off hides what it told.
TEST(AuditVerify, ALogThatWasCutAtItsBeginningIsAPartUntilTheRecordBeforeItWasSeen) {
  Offline world;
  ops::AuditRecord told;
  told.actor = "server-1";
  told.event = ops::eventRow(ops::AuditEvent::LogBroken).name;
  told.reason = "record 3 was changed";
  told.details = {{"faults", "1"}};
  world.log.seal(std::move(told), test::at(11));  // 11
  for (std::uint64_t i = 12; i <= 20; ++i) world.log.seal(test::commitRecord(i), test::at(12));
  world.log.sign(world.log.key);
  world.files()["log"] = world.log.textFrom(12);
  world.pack("later", world.headAt(15), world.log.key);
  const std::string verify = "audit verify log --key " + world.key();
  for (const char* seen : {"", " --pack later"}) {
    const auto ended = world.api.run(verify + seen);
    EXPECT_EQ(ended.exit, code(Exit::Unproven)) << ended.out;
    EXPECT_NE(ended.out.find("begins: at record 12, behind 11:"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("result: NOT VERIFIED AS A WHOLE"), std::string::npos) << ended.out;
    EXPECT_NE(ended.err.find("it begins at record 12"), std::string::npos) << ended.err;
    const base::Json json = world.json(verify + seen + " --output json");
    EXPECT_EQ(textAt(json, "verdict"), "part");
    EXPECT_EQ(textAt(json, "begins_seen"), "false");
    EXPECT_EQ(textAt(json, "begins_behind"), evidence::headText(world.headAt(11)));
  }
  // Who has checked what was before gives its head.
  const auto whole = world.api.run(verify + " --head " + evidence::headText(world.headAt(11)));
  EXPECT_EQ(whole.exit, 0) << whole.err;
  EXPECT_NE(whole.out.find("result: VERIFIED"), std::string::npos) << whole.out;
  world.files()["log"] = world.log.text();
  EXPECT_EQ(textAt(world.json(verify + " --output json"), "verdict"), "broken");
  EXPECT_EQ(textAt(world.json(verify + " --output json"), "begins_seen"), "true");
}

TEST(AuditVerify, AHeadCountsOnlyFromAPackThatIsGood) {
  Offline world;
  const std::string verify = "audit verify log --key " + world.key();
  world.pack("foreign", world.headAt(3), test::keyOf(9));
  EXPECT_EQ(world.api.run(verify + " --pack foreign").exit, code(Exit::Unproven));
  const std::string both = verify + " --key " + base::hexText(test::fingerprintOf(test::keyOf(9)));
  EXPECT_EQ(world.api.run(both + " --pack foreign").exit, 0);

  world.pack("damaged", world.headAt(3), world.log.key);
  world.files()["damaged"].resize(4000);
  EXPECT_EQ(world.api.run(verify + " --pack damaged").exit, code(Exit::Unproven));

  test::TinyPack other;
  world.files()["other"] = std::string(base::asText(other.archive(world.log.key)));
  const auto ended = world.api.run(verify + " --pack other");
  EXPECT_EQ(ended.exit, code(Exit::Unproven));
  EXPECT_NE(ended.err.find("another server"), std::string::npos) << ended.err;
  EXPECT_EQ(world.api.run(verify + " --head 12").exit, code(Exit::Usage));
}

TEST(EvidenceVerify, ProgramsGetAllThatTheTableSays) {
  Offline world;
  world.pack("pack", world.headAt(3), world.log.key);
  const base::Json json = world.json("evidence verify pack --output json --key " + world.key());
  EXPECT_EQ(textAt(json, "verdict"), "verified");
  EXPECT_EQ(textAt(json, "signer"), world.key());
  EXPECT_EQ(textAt(json, "server_id"), test::AuditWorld::kServer);
  EXPECT_EQ(textAt(json, "revision"), "7");
  EXPECT_EQ(textAt(json, "query"), "everything");
  EXPECT_EQ(textAt(json, "complete"), "true");
  EXPECT_EQ(textAt(json, "population"), "2");
  EXPECT_EQ(textAt(json, "log_head"), evidence::headText(world.headAt(3)));
  const auto csv = world.api.run("evidence verify pack --output csv --key " + world.key());
  EXPECT_NE(csv.out.find(evidence::headText(world.headAt(3))), std::string::npos) << csv.out;

  // Of what is not what was signed nothing is told.
  world.files()["pack"].resize(4000);
  const base::Json damaged = world.json("evidence verify pack --output json --key " + world.key());
  EXPECT_EQ(textAt(damaged, "verdict"), "damaged");
  EXPECT_TRUE(damaged.find("complete")->isNull());
}

TEST(EvidenceVerify, OfSeveralKeysAnyCounts) {
  Offline world;
  world.pack("pack", world.headAt(3), world.log.key);
  const std::string other = base::hexText(test::fingerprintOf(test::keyOf(9)));
  EXPECT_EQ(world.api.run("evidence verify pack --key " + world.key() + " --key " + other).exit, 0);
  EXPECT_EQ(world.api.run("evidence verify pack --key " + other).exit, code(Exit::Unproven));
}

}  // namespace
