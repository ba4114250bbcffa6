// PersonEntry: who a request is of, where it is a person's: by a token, by a client certificate, or by the local
// socket.
//
// A certificate counts where there is no header Authorization. Each request is judged anew, and a stream again and
// again (desk.h, stands()). A page of another site that a browser shows must not use its certificate: a request with an
// Origin or a Sec-Fetch-Site of another site is refused then. What is refused for its token or certificate goes to the
// audit log at the pace of a RefusalTally. The management server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"
#include "isns-server/manage/audit/paced_tally.h"

namespace api {

class PersonEntry {
 public:
  explicit PersonEntry(Desk& desk) : desk_(desk) {}

  Wanted<people::Principal> identify(const Call& call);
  // Of what is for the local socket alone: root. Who tries it elsewhere has no name and is recorded.
  Wanted<people::Principal> identifyLocal(const Call& call);
  // A token or password stood in the URL: void, if it is a token of ours, and recorded.
  void onUrlSecret(const Call& call, std::string_view value);
  // Writes the records that are due.
  void onTick(base::Now now);

 private:
  Wanted<people::Principal> byToken(const Call& call);
  Wanted<people::Principal> byCertificate(const Call& call);
  base::Failure<mgmt::Problem> turnAway(const Call& call, const manage::PersonCertificates::Refused& refused);
  void note(const Call& call, std::string_view method, std::string_view user, std::string_view reason);

  Desk& desk_;
  manage::RefusalTally logins_;  // by token and certificate
};

}  // namespace api
