#include "isns-server/manage/credentials/version_secrets.h"

#include <algorithm>
#include <string>

#include "isns-server/manage/credentials/generator.h"

namespace credentials {
namespace {

Way answeredBy(Side side) { return side == Side::Initiator ? Way::Forward : Way::Reverse; }
Way acceptedBy(Side side) { return side == Side::Initiator ? Way::Reverse : Way::Forward; }

std::size_t lengthFor(const Credential& credential) {
  const bool ours = credential.initiator.managed && !credential.targets.empty() &&
                    std::all_of(credential.targets.begin(), credential.targets.end(),
                                [](const CredentialEnd& end) { return end.managed; });
  return ours ? kOwnLength : kForeignLength;
}

}  // namespace

base::Result<SecretRow> sealSecret(CredentialId credential, Way way, Version version, const base::Secret& secret,
                                   const keys::KeyRing& ring, const base::RandomSource& random) {
  SecretRow row{credential, way, version, {}, {}};
  const base::Result<keys::Digest> fingerprint = ring.reuseFingerprint(secret);
  if (!fingerprint) return base::fail(fingerprint.error());
  row.fingerprint = *fingerprint;
  if (base::Status status = ring.seal(secret, placeOf(row), random, row.sealed); !status) {
    return base::fail(status.error());
  }
  return row;
}

base::Result<std::vector<SecretRow>> makeVersion(const Credential& credential, Version version,
                                                 const keys::KeyRing& ring, const base::RandomSource& random) {
  std::vector<SecretRow> rows;
  for (const Way way : {Way::Forward, Way::Reverse}) {
    if (way == Way::Reverse && !credential.targetMutual) continue;
    const base::Result<base::Secret> secret = generateSecret(lengthFor(credential), random);
    if (!secret) return base::fail(secret.error());
    base::Result<SecretRow> row = sealSecret(credential.id, way, version, *secret, ring, random);
    if (!row) return base::fail(row.error());
    if (!rows.empty() && rows[0].fingerprint == row->fingerprint) return base::fail("the random source repeats itself");
    rows.push_back(std::move(*row));
  }
  return rows;
}

base::Result<HandedSecrets> openHandOver(CredentialId credential, const HandOver& over, Side side,
                                         std::span<const SecretRow> rows, const keys::KeyRing& ring) {
  HandedSecrets handed;
  handed.versions = over;
  const auto open = [&](Way way, Version version, base::Secret& out) -> base::Status {
    if (version == 0) return {};
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const SecretRow& one) {
      return one.credential == credential && one.way == way && one.version == version;
    });
    if (row == rows.end()) {
      return base::fail("credential " + std::to_string(credential) + " has no secret of version " +
                        std::to_string(version));
    }
    base::Result<base::Secret> secret = ring.open(row->sealed, placeOf(*row));
    if (!secret) return base::fail(secret.error());
    out = std::move(*secret);
    return {};
  };
  const Way answer = answeredBy(side);
  const Way accept = acceptedBy(side);
  for (const base::Status& status :
       {open(answer, over.answer, handed.answer), open(answer, over.answerElse, handed.answerElse),
        open(accept, over.accept, handed.accept), open(accept, over.acceptElse, handed.acceptElse)}) {
    if (!status) return base::fail(status.error());
  }
  return handed;
}

void ReuseIndex::remove(const SecretRow& row) {
  const auto at = users_.find(row.fingerprint);
  if (at == users_.end()) return;
  at->second.erase(keyOf(row));
  if (at->second.empty()) users_.erase(at);
}

bool ReuseIndex::isUsedElsewhere(const keys::Digest& fingerprint, CredentialId credential, Way way) const {
  const auto at = users_.find(fingerprint);
  if (at == users_.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(), [&](const Key& key) {
    return std::get<CredentialId>(key) != credential || std::get<Way>(key) != way;
  });
}

}  // namespace credentials
