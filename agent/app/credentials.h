// Credentials: CHAP names and secrets of the configuration, as a login asks for them.
//
// The loop's thread; a reload replaces the whole table. Secrets are read once, at load, from their files, and lie in
// memory that is wiped. Which entry answers: of those for this kind of session, for this initiator and target, the one
// with the name that the initiator gave; else the first. So what a stranger learns from an answer does not depend on
// whether a name exists.
#pragma once

#include <vector>

#include <unistd.h>

#include "agent/app/config.h"
#include "agent/iscsi/login_access.h"

namespace agent {

class Credentials final : public iscsi::CredentialsSource {
 public:
  // Reads the files that the records name, which have to be those of `user`. Every error with its place; then nothing
  // is to be used.
  static base::Result<Credentials, ConfigErrors> load(const std::vector<Record>& chap,
                                                      const RuntimeConfig::Secrets& secrets, uid_t user = ::geteuid());

  Credentials() = default;
  void ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
           base::TimePoint now) override;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string initiator;  // normal; "*": any
    std::string target;
    bool discovery = false;
    iscsi::ChapCredentials credentials;
  };
  [[nodiscard]] const Entry* find(const iscsi::CredentialsQuestion& question) const;

  std::vector<Entry> entries_;
};

}  // namespace agent
