#include "agent/app/credentials.h"

#include "shared/net/secret_file.h"

namespace agent {
namespace {

bool matches(const std::string& pattern, std::string_view name) { return pattern == "*" || pattern == name; }

class Loader {
 public:
  Loader(const RuntimeConfig::Secrets& secrets, uid_t user, ConfigErrors& errors)
      : secrets_(secrets), user_(user), errors_(errors) {}

  iscsi::ChapEntry entry(const Record& record, ChapColumn name, ChapColumn current, ChapColumn next) {
    iscsi::ChapEntry entry;
    entry.name = textAt(record, name);
    entry.current = secret(record, current);
    entry.next = secret(record, next);
    return entry;
  }

  void check(const Record& record, const iscsi::ChapCredentials& credentials) {
    auto status = iscsi::checkChapSecrets(credentials.initiator, credentials.target, secrets_.allowShort);
    if (!status) errors_.push_back({at(record, ChapColumn::Secret).at, status.error().text});
  }

 private:
  base::Secret secret(const Record& record, ChapColumn column) {
    const std::string& name = textAt(record, column);
    if (name.empty()) return {};
    auto read = net::readSecretFile(name[0] == '/' ? name : secrets_.folder + "/" + name, user_);
    if (read) return std::move(*read);
    errors_.push_back({at(record, column).at, read.error().text});
    return {};
  }

  const RuntimeConfig::Secrets& secrets_;
  const uid_t user_;
  ConfigErrors& errors_;
};

iscsi::ChapEntry copyOf(const iscsi::ChapEntry& entry) { return {entry.name, entry.current.copy(), entry.next.copy()}; }

}  // namespace

base::Result<Credentials, ConfigErrors> Credentials::load(const std::vector<Record>& chap,
                                                          const RuntimeConfig::Secrets& secrets, uid_t user) {
  ConfigErrors errors;
  Loader loader(secrets, user, errors);
  Credentials loaded;
  for (const Record& record : chap) {
    Entry entry;
    entry.initiator = normalName(textAt(record, ChapColumn::Initiator));
    entry.target = normalName(textAt(record, ChapColumn::Target));
    entry.discovery = truthAt(record, ChapColumn::Discovery);
    const std::size_t before = errors.size();
    entry.credentials.initiator = loader.entry(record, ChapColumn::Name, ChapColumn::Secret, ChapColumn::NextSecret);
    entry.credentials.target =
        loader.entry(record, ChapColumn::MutualName, ChapColumn::MutualSecret, ChapColumn::MutualNextSecret);
    if (errors.size() == before) loader.check(record, entry.credentials);
    loaded.entries_.push_back(std::move(entry));
  }
  if (!errors.empty()) return base::fail(program::sortedByPlace(std::move(errors)));
  return loaded;
}

const Credentials::Entry* Credentials::find(const iscsi::CredentialsQuestion& question) const {
  const Entry* first = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.discovery != question.discovery || !matches(entry.initiator, question.initiator)) continue;
    // A discovery session may name no target; then an entry for any of them is meant.
    if (!matches(entry.target, question.target)) continue;
    if (entry.credentials.initiator.name == question.chapName) return &entry;
    if (first == nullptr) first = &entry;
  }
  return first;
}

void Credentials::ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
                      base::TimePoint now) {
  const Entry* entry = find(question);
  if (entry == nullptr) return receiver.onCredentials(std::nullopt, now);
  receiver.onCredentials(
      iscsi::ChapCredentials{copyOf(entry->credentials.initiator), copyOf(entry->credentials.target)}, now);
}

}  // namespace agent
