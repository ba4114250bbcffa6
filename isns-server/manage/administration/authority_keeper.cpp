#include "isns-server/manage/administration/authority_keeper.h"

#include <memory>

namespace manage {
namespace {

keys::SealPlace placeOf(std::int64_t row) { return {keys::kAuthorityTable, static_cast<std::uint64_t>(row), 0, 0}; }

}  // namespace

base::Status AuthorityKeeper::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table != keys::kAuthorityTable) return {};
  keys::AuthorityRow row;
  if (auto status = keys::readRow(cells, row); !status) return status;
  if (!row.cross.empty()) return {};  // an old root: the change of roots is a command of its own
  auto root = mgmt::Certificate::fromDer(row.root);
  if (!root) return base::fail(root.error());
  auto pem = ring_.open(row.sealedKey, placeOf(id));
  if (!pem) return base::fail(pem.error());
  auto key = mgmt::PrivateKey::fromPem(*pem);
  if (!key) return base::fail(key.error());
  auto authority = keys::CertificateAuthority::open(std::move(*root), std::move(*key));
  if (!authority) return base::fail(authority.error());
  authorities_.emplace(std::move(*authority));
  return {};
}

base::Result<Step> AuthorityKeeper::create(base::WallTime now) {
  auto made = keys::CertificateAuthority::create(now, random_);
  if (!made) return base::fail(made.error());
  const auto pem = made->key().toPem();
  if (!pem) return base::fail(pem.error());
  keys::AuthorityRow row;
  row.root = made->root().der();
  if (auto sealed = ring_.seal(*pem, placeOf(kFirstRow), random_, row.sealedKey); !sealed) return base::fail(sealed.error());
  Step step;
  step.rows = [row](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, kFirstRow, row); };
  auto authority = std::make_shared<keys::CertificateAuthority>(std::move(*made));
  step.committed = [this, authority](std::uint64_t) { authorities_.emplace(*authority); };
  return step;
}

base::Result<AuthorityKeeper::ServerTls> AuthorityKeeper::serverTls(std::span<const std::string> hosts, base::WallTime now) const {
  auto key = mgmt::PrivateKey::generate();
  if (!key) return base::fail(key.error());
  const auto certificate = authorities_->current().issueServer(*key, hosts, now, random_);
  if (!certificate) return base::fail(certificate.error());
  ServerTls tls;
  for (const mgmt::Certificate& one : authorities_->serverChain(*certificate, now)) tls.chain += one.pem();
  for (const mgmt::Certificate& one : authorities_->trusted(now)) tls.clientCa += one.pem();
  auto pem = key->toPem();
  if (!pem) return base::fail(pem.error());
  tls.key = std::move(*pem);
  return tls;
}

}  // namespace manage
