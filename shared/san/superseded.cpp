#include "shared/san/superseded.h"

namespace san {

bool takesAnothersPlace(const Snapshot& snapshot, Id credential) {
  const Credential* own = snapshot.get<Credential>(credential);
  if (own == nullptr || !own->target) return false;
  bool takes = false;
  snapshot.table<Credential>().forEach([&](Id, const Credential& one) {
    takes = takes || (one.initiator == own->initiator && !one.target && one.state != CredentialState::Retired);
  });
  return takes;
}

}  // namespace san
