#include "agent/app/managed_credentials.h"

#include <algorithm>

namespace agent {
namespace {

using management::DesiredInitiator;
using management::HandOver;

const DesiredInitiator* initiatorAt(const Obeyed& obeyed, std::string_view target, std::string_view initiator) {
  const management::DesiredTarget* desired = obeyed.state->find(target);
  return desired == nullptr ? nullptr : desired->find(initiator);
}

// The one of the name that the initiator gave; else the first, so that an answer tells no stranger which names there
// are.
const HandOver* choose(const DesiredInitiator& initiator, std::string_view chapName) {
  const auto named = std::ranges::find(initiator.credentials, chapName, &HandOver::userName);
  if (named != initiator.credentials.end()) return &*named;
  return initiator.credentials.empty() ? nullptr : &initiator.credentials.front();
}

const management::VersionedSecret* versionOf(const management::Secrets& secrets, std::uint32_t version) {
  const auto at = std::ranges::find(secrets, version, &management::VersionedSecret::version);
  return at == secrets.end() ? nullptr : &*at;
}

// What the target answers with where the initiator has proved itself with accept[place].
const management::VersionedSecret* answerTo(const HandOver& over, std::size_t place) {
  if (!over.mutual || over.answer.empty()) return nullptr;
  const bool asPeer = over.answerAsPeer && place < over.accept.size();
  const auto* same = asPeer ? versionOf(over.answer, over.accept[place].version) : nullptr;
  return same == nullptr ? &over.answer.front() : same;
}

iscsi::ChapCredentials credentialsOf(const HandOver& over, std::string_view target) {
  iscsi::ChapCredentials credentials;
  credentials.initiator.name = over.userName;
  if (!over.accept.empty()) credentials.initiator.current = over.accept[0].secret.copy();
  if (over.accept.size() > 1) credentials.initiator.next = over.accept[1].secret.copy();
  credentials.target.name = over.mutualUserName.empty() ? std::string(target) : over.mutualUserName;
  if (const auto* answer = answerTo(over, 0)) credentials.target.current = answer->secret.copy();
  if (const auto* answer = over.answerAsPeer ? answerTo(over, 1) : nullptr) {
    credentials.target.next = answer->secret.copy();
    credentials.answerAsPeer = true;
  }
  return credentials;
}

}  // namespace

void ManagedCredentials::ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
                             base::TimePoint now) {
  const Obeyed* obeyed = obeyed_ ? &obeyed_() : nullptr;
  if (question.discovery || obeyed == nullptr || !obeyed->decides(question.target)) {
    return local_.ask(question, receiver, now);
  }
  const DesiredInitiator* initiator = initiatorAt(*obeyed, question.target, question.initiator);
  // Whom only a broken glass lets in: the server has no credentials of him.
  if (initiator == nullptr && obeyed->glass.find(question.target, question.initiator) != nullptr) {
    return local_.ask(question, receiver, now);
  }
  const HandOver* over = initiator == nullptr ? nullptr : choose(*initiator, question.chapName);
  if (over == nullptr) return receiver.onCredentials(std::nullopt, now);
  receiver.onCredentials(credentialsOf(*over, question.target), now);
}

management::ProofUsed provenBy(const Obeyed& obeyed, const target::SessionFacts& session) {
  management::ProofUsed used;
  used.md5 = session.identity.md5;
  if (session.secret == iscsi::SecretMatch::None || !obeyed.decides(session.target)) return used;
  const DesiredInitiator* initiator = initiatorAt(obeyed, session.target, session.initiator);
  const HandOver* over = initiator == nullptr ? nullptr : choose(*initiator, session.identity.chapName);
  const std::size_t place = session.secret == iscsi::SecretMatch::Current ? 0 : 1;
  if (over == nullptr || over->userName != session.identity.chapName || place >= over->accept.size()) return used;
  used.credential = over->credential;
  used.version = over->accept[place].version;
  const bool mutual = session.identity.proof == iscsi::Proof::MutualChap;
  if (const auto* answer = mutual ? answerTo(*over, place) : nullptr) used.mutualVersion = answer->version;
  return used;
}

}  // namespace agent
