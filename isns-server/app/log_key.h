// LogKey: the key that signs the audit log and packs of evidence, and how another one takes its place.
//
// In this order, so that a crash between any two steps leaves what the next start goes on with by itself:
//   1. makeNext()  the new key is durable in `audit-next.key`; the present one signs
//   2. the caller stores the change (AuditTrail::rotateKey): from then on the log is the new key's
//   3. ended()     this object gives the new key
//   4.             the witness notes a checkpoint of the new key: until then its file is by the old one
//   5. finish()    `audit-next.key` becomes `audit.key`; with that the old key is gone
// At a start the log says which of the two files signs (ServerKeys), and finish() is called for what is left.
//
// One change at a time. The management server's thread. Blocks for a few small files. Errors: sentences.
#pragma once

#include <optional>
#include <string>

#include "isns-server/app/audit_witness.h"
#include "isns-server/app/server_keys.h"

namespace app {

class LogKey {
 public:
  // `other`: of the file that lies beside the key's at the start.
  LogKey(std::string folder, evidence::SigningKey key, std::optional<evidence::Fingerprint> other)
      : folder_(std::move(folder)), key_(std::move(key)), other_(other) {}

  // A value that shares the key; safe from any thread.
  [[nodiscard]] const evidence::SigningKey& key() const { return key_; }
  [[nodiscard]] evidence::Fingerprint fingerprint() const { return key_.verifyingKey().fingerprint(); }
  [[nodiscard]] const std::optional<evidence::Fingerprint>& other() const { return other_; }
  // When the log says that it began to sign; nothing while that is not known.
  [[nodiscard]] std::optional<base::WallTime> since() const { return since_; }
  void noteSince(const evidence::Fingerprint& key, base::WallTime since);

  // Fails where a change is under way or not finished. ended() follows in any case.
  base::Result<evidence::SigningKey> makeNext(const base::RandomSource& random);
  // The change is stored, or it is not and will not be.
  void ended(bool stored);
  // Lets go of the other file once the witness is by this key; does nothing before that, nor where there is none.
  base::Status finish(const AuditWitness& witness);

 private:
  const std::string folder_;
  evidence::SigningKey key_;
  std::optional<evidence::SigningKey> next_;    // on its way to the store
  std::optional<evidence::Fingerprint> other_;  // a second file is there, of this key
  std::optional<base::WallTime> since_;
};

}  // namespace app
