// What the tables of opcodes, codes and faults promise.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "agent/iscsi/codes.h"
#include "agent/iscsi/format_fault.h"
#include "agent/iscsi/opcodes.h"

namespace {

using namespace iscsi;

TEST(OpcodeTable, HoldsTheOpcodesOfTheRfc) {
  const std::map<std::uint8_t, std::string_view> expected = {
      {0x00, "NOP-Out"},
      {0x01, "SCSI Command"},
      {0x02, "Task Management Function Request"},
      {0x03, "Login Request"},
      {0x04, "Text Request"},
      {0x05, "SCSI Data-Out"},
      {0x06, "Logout Request"},
      {0x10, "SNACK Request"},
      {0x20, "NOP-In"},
      {0x21, "SCSI Response"},
      {0x22, "Task Management Function Response"},
      {0x23, "Login Response"},
      {0x24, "Text Response"},
      {0x25, "SCSI Data-In"},
      {0x26, "Logout Response"},
      {0x31, "Ready To Transfer (R2T)"},
      {0x32, "Asynchronous Message"},
      {0x3f, "Reject"},
  };
  EXPECT_EQ(opcodeTable().size(), expected.size());
  for (unsigned code = 0; code < 256; ++code) {
    const OpcodeRow* row = findOpcode(static_cast<std::uint8_t>(code));
    const auto at = expected.find(static_cast<std::uint8_t>(code));
    ASSERT_EQ(row != nullptr, at != expected.end()) << code;
    if (row == nullptr) continue;
    EXPECT_EQ(row->name, at->second);
    EXPECT_EQ(static_cast<unsigned>(row->opcode), code);
    EXPECT_EQ(rowOf(row->opcode), row);
    EXPECT_EQ(row->sender, code < 0x20 ? Sender::Initiator : Sender::Target);
  }
}

TEST(OpcodeTable, SaysWhoMayCarryWhat) {
  std::set<Opcode> ahs;
  std::set<Opcode> data;
  std::set<Opcode> numbered;
  for (const OpcodeRow& row : opcodeTable()) {
    if (row.mayCarryAhs) ahs.insert(row.opcode);
    if (!row.mayCarryData) data.insert(row.opcode);
    if (row.carriesCmdSn) numbered.insert(row.opcode);
  }
  using O = Opcode;
  EXPECT_EQ(ahs, std::set<Opcode>{O::ScsiCommand});
  EXPECT_EQ(data, (std::set<Opcode>{O::TaskManagementRequest, O::LogoutRequest, O::Snack, O::TaskManagementResponse,
                                    O::LogoutResponse, O::R2t}))
      << "those whose DataSegmentLength must be 0";
  EXPECT_EQ(numbered, (std::set<Opcode>{O::NopOut, O::ScsiCommand, O::TaskManagementRequest, O::LoginRequest,
                                        O::TextRequest, O::LogoutRequest}));
}

// RFC 7143 11.5.1 to 11.5.5, RFC 7144 6.3.
TEST(TaskManagementFunctions, SayWhatTheyAddress) {
  using F = TaskManagementFunction;
  std::set<F> withoutLun;
  std::set<F> newer;
  for (const TaskManagementFunctionRow& row : taskManagementFunctionTable()) {
    if (!row.hasLun) withoutLun.insert(row.code);
    if (row.protocolLevel > 1) newer.insert(row.code);
    EXPECT_EQ(row.immediateOnly, row.code == F::TaskReassign);
    EXPECT_EQ(nameOf(row.code), row.name);
  }
  EXPECT_EQ(withoutLun, (std::set<F>{F::TargetWarmReset, F::TargetColdReset, F::TaskReassign, F::ItNexusReset}));
  EXPECT_EQ(newer, (std::set<F>{F::QueryTask, F::QueryTaskSet, F::ItNexusReset, F::QueryAsynchronousEvent}));
  EXPECT_EQ(findRow(F{0}), nullptr);
  EXPECT_EQ(findRow(F{13}), nullptr);
  EXPECT_EQ(nameOf(F{13}), "unassigned");
}

TEST(Codes, HaveNames) {
  EXPECT_EQ(nameOf(RejectReason::WaitingForLogout), "Waiting for Logout");
  EXPECT_EQ(nameOf(RejectReason{0x0d}), "unassigned");
  EXPECT_EQ(nameOf(AsyncEvent::TaskTermination), "Task Termination");
  EXPECT_EQ(nameOf(AsyncEvent{6}), "unassigned");
  EXPECT_EQ(nameOf(AsyncEvent{247}), "unassigned");
  EXPECT_EQ(nameOf(AsyncEvent{248}), "vendor-specific");
  EXPECT_EQ(nameOf(AsyncEvent{255}), "vendor-specific");
}

TEST(FormatFaults, OnlyReservedCodesAndTaskReferencesAreRejected) {
  std::map<RejectReason, std::set<FormatFault>> rejected;
  std::set<std::string_view> texts;
  for (const FormatFaultRow& row : formatFaultTable()) {
    EXPECT_EQ(&rowOf(row.fault), &row);
    EXPECT_TRUE(texts.insert(row.text).second) << row.text;
    EXPECT_FALSE(row.section.empty()) << row.text;
    if (row.reject) rejected[*row.reject].insert(row.fault);
  }
  using F = FormatFault;
  const std::map<RejectReason, std::set<F>> expected = {
      {RejectReason::ProtocolError,
       {F::AhsType, F::ReservedTaskAttribute, F::ReservedLogoutReason, F::ReservedSnackType}},
      {RejectReason::InvalidPduField, {F::SnackFields}}};
  EXPECT_EQ(rejected, expected);
}

}  // namespace
