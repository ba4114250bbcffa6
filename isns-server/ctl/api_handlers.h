// The handlers of the commands that ask the management server, and of the checks that need none.
//
// One thread. Each checks all that was typed before it asks the server to change anything.
#pragma once

#include "shared/ctl/command.h"

namespace ctl {

Outcome apiInit(const Invocation& invocation, Context& context);
Outcome apiLogin(const Invocation& invocation, Context& context);
Outcome apiLogout(const Invocation& invocation, Context& context);
Outcome apiWhoAmI(const Invocation& invocation, Context& context);
Outcome apiStatus(const Invocation& invocation, Context& context);
Outcome apiPassword(const Invocation& invocation, Context& context);

Outcome apiReach(const Invocation& invocation, Context& context);
Outcome apiWhoReaches(const Invocation& invocation, Context& context);
Outcome apiReaches(const Invocation& invocation, Context& context);

Outcome apiList(const Invocation& invocation, Context& context);
Outcome apiShow(const Invocation& invocation, Context& context);
Outcome apiSearch(const Invocation& invocation, Context& context);
Outcome apiDiff(const Invocation& invocation, Context& context);
Outcome apiWatch(const Invocation& invocation, Context& context);
Outcome apiExport(const Invocation& invocation, Context& context);
Outcome apiImport(const Invocation& invocation, Context& context);
Outcome findingList(const Invocation& invocation, Context& context);
Outcome findingShow(const Invocation& invocation, Context& context);
Outcome findingMend(const Invocation& invocation, Context& context);
Outcome findingWaive(const Invocation& invocation, Context& context);
Outcome findingUnwaive(const Invocation& invocation, Context& context);

Outcome changeList(const Invocation& invocation, Context& context);
Outcome changeShow(const Invocation& invocation, Context& context);
Outcome changeNew(const Invocation& invocation, Context& context);
Outcome changeEdit(const Invocation& invocation, Context& context);
Outcome changeDiff(const Invocation& invocation, Context& context);
Outcome changeImpact(const Invocation& invocation, Context& context);
Outcome changeMerge(const Invocation& invocation, Context& context);
Outcome changeSubmit(const Invocation& invocation, Context& context);
Outcome changeApprove(const Invocation& invocation, Context& context);
Outcome changeReject(const Invocation& invocation, Context& context);
Outcome changeCommit(const Invocation& invocation, Context& context);
Outcome changeConfirm(const Invocation& invocation, Context& context);
Outcome apiBaseline(const Invocation& invocation, Context& context);
Outcome changeRollBack(const Invocation& invocation, Context& context);
Outcome changeDiscard(const Invocation& invocation, Context& context);
Outcome apiApply(const Invocation& invocation, Context& context);

Outcome zoneList(const Invocation& invocation, Context& context);
Outcome zoneShow(const Invocation& invocation, Context& context);
Outcome zoneCreate(const Invocation& invocation, Context& context);
Outcome zoneAdd(const Invocation& invocation, Context& context);
Outcome zoneRemove(const Invocation& invocation, Context& context);
Outcome zoneDelete(const Invocation& invocation, Context& context);
Outcome zoneRename(const Invocation& invocation, Context& context);
Outcome zoneLabel(const Invocation& invocation, Context& context);
Outcome zoneUnlabel(const Invocation& invocation, Context& context);
Outcome zoneSetCreate(const Invocation& invocation, Context& context);
Outcome zoneSetDelete(const Invocation& invocation, Context& context);
Outcome zoneSetRename(const Invocation& invocation, Context& context);
Outcome zoneSetAdd(const Invocation& invocation, Context& context);
Outcome zoneSetRemove(const Invocation& invocation, Context& context);
Outcome zoneEnable(const Invocation& invocation, Context& context);
Outcome zoneDisable(const Invocation& invocation, Context& context);
Outcome mapList(const Invocation& invocation, Context& context);
Outcome mapAdd(const Invocation& invocation, Context& context);
Outcome mapRemove(const Invocation& invocation, Context& context);

Outcome objectCreate(const Invocation& invocation, Context& context);
Outcome objectSet(const Invocation& invocation, Context& context);
Outcome objectDelete(const Invocation& invocation, Context& context);

Outcome auditKeys(const Invocation& invocation, Context& context);
Outcome auditRestored(const Invocation& invocation, Context& context);
Outcome auditLog(const Invocation& invocation, Context& context);
Outcome auditExport(const Invocation& invocation, Context& context);
Outcome auditVerify(const Invocation& invocation, Context& context);
Outcome evidenceCreate(const Invocation& invocation, Context& context);
Outcome evidenceVerify(const Invocation& invocation, Context& context);

Outcome userList(const Invocation& invocation, Context& context);
Outcome userAdd(const Invocation& invocation, Context& context);
Outcome userChange(const Invocation& invocation, Context& context);
Outcome userRemove(const Invocation& invocation, Context& context);
Outcome userCertificates(const Invocation& invocation, Context& context);
Outcome userCertificate(const Invocation& invocation, Context& context);
Outcome userRevokeCertificate(const Invocation& invocation, Context& context);
Outcome tokenList(const Invocation& invocation, Context& context);
Outcome tokenCreate(const Invocation& invocation, Context& context);
Outcome tokenRevoke(const Invocation& invocation, Context& context);
Outcome agentList(const Invocation& invocation, Context& context);
Outcome agentInvite(const Invocation& invocation, Context& context);
Outcome agentRevoke(const Invocation& invocation, Context& context);

Outcome chapList(const Invocation& invocation, Context& context);
Outcome chapShow(const Invocation& invocation, Context& context);
Outcome chapAdd(const Invocation& invocation, Context& context);
Outcome chapRotate(const Invocation& invocation, Context& context);
Outcome chapCancel(const Invocation& invocation, Context& context);
Outcome chapRetire(const Invocation& invocation, Context& context);
Outcome chapReveal(const Invocation& invocation, Context& context);
Outcome batchStart(const Invocation& invocation, Context& context);
Outcome batchList(const Invocation& invocation, Context& context);
Outcome batchShow(const Invocation& invocation, Context& context);
Outcome batchPause(const Invocation& invocation, Context& context);
Outcome batchResume(const Invocation& invocation, Context& context);
Outcome batchCancel(const Invocation& invocation, Context& context);
Outcome keysShow(const Invocation& invocation, Context& context);
Outcome keysRotateAuthority(const Invocation& invocation, Context& context);
Outcome keysDisown(const Invocation& invocation, Context& context);
Outcome keysRotateSealing(const Invocation& invocation, Context& context);
Outcome keysRotateLog(const Invocation& invocation, Context& context);
Outcome keysAcceptClock(const Invocation& invocation, Context& context);

}  // namespace ctl
