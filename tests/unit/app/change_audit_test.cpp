#include "isns-server/app/change_audit.h"

#include <gtest/gtest.h>

#include "isns-server/core/change_kind.h"
#include "isns-server/manage/changes/change_sets.h"
#include "isns-server/manage/changes/wire_changes.h"

using app::auditRecordOf;
using manage::AuditEvent;

namespace {

std::string detail(const ops::AuditRecord& record, std::string_view key) {
  for (const ops::AuditDetail& one : record.details) {
    if (one.key == key) return one.value;
  }
  return "(none)";
}

TEST(ChangeAudit, ACommitTellsItsImpactAndWhoApproved) {
  AuditEvent event{"change.committed", {ops::ActorKind::Person, "alice", {}}, "change-set:#7", "done", {}};
  event.edits = 3;
  event.exception = "sessions may end";
  event.overrideReason = "an emergency";
  event.cells = {4, 1, 0};
  event.reason = "new host";
  event.ticket = "T-1";
  const auto record = auditRecordOf(event, "192.0.2.1");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->event, "change.commit");
  EXPECT_EQ(record->actorKind, ops::ActorKind::Person);
  EXPECT_EQ(record->origin, "192.0.2.1");
  EXPECT_EQ(record->object, "change-set:#7");
  EXPECT_EQ(record->reason, "new host");
  EXPECT_EQ(record->ticket, "T-1");
  EXPECT_EQ(detail(*record, "gained"), "4");
  EXPECT_EQ(detail(*record, "lost"), "1");
  EXPECT_EQ(detail(*record, "approval"), "none");
  EXPECT_EQ(detail(*record, "exception"), "sessions may end");
  EXPECT_EQ(detail(*record, "override"), "an emergency");
  event.exception = event.overrideReason = {};
  EXPECT_EQ(detail(*auditRecordOf(event, {}), "exception"), "(none)");
  EXPECT_EQ(detail(*auditRecordOf(event, {}), "override"), "(none)");
}

TEST(ChangeAudit, ARefusalHasItsCodeAndItsSentence) {
  const auto record = auditRecordOf(
      {"change.denied", {ops::ActorKind::Person, "bob", {}}, "change-set:#7", "frozen", "It is frozen."}, {});
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->event, "access.refused");
  EXPECT_EQ(record->outcome, ops::AuditOutcome::Refused);
  EXPECT_EQ(record->code, "frozen");
  EXPECT_EQ(record->reason, "It is frozen.");
}

TEST(ChangeAudit, WhatTheServerTakesBackIsTheServers) {
  const auto record = auditRecordOf(
      {"change.rolled-back", manage::theServer().actor(), "change-set:#7", "done", "Nobody confirmed."}, {});
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->actorKind, ops::ActorKind::Server);
  EXPECT_EQ(record->event, "change.rollback");
  EXPECT_EQ(detail(*record, "why"), "Nobody confirmed.");
  EXPECT_EQ(detail(*record, "left"), "(none)") << "where that is not known";
  AuditEvent event{"change.rolled-back", manage::theServer().actor(), "change-set:#7", "done", "Nobody confirmed."};
  event.left = 2;
  EXPECT_EQ(detail(*auditRecordOf(event, {}), "left"), "2");
}

TEST(ChangeAudit, WhatBeginsAnewAfterARestoreSaysWhyAndUntilWhen) {
  AuditEvent event{"change.begun-anew", manage::theServer().actor(), "change-set:#7", "done", "It begins anew."};
  event.reason = "new host";
  event.until = 1'700'000'120;
  const auto record = auditRecordOf(event, {});
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->event, "change.begun-anew");
  EXPECT_EQ(record->actorKind, ops::ActorKind::Server);
  EXPECT_EQ(record->reason, "It begins anew.");
  EXPECT_EQ(detail(*record, "until"), "1700000120");
}

// A stolen token is told from its user by what it did.
TEST(ChangeAudit, WhatATokenDoesNamesTheToken) {
  const AuditEvent event{
      "change.committed", {ops::ActorKind::Token, "alice", {}, "ci deploy"}, "change-set:#7", "done", {}};
  const auto record = auditRecordOf(event, "192.0.2.1");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->actorKind, ops::ActorKind::Token);
  EXPECT_EQ(record->actor, "alice/ci deploy");
  EXPECT_EQ(detail(*record, "origin"), "api");
}

// One that an older version let be made.
TEST(ChangeAudit, AUserOfTheServersNameIsAPerson) {
  const AuditEvent event{"change.committed", {ops::ActorKind::Person, "isns-server", {}}, "change-set:#7", "done", {}};
  const auto record = auditRecordOf(event, "192.0.2.1");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->actorKind, ops::ActorKind::Person);
  EXPECT_EQ(detail(*record, "origin"), "api");
}

TEST(ChangeAudit, StepsInBetweenHaveNoRecord) {
  EXPECT_FALSE(auditRecordOf({"change.zoned", {ops::ActorKind::Person, "alice", {}}, "change-set:#7", "done", {}}, {}));
  EXPECT_FALSE(
      auditRecordOf({"change.confirming", {ops::ActorKind::Person, "alice", {}}, "change-set:#7", "done", {}}, {}));
}

TEST(ChangeAudit, AChangeFromTheWireNamesItsFunctionAndItsChangeSet) {
  const core::ChangeNote note{
      12, {}, core::change_kind::of(isns::Function::DDReg), "iqn.2026-01.example:control", "192.0.2.9", {}};
  const ops::AuditRecord record = app::wireRecordOf(note, true);
  EXPECT_EQ(record.event, "isns.administrative");
  EXPECT_EQ(record.actorKind, ops::ActorKind::ControlNode);
  EXPECT_EQ(record.origin, "192.0.2.9");
  EXPECT_EQ(detail(record, "function"), "DDReg");
  EXPECT_EQ(record.object, "change-set:#" + std::to_string(manage::wireId(12)));
}

}  // namespace
