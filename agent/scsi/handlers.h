// The handlers of the commands, one file a family: what the rows of opcodes.cpp point to.
//
// A handler is called when its task is enabled and all that the row says was checked: CDB bits, rights, reservations,
// readiness. It ends, at once or by its last step, with one of Disk's complete functions. One owner, the unit's thread.
#pragma once

#include "agent/scsi/command.h"

namespace scsi::handlers {

// inquiry.cpp, vpd_pages.cpp
void inquiry(Disk& disk, Command& command);
// unit.cpp
void testUnitReady(Disk& disk, Command& command);
void requestSense(Disk& disk, Command& command);
void startStopUnit(Disk& disk, Command& command);
void preventAllowMediumRemoval(Disk& disk, Command& command);
void readCapacity10(Disk& disk, Command& command);
void readCapacity16(Disk& disk, Command& command);
void readDefectData10(Disk& disk, Command& command);
void readDefectData12(Disk& disk, Command& command);
// reports.cpp
void reportLuns(Disk& disk, Command& command);
void reportSupportedOperationCodes(Disk& disk, Command& command);
void reportSupportedTaskManagementFunctions(Disk& disk, Command& command);
void reportIdentifyingInformation(Disk& disk, Command& command);
void setIdentifyingInformation(Disk& disk, Command& command);
void reportTimestamp(Disk& disk, Command& command);
void setTimestamp(Disk& disk, Command& command);
// mode_commands.cpp
void modeSense(Disk& disk, Command& command);
void modeSelect(Disk& disk, Command& command);
// log_pages.cpp
void logSense(Disk& disk, Command& command);
void logSelect(Disk& disk, Command& command);
// diagnostics.cpp
void readBuffer(Disk& disk, Command& command);
void writeBuffer(Disk& disk, Command& command);
void receiveDiagnosticResults(Disk& disk, Command& command);
void sendDiagnostic(Disk& disk, Command& command);
// read_write.cpp
void read(Disk& disk, Command& command);
void write(Disk& disk, Command& command);
void writeAtomic(Disk& disk, Command& command);
void synchronizeCache(Disk& disk, Command& command);
void preFetch(Disk& disk, Command& command);
// verify.cpp
void verify(Disk& disk, Command& command);
void writeAndVerify(Disk& disk, Command& command);
// compare_write.cpp
void compareAndWrite(Disk& disk, Command& command);
void orWrite(Disk& disk, Command& command);
// provisioning.cpp
void writeSame(Disk& disk, Command& command);
void unmap(Disk& disk, Command& command);
void getLbaStatus(Disk& disk, Command& command);
// background.cpp
void formatUnit(Disk& disk, Command& command);
void sanitize(Disk& disk, Command& command);
// extended_copy.cpp
void extendedCopy(Disk& disk, Command& command);
void copyOperationAbort(Disk& disk, Command& command);
// copy_results.cpp
void receiveCopyStatus1(Disk& disk, Command& command);
void receiveCopyStatus4(Disk& disk, Command& command);
void receiveCopyData1(Disk& disk, Command& command);
void receiveCopyData4(Disk& disk, Command& command);
void receiveCopyOperatingParameters(Disk& disk, Command& command);
void receiveCopyFailureDetails(Disk& disk, Command& command);
// token_commands.cpp
void populateToken(Disk& disk, Command& command);
void writeUsingToken(Disk& disk, Command& command);
void receiveRodTokenInformation(Disk& disk, Command& command);
void reportAllRodTokens(Disk& disk, Command& command);
// reservation_commands.cpp
void reserve(Disk& disk, Command& command);
void release(Disk& disk, Command& command);
void persistentReserveIn(Disk& disk, Command& command);
void persistentReserveOut(Disk& disk, Command& command);
// alua_commands.cpp
void reportTargetPortGroups(Disk& disk, Command& command);
void setTargetPortGroups(Disk& disk, Command& command);

}  // namespace scsi::handlers
