// KeyDesk: the keys of the server as the handlers of the API know them. The driver (isns-server/app) answers for them.
//
// The management server's thread. `done` is called once: when the change is durable and holds, or with the problem.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/agents/agent_keeper.h"

namespace api {

class KeyDesk {
 public:
  struct Asker {
    manage::Actor actor;
    std::string reason;
  };
  using Done = std::function<void(const manage::Wanted<std::uint64_t>& revision)>;

  virtual ~KeyDesk() = default;
  [[nodiscard]] virtual const manage::AuthorityKeeper& authority() const = 0;
  [[nodiscard]] virtual const manage::SealKeeper& seals() const = 0;
  // A new root issues; the present one is believed for so long.
  virtual void rotateAuthority(const Asker& asker, std::chrono::seconds overlap, Done done) = 0;
  // Earlier roots are believed no more.
  virtual void disownAuthorities(const Asker& asker, Done done) = 0;
  // A new key seals, and everything is sealed anew.
  virtual void rotateSealing(const Asker& asker, Done done) = 0;
  // Who signs the audit log and packs of evidence.
  struct LogSigner {
    std::string fingerprint;              // SHA-256, in hexadecimal digits
    std::optional<base::WallTime> since;  // nothing while the log is read
  };
  [[nodiscard]] virtual LogSigner logSigner() const = 0;
  // A new key signs; the present one hands over to it, and is gone.
  virtual void rotateLogKey(const Asker& asker, Done done) = 0;
  // The wall clock is right, whatever was believed before.
  virtual void acceptClock(const Asker& asker, Done done) = 0;
};

}  // namespace api
